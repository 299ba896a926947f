// mailbox.hpp: the queue in front of one actor.
//
//   Before   runtime.cpp hands over an envelope.      After   turn.cpp runs the owner.
//   Called   push, wake: any thread. The rest: whoever holds the turn.
//   Holds    links, from push until retired by the owner. Owns none of them.
//   Rules    M1  Who finds the idle mark schedules the owner, exactly once.
//            M2  Only the owner sets the idle mark, and swings the tail to the embedded stub with
//                it.
//            M3  A system sender publishes, then clears the mark; the owner sets it, then looks
//                again.
//   Source   Vyukov's intrusive many-producer queue; the mark in the tail word as in Pony's
//            runtime.
#pragma once

#include <troupe/actors/detail/envelope.hpp>

#include <cstdint>

namespace troupe::detail {

/// | operation          | who          | effect                                                |
/// |--------------------|--------------|-------------------------------------------------------|
/// | push               | any          | one exchange; true: the caller must schedule the owner |
/// | push_chain         | any          | the same for several that are linked already          |
/// | seems_idle         | any          | a guess, for whoever chooses between receivers         |
/// | wake               | any          | clears the mark; true: the caller must schedule        |
/// | front              | owner        | oldest link, or null: empty, or the next is half-linked |
/// | advance            | owner        | front is being handled; gives back the one before it   |
/// | detach             | owner        | takes the front out whole; false: half-linked, try later |
/// | is_empty           | owner        | nothing is in the queue or on its way into it          |
/// | try_idle           | owner        | true: empty, marked, the turn is over                  |
/// | try_idle_behind    | owner        | the same if only the front is there, which is handled   |
///
/// The chain runs from `head_`, a link already handled (or the stub), to the one in `tail_`. A
/// handled link stays until its successor is known, since a sender may still write its `next`.
template <class Atomics>
class basic_mailbox {
public:
  using link = basic_link<Atomics>;

  /// Starts marked idle: the first push schedules the owner.
  basic_mailbox() noexcept : tail_(word(&stub_) | idle_mark), head_(&stub_) {}
  basic_mailbox(const basic_mailbox&) = delete;
  basic_mailbox& operator=(const basic_mailbox&) = delete;

  /// Puts `e` at the end.
  /// @returns true if the owner was idle: the caller schedules it, nobody else will (M1).
  /// @cost one exchange, one store.
  [[nodiscard]] bool push(link* e) noexcept { return push_chain(e, e); }

  /// Puts what is linked from `first` to `last` at the end; nothing comes between.
  [[nodiscard]] bool push_chain(link* first, link* last) noexcept {
    last->next.store(nullptr, std::memory_order_relaxed);
    // (1) release: the payload travels to (2) and (3). acquire: from a mark set by the owner in
    // (4), whose turn's effects the next turn must see.
    const auto before = tail_.exchange(word(last), std::memory_order_acq_rel);
    pointer(before)->next.store(first, std::memory_order_release);  // (2) read by (3)
    return (before & idle_mark) != 0;
  }

  /// Clears the idle mark for a sender of the system lane, after it has published its command (M3).
  /// @returns true if the mark was there: the caller schedules the owner.
  [[nodiscard]] bool wake() noexcept {
    // (5) seq_cst: the command's store comes before it, and (4) before the owner's second look.
    return (tail_.fetch_and(~idle_mark, std::memory_order_seq_cst) & idle_mark) != 0;
  }

  /// The oldest link not yet handled; it stays in the queue.
  [[nodiscard]] link* front() const noexcept {
    return head_->next.load(std::memory_order_acquire);  // (3)
  }

  /// Whether the mark was there a moment ago. @thread any
  [[nodiscard]] bool seems_idle() const noexcept {
    return (tail_.load(std::memory_order_relaxed) & idle_mark) != 0;
  }

  /// Whether there is nothing behind the handled link, not even a half-linked one.
  [[nodiscard]] bool is_empty() const noexcept {
    return pointer(tail_.load(std::memory_order_acquire)) == head_;
  }

  /// The front becomes the handled one.
  /// @returns the link handled before it, which is the caller's again; null if that was the stub.
  [[nodiscard]] link* advance(link* front) noexcept {
    link* const retired = head_ == &stub_ ? nullptr : head_;
    head_ = front;
    return retired;
  }

  /// Takes the front out of the chain, so that it can be sent elsewhere while it is being handled.
  /// Gives back the link handled before it in `retired` (null if that was the stub).
  /// @returns false if a sender stands between exchange and link: nothing has changed, end the
  /// turn.
  [[nodiscard]] bool detach(link* front, link*& retired) noexcept {
    link* after = front->next.load(std::memory_order_acquire);
    stub_.next.store(after, std::memory_order_relaxed);
    if (after == nullptr) {
      auto expected = word(front);
      // (6) release: a sender that finds the stub in the tail writes stub_.next after the store
      // above.
      if (!tail_.compare_exchange_strong(expected, word(&stub_), std::memory_order_acq_rel,
                                         std::memory_order_relaxed)) {
        after = front->next.load(std::memory_order_acquire);
        stub_.next.store(after != nullptr || head_ != &stub_ ? after : front,
                         std::memory_order_relaxed);
        if (after == nullptr) return false;
      }
    }
    retired = head_ == &stub_ ? nullptr : head_;
    head_ = &stub_;
    return true;
  }

  /// Marks the owner idle if the queue is empty.
  /// @returns true: the turn is over, the owner must not be touched any more, except to look at the
  /// system lane
  ///   and, if something is there, to take the turn back with wake(). false: there is more, or a
  ///   sender is between exchange and link (front() tells).
  [[nodiscard]] bool try_idle(link*& retired) noexcept {
    retired = nullptr;
    if (head_ != &stub_) stub_.next.store(nullptr, std::memory_order_relaxed);
    auto expected = word(head_);
    link* const last = head_;
    head_ = &stub_;  // before the mark: after it, the next owner reads head_
    // (4) seq_cst: before the second look at the system word (M3); release for the next owner, see
    // (1).
    if (tail_.compare_exchange_strong(expected, word(&stub_) | idle_mark, std::memory_order_seq_cst,
                                      std::memory_order_relaxed)) {
      retired = last == &stub_ ? nullptr : last;
      return true;
    }
    head_ = last;
    return false;
  }

  /// Takes the front out and marks the owner idle, if nothing is behind it: for an owner that has
  /// handled it where it stood.
  /// @pre nothing was handled before it in this turn: it stands behind the stub
  /// @returns true: the turn is over, the front the caller's again. false: nothing has changed,
  ///   detach it
  [[nodiscard]] bool try_idle_behind(link* front) noexcept {
    stub_.next.store(nullptr, std::memory_order_relaxed);
    auto expected = word(front);
    // As (4); the stub is in place before the mark is set.
    if (tail_.compare_exchange_strong(expected, word(&stub_) | idle_mark, std::memory_order_seq_cst,
                                      std::memory_order_relaxed))
      return true;
    stub_.next.store(front, std::memory_order_relaxed);
    return false;
  }

private:
  static constexpr std::uintptr_t idle_mark = 1;
  static std::uintptr_t word(link* e) noexcept { return reinterpret_cast<std::uintptr_t>(e); }
  static link* pointer(std::uintptr_t w) noexcept {
    return reinterpret_cast<link*>(w & ~idle_mark);  // NOLINT(performance-no-int-to-ptr): the mark
  }

  typename Atomics::template atomic<std::uintptr_t> tail_;  // the last link, and the idle mark
  link* head_;                                              // the owner's
  link stub_;
};

}  // namespace troupe::detail
