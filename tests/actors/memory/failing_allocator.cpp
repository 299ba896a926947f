// failing_allocator.cpp: memory that runs out when a test says so.
#include "failing_allocator.hpp"

#include <cstdlib>
#include <new>

// What the linker calls the functions that are wrapped, and those in their place.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void* real_malloc(std::size_t bytes) asm("__real_malloc");
void* real_aligned_alloc(std::size_t alignment, std::size_t bytes) asm("__real_aligned_alloc");
void* wrapped_malloc(std::size_t bytes) asm("__wrap_malloc");
void* wrapped_aligned_alloc(std::size_t alignment, std::size_t bytes) asm("__wrap_aligned_alloc");
#if !defined(TROUPE_MALLOC)
void* real_mi_malloc(std::size_t bytes) asm("__real_mi_malloc");
void* real_mi_aligned(std::size_t bytes, std::size_t alignment) asm("__real_mi_malloc_aligned");
void* wrapped_mi_malloc(std::size_t bytes) asm("__wrap_mi_malloc");
void* wrapped_mi_aligned(std::size_t bytes, std::size_t alignment) asm("__wrap_mi_malloc_aligned");
#endif
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

struct state {
  bool on = false;
  bool felt = false;
  failing::how way{};
  std::size_t granted = 0;
};
// One thread's shortage is not another's.
thread_local constinit state now{};

[[nodiscard]] bool has_memory() noexcept {
  if (!now.on) return true;
  if (now.granted != 0) {
    --now.granted;
    return true;
  }
  const bool first = !now.felt;
  now.felt = true;
  return now.way == failing::how::once && !first;
}

void* made(std::size_t bytes) {
  if (void* const memory = has_memory() ? real_malloc(bytes != 0 ? bytes : 1) : nullptr)
    return memory;
  throw std::bad_alloc();
}

void* made(std::size_t bytes, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  const std::size_t whole = (bytes + to - 1) / to * to;
  if (void* const memory = has_memory() ? real_aligned_alloc(to, whole) : nullptr) return memory;
  throw std::bad_alloc();
}

}  // namespace

namespace failing {

shortage::shortage(std::size_t granted, how h) noexcept { now = {true, false, h, granted}; }
shortage::~shortage() { now = {}; }
bool shortage::was_felt() const noexcept { return now.felt; }

}  // namespace failing

void* wrapped_malloc(std::size_t bytes) { return has_memory() ? real_malloc(bytes) : nullptr; }
void* wrapped_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return has_memory() ? real_aligned_alloc(alignment, bytes) : nullptr;
}
#if !defined(TROUPE_MALLOC)
void* wrapped_mi_malloc(std::size_t bytes) {
  return has_memory() ? real_mi_malloc(bytes) : nullptr;
}
void* wrapped_mi_aligned(std::size_t bytes, std::size_t alignment) {
  return has_memory() ? real_mi_aligned(bytes, alignment) : nullptr;
}
#endif

void* operator new(std::size_t bytes) { return made(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment) { return made(bytes, alignment); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
