// watch.hpp: the adapters of a system: who can be seen in snapshot(), and who waits in a circle.
//
//   Before   make.hpp enlists each.
//   After    snapshot(); an actor that looks for circles while somebody waits for a lock.
//   Called   any thread.
//   Holds    weak places: an adapter that has ended is struck off at the next look.
//   Rules    V1  A circle is one whose waits and holds are the same at two looks in a row: all of
//                them existed at once, when the second began.
#pragma once

#include <troupe/actors/classic/detail/view.hpp>
#include <troupe/actors/classic/watch_waits.hpp>
#include <troupe/actors/life/weak.hpp>
#include <troupe/actors/system.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::classic::detail {

class circle_finder;

/// How an adapter is looked at, and how one of its waits is ended; null: nobody holds it.
struct watched {
  troupe::detail::weak_place place;
  const envelope_ops* look = nullptr;
  const envelope_ops* break_wait = nullptr;
};

/// Shared with the adapters, which may outlive the system.
class adapter_book {
public:
  /// @throws std::bad_alloc
  void add(watched one);
  /// Those that live.
  [[nodiscard]] std::vector<watched> all();

  [[nodiscard]] watch_options settings();
  void set(watch_options o);

  /// Somebody waits for a lock. @thread any @cost one load, but for the first
  void note_wait() noexcept {
    if (!looks_.load(std::memory_order_relaxed)) begin_looks();
  }
  /// Nobody has waited at the last look. @thread the finder's
  void end_looks() noexcept { looks_.store(false, std::memory_order_seq_cst); }
  void use(ref<circle_finder> finder);

private:
  void begin_looks() noexcept;

  std::mutex mutex_;
  std::vector<watched> listed_;
  std::size_t strike_off_at_ = 64;  ///< so many: those that have ended go
  watch_options settings_;
  std::atomic<bool> looks_{false};
  ref<circle_finder> finder_;
};

[[nodiscard]] const std::shared_ptr<adapter_book>& book_of(actor_system& sys);

/// @throws std::bad_alloc
void enlist(actor_system& sys, cell& adapter, const envelope_ops& look,
            const envelope_ops* break_wait);

}  // namespace troupe::classic::detail
