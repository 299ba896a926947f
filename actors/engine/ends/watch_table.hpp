// watch_table.hpp: watches by the actor that is watched, and ends on their way along links.
//
//   Before   watches.cpp.      After   the end of an actor takes out what it has to send.
//   Called   any thread: everything is under the lock of one of 64 shards.
//   Rules    B1  put() and the end of an actor meet at its marks: either the end finds the watch
//                here, or put() finds that it has ended.
//            B2  Whoever takes a block out of the table, once, sends it or frees it.
#pragma once

#include <troupe/actors/detail/watch.hpp>
#include <troupe/actors/engine/cell.hpp>

#include <array>
#include <mutex>
#include <unordered_map>

namespace troupe::detail {

class watch_table {
public:
  watch_table() = default;
  watch_table(const watch_table&) = delete;
  watch_table& operator=(const watch_table&) = delete;

  /// Keeps `b` until its target has ended. @pre somebody has reach to the target, or it is running
  /// @returns false: it has ended, or another incarnation lives there
  /// @throws std::bad_alloc
  [[nodiscard]] bool put(watch_block& b, std::uint32_t incarnation);
  /// @returns false: somebody has taken it out to send it
  [[nodiscard]] bool take_out(watch_block& b) noexcept;
  /// All that watch `target`, linked by `after`, in the order in which they were put.
  [[nodiscard]] watch_block* take_all(const cell& target) noexcept;

  /// An end on its way to `b.watcher` by the system lane; a command follows.
  void put_exit(watch_block& b) noexcept;
  /// Those on their way to `c`, linked by `after`, in their order.
  [[nodiscard]] watch_block* take_exits(const cell& c) noexcept;

  /// Another incarnation begins in `c`, which nobody watches. @pre the last one has ended
  void begin_incarnation(cell& c) noexcept;

private:
  struct shard {
    std::mutex mutex;
    std::unordered_map<const cell*, watch_block*> watched;  ///< the last that was put comes first
    watch_block* exits = nullptr;                           ///< to several; the last comes first
  };
  [[nodiscard]] shard& shard_of(const cell& c) noexcept;

  std::array<shard, 64> shards_;
};

}  // namespace troupe::detail
