// undertaker.cpp: who looks after actors that were killed and do not return from their turn.
#include <troupe/actors/engine/scheduling/undertaker.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/ends/graveyard.hpp>

#include <algorithm>
#include <string>

namespace troupe::detail {
namespace {

constexpr duration longest_pause = std::chrono::milliseconds(20);

struct release_at_end {
  cell& c;
  ~release_at_end() { release(c); }
};

}  // namespace

undertaker::undertaker(duration kill_limit) noexcept
    : limit_(kill_limit), pause_(std::min(longest_pause, kill_limit / 4)) {}

/// C1: a cell may be looked at whoever lives there now.
undertaker::turn undertaker::turn_of_killed(const context& x) noexcept {
  cell* const c = x.running.load(std::memory_order_acquire);
  if (c == nullptr || (c->commands.load(std::memory_order_acquire) & command_kill) == 0) return {};
  return {c, x.counted.of(count::turns), {}, {}, false};
}

duration undertaker::limit_of(const context& x, const turn& t) const noexcept {
  if (t.of == nullptr || !acquire(*t.of)) return limit_;
  const release_at_end held{*t.of};
  const turn is = turn_of_killed(x);  // C1: still the same, so its extras are there
  if (is.of != t.of || is.number != t.number || t.of->incarnation_now() == 0) return limit_;
  const duration own(t.of->extras->kill_limit.load(std::memory_order_relaxed));
  return own != duration{} ? own : limit_;
}

void undertaker::look(const std::vector<context*>& all, time_point now) {
  last_ = now;
  is_waiting_ = false;
  seen_.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    turn& seen = seen_[i];
    const turn is = turn_of_killed(*all[i]);
    if (is.of != seen.of || is.number != seen.number) {
      seen = is;
      seen.since = now;
      seen.limit = limit_of(*all[i], is);
    }
    if (seen.of == nullptr || seen.is_abandoned) continue;
    is_waiting_ = true;
    if (now - seen.since < seen.limit) continue;
    seen.is_abandoned = true;
    abandon(*all[i], seen, now - seen.since);
  }
}

void undertaker::abandon(const context& x, const turn& t, duration so_long) noexcept {
  if (!acquire(*t.of)) return;
  const release_at_end held{*t.of};
  // Still the same turn: so the cell was not another actor's when it was acquired.
  const turn is = turn_of_killed(x);
  if (is.of != t.of || is.number != t.number) return;
  std::string doing;
  try {
    doing = "in one turn for " + std::to_string(so_long / std::chrono::milliseconds(1)) +
            " ms after its kill";
    if (const auto* message = x.handling.load(std::memory_order_relaxed))
      doing.append(", handling `").append(message->message).append("`");
  } catch (const std::bad_alloc&) {  // without words
  }
  abandon_body(*t.of, std::move(doing));
}

}  // namespace troupe::detail
