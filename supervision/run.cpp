// run.cpp: the main function of a service.
#include <troupe/supervision/run.hpp>

#include <troupe/actors/life/stop_signals.hpp>
#include <troupe/actors/system.hpp>
#include <troupe/supervision/engine/registry.hpp>
#include <troupe/supervision/engine/start_tree.hpp>

#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace troupe {
namespace {

/// Rings when the tree has ended.
class listens final : public detail::end_listener {
public:
  explicit listens(std::shared_ptr<const detail::bell> b) noexcept : bell_(std::move(b)) {}
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
  std::shared_ptr<const detail::bell> bell_;
  mutable std::mutex mutex_;
  std::optional<exit_reason> why_;
};

void say(const std::string& line) { std::fprintf(stderr, "troupe: %s\n", line.c_str()); }

int shut_down(actor_system& sys, duration deadline, int code) {
  const shutdown_report report = sys.shutdown(deadline);
  if (report.clean()) return code;
  say("run: shutdown waited in vain for " + report.to_string());
  // A thread that does not come back would be joined by nobody.
  if (report.workers_left) {
    std::fflush(nullptr);
    ::_exit(run_stuck);
  }
  return code == run_stopped ? run_stuck : code;
}

}  // namespace

int run(actor_system& sys, const child_start& tree, const run_options& options) {
  const detail::stop_signals ours("run");
  const auto end = std::make_shared<listens>(ours.rings());
  const auto top = detail::start_tree(sys, tree, options.name, end);
  if (!top) {
    say("run: " + top.error().text());
    return shut_down(sys, options.shutdown_deadline, run_not_built);
  }
  if (!*top) return shut_down(sys, options.shutdown_deadline, run_stopped);
  ours.rings()->wait();
  if (const int number = detail::stop_signals::first(); number != 0) {
    say("run: signal " + std::to_string(number) + ": stopping");
    return shut_down(sys, options.shutdown_deadline, run_stopped);
  }
  const exit_reason why = end->ended().value_or(exit_kind::normal);
  const bool gave_up = why.cause() != nullptr || !why.is_clean();
  if (gave_up) say("run: the tree has ended: " + why.to_string());
  return shut_down(sys, options.shutdown_deadline, gave_up ? run_gave_up : run_stopped);
}

}  // namespace troupe
