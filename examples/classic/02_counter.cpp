// 02_counter.cpp: a counter that many threads raise, without and with a lock.
//
//   Notice   the lost update is made to happen: all read before anybody writes. With a lock nobody
//            reads in between; with guarded<T> there is no way to forget it.
#include <troupe/actors/classic/prelude.hpp>

#include <atomic>
#include <cstdio>
#include <vector>

namespace classic = troupe::classic;

constexpr int threads = 10;

/// Runs `f` on ten threads, and waits for them.
template <class F>
void on_ten_threads(troupe::actor_system& sys, F f) {
  std::vector<classic::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back(sys, f).start();
}  // joins them

int without_lock(troupe::actor_system& sys) {
  std::atomic<int> counter = 0;  // else it would not even be clear what a read gives
  classic::barrier all_have_read(sys, threads);
  on_ten_threads(sys, [&] {
    const int seen = counter.load(std::memory_order_relaxed);
    (void)all_have_read.wait();  // bad luck, as it comes once in a million times
    counter.store(seen + 1, std::memory_order_relaxed);
  });
  return counter.load(std::memory_order_relaxed);
}

int with_lock(troupe::actor_system& sys) {
  int counter = 0;
  classic::lock lock(sys);
  on_ten_threads(sys, [&] {
    const auto held = lock.acquire();
    const int seen = counter;
    counter = seen + 1;
  });  // each hold ends with its block
  return counter;
}

/// The function is brought to the counter. Under contention this is the fastest.
int with_guarded(troupe::actor_system& sys) {
  classic::guarded<int> counter(sys, 0);
  on_ten_threads(sys, [&] { counter.with([](int& c) { ++c; }); });
  return counter.with([](int& c) { return c; });
}

int main() {
  troupe::actor_system sys;
  std::printf("ten threads, without a lock: %d\n", without_lock(sys));
  std::printf("ten threads, with a lock:    %d\n", with_lock(sys));
  std::printf("ten threads, guarded:        %d\n", with_guarded(sys));
}

// It prints:
//
//   ten threads, without a lock: 1
//   ten threads, with a lock:    10
//   ten threads, guarded:        10
