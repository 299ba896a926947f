// outgoing.hpp: messages of one handler to one busy receiver, published together.
//
//   Before   runtime.cpp, when a handler has sent several to a receiver that is busy anyway.
//   After    the receiver's mailbox, by one exchange for up to 16.
//   Called   by the thread whose turn it is; rob: under the hold, by the watchdog.
//   Holds    a chain of envelopes and a handle of their receiver.
//   Rules    O1  What a handler sends leaves in the order in which it was sent: a chain is
//                published before anything goes to somebody else, and when the handler returns.
//            O2  The receiver of a chain has a handle more: it cannot be gone meanwhile.
//            O3  A worker that does not return from a turn is robbed of its chain (worker.hpp).
#pragma once

#include <troupe/actors/engine/cell.hpp>
#include <troupe/actors/engine/scheduling/hold.hpp>

#include <atomic>
#include <cstdint>

namespace troupe::detail {

class outgoing {
public:
  /// As many sends of one handler to one busy receiver open a chain.
  static constexpr unsigned opens_at = 4;
  /// So many are published at once.
  static constexpr unsigned longest = 16;

  /// What was taken out, to be published; `to` is null if there was nothing.
  struct load {
    cell* to = nullptr;
    link* first = nullptr;
    link* last = nullptr;
    std::uint32_t weight = 0;  ///< what it adds to `queued`
  };

  [[nodiscard]] bool is_open() const noexcept {
    return to_.load(std::memory_order_relaxed) != nullptr;
  }

  /// Puts `e` behind the others. @returns false: the chain goes elsewhere, or there is none
  [[nodiscard]] bool append(cell& to, envelope& e) noexcept {
    hold_.enter();
    if (to_.load(std::memory_order_relaxed) != &to) [[unlikely]] {
      hold_.leave();
      return false;
    }
    if (is_sample(e)) [[unlikely]]
      count(to, e);
    last_->next.store(&e, std::memory_order_relaxed);
    last_ = &e;
    if (++length_ == longest) [[unlikely]]
      return publish_full();
    hold_.leave();
    return true;
  }
  /// A user's message was sent to an actor that was not idle. `handler` tells handlers apart.
  /// @pre the caller has reach
  void sent_to_busy(cell& to, std::uint64_t handler) noexcept {
    if (busy_ != &to || busy_for_ != handler) {
      busy_ = &to;
      busy_for_ = handler;
      sent_ = 0;
    }
    if (++sent_ == opens_at) open(to);
  }
  /// Publishes what there is, and lets go of the receiver.
  void close() noexcept;
  /// Takes the chain away, with its handle; an empty one stays: its owner may be just about to
  /// publish what it has cut off. @pre the owner is kept out by lock()
  [[nodiscard]] load rob() noexcept;
  /// The other half of a robbery. @thread any
  static void finish(const load& robbed) noexcept;

  [[nodiscard]] hold& lock() noexcept { return hold_; }
  /// From now on chains are made: somebody can rob them. Before, none is.
  void may_be_robbed() noexcept { opens_ = true; }

private:
  void open(cell& to) noexcept;
  void count(const cell& to, envelope& e) noexcept;
  bool publish_full() noexcept;
  [[nodiscard]] load cut() noexcept;
  static void publish(const load& l) noexcept;

  bool opens_ = false;
  hold hold_;  // of all that a worker keeps back
  std::atomic<cell*> to_{nullptr};
  link before_first_;
  link* last_ = &before_first_;
  unsigned length_ = 0;
  std::uint32_t weight_ = 0;
  const cell* busy_ = nullptr;  // to whom the last message went
  std::uint64_t busy_for_ = 0;  // in which handler
  unsigned sent_ = 0;           // how many in a row
};

}  // namespace troupe::detail
