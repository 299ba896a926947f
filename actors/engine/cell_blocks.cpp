// cell_blocks.cpp: the memory of cells.
#include <troupe/actors/engine/cell_blocks.hpp>

#include <cstdlib>
#include <new>
#include <sys/mman.h>

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
constexpr std::size_t steps = 15;  // classes 0..14: slots of 128, 192 … 1,024 bytes
constexpr std::uint32_t batch = free_max / 2;
constexpr std::size_t chunk_blocks = 32;  // of 64 KiB
constexpr std::size_t chunk_bytes = chunk_blocks * block_bytes;

std::size_t class_of(std::size_t body) noexcept {
  const std::size_t bytes = cell_bytes + body;
  if (bytes <= step * (steps + 1)) return bytes <= 2 * step ? 0 : (bytes - 1) / step - 1;
  return bytes <= 2048 ? steps : steps + 1;
}

std::size_t slot_bytes(std::size_t size) noexcept {
  if (size < steps) return (size + 2) * step;
  return size == steps ? 2048 : 4096;
}

void* body_at(cell& c) noexcept { return reinterpret_cast<std::byte*>(&c) + cell_bytes; }

}  // namespace

cell_blocks::~cell_blocks() {
  for (std::byte* const memory : chunks_) {
    TROUPE_UNPOISON(memory, chunk_bytes);
    std::free(memory);
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
  TROUPE_UNPOISON(body_at(*c), slot_bytes(size) - cell_bytes);
  return *c;
}

void cell_blocks::give(cell& c, free_cells* mine) noexcept {
  const std::size_t size = c.slot_class;
  TROUPE_POISON(body_at(c), slot_bytes(size) - cell_bytes);
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

void cell_blocks::add_chunk() {
  const auto make_room = [](auto& list, std::size_t more) {
    if (list.capacity() < list.size() + more) list.reserve(2 * list.size() + more);
  };
  make_room(chunks_, 1);
  make_room(blocks_, chunk_blocks);
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(chunk_bytes, chunk_bytes));
  if (memory == nullptr) throw std::bad_alloc();
  chunks_.push_back(memory);
  left_in_chunk_ = chunk_blocks;
}

void cell_blocks::add_block(std::size_t size) {
  if (left_in_chunk_ == 0) add_chunk();
  std::byte* const memory = chunks_.back() + --left_in_chunk_ * block_bytes;
#if defined(MADV_POPULATE_WRITE)
  // All of it is written below: one call instead of 16 page faults. Where it is refused, they come.
  (void)::madvise(memory, block_bytes, MADV_POPULATE_WRITE);
#endif
  const std::size_t slot = slot_bytes(size);
  const auto* const head = ::new (static_cast<void*>(memory))
      block_head{&system_, slot, (block_bytes - first_slot) / slot};
  blocks_.push_back(memory);
  for (std::size_t i = head->cells; i-- > 0;) {
    cell* const c = ::new (static_cast<void*>(memory + first_slot + i * slot)) cell;
    c->slot_class = size & 31U;
    TROUPE_POISON(body_at(*c), slot - cell_bytes);
    shared_.of_size[size].push(*c);
  }
}

}  // namespace troupe::detail
