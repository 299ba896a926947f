// circles.cpp: who waits for himself in the end.
#include <troupe/actors/classic/detail/circles.hpp>

#include <algorithm>
#include <cstddef>
#include <tuple>

namespace troupe::classic::detail {
namespace {

/// The ways from `path`'s end that lead back to its beginning; each circle is found from its first
/// edge only.
void follow(const std::vector<wait_edge>& edges, std::vector<std::size_t>& path,
            std::vector<std::vector<wait_edge>>& found) {
  const wait_edge& end = edges[path.back()];
  if (end.holds == edges[path.front()].waits) {
    auto& circle = found.emplace_back();
    for (const std::size_t i : path) circle.push_back(edges[i]);
    return;
  }
  for (std::size_t i = path.front() + 1; i < edges.size(); ++i) {
    if (!(edges[i].waits == end.holds)) continue;
    if (std::find(path.begin(), path.end(), i) != path.end()) continue;
    path.push_back(i);
    follow(edges, path, found);
    path.pop_back();
  }
}

}  // namespace

std::vector<wait_edge> lasting(const std::vector<wait_edge>& before,
                               const std::vector<wait_edge>& now) {
  std::vector<wait_edge> both;
  for (const wait_edge& e : now)
    if (std::any_of(before.begin(), before.end(), [&](const auto& b) { return e.is_still(b); }))
      both.push_back(e);
  return both;
}

std::vector<std::vector<wait_edge>> circles_in(const std::vector<wait_edge>& edges) {
  std::vector<wait_edge> by_time = edges;
  std::ranges::sort(by_time, {}, [](const wait_edge& e) {
    return std::tuple(e.since, e.adapter, e.number);  // the first to wait comes first
  });
  std::vector<std::vector<wait_edge>> found;
  for (std::size_t first = 0; first < by_time.size(); ++first) {
    std::vector<std::size_t> path{first};
    follow(by_time, path, found);
  }
  return found;
}

const wait_edge& last_to_wait(const std::vector<wait_edge>& circle) {
  return *std::max_element(circle.begin(), circle.end(), [](const auto& a, const auto& b) {
    return a.since != b.since ? a.since < b.since : a.number < b.number;
  });
}

std::string describe_circle(const std::vector<wait_edge>& circle, cell& in) {
  std::string s = "deadlock: ";
  for (const wait_edge& e : circle) {
    if (&e != &circle.front()) s += ", ";
    s += describe(e.waits, in) + " waits for " + e.name + " held by " + describe(e.holds, in);
  }
  return s;
}

}  // namespace troupe::classic::detail
