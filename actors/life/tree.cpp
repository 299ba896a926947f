// tree.cpp: a supervision tree for people.
#include <troupe/actors/life/tree.hpp>

#include <chrono>

namespace troupe {
namespace {

std::string seconds(duration d) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  std::string s = std::to_string(ms / 1000);
  s.append(".").append(std::to_string(ms % 1000 / 100)).append(" s");
  return s;
}

void add_lines(std::string& s, const tree_snapshot& t, std::size_t depth) {
  s.append(2 * depth, ' ');
  s.append(t.id.empty() ? depth == 0 ? "tree" : "-" : t.id).append("  ").append(t.kind);
  if (t.actor != 0) s.append(" #").append(std::to_string(t.actor));
  s.append("  ").append(t.state);
  if (t.uptime != duration{}) s.append(" for ").append(seconds(t.uptime));
  if (t.kind != "actor")
    s.append("  restarts ")
        .append(std::to_string(t.restarts))
        .append("/")
        .append(std::to_string(t.limit));
  if (t.incarnation > 1 || t.last != exit_kind::normal)
    s.append("  incarnation ")
        .append(std::to_string(t.incarnation))
        .append(", the last one ended ")
        .append(t.last.to_string());
  s.append("\n");
  for (const tree_snapshot& child : t.children) add_lines(s, child, depth + 1);
  if (t.left_out == 0) return;
  s.append(2 * depth + 2, ' ');
  s.append("and ").append(std::to_string(t.left_out)).append(" more\n");
}

}  // namespace

std::string tree_snapshot::to_string() const {
  std::string s;
  add_lines(s, *this, 0);
  return s;
}

}  // namespace troupe
