// results.cpp: the shape of results.json.
#include "results.hpp"

#include "geomean.hpp"
#include "json.hpp"
#include "machine.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace compare {
namespace {

void write_spread(json_writer& out, const std::optional<spread>& s) {
  if (!s) {
    out.key("median").null();
    return;
  }
  out.field("median", s->median).field("min", s->min).field("max", s->max);
}

void write_contestant(json_writer& out, const contestant& c) {
  out.open('{').field("name", c.name);
  if (c.absent.empty())
    out.field("about", c.about);
  else
    out.field("skipped", c.absent);
  out.close('}');
}

void write_standing(json_writer& out, const row_result& r, const standing& s) {
  out.open('{').field("name", s.who->name);
  write_spread(out, spread_of(s.values));
  out.key("values").open('[');
  for (const auto& v : s.values) v ? out.value(*v) : out.null();
  out.close(']');
  if (!s.failure.empty()) out.field("failure", s.failure);
  if (r.ours() != nullptr && !s.who->is_ours()) {
    out.key("ratio").open('{');
    write_spread(out, ratio_of(r.ours()->values, s.values, r.what->best));
    out.close('}');
  }
  out.close('}');
}

void write_row(json_writer& out, const row_result& r) {
  out.open('{')
      .field("metric", r.what->name)
      .field("what", r.what->what)
      .field("unit", r.what->unit)
      .field("better", r.what->best == better::bigger ? "bigger" : "smaller")
      .field("work", static_cast<double>(r.work))
      .field("workers", r.workers);
  out.key("results").open('[');
  for (const standing& s : r.standings) write_standing(out, r, s);
  out.close(']').close('}');
}

void write_geomean(json_writer& out, const geomean& g) {
  out.open('{').field("group", g.group).field("peer", g.peer->name);
  out.field("rows", static_cast<double>(g.rows)).key("ratio");
  g.ratio ? out.value(*g.ratio) : out.null();
  out.close('}');
}

}  // namespace

std::string results_json(const machine& m, const options& o, const std::vector<contestant>& all,
                         const std::vector<row_result>& results) {
  json_writer out;
  out.open('{')
      .field("date", m.date)
      .field("commit", m.commit)
      .field("compiler", m.compiler)
      .field("cpu", m.cpu)
      .field("cpus", m.cpus)
      .field("governor", m.governor)
      .field("kernel", m.kernel)
      .field("load_before", m.load)
      .field("workers", o.workers)
      .field("repetitions", o.repetitions)
      .field("scale", o.scale);
  out.key("contestants").open('[');
  for (const contestant& c : all) write_contestant(out, c);
  out.close(']').key("rows").open('[');
  for (const row_result& r : results) write_row(out, r);
  out.close(']').key("geomeans").open('[');
  for (const geomean& g : geomeans(results)) write_geomean(out, g);
  out.close(']').close('}');
  return out.text() + "\n";
}

void write_file(const std::string& path, const std::string& text) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  std::ofstream out(path);
  out << text << std::flush;
  if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace compare
