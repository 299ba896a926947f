// tournament.cpp: the order of measuring, and reading `value unit`.
#include "tournament.hpp"

#include "child.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace compare {
namespace {

command command_for(const contestant& c, const row_result& r) {
  command run{.words = {c.program, std::string(r.what->name), "--workers",
                        std::to_string(r.workers), "--work", std::to_string(r.work)},
              .preload = c.preload};
  if (!c.variant.empty()) run.words.insert(run.words.end(), {"--variant", c.variant});
  return run;
}

/// Appends the value to the standing, or notes why there is none.
void run_once(standing& s, const row_result& r) {
  const outcome o = run_child(command_for(*s.who, r));
  s.failure = o.failure;
  if (s.failure.empty()) {
    std::istringstream in(o.output);
    double value = 0;
    std::string unit;
    if (!(in >> value >> unit) || !std::isfinite(value) || value < 0 || unit != r.what->unit)
      s.failure = "printed no value in " + std::string(r.what->unit);
    else
      s.values.emplace_back(value);
  }
  if (!s.failure.empty()) s.values.emplace_back(std::nullopt);
}

void say(const row& r, int repetition, int of, const standing& s) {
  const auto& value = s.values.back();
  std::fprintf(stderr, "%-27s %d/%d  %-28s ", std::string(r.name).c_str(), repetition, of,
               s.who->name.c_str());
  if (value)
    std::fprintf(stderr, "%.4g %s\n", *value, std::string(r.unit).c_str());
  else
    std::fprintf(stderr, "%s; it is left out of this row from here on\n", s.failure.c_str());
}

}  // namespace

const standing* row_result::ours() const {
  return !standings.empty() && standings.front().who->is_ours() ? &standings.front() : nullptr;
}

row_result measure(const row& what, const options& o, const std::vector<contestant>& all) {
  const auto work = std::llround(static_cast<double>(what.work) * o.scale);
  row_result result{.what = &what,
                    .workers = what.workers > 0 ? what.workers : o.workers,
                    .work = static_cast<std::uint64_t>(std::max(work, 1LL)),
                    .standings = {}};
  for (const contestant& c : all)
    if (c.measures(what)) result.standings.push_back({&c, {}, {}});
  for (int repetition = 1; repetition <= o.repetitions; ++repetition)
    for (standing& s : result.standings) {
      if (!s.failure.empty()) continue;
      run_once(s, result);
      say(what, repetition, o.repetitions, s);
    }
  return result;
}

}  // namespace compare
