// start_result.cpp: what becomes of an actor whose on_start has spoken.
#include <troupe/actors/life/start_result.hpp>

#include <troupe/actors/engine/cell.hpp>
#include <troupe/actors/engine/life.hpp>

#include <memory>
#include <utility>

namespace troupe::detail {

void heed_start(cell& c, start_result&& said) {
  const bool ignores = said.is_ignore();
  if (ignores || !said.info().empty())
    extras_of(c).said_at_start = std::make_unique<start_result>(std::move(said));
  if (!ignores) return;
  c.said_stop = true;  // it has not begun: there is nothing that on_stop could end
  begin_stop(c, *here, exit_kind::normal);
}

const start_result* said_at_start(const cell& c) noexcept {
  return c.extras != nullptr ? c.extras->said_at_start.get() : nullptr;
}

}  // namespace troupe::detail
