// fiber.cpp: how a stack is left and entered.
//
//   Before   fiber.hpp.   After   the C library, the sanitizers' interfaces.
//   Holds    registers: by _setjmp, which makes no system call; under a sanitizer by swapcontext,
//            which the sanitizers follow.

// The fortified longjmp refuses to jump to another stack, which is all that is done here.
#undef _FORTIFY_SOURCE

#include "fiber.hpp"

#include <csetjmp>
#include <cstdlib>
#include <cxxabi.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TROUPE_MODEL_ASAN 1
#elif __has_feature(thread_sanitizer)
#define TROUPE_MODEL_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(TROUPE_MODEL_ASAN)
#define TROUPE_MODEL_ASAN 1
#elif defined(__SANITIZE_THREAD__) && !defined(TROUPE_MODEL_TSAN)
#define TROUPE_MODEL_TSAN 1
#endif

#ifdef TROUPE_MODEL_ASAN
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#ifdef TROUPE_MODEL_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace model::detail {

namespace {

// Room for a GoogleTest assertion under the address sanitizer.
constexpr std::size_t stack_bytes = std::size_t{256} * 1024;

// The C++ runtime keeps caught and flying exceptions per OS thread; each fiber needs its own. The
// layout is the one of the Itanium C++ ABI.
struct exceptions {
  void* caught;
  unsigned flying;
};

// Both belong to the OS thread: which fiber is being entered, and from which one.
thread_local fiber* entering = nullptr;
thread_local fiber* leaving = nullptr;

std::size_t page_bytes() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

struct fiber::machine {
  ucontext_t context{};
  jmp_buf jump{};
  bool entered = true;
  fiber* last = nullptr;  // who switched here last
  exceptions thrown{};
  void* mapping = nullptr;
  const void* bottom = nullptr;
  std::size_t size = 0;
  void* shadow = nullptr;  // the address sanitizer's fake stack, or the thread sanitizer's fiber
};

namespace {

void swap_exceptions(exceptions& out, const exceptions& in) noexcept {
  auto* const now = reinterpret_cast<exceptions*>(abi::__cxa_get_globals());
  out = *now;
  *now = in;
}

}  // namespace

fiber::fiber() : machine_(new machine) {
#ifdef TROUPE_MODEL_TSAN
  machine_->shadow = __tsan_get_current_fiber();
#endif
}

fiber::fiber(body start, void* argument)
    : machine_(new machine), start_(start), argument_(argument) {
  const std::size_t guard = page_bytes();
  void* const mapping = mmap(nullptr, guard + stack_bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED || mprotect(mapping, guard, PROT_NONE) != 0) std::abort();
  char* const bottom = static_cast<char*>(mapping) + guard;
  machine_->entered = false;
  machine_->mapping = mapping;
  machine_->bottom = bottom;
  machine_->size = stack_bytes;
  getcontext(&machine_->context);
  machine_->context.uc_stack.ss_sp = bottom;
  machine_->context.uc_stack.ss_size = stack_bytes;
  machine_->context.uc_link = nullptr;
  makecontext(&machine_->context, &fiber::enter, 0);
#ifdef TROUPE_MODEL_ASAN
  __lsan_register_root_region(bottom, stack_bytes);  // what an abandoned fiber holds is no leak
#endif
#ifdef TROUPE_MODEL_TSAN
  machine_->shadow = __tsan_create_fiber(0);
#endif
}

fiber::~fiber() {
  if (machine_->mapping != nullptr) {
#ifdef TROUPE_MODEL_ASAN
    __lsan_unregister_root_region(machine_->bottom, machine_->size);
#endif
#ifdef TROUPE_MODEL_TSAN
    __tsan_destroy_fiber(machine_->shadow);
#endif
    munmap(machine_->mapping, page_bytes() + stack_bytes);
  }
  delete machine_;
}

void fiber::switch_to(fiber& to) noexcept { change(to, false); }

void fiber::enter() {
  fiber& self = *entering;
#ifdef TROUPE_MODEL_ASAN
  // The first entry tells where the other stack lies: of the OS thread's own we do not know it.
  machine& other = *leaving->machine_;
  __sanitizer_finish_switch_fiber(nullptr, &other.bottom, &other.size);
#endif
  self.start_(self.argument_);
  self.change(*self.machine_->last, true);
}

void fiber::change(fiber& to, bool for_ever) noexcept {
  machine& from_machine = *machine_;
  machine& to_machine = *to.machine_;
  to_machine.last = this;
  entering = &to;
  leaving = this;
  swap_exceptions(from_machine.thrown, to_machine.thrown);
#ifdef TROUPE_MODEL_ASAN
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &from_machine.shadow, to_machine.bottom,
                                 to_machine.size);
  swapcontext(&from_machine.context, &to_machine.context);
  __sanitizer_finish_switch_fiber(from_machine.shadow, nullptr, nullptr);
#elif defined(TROUPE_MODEL_TSAN)
  static_cast<void>(for_ever);
  __tsan_switch_to_fiber(to_machine.shadow, 0);
  swapcontext(&from_machine.context, &to_machine.context);
#else
  static_cast<void>(for_ever);
  if (_setjmp(from_machine.jump) != 0) return;
  if (to_machine.entered) _longjmp(to_machine.jump, 1);
  to_machine.entered = true;
  setcontext(&to_machine.context);
#endif
}

}  // namespace model::detail
