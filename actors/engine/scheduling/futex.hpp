// futex.hpp: a thread sleeps until a word changes.
//
//   Before   requests.cpp answers.      After   the thread in get() wakes.
//   Called   any thread.
#pragma once

#include <troupe/actors/message.hpp>

#include <atomic>
#include <cstdint>

namespace troupe::detail {

/// Blocks while `word` holds `value`, until `deadline` at the latest. May return early.
void sleep_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                 time_point deadline) noexcept;

/// Wakes who sleeps on the word. Its memory may already be somebody else's: nothing is read or
/// written.
void wake_waiter(const std::atomic<std::uint32_t>& word) noexcept;

}  // namespace troupe::detail
