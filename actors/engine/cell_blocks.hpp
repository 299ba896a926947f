// cell_blocks.hpp: the memory of cells.
//
//   Before   life.cpp takes a cell when an actor is spawned.
//   After    life.cpp gives it back when it is freed.
//   Called   take, give: any thread, with its own list of free cells or none. for_each: any thread.
//   Holds    blocks of 64 KiB of cells of one size, until the core ends. Cells are built once and
//            never destroyed.
//   Rules    K1  A cell is in one list of free cells, or in use; its mailbox is empty and idle when
//                it is given.
//            K2  A thread's list holds at most `free_max` of a size; the rest goes back to all.
#pragma once

#include <troupe/actors/engine/cell.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::detail {

inline constexpr std::size_t block_bytes = std::size_t{64} << 10;
/// Sizes in steps of 64 up to 1 KiB, then 2 KiB and 4 KiB.
inline constexpr std::size_t slot_classes = 18;
inline constexpr std::uint32_t free_max = 128;

/// A list of free cells per size.
struct free_cells {
  struct list {
    cell* first = nullptr;
    std::uint32_t length = 0;

    void push(cell& c) noexcept {
      c.run_link = first;
      first = &c;
      ++length;
    }
    [[nodiscard]] cell* pop() noexcept {
      cell* const c = first;
      if (c != nullptr) {
        first = c->run_link;
        --length;
      }
      return c;
    }
  };
  std::array<list, slot_classes> of_size{};
};

class cell_blocks {
public:
  cell_blocks() = default;
  cell_blocks(const cell_blocks&) = delete;
  cell_blocks& operator=(const cell_blocks&) = delete;
  ~cell_blocks();

  /// A free cell with room for `body` bytes behind it. `mine` is the calling thread's list; null:
  /// it has none.
  /// @throws std::bad_alloc
  [[nodiscard]] cell& take(std::size_t body, free_cells* mine);
  void give(cell& c, free_cells* mine) noexcept;

  /// Calls `f(cell&)` for every cell there is, free ones too, under the lock of the blocks.
  template <class F>
  void for_each(F f) {
    const std::lock_guard lock(mutex_);
    for (const block& b : blocks_)
      for (std::size_t i = 0; i < b.cells; ++i) f(*reinterpret_cast<cell*>(b.memory + i * b.slot));
  }

private:
  struct block {
    std::byte* memory;
    std::size_t slot;  // bytes of one cell with its body
    std::size_t cells;
  };
  void refill(free_cells::list& to, std::size_t size);
  void add_block(std::size_t size);

  std::mutex mutex_;
  free_cells shared_;
  std::vector<block> blocks_;
};

}  // namespace troupe::detail
