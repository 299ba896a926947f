// child.cpp: fork, exec, read with a deadline, kill what is late, wait.
//
//   Rules    The child has ended when its process has: it may close its output before, and what it
//            has started may hold that output open for longer.
#include "child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

extern char** environ;

namespace compare {
namespace {

using clock = std::chrono::steady_clock;

std::system_error failed(const char* what) { return {errno, std::generic_category(), what}; }

/// What exec wants, built before the fork: the child may not allocate.
class exec_block {
public:
  explicit exec_block(const command& c) : words_(c.words) {
    for (char** e = environ; *e != nullptr; ++e) variables_.emplace_back(*e);
    if (!c.preload.empty()) variables_.push_back("LD_PRELOAD=" + c.preload);
    for (auto& w : words_) argv_.push_back(w.data());
    for (auto& v : variables_) envp_.push_back(v.data());
    argv_.push_back(nullptr);
    envp_.push_back(nullptr);
  }
  void run() const { execve(argv_[0], argv_.data(), envp_.data()); }

private:
  std::vector<std::string> words_;
  std::vector<std::string> variables_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
};

constexpr int cannot_exec = 127;

pid_t start(const exec_block& block, int output, bool quiet) {
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(cannot_exec);  // the parent was gone before prctl
  dup2(output, STDOUT_FILENO);
  if (quiet) dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
  block.run();
  _exit(cannot_exec);
}

/// A descriptor, closed at the end.
class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { shut(); }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void shut() {
    if (is_open()) close(number_);
    number_ = -1;
  }

private:
  int number_;
};

/// Takes what there is, without waiting for more; shuts `from` at its end.
void read_some(descriptor& from, std::string& into) {
  std::array<char, 4096> buffer;
  const ssize_t n = read(from.number(), buffer.data(), buffer.size());
  if (n > 0) into.append(buffer.data(), static_cast<std::size_t>(n));
  if (n == 0) from.shut();
  if (n < 0 && errno != EINTR) throw failed("read");
}

/// Reads until the process has ended. @returns false when `deadline` came first.
bool read_until_end(descriptor& from, const descriptor& process, clock::time_point deadline,
                    std::string& into) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> ready{{{from.number(), POLLIN, 0}, {process.number(), POLLIN, 0}}};
    const int count = poll(ready.data(), ready.size(), static_cast<int>(left.count()));
    if (count < 0 && errno != EINTR) throw failed("poll");
    if (count <= 0) continue;
    if (ready[0].revents != 0)
      read_some(from, into);
    else if (ready[1].revents != 0)
      return true;
  }
}

std::string seconds(std::chrono::milliseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g s", static_cast<double>(time.count()) / 1e3);
  return text.data();
}

std::string what_happened(int status) {
  if (WIFSIGNALED(status))
    return "ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
           sigdescr_np(WTERMSIG(status)) + ")";
  const int code = WEXITSTATUS(status);
  if (code == cannot_exec) return "cannot be started";
  return code == 0 ? "" : "ended with exit code " + std::to_string(code);
}

}  // namespace

outcome run_child(const command& c) {
  const exec_block block(c);
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw failed("pipe2");
  descriptor from(ends[0]), to(ends[1]);
  const pid_t pid = start(block, to.number(), c.quiet);
  if (pid < 0) throw failed("fork");
  to.shut();
  // By its number: the header of glibc 2.36 declares pidfd_open for C only.
  const descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  outcome result;
  bool in_time = false;
  if (process.is_open())
    in_time = read_until_end(from, process, clock::now() + c.limit, result.output);

  if (!in_time) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (!process.is_open()) throw std::runtime_error("pidfd_open failed: Linux 5.3 is needed");
  result.failure =
      in_time ? what_happened(status) : "not done after " + seconds(c.limit) + ", killed";
  return result;
}

}  // namespace compare
