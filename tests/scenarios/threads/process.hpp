// process.hpp: what the operating system knows of this process, and what it can be made to refuse.
//
//   Before   tests of threads.      After   /proc, seccomp(2).
//   Holds    nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <dirent.h>
#include <initializer_list>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <set>
#include <string>
#include <sys/prctl.h>
#include <thread>
#include <vector>

namespace scenario {

/// The names in a folder of /proc: threads, descriptors.
[[nodiscard]] inline std::set<std::string> names_in(const char* folder) {
  std::set<std::string> all;
  DIR* const open = opendir(folder);
  if (open == nullptr) return all;
  while (const dirent* const entry = readdir(open))  // NOLINT: one thread reads
    if (entry->d_name[0] != '.') all.insert(entry->d_name);
  closedir(open);
  return all;
}

[[nodiscard]] inline std::set<std::string> threads_now() { return names_in("/proc/self/task"); }
[[nodiscard]] inline std::size_t descriptors_now() { return names_in("/proc/self/fd").size(); }

/// The kernel lists a thread a moment longer than join() waits for it.
inline void wait_for_threads(const std::set<std::string>& as_before) {
  while (threads_now() != as_before) std::this_thread::yield();
}

/// From now on these calls of this thread, and of those that it starts, fail with `error`.
/// @returns false: filters are not allowed here
[[nodiscard]] inline bool refuse_calls(std::initializer_list<unsigned> calls, unsigned error) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  std::vector<sock_filter> program;
  program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const unsigned call : calls) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA)));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace scenario
