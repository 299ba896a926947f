// start_result.cpp: what becomes of an actor whose on_start has spoken.
#include <troupe/actors/life/start_result.hpp>

#include <troupe/actors/engine/cell.hpp>
#include <troupe/actors/engine/life.hpp>

#include <memory>
#include <utility>

namespace troupe::detail {

void heed_start(cell& c, start_result&& said) {
  const bool ends = said.is_ignore() || said.is_stop();
  exit_reason why = said.why();
  if (ends || !said.info().empty())
    extras_of(c).said_at_start = std::make_unique<start_result>(std::move(said));
  if (!ends) return;
  c.said_stop = true;  // it has not begun: there is nothing that on_stop could end
  begin_stop(c, *here, std::move(why));
}

const start_result* said_at_start(const cell& c) noexcept {
  return c.extras != nullptr ? c.extras->said_at_start.get() : nullptr;
}

}  // namespace troupe::detail
