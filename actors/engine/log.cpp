// log.cpp: what the runtime says on stderr by default.
//
//   Before   a failure, a dead letter.      After   a person reads it.
//   Called   any thread.
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/pool.hpp>

#include <cstdio>
#include <string>

namespace troupe::detail {
namespace {

/// The first few dead letters of a system are printed, then each one whose number is a power of
/// two.
constexpr std::uint64_t printed_at_first = 8;

bool is_worth_a_line(std::uint64_t number) noexcept {
  return number <= printed_at_first || (number & (number - 1)) == 0;
}

std::string_view explanation(dead_reason why) noexcept {
  switch (why) {
    case dead_reason::ended: return "has ended";
    case dead_reason::restarted: return "was restarted";
    case dead_reason::full: return "has a full mailbox";
    case dead_reason::no_memory: return "could not be reached: there is no memory";
    case dead_reason::empty: return "an empty handle";
    case dead_reason::unroutable: return "cannot route it";
    case dead_reason::expired:
    case dead_reason::cancelled:
    case dead_reason::late: break;
  }
  return {};
}

}  // namespace

void log_line(const core& system, std::string_view line) noexcept {
  if (!system.options.log) return;
  std::fprintf(stderr, "troupe: %.*s\n", static_cast<int>(line.size()), line.data());
}

void report_unsent(std::string_view message) noexcept {
  // There is no system whose counter could limit the lines, hence one for the process.
  static std::atomic<std::uint64_t> number{0};
  if (number.fetch_add(1, std::memory_order_relaxed) >= printed_at_first) return;
  std::fprintf(stderr, "troupe: `%.*s` was sent through an empty handle\n",
               static_cast<int>(message.size()), message.data());
}

void report_dead_letter(core& system, cell* to, std::string_view message,
                        dead_reason why) noexcept {
  const std::string_view what = explanation(why);
  if (what.empty()) return;  // what nobody waits for any more is only counted
  if (system.state.load(std::memory_order_relaxed) != core_state::open) return;
  const std::uint64_t number = system.reported.fetch_add(1, std::memory_order_relaxed) + 1;
  const bool first_refusal =
      why == dead_reason::full && to != nullptr &&
      (to->marks.fetch_or(mark_said_full, std::memory_order_relaxed) & mark_said_full) == 0;
  if (!first_refusal && !is_worth_a_line(number)) return;
  log_made(system, [&] {
    std::string line =
        "dead letter " + std::to_string(number) + ": `" + std::string(message) + "` to ";
    if (to != nullptr) line += describe(*to) + ", which ";
    line.append(what);
    if (why == dead_reason::unroutable) line.append(": ").append(why_unroutable(*to));
    return line;
  });
}

}  // namespace troupe::detail
