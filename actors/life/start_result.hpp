// start_result.hpp: what an on_start has to say about the beginning.
//
//   Before   on_start returns one, or a task<start_result> does.
//   After    start_result.cpp lets the actor begin, or ends it; who has it started reads the rest.
//   Holds    whether to go on, and words for whoever starts children.
#pragma once

#include <troupe/actors/reason.hpp>

#include <string>
#include <utility>

namespace troupe {

/// What `on_start` may return instead of nothing. For a beginning that goes wrong: throw, and the
/// actor has failed. For one where there is nothing to do, and that is well: `ignore()`.
class [[nodiscard("return it from on_start: otherwise nobody hears of it")]] start_result {
public:
  /// The actor has begun, as if on_start returned nothing.
  static start_result ok() noexcept { return start_result(false, {}); }
  /// The same, with words for whoever starts it as a child: a port, a path.
  static start_result ok(std::string info) noexcept { return start_result(false, std::move(info)); }
  /// The actor ends with reason `normal`, without on_stop and without having handled a message:
  /// those that wait become dead letters.
  static start_result ignore() noexcept { return start_result(true, {}); }

  /// The actor ends for this reason, in the same way. For what is no exception: a supervisor whose
  /// child could not be started.
  static start_result stop(exit_reason why) noexcept {
    start_result r(true, {});
    r.why_ = std::move(why);
    r.stops_ = true;
    return r;
  }

  [[nodiscard]] bool is_ignore() const noexcept { return ignores_ && !stops_; }
  [[nodiscard]] bool is_stop() const noexcept { return stops_; }
  /// Why it ends: normal unless it says stop().
  [[nodiscard]] const exit_reason& why() const noexcept { return why_; }
  /// Empty: there are no words.
  [[nodiscard]] const std::string& info() const noexcept { return info_; }

private:
  start_result(bool ignores, std::string info) noexcept
      : info_(std::move(info)), ignores_(ignores) {}

  std::string info_;
  exit_reason why_;
  bool ignores_;
  bool stops_ = false;
};

}  // namespace troupe
