// cell_blocks.cpp: the memory of cells.
#include <troupe/actors/engine/cell_blocks.hpp>

#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TROUPE_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define TROUPE_ASAN
#endif

#if defined(TROUPE_ASAN)
#include <sanitizer/asan_interface.h>
#define TROUPE_POISON(address, bytes) ASAN_POISON_MEMORY_REGION(address, bytes)
#define TROUPE_UNPOISON(address, bytes) ASAN_UNPOISON_MEMORY_REGION(address, bytes)
#else
#define TROUPE_POISON(address, bytes) (static_cast<void>(address), static_cast<void>(bytes))
#define TROUPE_UNPOISON(address, bytes) (static_cast<void>(address), static_cast<void>(bytes))
#endif

namespace troupe::detail {
namespace {

constexpr std::size_t step = 64;
constexpr std::size_t steps = 16;  // classes 0..15: 64, 128 … 1,024 bytes of body
constexpr std::uint32_t batch = free_max / 2;

std::size_t class_of(std::size_t body) noexcept {
  if (body <= step * steps) return body == 0 ? 0 : (body - 1) / step;
  return body + cell_bytes <= 2048 ? steps : steps + 1;
}

std::size_t slot_bytes(std::size_t size) noexcept {
  if (size < steps) return cell_bytes + (size + 1) * step;
  return size == steps ? 2048 : 4096;
}

}  // namespace

cell_blocks::~cell_blocks() {
  for (const block& b : blocks_) {
    TROUPE_UNPOISON(b.memory, b.slot * b.cells);
    std::free(b.memory);
  }
}

cell& cell_blocks::take(std::size_t body, free_cells* mine) {
  const std::size_t size = class_of(body);
  cell* c = nullptr;
  if (mine != nullptr) {
    auto& list = mine->of_size[size];
    if (list.first == nullptr) refill(list, size);
    c = list.pop();
  } else {
    const std::lock_guard lock(mutex_);
    if (shared_.of_size[size].first == nullptr) add_block(size);
    c = shared_.of_size[size].pop();
  }
  TROUPE_UNPOISON(body_of(*c), slot_bytes(size) - cell_bytes);
  return *c;
}

void cell_blocks::give(cell& c, free_cells* mine) noexcept {
  const std::size_t size = c.slot_class;
  TROUPE_POISON(body_of(c), slot_bytes(size) - cell_bytes);
  if (mine == nullptr) {
    const std::lock_guard lock(mutex_);
    shared_.of_size[size].push(c);
    return;
  }
  auto& list = mine->of_size[size];
  list.push(c);
  if (list.length <= free_max) return;
  const std::lock_guard lock(mutex_);  // K2
  for (std::uint32_t i = 0; i < batch; ++i) shared_.of_size[size].push(*list.pop());
}

void cell_blocks::refill(free_cells::list& to, std::size_t size) {
  const std::lock_guard lock(mutex_);
  auto& from = shared_.of_size[size];
  if (from.first == nullptr) add_block(size);
  for (std::uint32_t i = 0; i < batch && from.first != nullptr; ++i) to.push(*from.pop());
}

void cell_blocks::add_block(std::size_t size) {
  const std::size_t slot = slot_bytes(size);
  if (blocks_.size() == blocks_.capacity()) blocks_.reserve(2 * blocks_.size() + 8);
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(64, block_bytes));
  if (memory == nullptr) throw std::bad_alloc();
  const block b{memory, slot, block_bytes / slot};
  blocks_.push_back(b);
  for (std::size_t i = b.cells; i-- > 0;) {
    cell* const c = ::new (static_cast<void*>(memory + i * slot)) cell;
    c->slot_class = static_cast<std::uint8_t>(size);
    TROUPE_POISON(body_of(*c), slot - cell_bytes);
    shared_.of_size[size].push(*c);
  }
}

}  // namespace troupe::detail
