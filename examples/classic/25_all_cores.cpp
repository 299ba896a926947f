// 25_all_cores.cpp: a sum on all cores: computing in threads, at once.
//
//   Notice   what an interpreter lock forbids. The work is cut into more parts than there are
//            cores, so that a slow one does not hold up the rest. With an argument it also says how
//            long both ways took.
#include <troupe/actors/classic/prelude.hpp>

#include <chrono>
#include <cstdio>
#include <numeric>
#include <thread>
#include <vector>

namespace classic = troupe::classic;

struct range {
  long first, end;
};

/// The sum of the primes in a range, the slow way.
long sum_of_primes(range r) {
  long sum = 0;
  for (long n = r.first; n < r.end; ++n) {
    bool is_prime = n > 1;
    for (long d = 2; is_prime && d * d <= n; ++d) is_prime = n % d != 0;
    if (is_prime) sum += n;
  }
  return sum;
}

template <class F>
long timed(const char* how, bool tells, F f) {
  const auto begin = std::chrono::steady_clock::now();
  const long sum = f();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%s: %ld", how, sum);
  if (tells) std::printf(" in %.3f s", took.count());
  std::puts("");
  return sum;
}

int main(int argc, char**) {
  constexpr long up_to = 200'000, part = 5'000;
  troupe::actor_system sys({.workers = 1});  // the threads below do the work

  const long alone = timed("one thread", argc > 1, [] { return sum_of_primes({0, up_to}); });
  const long together = timed("all cores ", argc > 1, [&] {
    std::vector<range> parts;
    for (long n = 0; n < up_to; n += part) parts.push_back({n, n + part});
    classic::thread_pool_executor pool(sys, std::max(1u, std::thread::hardware_concurrency()));
    long sum = 0;
    for (const long s : pool.map(sum_of_primes, parts)) sum += s;
    return sum;
  });
  std::printf("the same: %s\n", alone == together ? "yes" : "no");
}

// It prints:
//
//   one thread: 1709600813
//   all cores : 1709600813
//   the same: yes
