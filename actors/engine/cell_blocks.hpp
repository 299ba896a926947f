// cell_blocks.hpp: the memory of cells.
//
//   Before   life.cpp takes a cell when an actor is spawned.
//   After    life.cpp gives it back when it is freed.
//   Called   take, give: any thread, with its own list of free cells or none. for_each: any thread.
//   Holds    blocks of 64 KiB of cells of one size, until the core ends, got from the operating
//            system 16 at a time. Cells are built once and never destroyed.
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

/// Sizes in steps of 64 up to 1 KiB, then 2 KiB and 4 KiB.
inline constexpr std::size_t slot_classes = 17;
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
  explicit cell_blocks(core& system) noexcept : system_(system) {}
  cell_blocks(const cell_blocks&) = delete;
  cell_blocks& operator=(const cell_blocks&) = delete;
  ~cell_blocks();

  /// A free cell with room for `body` bytes behind it. `mine` is the calling thread's list; null:
  /// it has none.
  /// @throws std::bad_alloc
  [[nodiscard]] cell& take(std::size_t body, free_cells* mine);
  void give(cell& c, free_cells* mine) noexcept;

  /// Calls `f(cell&)` for every cell there is, free ones too; not for those of blocks that are made
  /// meanwhile. C1 lets it walk without a lock. @throws std::bad_alloc, what `f` throws
  template <class F>
  void for_each(F f) {
    for (std::byte* const memory : blocks()) {
      const auto& head = *reinterpret_cast<const block_head*>(memory);
      for (std::size_t i = 0; i < head.cells; ++i)
        f(*reinterpret_cast<cell*>(memory + first_slot + i * head.slot));
    }
  }

private:
  [[nodiscard]] std::vector<std::byte*> blocks() {
    const std::lock_guard lock(mutex_);
    return blocks_;
  }
  void refill(free_cells::list& to, std::size_t size);
  void add_block(std::size_t size);
  void add_chunk();

  core& system_;
  std::mutex mutex_;
  free_cells shared_;
  std::vector<std::byte*> chunks_;
  std::size_t left_in_chunk_ = 0;   // blocks of the last chunk that are not used yet
  std::vector<std::byte*> blocks_;  // each begins with its head
};

}  // namespace troupe::detail
