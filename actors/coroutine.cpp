// coroutine.cpp: frames from the memory of messages, and the texts of what is refused.
#include <troupe/actors/coroutine.hpp>

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/engine/assert.hpp>

#include <cstddef>
#include <new>
#include <stdexcept>

namespace troupe {
namespace detail {

void* frame_memory::operator new(std::size_t bytes) {
  void* const memory = allocate(bytes, alignof(std::max_align_t));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void frame_memory::operator delete(void* memory) noexcept { deallocate(memory); }

void refuse_to_end_running() noexcept {
  assertion_failed("a coroutine or partner must not be destroyed, or assigned to, by its own body",
                   __FILE__, __LINE__);
}

void refuse_resume(coroutine_misuse why) {
  switch (why) {
    case coroutine_misuse::running:
      throw std::logic_error(
          "troupe: this coroutine is running: its own body, or what that calls, cannot resume it; "
          "co_yield, and let the caller go on");
    case coroutine_misuse::not_begun:
      throw std::logic_error(
          "troupe: send() before the first next(): the coroutine stands at no co_yield yet that "
          "would take the value; call next() first");
    case coroutine_misuse::waits_for_a_value: break;
  }
  throw std::logic_error(
      "troupe: next() on a coroutine that stands at a co_yield and waits for a value: call "
      "send(value)");
}

}  // namespace detail
}  // namespace troupe
