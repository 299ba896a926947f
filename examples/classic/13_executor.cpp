// 13_executor.cpp: functions that other threads run, and what they will give.
//
//   Notice   what a task throws comes out of result(). map() gives its results in the order of the
//            arguments, as_completed() in the order in which they are done. Only what has not begun
//            can be cancelled.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace classic = troupe::classic;

long square(long n) {
  if (n < 0) throw std::domain_error("not below zero");
  return n * n;
}

void one_by_one(classic::thread_pool_executor& pool) {
  const auto nine = pool.submit(square, 3);
  std::printf("3 squared: %ld\n", nine.result());
  try {
    (void)pool.submit(square, -1).result();
  } catch (const std::domain_error& e) {
    std::printf("-1 squared: %s\n", e.what());
  }
  std::printf("in order:");
  for (const long n : pool.map(square, std::vector<long>{1, 2, 3, 4, 5})) std::printf(" %ld", n);
  std::puts("");
}

void as_they_are_done(troupe::actor_system& sys, classic::thread_pool_executor& pool) {
  classic::event first_may_end(sys);
  std::vector<classic::future<std::string>> all;
  all.push_back(pool.submit([&] { return first_may_end.wait(), std::string("the first"); }));
  all.push_back(pool.submit([] { return std::string("the second"); }));
  auto done = classic::as_completed(sys, all);
  while (const auto f = done.next()) {
    std::printf("done: %s\n", f->result().c_str());
    first_may_end.set();
  }
}

void told_when_done(troupe::actor_system& sys, classic::thread_pool_executor& pool) {
  classic::guarded<std::set<long>> results(sys);
  std::vector<classic::future<long>> all;
  for (long n = 1; n <= 3; ++n) {
    all.push_back(pool.submit(square, n));
    all.back().add_done_callback([&results](const classic::future<long>& f) {
      results.with([given = f.result()](auto& r) { r.insert(given); });
    });
  }
  const auto ends = classic::wait(sys, all);
  pool.shutdown();  // a callback may come after the result; none after this
  std::printf("done: %zu, told:", ends.done.size());
  for (const long n : results.with([](auto& r) { return r; })) std::printf(" %ld", n);
  std::puts("");
}

void cancelled(troupe::actor_system& sys) {
  classic::thread_pool_executor one(sys, 1);
  classic::event has_begun(sys), may_end(sys);
  const auto runs = one.submit([&] { has_begun.set(), may_end.wait(); });
  const auto waits = one.submit([] { std::puts("never"); });
  has_begun.wait();
  std::printf("cancel what runs:  %s\n", runs.cancel() ? "yes" : "no");
  std::printf("cancel what waits: %s\n", waits.cancel() ? "yes" : "no");
  may_end.set();
}  // waits for what runs

int main() {
  troupe::actor_system sys;
  classic::thread_pool_executor pool(sys, 4);
  one_by_one(pool);
  as_they_are_done(sys, pool);
  told_when_done(sys, pool);
  cancelled(sys);
}

// It prints:
//
//   3 squared: 9
//   -1 squared: not below zero
//   in order: 1 4 9 16 25
//   done: the second
//   done: the first
//   done: 3, told: 1 4 9
//   cancel what runs:  no
//   cancel what waits: yes
