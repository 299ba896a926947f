// inline_turn.hpp: turns of adapters that ordinary threads run themselves.
//
//   Before   an ordinary thread's operation finds the adapter idle.
//   After    the steps of that adapter; a worker, if there is more to do.
//   Called   by whoever has found the idle mark (M1).
//   Rules    I1  It runs operations and nothing else; for whatever else there is a worker takes the
//                turn.
//            I2  There is none inside a turn: there an operation is enqueued.
//            I3  After `others_max` operations of others the next one's thread takes the turn, if
//                it looks at its operation; after `others_limit` a worker does.
//            I4  Threads that sleep are woken when the turn is over.
#pragma once

#include <troupe/actors/detail/operation.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace troupe::detail {

inline constexpr unsigned others_max = 16;
inline constexpr unsigned others_limit = 1024;  // some tens of microseconds

class inline_turn {
public:
  explicit inline_turn(cell& c) noexcept;
  inline_turn(const inline_turn&) = delete;
  inline_turn& operator=(const inline_turn&) = delete;
  ~inline_turn();

  /// I4. The word may be gone by then.
  void wake_later(const std::atomic<std::uint32_t>& word) noexcept;
  [[nodiscard]] cell& of() const noexcept { return cell_; }

  /// The one that runs on this thread; null: none.
  [[nodiscard]] static inline_turn* current() noexcept;

private:
  cell& cell_;
  static constexpr std::size_t words_max = 64;
  std::array<const std::atomic<std::uint32_t>*, words_max> words_;  // `waits_` of them
  std::size_t waits_ = 0;
};

/// Runs the turn that begins with `own`. @pre its push has found the idle mark
void run_inline(cell& c, operation& own) noexcept;

}  // namespace troupe::detail
