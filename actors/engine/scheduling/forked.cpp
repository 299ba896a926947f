// forked.cpp: processes that were forked from one with a system.
#include <troupe/actors/engine/scheduling/forked.hpp>

#include <troupe/actors/engine/cell.hpp>
#include <troupe/actors/engine/context.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/spawn.hpp>

#include <atomic>
#include <cstdio>
#include <new>
#include <pthread.h>
#include <unistd.h>

namespace troupe::detail {
namespace {

/// The exit code of a child whose handler returns: EX_SOFTWARE of sysexits.h.
constexpr int exit_returned = 70;

/// In the child, on the only thread that it has: which is no worker any more.
void in_child() noexcept {
  forks.fetch_add(1, std::memory_order_relaxed);
  if (here == nullptr) return;
  here->on = nullptr;
  here->clock = nullptr;
  here->out.lock().forget_thief();
  // G2: the turn looks at the system lane before it goes on.
  if (cell* const c = here->running.load(std::memory_order_relaxed))
    c->commands.fetch_or(command_time, std::memory_order_relaxed);
}

}  // namespace

/// Per process, because a fork makes a process.
std::atomic<std::uint32_t> forks{0};

std::uint32_t watch_forks() {
  static const int refused = pthread_atfork(nullptr, nullptr, in_child);
  if (refused != 0) throw std::bad_alloc();  // the only reason it can have
  return forks.load(std::memory_order_relaxed);
}

void refuse_forked() { throw system_forked(); }

void end_forked(std::string_view where) noexcept {
  std::fprintf(stderr,
               "troupe: %.*s has returned from fork() into a process where its system's threads do "
               "not exist: that process ends. After fork() call exec or _exit\n",
               static_cast<int>(where.size()), where.data());
  ::_exit(exit_returned);
}

}  // namespace troupe::detail
