// child.cpp: fork, exec, read with a deadline, kill what is late, wait.
#include "child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
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

/// Reads until the pipe is closed. @returns false when `deadline` came first.
bool read_all(int from, clock::time_point deadline, std::string& into) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    if (left.count() <= 0) return false;
    pollfd readable{from, POLLIN, 0};
    const int ready = poll(&readable, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) throw failed("poll");
    if (ready <= 0) continue;
    const ssize_t n = read(from, buffer.data(), buffer.size());
    if (n == 0) return true;
    if (n < 0 && errno != EINTR) throw failed("read");
    if (n > 0) into.append(buffer.data(), static_cast<std::size_t>(n));
  }
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
  const pid_t pid = start(block, ends[1], c.quiet);
  close(ends[1]);
  outcome result;
  bool in_time = false;
  if (pid > 0) in_time = read_all(ends[0], clock::now() + c.limit, result.output);
  close(ends[0]);
  if (pid < 0) throw failed("fork");

  if (!in_time) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  result.failure = in_time ? what_happened(status)
                           : "not done after " + std::to_string(c.limit.count()) + " s, killed";
  return result;
}

}  // namespace compare
