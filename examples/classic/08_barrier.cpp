// 08_barrier.cpp: nobody goes on before all have come: sums in three rounds.
//
//   Notice   eight threads, a number each; in every round each adds what stands 1, 2, 4 places to
//            its left. The barrier's action runs once a round, alone, before anybody goes on. Who
//            cannot come breaks the barrier, so that nobody waits for ever.
#include <troupe/actors/classic/prelude.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

namespace classic = troupe::classic;

constexpr std::size_t size = 8;
using numbers = std::array<int, size>;

void print(const numbers& all) {
  for (const int n : all) std::printf(" %2d", n);
  std::puts("");
}

void running_sums(troupe::actor_system& sys) {
  numbers now{1, 2, 3, 4, 5, 6, 7, 8}, next{};
  print(now);
  const auto end_of_round = [&] {
    now = next;
    print(now);
  };
  classic::barrier round(sys, size, {.action = end_of_round});
  const auto add_up = [&](std::size_t i) {
    for (std::size_t step = 1; step < size; step *= 2) {
      next[i] = now[i] + (i >= step ? now[i - step] : 0);
      (void)round.wait();
    }
  };
  std::vector<classic::thread> threads;
  for (std::size_t i = 0; i < size; ++i) threads.emplace_back(sys, add_up, i).start();
}  // joins them

int main() {
  troupe::actor_system sys;
  running_sums(sys);

  classic::barrier meeting(sys, 3);
  classic::guarded<int> told(sys, 0);
  {
    const auto wait_for_others = [&] {
      const auto place = meeting.wait();
      if (!place && place.error() == classic::wait_errc::broken) told.with([](int& n) { ++n; });
    };
    classic::thread one(sys, wait_for_others), two(sys, wait_for_others);
    one.start();
    two.start();
    meeting.abort();  // the third cannot come
  }
  std::printf("told that the meeting is off: %d\n", told.with([](int& n) { return n; }));
  meeting.reset();
  std::printf("after reset(): %s\n", meeting.broken() ? "broken" : "as new");
}

// It prints:
//
//     1  2  3  4  5  6  7  8
//     1  3  5  7  9 11 13 15
//     1  3  6 10 14 18 22 26
//     1  3  6 10 15 21 28 36
//   told that the meeting is off: 2
//   after reset(): as new
