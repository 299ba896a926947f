// placement.hpp: which worker on which CPU.
//
//   Before   workers.cpp starts.      After   each worker pins itself.
//   Holds    nothing but the fact, per process, that a system has the cores for itself.
#pragma once

#include <troupe/actors/system.hpp>

#include <pthread.h>
#include <string>
#include <vector>

namespace troupe::detail {

/// What was decided, before any thread runs.
struct placement {
  std::vector<int> cpus;     ///< one per worker; -1: any CPU of the allowed set
  std::vector<int> allowed;  ///< the CPUs of the process, for threads that are not pinned
  std::string reason;        ///< for people: how it was chosen
  bool may_spin = false;     ///< searching before sleeping is worth it: several CPUs, no quota
  bool owns_cores = false;   ///< this system is the process's pinned one
};

/// The CPUs this process may run on, distinct physical cores first.
[[nodiscard]] std::vector<int> allowed_cpus();

/// How many CPUs' worth of time the control group allows; 0: no limit.
[[nodiscard]] double cpu_quota();

/// @throws bad_option
[[nodiscard]] placement choose_placement(const system_options& options);
void leave_cores(const placement& p) noexcept;

/// @returns false if the system refuses
[[nodiscard]] bool pin(pthread_t thread, int cpu) noexcept;

/// The calling thread, which may have been started by a pinned one, may run on any of these.
void unpin(const std::vector<int>& cpus) noexcept;

}  // namespace troupe::detail
