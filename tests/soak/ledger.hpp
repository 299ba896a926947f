// ledger.hpp: the books of one phase: what was sent must have been handled, or be a dead letter.
//
//   Before   citizens and strangers write into it.      After   phase.cpp balances it at rest.
//   Called   any thread.
//   Holds    counts, and how many messages are under way to whom.
//   Rules    A message carries one pass, made when it is sent, destroyed where its way ends.
#pragma once

#include <troupe/actors/prelude.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace soak {

/// A number that many threads add to; exact when nothing runs.
class alignas(64) tally {
public:
  /// @returns the number from now on
  std::uint64_t add() noexcept { return number_.fetch_add(1, std::memory_order_relaxed) + 1; }
  [[nodiscard]] std::uint64_t get() const noexcept {
    return number_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::uint64_t> number_{0};
};

struct ledger {
  tally sent;          ///< messages: told, asked, forwarded
  tally taken_back;    ///< of these, those that try_tell refused
  tally arrived;       ///< of these, those whose way has ended, however it did
  tally handled;       ///< of these, those that a handler got
  tally lost_replies;  ///< reply_tos that went with the actor that had them: dead letters too
  tally asked;         ///< by actors
  tally outcomes;      ///< continuations that were called
  tally slips;         ///< continuations that were made
  tally slips_gone;    ///< and destroyed
  tally born;          ///< actors whose constructor has returned
  tally stillborn;     ///< those whose constructor has thrown
  tally buried;        ///< actors that were destroyed
  tally deeds;         ///< of ordinary threads

  /// Something that must not be. Kept for the report; the first are enough.
  void wrong(std::string what);
  [[nodiscard]] std::vector<std::string> wrongs() const;

  void under_way(troupe::actor_id to, int by) noexcept;
  /// Who has messages that were not handled, for people.
  [[nodiscard]] std::string waiting() const;

private:
  /// Actors share a place now and then: the report names the last.
  struct place {
    std::atomic<std::uint64_t> who{0};
    std::atomic<std::int64_t> messages{0};
  };
  static constexpr std::size_t places = 4096;

  mutable std::mutex mutex_;
  std::vector<std::string> wrongs_;
  std::array<place, places> waiting_;
};

/// A message's place in the books.
class pass {
public:
  pass(ledger& books, troupe::actor_id to) noexcept : books_(&books), to_(to) {
    books.sent.add();
    books.under_way(to, 1);
  }
  pass(pass&& other) noexcept : books_(std::exchange(other.books_, nullptr)), to_(other.to_) {}
  pass& operator=(pass&&) = delete;
  ~pass() {
    if (books_ == nullptr) return;
    books_->arrived.add();
    books_->under_way(to_, -1);
  }
  /// A handler has it.
  void handled() const noexcept { books_->handled.add(); }
  /// It was not sent after all.
  void taken_back() const noexcept { books_->taken_back.add(); }

private:
  ledger* books_;
  troupe::actor_id to_;
};

/// Lives in a continuation.
class slip {
public:
  explicit slip(ledger& books) noexcept : books_(&books) { books.slips.add(); }
  slip(slip&& other) noexcept : books_(std::exchange(other.books_, nullptr)) {}
  slip& operator=(slip&&) = delete;
  ~slip() {
    if (books_ != nullptr) books_->slips_gone.add();
  }

private:
  ledger* books_;
};

}  // namespace soak
