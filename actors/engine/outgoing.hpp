// outgoing.hpp: messages of one handler to one busy receiver, published together.
//
//   Before   runtime.cpp, when a handler has sent several to a receiver that is busy anyway.
//   After    the receiver's mailbox, by one exchange for up to 16.
//   Called   by the thread whose turn it is; rob: under the hold, by the watchdog.
//   Holds    a chain of envelopes and a handle of their receiver.
//   Rules    O1  What a handler sends leaves in the order in which it was sent: a chain is
//                published before anything goes to somebody else, and when the handler returns.
//            O2  The receiver of a chain has a handle more: it cannot be gone meanwhile.
//            O3  A worker that does not return from a turn is robbed of its chain (worker.hpp),
//                which is published before the worker can send anything else. So a chain goes only
//                to receivers in the system whose workers are robbed.
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

  [[nodiscard]] bool is_open() const noexcept {
    return to_.load(std::memory_order_acquire) != nullptr;  // (1) with (2)
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
    if (++sent_ % opens_at == 0) open(to);  // again, if it was robbed
  }
  /// Publishes what there is, and lets go of the receiver.
  void close() noexcept;
  /// The same in the owner's place. Nothing happens if it is just publishing itself.
  /// @pre the owner is kept out by lock()
  void rob() noexcept;

  [[nodiscard]] hold& lock() noexcept { return hold_; }
  /// From now on chains are made, to receivers in `system`: somebody can rob them. Before, none is.
  void may_be_robbed(const core& system) noexcept { opens_in_ = &system; }

private:
  /// What was cut off, to be published; `to` is null if there was nothing.
  struct load {
    cell* to = nullptr;
    link* first = nullptr;
    link* last = nullptr;
    std::uint32_t weight = 0;  ///< what it adds to `queued`
  };

  void open(cell& to) noexcept;
  void count(const cell& to, envelope& e) noexcept;
  bool publish_full() noexcept;
  [[nodiscard]] load cut() noexcept;
  static void publish(const load& l) noexcept;

  const core* opens_in_ = nullptr;
  hold hold_;                       // of all that a worker keeps back
  std::atomic<cell*> to_{nullptr};  // changed inside the hold
  bool publishing_ = false;         // a full chain, which still needs the handle
  link before_first_;
  link* last_ = &before_first_;
  unsigned length_ = 0;
  std::uint32_t weight_ = 0;
  const cell* busy_ = nullptr;  // to whom the last message went
  std::uint64_t busy_for_ = 0;  // in which handler
  unsigned sent_ = 0;           // how many in a row
};

}  // namespace troupe::detail
