// run.cpp: the main function of a service.
#include <troupe/supervision/run.hpp>

#include <troupe/actors/system.hpp>
#include <troupe/supervision/engine/registry.hpp>
#include <troupe/supervision/engine/start_tree.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace troupe {
namespace {

/// Where the signal handler writes; -1: no run() runs.
std::atomic<int> signalled{-1};
std::atomic<int> first_signal{0};

/// Async-signal-safe. The second one ends the program.
extern "C" void on_signal(int number) {
  const int before = errno;
  int none = 0;
  if (!first_signal.compare_exchange_strong(none, number, std::memory_order_acq_rel))
    _exit(128 + number);
  const std::uint64_t one = 1;
  const int fd = signalled.load(std::memory_order_acquire);
  if (fd >= 0 && write(fd, &one, sizeof one) < 0) _exit(128 + number);  // nobody would wake up
  errno = before;
}

/// Something to wait for that a signal, or any thread, brings about.
class bell {
public:
  bell() : fd_(eventfd(0, EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "troupe: run: eventfd");
  }
  bell(const bell&) = delete;
  bell& operator=(const bell&) = delete;
  ~bell() { close(fd_); }

  [[nodiscard]] int fd() const noexcept { return fd_; }
  void ring() const noexcept {
    const std::uint64_t one = 1;
    while (write(fd_, &one, sizeof one) < 0 && errno == EINTR) {}
  }
  void wait() const noexcept {
    pollfd p{fd_, POLLIN, 0};
    while (poll(&p, 1, -1) < 0 && errno == EINTR) {}
  }

private:
  int fd_;
};

/// SIGTERM and SIGINT are ours as long as this lives.
class signals {
public:
  explicit signals(const bell& b) {
    int none = -1;
    if (!signalled.compare_exchange_strong(none, b.fd(), std::memory_order_acq_rel))
      throw std::logic_error("troupe: run: another one runs in this process");
    first_signal.store(0, std::memory_order_release);
    struct sigaction act{};
    act.sa_handler = &on_signal;
    sigemptyset(&act.sa_mask);
    sigaction(SIGTERM, &act, &term_);
    sigaction(SIGINT, &act, &int_);
  }
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;
  ~signals() {
    sigaction(SIGTERM, &term_, nullptr);
    sigaction(SIGINT, &int_, nullptr);
    signalled.store(-1, std::memory_order_release);
  }
  [[nodiscard]] static int seen() noexcept { return first_signal.load(std::memory_order_acquire); }

private:
  struct sigaction term_{};
  struct sigaction int_{};
};

/// Rings when the tree has ended.
class listens final : public detail::end_listener {
public:
  explicit listens(std::shared_ptr<const bell> b) noexcept : bell_(std::move(b)) {}
  void tree_ended(const exit_reason& why) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      why_ = why;
    }
    bell_->ring();
  }
  /// Nothing: it runs.
  [[nodiscard]] std::optional<exit_reason> ended() const {
    const std::lock_guard lock(mutex_);
    return why_;
  }

private:
  std::shared_ptr<const bell> bell_;
  mutable std::mutex mutex_;
  std::optional<exit_reason> why_;
};

void say(const std::string& line) { std::fprintf(stderr, "troupe: %s\n", line.c_str()); }

int shut_down(actor_system& sys, duration deadline, int code) {
  const shutdown_report report = sys.shutdown(deadline);
  if (report.clean()) return code;
  say("run: shutdown waited in vain for " + report.to_string());
  // A thread that does not come back would be joined by nobody.
  if (report.workers_left) _exit(run_stuck);
  return code == run_stopped ? run_stuck : code;
}

}  // namespace

int run(actor_system& sys, const child_start& tree, const run_options& options) {
  const auto rings = std::make_shared<const bell>();
  const signals ours(*rings);
  const auto end = std::make_shared<listens>(rings);
  const auto top = detail::start_tree(sys, tree, options.name, end);
  if (!top) {
    say("run: " + top.error().text());
    return shut_down(sys, options.shutdown_deadline, run_not_built);
  }
  if (!*top) return shut_down(sys, options.shutdown_deadline, run_stopped);
  rings->wait();
  if (const int number = signals::seen(); number != 0) {
    say("run: signal " + std::to_string(number) + ": stopping");
    return shut_down(sys, options.shutdown_deadline, run_stopped);
  }
  const exit_reason why = end->ended().value_or(exit_kind::normal);
  const bool gave_up = why.cause() != nullptr || !why.is_clean();
  if (gave_up) say("run: the tree has ended: " + why.to_string());
  return shut_down(sys, options.shutdown_deadline, gave_up ? run_gave_up : run_stopped);
}

}  // namespace troupe
