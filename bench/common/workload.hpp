// workload.hpp: what a row's work is cut into, the same for ours and for every peer written in C++.
//
//   Holds    batch, round and warm-up sizes. How much work a row has comes with the command line.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bench {

/// Messages or spawns an actor makes in one turn, before it goes on by a message to itself.
inline constexpr std::uint64_t batch = 1'000;

/// Messages that may be under way to one mailbox: half of our default capacity of 2^20, so that
/// nobody drops any. A round ends when all are handled; the next one starts then.
inline constexpr std::uint64_t round_items = 500'000;

inline constexpr std::uint64_t many_producers = 8;
inline constexpr std::uint64_t skynet_width = 10;

/// A tenth of the work goes first and is not measured.
constexpr std::uint64_t warm_up(std::uint64_t work) {
  return std::max<std::uint64_t>(work / 10, 2);
}

/// What each of `threads` does of the work, the same for all.
constexpr std::uint64_t share_of(std::uint64_t work, std::uint64_t threads) {
  return std::max<std::uint64_t>(work / threads, 1);
}

/// A ball that is to end where it was served needs an even number of hops.
constexpr std::uint64_t even(std::uint64_t n) { return n + n % 2; }

/// The largest power of the tree's width that is not above `work`: its number of leaves.
constexpr std::uint64_t skynet_leaves(std::uint64_t work) {
  std::uint64_t leaves = 1;
  while (leaves <= work / skynet_width) leaves *= skynet_width;
  return leaves;
}

/// 1 + 2 + … + n: what a sink must have added up when `n` numbered messages were handled.
constexpr std::uint64_t sum_to(std::uint64_t n) { return n * (n + 1) / 2; }

/// When the timer of this number would come: in one to two hours, each at a time of its own.
constexpr std::uint64_t far_timer_ms(std::uint64_t number) {
  constexpr std::uint64_t hour_ms = 3'600'000;
  return hour_ms + number * 2'654'435'761 % hour_ms;
}

/// In how long `count` timers are all due, so that the slowest can set them before.
constexpr std::uint64_t near_timers_ms(std::uint64_t count) { return 100 + count * 4 / 1000; }

}  // namespace bench
