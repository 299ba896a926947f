// stories.hpp: the events of each actor.
//
//   Before   an event_reader.      After   the scenarios of this folder compare them.
#pragma once

#include <troupe/actors/events/event.hpp>

#include <map>
#include <string>
#include <vector>

namespace stories {

using kinds = std::vector<troupe::event_kind>;

/// What happened to each actor, in order, without dead letters and overflows.
[[nodiscard]] inline std::map<troupe::actor_id, kinds> lives(
    const std::vector<troupe::event>& all) {
  std::map<troupe::actor_id, kinds> found;
  for (const troupe::event& e : all)
    if (e.kind != troupe::event_kind::dead_letter && e.kind != troupe::event_kind::overflow)
      found[e.who].push_back(e.kind);
  return found;
}

/// Those of this kind.
[[nodiscard]] inline std::vector<troupe::event> only(troupe::event_kind kind,
                                                     const std::vector<troupe::event>& all) {
  std::vector<troupe::event> found;
  for (const troupe::event& e : all)
    if (e.kind == kind) found.push_back(e);
  return found;
}

/// Their texts, for a failure.
[[nodiscard]] inline std::string told(const std::vector<troupe::event>& all) {
  std::string s;
  for (const troupe::event& e : all) s += e.to_string() + '\n';
  return s;
}

}  // namespace stories
