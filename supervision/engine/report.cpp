// report.cpp: what supervisors have to say, in words.
#include <troupe/supervision/engine/report.hpp>

#include <chrono>

namespace troupe::detail {
namespace {

std::string seconds(duration d) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  std::string s = std::to_string(ms / 1000);
  if (ms % 1000 == 0) return s.append(" s");
  const std::string part = std::to_string(1000 + ms % 1000);
  return s.append(".").append(part, 1, 3).append(" s");
}

}  // namespace

std::string describe_supervisor(const cell& c) {
  std::string s("supervisor ");
  const std::string_view label = label_of(c);
  if (!label.empty()) s.append("\"").append(label).append("\" ");
  return s.append("#").append(std::to_string(id_of(c)));
}

std::string gave_up_text(const child& c, const restart_window& window) {
  std::string s("gave up: ");
  s.append(c.describe());
  s.append(" was the one too many: more than ").append(std::to_string(window.limit()));
  s.append(window.limit() == 1 ? " restart within " : " restarts within ");
  s.append(seconds(window.period())).append("; it ended ").append(c.last().to_string());
  return s;
}

void log_gave_up(const cell& by, const child& c, const restart_window& window, time_point now) {
  write_log(by, log_level::error, describe_supervisor(by) + " " + gave_up_text(c, window));
  for (const restart_record& r : c.history()) {
    std::string s("  ");
    s.append(seconds(now - r.time)).append(" before, incarnation ");
    s.append(std::to_string(r.incarnation)).append(": ").append(r.reason.to_string());
    std::string_view between = "; its last messages: ";
    for (const std::string_view message : r.reason.recent()) {
      s.append(between).append(message);
      between = ", ";
    }
    write_log(by, log_level::error, s);
  }
}

supervision_error no_such_child(const std::string& me, const child_name& which) {
  std::string s = me + " has no child ";
  if (which.id() != nullptr)
    s.append("\"").append(*which.id()).append("\"");
  else
    s.append("#").append(std::to_string(which.who().value()));
  return {supervision_errc::not_found, std::move(s)};
}

child_spec normalised(const child_spec& spec, const backoff_policy& otherwise) {
  child_spec full = spec;
  if (full.shutdown.is_default()) full.shutdown = stop_limit(spec);
  if (!full.backoff) full.backoff = otherwise;
  if (full.options.name.empty() && full.at.place_of() == nullptr) full.options.name = full.id;
  return full;
}

}  // namespace troupe::detail
