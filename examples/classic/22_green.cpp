// 22_green.cpp: functions that wait at once, without threads: as gevent has them.
//
//   Notice   one worker, and ten that sleep: a sleep, as any other await, gives the core to others.
//            With an argument it says how long the ten slept together.
#include <troupe/actors/classic/prelude.hpp>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;
namespace classic = troupe::classic;
namespace green = troupe::classic::green;

/// What it works with comes as arguments: it captures nothing, for it lives longer than its caller.
troupe::task<int> nap(classic::barrier::ref all_here, int n) {
  (void)co_await all_here.wait();
  co_await green::sleep(100ms);
  co_return n;
}

troupe::task<int> square(int n) {
  co_await green::sleep(1ms);
  if (n == 4) throw std::runtime_error("four is not to my taste");
  co_return n* n;
}

int main(int argc, char**) {
  troupe::actor_system sys({.workers = 1});

  classic::barrier all_here(sys, 10, {.action = [] { std::puts("ten are here at once"); }});
  const auto begin = std::chrono::steady_clock::now();
  std::vector<green::greenlet<int>> sleepers;
  for (int n = 0; n < 10; ++n)
    sleepers.push_back(green::spawn(sys, nap, classic::barrier::ref(all_here), n));
  green::joinall(sys, sleepers);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (argc > 1) std::printf("ten times 0.1 s took %.3f s\n", took.count());
  int sum = 0;
  for (const auto& s : sleepers) sum += s.value();
  std::printf("their numbers add up to %d\n", sum);

  // At most two at once; the values come in order.
  green::pool two(sys, 2);
  std::printf("squares:");
  for (const int n : two.map(square, std::vector<int>{1, 2, 3})) std::printf(" %d", n);
  std::puts("");

  const auto fails = two.spawn(square, 4);
  fails.join();
  std::printf("successful: %s\n", fails.successful() ? "yes" : "no");
  const auto sleeps_long = green::spawn(sys, nap, classic::barrier::ref(all_here), 11);
  sleeps_long.kill();
  try {
    sleeps_long.value();
  } catch (const classic::wait_failed& e) {
    std::printf("%s\n", e.what());
  }
}

// It prints:
//
//   ten are here at once
//   their numbers add up to 45
//   squares: 1 4 9
//   successful: no
//   troupe: a greenlet: it was ended before it had a result
