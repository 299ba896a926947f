// guardian.cpp: what every supervisor has: books, a limit of restarts, an end that waits for its
// children.
#include <troupe/supervision/engine/guardian.hpp>

#include <troupe/actors/system.hpp>
#include <troupe/supervision/engine/child.hpp>
#include <troupe/supervision/engine/registry.hpp>
#include <troupe/supervision/engine/report.hpp>

#include <utility>

namespace troupe::detail {

guardian::guardian(cell& c, int intensity, duration period)
    : cell_(c), book_(std::make_shared<book>(*this)), window_(intensity, period) {
  open_books(c);
  registry::of(system_of(c)).add_book(actor_id(id_of(c)), book_);
}

guardian::~guardian() {
  registry& known = registry::of(system_of(cell_));
  known.remove_tree(actor_id(id_of(cell_)), exit_kind::killed);  // unless it has left
  book_->close();
  known.remove_book(actor_id(id_of(cell_)));
}

time_point guardian::now() const noexcept { return system_of(cell_).now(); }

std::string guardian::me() const { return describe_supervisor(cell_); }

supervision_error guardian::is_stopping() const {
  return {supervision_errc::noproc, me() + " is stopping", exit_kind::shutdown};
}

void guardian::show(tree_snapshot& shown) const {
  shown.restarts = window_.count(now());
  shown.limit = window_.limit();
  show_children(shown);
}

// --- restarts

bool guardian::may_restart(child& c) {
  c.note_attempt();
  bool is_allowed = false;
  write([&] { is_allowed = window_.add(now()); });
  if (is_allowed) return true;
  const exit_reason last = c.last();
  const exit_reason why(exit_kind::shutdown, gave_up_text(c, window_));
  tell_event(cell_, event_kind::gave_up, last, why.text());
  log_gave_up(cell_, c, window_, now());
  let_go(c);
  wind_down(why.because_of(last));
  return false;
}

void guardian::heed_abandoned(const child& c) const {
  if (c.was_abandoned() && c.spec().abandon == abandon_type::escalate)
    throw child_abandoned(me() + ": " + c.describe() +
                          " was killed and does not end, and its spec says to escalate that");
}

// --- its end

void guardian::wind_down(exit_reason why) {
  if (is_done_) return stop_self(cell_, ends_as_);
  if (std::exchange(is_winding_down_, true)) return;
  ends_as_ = std::move(why);
  stop_all();
}

void guardian::leave() {
  is_done_ = true;
  registry::of(system_of(cell_)).remove_tree(actor_id(id_of(cell_)), ends_as_);
  request_stop(&cell_, incarnation_of(cell_), ends_as_);
}

void guardian::stop(reply_to<stop_request> to) {
  to.put_(supervision_result<void>());
  stop_replies_.push_back(std::move(to));
  wind_down(exit_kind::shutdown);
}

// --- book

void book::show(tree_snapshot& shown) {
  const std::lock_guard lock(mutex_);
  if (of_ != nullptr) of_->show(shown);
}

handle book::find(std::string_view id) {
  const std::lock_guard lock(mutex_);
  return of_ != nullptr ? of_->find(id) : handle();
}

supervisor_address book::address_at(const handle& place) {
  const std::lock_guard lock(mutex_);
  return of_ != nullptr ? of_->address_at(place) : supervisor_address();
}

}  // namespace troupe::detail
