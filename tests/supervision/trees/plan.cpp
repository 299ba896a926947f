// plan.cpp: trees and steps as text.
#include "plan.hpp"

#include <chrono>

namespace trees {
namespace {

using namespace std::string_literals;

std::string text(duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(d).count()) + "us";
}
std::string text(const char* what, const std::optional<waits>& w) {
  if (!w) return {};
  if (!w->is_growing) return what + text(w->min);
  return what + text(w->min) + ".." + text(w->max);
}
std::string text(troupe::restart_type r) {
  switch (r) {
    case troupe::permanent: return "permanent";
    case troupe::transient: return "transient";
    case troupe::temporary: return "temporary";
  }
  return "?";
}
std::string text(troupe::restart_strategy s) {
  switch (s) {
    case troupe::one_for_one: return "one_for_one";
    case troupe::one_for_all: return "one_for_all";
    case troupe::rest_for_one: return "rest_for_one";
  }
  return "?";
}
std::string text(verb v) {
  static constexpr const char* names[] = {"begin",         "fail",
                                          "leave",         "leave with shutdown",
                                          "kill",          "fail starts",
                                          "ignore starts", "pass",
                                          "start_child",   "terminate_child",
                                          "restart_child", "delete_child",
                                          "start_member",  "stop"};
  return names[static_cast<std::size_t>(v)];
}

}  // namespace

std::string to_string(const plan& p, int depth) {
  std::string all = std::string(static_cast<std::size_t>(2 * depth + 2), ' ');
  all += p.id.empty() ? "top"s : p.id;
  all += ": " + text(p.restart);
  if (p.is_significant) all += " significant";
  if (p.is_brutal) all += " brutal_kill";
  all += text(" backoff ", p.backoff);
  if (p.what == sort::worker) return all + "\n";
  all += p.what == sort::family ? ", family" : ", " + text(p.strategy);
  all += " intensity " + std::to_string(p.intensity) + " in " + text(p.period);
  if (p.auto_shutdown == troupe::auto_shutdown_type::any_significant) all += " any_significant";
  if (p.auto_shutdown == troupe::auto_shutdown_type::all_significant) all += " all_significant";
  all += text(" children's backoff ", p.backoff_of_children);
  if (p.is_made) all += " made";
  all += "\n";
  for (const plan& c : p.children) all += to_string(c, depth + 1);
  return all;
}

std::string to_string(const step& s) {
  std::string all = "  " + text(s.what) + " \"" + s.path + "\"";
  if (s.number != 0) all += " " + std::to_string(s.number);
  if (s.what == verb::pass) all += " " + text(s.time);
  if (s.is_with_next) all += ", and at once";
  all += "\n";
  if (s.what == verb::start_child) all += to_string(s.child, 1);
  return all;
}

std::string to_string(const outcome& o) {
  if (o.error) return std::string(troupe::to_string(*o.error));
  return o.info.empty() ? "fine" : "fine: " + o.info;
}

std::string to_string(const listing& l) {
  std::string all = "  \"" + l.path + "\":";
  for (const listed& c : l.children) all += " " + c.id + "=" + c.state;
  return all + "; specs " + std::to_string(l.specs) + ", active " + std::to_string(l.active) +
         ", supervisors " + std::to_string(l.supervisors) + ", workers " +
         std::to_string(l.workers) + ", restarts " + std::to_string(l.restarts) + " of " +
         std::to_string(l.limit) + "\n";
}

}  // namespace trees
