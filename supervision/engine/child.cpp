// child.cpp: one child, in the books of the supervisor that guards it.
#include <troupe/supervision/engine/child.hpp>

#include <troupe/actors/system.hpp>
#include <troupe/supervision/policy/delay.hpp>

#include <algorithm>
#include <utility>

namespace troupe::detail {
namespace {

constexpr std::size_t kept_records = 16;

/// In [0, 1), different for those that fail together; on a stage the seed decides.
double drawn(std::uint64_t id, time_point now) noexcept {
  std::uint64_t x =
      id * 0x9E37'79B9'7F4A'7C15ULL + static_cast<std::uint64_t>(now.time_since_epoch().count());
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBULL;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
}

}  // namespace

child::clock::clock(child& c) noexcept : alarm(clock_ops), of(c) {}

constinit const alarm_ops child::clock_ops{
    [](cell&, alarm& a) { static_cast<clock&>(a).of.rang(); }, nullptr};

child::child(guardian& by, std::uint64_t number, std::shared_ptr<const child_spec> spec,
             std::shared_ptr<const recipe> how)
    : by_(by),
      number_(number),
      spec_(std::move(spec)),
      how_(std::move(how)),
      ops_(how_->ops()),
      clock_(*this) {
  at_ = spec_->start.place_of() != nullptr ? spec_->start.place_of() : spec_->at.place_of();
}

child::~child() {
  clear_clock();
  vacate();
  if (own_.get() != nullptr) give_up_seat(*own_.get());
}

cell* child::seat_cell() const noexcept { return at_ != nullptr ? at_->seat() : own_.get(); }

handle child::seat() const noexcept {
  return seat_cell() != nullptr ? handle(seat_cell(), 0) : handle();
}

actor_id child::who() const noexcept {
  return has_actor() && seat_cell() != nullptr ? actor_id(id_of(*seat_cell())) : actor_id();
}

const start_result* child::said() const noexcept { return said_at_start(*seat_cell()); }

bool child::was_abandoned() const noexcept {
  return seat_cell() != nullptr && troupe::detail::was_abandoned(*seat_cell());
}

std::string child::restart_text() const {
  const std::uint32_t incarnation = incarnations_of(*seat_cell());
  std::string s = describe();
  s.append(", restart ").append(std::to_string(incarnation - 1));
  return s.append(", incarnation ").append(std::to_string(incarnation));
}

std::string child::describe() const {
  std::string s = "child ";
  if (!spec_->id.empty()) return s.append("\"").append(spec_->id).append("\"");
  s.append(ops_.actor);
  if (seat_cell() != nullptr) s.append(" #").append(std::to_string(id_of(*seat_cell())));
  return s;
}

void child::make_seat_for_it() {
  if (at_ != nullptr) {
    if (&at_->system() != &core_of(by_.self_cell()))
      throw std::logic_error("troupe: that slot, or family, was made for another actor_system");
    if (!occupies_ && !at_->occupy())
      throw std::logic_error("troupe: another child sits in this slot, or family, already");
    occupies_ = true;
    if (has_gone(*at_->seat())) at_->renew();
    return;
  }
  if (own_.get() != nullptr && !has_gone(*own_.get())) return;
  spawn_options options = spec_->options;
  if (options.name.empty()) options.name = spec_->id;
  handle fresh = make_seat(core_of(by_.self_cell()), ops_, &options);
  if (own_.get() != nullptr) lead_on(*own_.get(), fresh);
  by_.write([&] { own_ = std::move(fresh); });
}

void child::start() {
  clear_clock();
  was_late_ = false;
  make_seat_for_it();
  cell& seat = *seat_cell();
  has_restarted_ = incarnations_of(seat) != 0;
  incarnation_terms terms{how_, spec_->mailbox, spec_->kill_limit.value_or(duration{})};
  const child_state before = state();
  enter(child_state::starting);
  try {
    begin_incarnation(seat, std::move(terms), by_.self_cell(), *this);
  } catch (...) {
    enter(before);
    throw;
  }
  if (spec_->start.kind() == child_kind::actor) set_clock(spec_->start_deadline);
}

void child::begun() {
  if (state() != child_state::starting || !lives(by_.self_cell())) return;
  clear_clock();
  if (spec_->restart == temporary) how_.reset();  // R4
  began_.store(by_.now().time_since_epoch().count(), std::memory_order_release);
  enter(child_state::running);
  if (has_restarted_) tell_event(*seat_cell(), event_kind::restarted, last_, restart_text());
  by_.begun(*this);
}

void child::ended(const exit_reason& why) {
  clear_clock();
  const child_state before = state();
  ran_for_ = duration{};
  if (before == child_state::running)
    ran_for_ = by_.now().time_since_epoch() - duration(began_.load(std::memory_order_relaxed));
  by_.write([&] {
    last_ = was_late_ && why == exit_kind::killed
                ? exit_reason(exit_kind::killed, "it did not begin within its start_deadline")
                : why;
  });
  enter(child_state::ended);
  if (!lives(by_.self_cell())) return;  // it ends itself: E4
  const exit_reason heard = last_;      // this child may be gone before it has been read
  by_.ended(*this, before, heard);
}

void child::stop() {
  if (spec_->shutdown.is_brutal_kill()) return kill();
  ask_to_stop();
  if (const duration limit = stop_limit(*spec_); limit != duration::max()) set_clock(limit);
}

void child::ask_to_stop() noexcept {
  clear_clock();
  enter(child_state::stopping);
  stop_incarnation(*seat_cell());
}

void child::kill() noexcept {
  clear_clock();
  enter(child_state::stopping);
  kill_incarnation(*seat_cell());
}

void child::wait(duration d) {
  enter(child_state::restarting);
  set_clock(d);
  if (d == duration{}) waits_.begin(by_.self_cell());
}

void child::vacate() noexcept {
  if (std::exchange(occupies_, false)) at_->leave();
}

void child::rest() noexcept {
  clear_clock();
  enter(child_state::undefined);
}

void child::rang() {
  waits_.end();
  switch (state()) {
    case child_state::starting: was_late_ = true; return kill_incarnation(*seat_cell());
    case child_state::stopping: return kill_incarnation(*seat_cell());
    case child_state::restarting: return by_.due(*this);
    default: return;
  }
}

void child::set_clock(duration d) {
  clear_clock();
  if (d == duration::max()) return;
  cell& mine = by_.self_cell();
  set_alarm(mine, clock_, deadline_in(mine, d));
}

void child::clear_clock() noexcept {
  waits_.end();
  if (clock_.is_set()) clear_alarm(by_.self_cell(), clock_);
}

duration child::delay(const backoff_policy& otherwise) noexcept {
  const backoff_policy how = spec_->backoff.value_or(otherwise);
  if (ran_for_ >= resets_after(how)) attempts_ = 0;  // K3
  return delay_before(how, attempts_, drawn(id_of(*seat_cell()), by_.now()));
}

void child::note_attempt() {
  ++attempts_;
  const std::uint32_t incarnation = seat_cell() != nullptr ? incarnations_of(*seat_cell()) : 0;
  by_.write([&] {
    if (history_.size() == kept_records) history_.erase(history_.begin());
    history_.push_back({by_.now(), last_, incarnation});
  });
}

void child::note_failure(const exit_reason& why) {
  by_.write([&] { last_ = why; });
}

void child::show(tree_snapshot& shown, time_point now) const {
  const child_state s = state();
  shown.id = spec_->id;
  shown.kind = to_string(kind());
  shown.state = to_string(s);
  shown.actor = who().value();
  shown.incarnation = seat_cell() != nullptr ? incarnations_of(*seat_cell()) : 0;
  shown.last = last_;
  shown.history = history_;
  if (s == child_state::running)
    shown.uptime = now.time_since_epoch() - duration(began_.load(std::memory_order_acquire));
}

duration stop_limit(const child_spec& spec) noexcept {
  if (!spec.shutdown.is_default()) return spec.shutdown.time();
  return spec.start.kind() == child_kind::actor ? std::chrono::seconds(5) : duration::max();
}

}  // namespace troupe::detail
