// weak.cpp: from a place back to the actor, if it is still the one.
#include <troupe/actors/life/weak.hpp>

#include <troupe/actors/engine/core.hpp>

namespace troupe::detail {

namespace {

/// The cells stay mapped (C1). @pre somebody else keeps the core now
void keep_core_of(cell* c) noexcept {
  if (c != nullptr) core_at(*c).holders.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

weak_place::weak_place(cell* c, std::uint32_t incarnation) noexcept
    : cell_(c), id_(c != nullptr ? c->id : 0), incarnation_(incarnation) {
  keep_core_of(cell_);
  if (cell_ != nullptr) expect_the_late(*cell_);
}

weak_place::weak_place(const weak_place& other) noexcept
    : cell_(other.cell_), id_(other.id_), incarnation_(other.incarnation_) {
  keep_core_of(cell_);
}

weak_place::~weak_place() {
  if (cell_ != nullptr) release_core(core_at(*cell_));
}

handle weak_place::lock() const noexcept {
  if (cell_ == nullptr || !acquire_living(*cell_, id_)) return {};  // C4, C5
  handle h = handle::adopt(*cell_, incarnation_);
  return incarnation_ != 0 && incarnation_ != incarnation_of(*cell_) ? handle() : h;
}

}  // namespace troupe::detail
