// outgoing.cpp: messages of one handler to one busy receiver, published together.
//
//   Cost     a message in a chain: two stores and a load for the hold, two for the link; an
//            exchange for each 16; two counts of the handle for each chain.
#include <troupe/actors/engine/outgoing.hpp>

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/engine/context.hpp>

#include <utility>

namespace troupe::detail {

void outgoing::count(const cell& to, envelope& e) noexcept {
  if ((e.flags & envelope::reserved) != 0) return;
  e.flags |= sample_flags(to);
  weight_ += sample_weight;
}

/// @pre inside the hold, which it leaves
bool outgoing::publish_full() noexcept {
  const load full = cut();
  hold_.leave();
  publish(full);
  return true;
}

void outgoing::open(cell& to) noexcept {
  if (to.counts_all || !opens_) return;
  retain(to);  // O2
  hold_.enter();
  to_.store(&to, std::memory_order_relaxed);
  hold_.leave();
}

/// What is in the chain, which stays open.
outgoing::load outgoing::cut() noexcept {
  if (length_ == 0) return {};
  length_ = 0;
  return {to_.load(std::memory_order_relaxed), before_first_.next.load(std::memory_order_relaxed),
          std::exchange(last_, &before_first_), std::exchange(weight_, 0)};
}

void outgoing::close() noexcept {
  hold_.enter();
  const load rest = cut();
  cell* const to = to_.load(std::memory_order_relaxed);
  to_.store(nullptr, std::memory_order_relaxed);
  hold_.leave();
  publish(rest);
  if (to != nullptr) release(*to);
}

outgoing::load outgoing::rob() noexcept {
  const load robbed = cut();
  if (robbed.to != nullptr) to_.store(nullptr, std::memory_order_relaxed);
  return robbed;
}

void outgoing::finish(const load& robbed) noexcept {
  publish(robbed);
  if (robbed.to != nullptr) release(*robbed.to);
}

void outgoing::publish(const load& l) noexcept {
  if (l.to != nullptr) deliver_chain(*l.to, l.first, l.last, l.weight);
}

}  // namespace troupe::detail
