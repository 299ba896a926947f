// event.cpp: events as text, and the readers' side of the stream.
#include <troupe/actors/events/event.hpp>

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/engine/core.hpp>

#include <array>

namespace troupe {

std::string_view to_string(event_kind kind) noexcept {
  static constexpr std::array<std::string_view, event_kinds> names{
      "spawned",     "started",  "failed", "stopped",   "abandoned",
      "dead_letter", "overflow", "stuck",  "restarted", "gave_up"};
  const auto i = static_cast<std::size_t>(kind);
  return i < names.size() ? names[i] : "unknown";
}

std::string event::to_string() const {
  std::string s(troupe::to_string(kind));
  if (!message.empty()) s.append(" of `").append(message).append("` to");
  if (who == actor_id()) {
    s.append(" nobody");
  } else {
    s.append(" ").append(class_name);
    if (!label.empty()) s.append(" \"").append(label).append("\"");
    s.append(" #").append(std::to_string(who.value()));
  }
  std::string_view before = ": ";
  const auto add = [&](std::string_view part) {
    s.append(std::exchange(before, "; ")).append(part);
  };
  if (!message.empty()) add(troupe::to_string(dropped));
  if (kind == event_kind::failed || kind == event_kind::stopped || kind == event_kind::abandoned)
    add(reason.to_string());
  if (!text.empty()) add(text);
  return s;
}

// The core lives while it is held, also when its system is gone: so a reader may wait while
// another thread destroys the system.

namespace {

/// In a forked process its mutex may be held for ever.
detail::core& checked(detail::core& system) {
  detail::refuse_if_forked(system);
  return system;
}

}  // namespace

event_reader::event_reader(detail::core& system)
    : system_(&checked(system)), next_(system.events.join()) {
  system.holders.fetch_add(1, std::memory_order_relaxed);  // the caller's system holds it
}

event_reader::event_reader(event_reader&& other) noexcept
    : system_(std::exchange(other.system_, nullptr)), next_(other.next_), missed_(other.missed_) {}

event_reader& event_reader::operator=(event_reader&& other) noexcept {
  std::swap(system_, other.system_);
  std::swap(next_, other.next_);
  std::swap(missed_, other.missed_);
  return *this;
}

event_reader::~event_reader() {
  if (system_ == nullptr || detail::is_forked(*system_)) return;
  system_->events.leave();
  detail::release_core(*system_);
}

std::optional<event> event_reader::next() {
  if (system_ == nullptr || detail::is_forked(*system_)) return std::nullopt;
  detail::event_place place{next_, missed_};
  const auto found = system_->events.take(place);
  std::optional<event> copy;
  if (found != nullptr) copy.emplace(*found);
  next_ = place.next;
  missed_ = place.missed;
  return copy;
}

std::optional<event> event_reader::next(duration within) {
  detail::refuse_to_block("event_reader::next(within)");
  if (system_ == nullptr || detail::is_forked(*system_)) return std::nullopt;
  detail::event_stream& stream = system_->events;
  const time_point deadline = system_->sched->deadline_in(within);
  for (;;) {
    // acquire: with put() and close(); what came before this change is found below.
    const std::uint32_t seen = stream.changes().load(std::memory_order_acquire);
    const bool is_closed = stream.is_closed();
    if (auto e = next()) return e;
    if (is_closed) return std::nullopt;
    stream.waits();
    system_->sched->wait_while(stream.changes(), seen, deadline);
    stream.waits_no_more();
    if (stream.changes().load(std::memory_order_relaxed) == seen) return std::nullopt;
  }
}

std::vector<event> event_reader::take_all() {
  std::vector<event> all;
  while (auto e = next()) all.push_back(*std::move(e));
  return all;
}

}  // namespace troupe
