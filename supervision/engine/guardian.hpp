// guardian.hpp: what every supervisor has: books, a limit of restarts, an end that waits for its
// children.
//
//   Before   list_guardian and family_guardian derive from it.      After   their children.
//   Called   in the supervisor's turns, unless a line says otherwise.
//   Rules    I1  policy/intensity.hpp. Each attempt counts when it is made.
//            D8  It ends when none of its children has an actor any more; who has asked for that is
//                answered when it has ended.
#pragma once

#include <troupe/supervision/detail/messages.hpp>
#include <troupe/supervision/engine/book.hpp>
#include <troupe/supervision/policy/intensity.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::detail {

class child;

class guardian {
public:
  guardian(const guardian&) = delete;
  guardian& operator=(const guardian&) = delete;

  // What a child tells.
  /// Its on_start has returned.
  virtual void begun(child& c) = 0;
  /// It was `before` when it ended.
  virtual void ended(child& c, child_state before, const exit_reason& why) = 0;
  /// It waited to be restarted, and may be now.
  virtual void due(child& c) = 0;

  /// Its children end, then it does, for `why`. The second time nothing happens.
  void wind_down(exit_reason why);
  void stop(reply_to<stop_request> to);

  // What others read. @thread any, under the lock of its book
  void show(tree_snapshot& shown) const;
  [[nodiscard]] virtual handle find(std::string_view id) const = 0;
  [[nodiscard]] virtual supervisor_address address_at(const handle& place) const noexcept = 0;

  [[nodiscard]] cell& self_cell() const noexcept { return cell_; }
  [[nodiscard]] time_point now() const noexcept;
  /// B1: what others may read is written by `f`.
  template <class F>
  void write(const F& f) const {
    const std::lock_guard lock(book_->mutex());
    f();
  }

protected:
  /// @pre intensity >= 0, period > 0
  guardian(cell& c, int intensity, duration period);
  ~guardian();

  /// All children are to end; leave() when they have.
  virtual void stop_all() = 0;
  /// A child that is not restarted any more, because the supervisor gives up.
  virtual void let_go(child& c) = 0;
  virtual void show_children(tree_snapshot& shown) const = 0;

  /// `c` is about to be restarted. @returns false: that was the one too many, and the supervisor
  /// winds down; the child may be gone
  [[nodiscard]] bool may_restart(child& c);
  /// Throws if `c` was abandoned, and its spec says to escalate that.
  void heed_abandoned(const child& c) const;
  /// No child is left. What has come before is answered first.
  void leave();

  [[nodiscard]] bool is_winding_down() const noexcept { return is_winding_down_; }
  [[nodiscard]] const exit_reason& ends_as() const noexcept { return ends_as_; }
  /// What those hear who ask for something meanwhile.
  [[nodiscard]] supervision_error is_stopping() const;
  /// For people: `supervisor "front" #12`.
  [[nodiscard]] std::string me() const;

private:
  cell& cell_;
  const std::shared_ptr<book> book_;
  restart_window window_;
  bool is_winding_down_ = false;
  bool is_done_ = false;  ///< no child is left, and it is about to end
  exit_reason ends_as_;
  std::vector<reply_to<stop_request>> stop_replies_;  ///< given when this object goes
};

}  // namespace troupe::detail
