// snapshot.cpp: what a system looks like at one moment.
#include <troupe/actors/snapshot.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/system.hpp>

#include <algorithm>
#include <cstdio>
#include <unordered_map>

namespace troupe {
namespace detail {
namespace {

constexpr int measured_one_in = 512;

struct class_of {
  class_snapshot seen;
  duration handlers{};
  duration waited{};
};
using classes_by_ops = std::unordered_map<const body_ops*, class_of>;

struct holds {
  cell& c;
  ~holds() { release(c); }
};

actor_snapshot look_at(const cell& c) {
  actor_snapshot a;
  a.id = c.id;
  a.class_name = c.ops->actor;
  if (c.is_named) a.name = c.extras->name;
  a.waiting = c.queued.load(std::memory_order_relaxed);
  a.turns = c.turns.load(std::memory_order_relaxed);
  a.messages = c.handled.load(std::memory_order_relaxed);
  return a;
}

void add(class_snapshot& sum, const actor_snapshot& a) {
  sum.name = a.class_name;
  ++sum.actors;
  sum.waiting += a.waiting;
  sum.waiting_most = std::max(sum.waiting_most, a.waiting);
  sum.turns += a.turns;
  sum.messages += a.messages;
}

bool waits_more(const actor_snapshot& a, const actor_snapshot& b) {
  return a.waiting != b.waiting ? a.waiting > b.waiting : a.id < b.id;
}

/// Keeps the `most` actors with most messages waiting; a heap whose first has fewest.
void keep(std::vector<actor_snapshot>& listed, std::size_t most, actor_snapshot a) {
  if (most == 0) return;
  if (listed.size() == most) {
    if (!waits_more(a, listed.front())) return;
    std::pop_heap(listed.begin(), listed.end(), waits_more);
    listed.pop_back();
  }
  listed.push_back(std::move(a));
  std::push_heap(listed.begin(), listed.end(), waits_more);
}

void add_samples(core& system, classes_by_ops& classes) {
  for (const context* x : system.sched->contexts())
    for (std::size_t i = 0; i < samples::size; ++i) {
      const samples::sum s = x->samples.at(i);
      if (s.count == 0) continue;
      class_of& c = classes[s.actor];
      c.seen.name = s.actor != nullptr ? s.actor->actor : "(others)";
      c.seen.measured += s.count;
      c.seen.waited_most = std::max(c.seen.waited_most, s.waited_most);
      c.handlers += s.busy;
      c.waited += s.waited;
    }
}

class_snapshot finished(class_of& c) {
  if (c.seen.measured == 0) return c.seen;
  const auto count = static_cast<duration::rep>(c.seen.measured);
  c.seen.busy = c.handlers * measured_one_in;
  c.seen.handler_mean = c.handlers / count;
  c.seen.waited_mean = c.waited / count;
  return c.seen;
}

// --- as text

template <class... Args>
void line(std::string& text, const char* format, Args... args) {
  const int length = std::snprintf(nullptr, 0, format, args...);
  if (length < 0) return;
  const std::size_t before = text.size();
  text.resize(before + static_cast<std::size_t>(length) + 1);
  std::snprintf(text.data() + before, static_cast<std::size_t>(length) + 1, format, args...);
  text.back() = '\n';
}

using big = unsigned long long;

std::string brief(duration d) {
  const auto ns = static_cast<double>(d.count());
  std::string s;
  const auto as = [&s](const char* format, double value) {
    line(s, format, value);
    s.pop_back();
  };
  if (ns < 1e3)
    as("%.0f ns", ns);
  else if (ns < 1e6)
    as("%.1f us", ns / 1e3);
  else if (ns < 1e9)
    as("%.1f ms", ns / 1e6);
  else
    as("%.1f s", ns / 1e9);
  return s;
}

}  // namespace
}  // namespace detail

system_snapshot actor_system::snapshot(std::size_t actors_listed) const {
  system_snapshot all;
  all.taken = now();
  if (detail::is_forked(*core_)) return all;
  all.counters = counters();
  all.workers = workers();
  detail::classes_by_ops classes;
  core_->blocks.for_each([&](detail::cell& c) {
    if (!detail::acquire(c)) return;
    const detail::holds held{c};
    if (c.at() >= detail::phase::vacant) return;
    auto a = detail::look_at(c);
    detail::add(classes[c.ops].seen, a);
    detail::keep(all.actors, actors_listed, std::move(a));
  });
  all.graveyard = core_->graves.all();
  detail::add_samples(*core_, classes);
  for (auto& [ops, c] : classes) all.classes.push_back(detail::finished(c));
  std::sort(all.classes.begin(), all.classes.end(), [](const auto& a, const auto& b) {
    return a.actors != b.actors ? a.actors > b.actors : a.name < b.name;
  });
  std::sort(all.actors.begin(), all.actors.end(), detail::waits_more);
  core_->show_extensions(all);
  return all;
}

namespace {

std::string line_of(const adapter_snapshot& a) {
  std::string s = std::string(a.class_name) + (a.name.empty() ? "" : " \"" + a.name + '"') + " #" +
                  std::to_string(a.id) + ": " + a.state;
  const auto add = [&s](std::string_view what, const std::vector<std::string>& who) {
    for (std::size_t i = 0; i < who.size(); ++i) s.append(i == 0 ? what : ", ").append(who[i]);
  };
  add(" by ", a.holders);
  add("; waiting: ", a.waiters);
  return s + '\n';
}

}  // namespace

std::string system_snapshot::to_string() const {
  using detail::big;
  std::string s;
  for (const worker_info& w : workers)
    detail::line(
        s, "worker %d: CPU %d, %llu turns, %llu messages, %llu cells stolen, slept %llu times",
        w.number, w.cpu, static_cast<big>(w.counted.turns), static_cast<big>(w.counted.messages),
        static_cast<big>(w.counted.stolen), static_cast<big>(w.counted.parked));
  detail::line(s, "%llu actors live, %llu ended, %llu of them failed; %llu dead letters",
               static_cast<big>(counters.alive()), static_cast<big>(counters.ended),
               static_cast<big>(counters.failed), static_cast<big>(counters.dead_letters()));
  detail::line(s, "%-40s %9s %9s %9s %12s %12s %9s %9s %9s", "class", "actors", "waiting",
               "fullest", "turns", "messages", "busy", "handler", "waited");
  for (const class_snapshot& c : classes)
    detail::line(
        s, "%-40.*s %9zu %9llu %9llu %12llu %12llu %9s %9s %9s", static_cast<int>(c.name.size()),
        c.name.data(), c.actors, static_cast<big>(c.waiting), static_cast<big>(c.waiting_most),
        static_cast<big>(c.turns), static_cast<big>(c.messages), detail::brief(c.busy).c_str(),
        detail::brief(c.handler_mean).c_str(), detail::brief(c.waited_mean).c_str());
  for (const actor_snapshot& a : actors)
    detail::line(s, "%.*s%s%s%s #%llu: %llu waiting, %u turns, %llu messages",
                 static_cast<int>(a.class_name.size()), a.class_name.data(),
                 a.name.empty() ? "" : " \"", a.name.c_str(), a.name.empty() ? "" : "\"",
                 static_cast<big>(a.id), static_cast<big>(a.waiting), a.turns,
                 static_cast<big>(a.messages));
  for (const grave_snapshot& g : graveyard)
    detail::line(s, "abandoned: %.*s%s%s%s #%llu: %s", static_cast<int>(g.class_name.size()),
                 g.class_name.data(), g.name.empty() ? "" : " \"", g.name.c_str(),
                 g.name.empty() ? "" : "\"", static_cast<big>(g.id), g.doing.c_str());
  for (const tree_snapshot& t : trees) s += t.to_string();
  for (const adapter_snapshot& a : adapters) s += line_of(a);
  return s;
}

}  // namespace troupe
