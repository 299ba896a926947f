// schedules.cpp: the depth-first search, the random walk, and the text form of a schedule.
//
//   Before   schedules.hpp.   After   nothing: pure.
#include "schedules.hpp"

#include <bit>
#include <charconv>

namespace model::detail {

namespace {

constexpr std::size_t repeats_max = 1'000'000;  // of one entry in a schedule's text

unsigned first_of(thread_set set) noexcept { return static_cast<unsigned>(std::countr_zero(set)); }

// The cheapest choice: stay, else the lowest number.
unsigned plain_choice(const decision& asked) noexcept {
  return asked.may_stay ? asked.last : first_of(asked.eligible);
}

bool read_number(std::string_view& text, std::size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

unsigned depth_first::choose(const decision& asked) {
  if (std::has_single_bit(asked.eligible)) return first_of(asked.eligible);
  if (depth_ < path_.size()) {
    const node& known = path_[depth_++];
    const bool same = known.eligible == asked.eligible && known.last == asked.last;
    return same ? known.chosen : refused;
  }
  const unsigned spent = path_.empty() ? 0 : path_.back().spent();
  const unsigned chosen = plain_choice(asked);
  const bool all = !asked.may_stay || spent < bound_;
  path_.push_back({.eligible = asked.eligible,
                   .untried = all ? asked.eligible & ~only(chosen) : 0U,
                   .chosen = chosen,
                   .spent_before = spent,
                   .last = asked.last,
                   .may_stay = asked.may_stay});
  ++depth_;
  return chosen;
}

bool depth_first::next() {
  depth_ = 0;
  while (!path_.empty()) {
    node& end = path_.back();
    if (end.untried != 0) {
      end.chosen = first_of(end.untried);
      end.untried &= ~only(end.chosen);
      return true;
    }
    path_.pop_back();
  }
  return false;
}

// SplitMix64 (Steele, Lea, Flood 2014): small, and any seed is a good one.
std::uint64_t random_walk::draw() noexcept {
  std::uint64_t word = state_ += 0x9e3779b97f4a7c15U;
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31U);
}

unsigned random_walk::choose(const decision& asked) {
  if (std::has_single_bit(asked.eligible)) return first_of(asked.eligible);
  if (asked.may_stay && draw() % inclination_ != 0) return asked.last;
  const thread_set others = asked.may_stay ? asked.eligible & ~only(asked.last) : asked.eligible;
  thread_set rest = others;
  const auto skipped = draw() % static_cast<std::uint64_t>(std::popcount(others));
  for (std::uint64_t i = 0; i < skipped; ++i) rest &= rest - 1;
  return first_of(rest);
}

unsigned follow::choose(const decision& asked) {
  if (asked.step >= schedule_.size()) return plain_choice(asked);
  const unsigned wanted = schedule_[asked.step];
  return wanted < threads_max && (asked.eligible & only(wanted)) != 0 ? wanted : refused;
}

std::string schedule_text(const std::vector<std::uint8_t>& schedule) {
  std::string text;
  for (std::size_t i = 0; i < schedule.size();) {
    std::size_t end = i;
    while (end < schedule.size() && schedule[end] == schedule[i]) ++end;
    if (!text.empty()) text += ' ';
    text += std::to_string(schedule[i]);
    if (end - i > 1) {
      text += '*';
      text += std::to_string(end - i);
    }
    i = end;
  }
  return text;
}

bool parse_schedule(std::string_view text, std::vector<std::uint8_t>& schedule) {
  schedule.clear();
  while (!text.empty()) {
    std::size_t thread = 0;
    std::size_t count = 1;
    if (!read_number(text, thread) || thread >= threads_max) return false;
    if (text.starts_with('*')) {
      text.remove_prefix(1);
      if (!read_number(text, count) || count > repeats_max) return false;
    }
    schedule.insert(schedule.end(), count, static_cast<std::uint8_t>(thread));
    if (text.empty()) return true;
    if (!text.starts_with(' ')) return false;
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace model::detail
