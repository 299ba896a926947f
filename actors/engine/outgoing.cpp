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
  publishing_ = true;
  hold_.leave();
  publish(full);
  hold_.enter();
  publishing_ = false;
  hold_.leave();
  return true;
}

void outgoing::open(cell& to) noexcept {
  if (to.counts_all || opens_in_ != &core_at(to)) return;
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

void outgoing::rob() noexcept {
  if (publishing_) return;
  cell* const to = to_.load(std::memory_order_relaxed);
  publish(cut());
  // (2) release: what the owner sends when it sees no chain comes behind what was published (O1).
  to_.store(nullptr, std::memory_order_release);
  if (to != nullptr) release(*to);
}

void outgoing::publish(const load& l) noexcept {
  if (l.to != nullptr) deliver_chain(*l.to, l.first, l.last, l.weight);
}

}  // namespace troupe::detail
