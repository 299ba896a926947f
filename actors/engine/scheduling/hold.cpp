// hold.cpp: the fences of the hold.
#include <troupe/actors/engine/scheduling/hold.hpp>

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::detail {
namespace {

bool membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

}  // namespace

bool asymmetric_fences::prepare() noexcept {
  return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

bool asymmetric_fences::heavy() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

void asymmetric_fences::pause() noexcept { ::sched_yield(); }

}  // namespace troupe::detail
