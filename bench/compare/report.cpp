// report.cpp: numbers in columns and in lines.
#include "report.hpp"

#include "geomean.hpp"
#include "machine.hpp"

#include <cstdio>

namespace compare {
namespace {

template <class... Args>
std::string text(const char* format, Args... args) {
  const int size = std::snprintf(nullptr, 0, format, args...);
  std::string out(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(out.data(), out.size(), format, args...);
  out.pop_back();
  return out;
}

/// Three digits that matter, never an exponent: 0.123, 1.23, 18.2, 364.
std::string digits(double value) {
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return text("%.*f", value == 0 ? 0 : decimals, value);
}

std::string median_of(const standing* s) {
  const auto spread = s != nullptr ? spread_of(s->values) : std::nullopt;
  return spread ? digits(spread->median) : "none";
}

std::string range_of(const standing* s) {
  const auto spread = s != nullptr ? spread_of(s->values) : std::nullopt;
  if (!spread) return "";
  return text("[%s .. %s]", digits(spread->min).c_str(), digits(spread->max).c_str());
}

bool has_zero_median(const standing& s) {
  const auto spread = spread_of(s.values);
  return spread && spread->median == 0;
}

std::string ratio_text(const standing* ours, const standing& peer, better best) {
  if (has_zero_median(peer)) return "peer_value_is_0";
  if (ours == nullptr) return "none";
  if (has_zero_median(*ours)) return "ours_is_0";
  const auto ratio = ratio_of(ours->values, peer.values, best);
  return ratio ? digits(ratio->median) : "none";
}

constexpr const char* columns = "%-27s %-4s %10s %-18s  %-27s %10s %-18s %8s\n";

std::string table_line(const row_result& r, const standing* peer) {
  const row& what = *r.what;
  return text(columns, std::string(what.name).c_str(), std::string(what.unit).c_str(),
              median_of(r.ours()).c_str(), range_of(r.ours()).c_str(),
              peer != nullptr ? peer->who->name.c_str() : "none",
              peer != nullptr ? median_of(peer).c_str() : "", range_of(peer).c_str(),
              peer != nullptr ? ratio_text(r.ours(), *peer, what.best).c_str() : "");
}

std::string machine_line(const row_result& r, const standing* peer) {
  std::string line = "metric=" + std::string(r.what->name) + " ours=" + median_of(r.ours());
  if (peer == nullptr) return line + " peer=none\n";
  return line + " peer=" + peer->who->name + " peer_value=" + median_of(peer) +
         " ratio=" + ratio_text(r.ours(), *peer, r.what->best) + "\n";
}

template <class Line>
std::string line_for_each_peer(const std::vector<row_result>& results, Line line) {
  std::string out;
  for (const row_result& r : results) {
    bool has_peer = false;
    for (const standing& s : r.standings) {
      if (s.who->is_ours()) continue;
      has_peer = true;
      out += line(r, &s);
    }
    if (!has_peer) out += line(r, nullptr);
  }
  return out;
}

}  // namespace

std::string preamble(const machine& m, const options& o, const std::vector<contestant>& all) {
  std::string out = text("%s, %d CPUs, governor %s, kernel %s\n", m.cpu.c_str(), m.cpus,
                         m.governor.c_str(), m.kernel.c_str());
  out += text("commit %s, %s, %d workers, %d repetitions in turn\n", m.commit.c_str(),
              m.date.c_str(), o.workers, o.repetitions);
  for (const contestant& c : all) {
    const bool here = c.absent.empty();
    out += text("%-27s %s%s\n", c.name.c_str(),
                here ? "" : "skipped: ", here ? c.about.c_str() : c.absent.c_str());
  }
  if (m.load > 0.5)
    out += text("note: others use this machine (load %.1f): orientation only\n", m.load);
  if (o.repetitions < 5) out += "note: fewer than 5 repetitions: orientation only\n";
  if (o.scale != 1) out += text("note: the amount of work is scaled by %g\n", o.scale);
  return out;
}

std::string table(const std::vector<row_result>& results) {
  std::string out = text(columns, "row", "unit", "ours", "[min .. max]", "peer", "value",
                         "[min .. max]", "ratio");
  out += line_for_each_peer(results, table_line);
  for (const row_result& r : results)
    for (const standing& s : r.standings)
      if (!s.failure.empty())
        out += text("%s: %s %s\n", std::string(r.what->name).c_str(), s.who->name.c_str(),
                    s.failure.c_str());
  out += "ratio: how many times better ours is; the median of the ratios of each repetition\n";
  return out;
}

std::string machine_lines(const std::vector<row_result>& results) {
  std::string out = line_for_each_peer(results, machine_line);
  for (const geomean& g : geomeans(results))
    out += "geomean=" + std::string(g.group) + " peer=" + g.peer->name +
           " ratio=" + (g.ratio ? digits(*g.ratio) : "none") + " rows=" + std::to_string(g.rows) +
           "\n";
  return out;
}

}  // namespace compare
