// author.cpp: what trees and steps are like, how often, and how they are made simpler.
#include "author.hpp"

#include <rapidcheck.h>

#include <utility>

namespace trees {
namespace {

using namespace std::chrono_literals;
using rc::gen::element;
using rc::gen::inRange;
using rc::gen::weightedElement;
using troupe::auto_shutdown_type;

// Times are multiples of this, so that some things happen when a period just ends.
constexpr auto unit = 500ms;

/// Writes one script; asks RapidCheck for each choice.
class author {
public:
  script write(int steps) {
    script s;
    s.name = *element<std::string>("", "bank");
    has_waits_ = one_in(2);
    s.top = any_supervisor(3);
    s.top.intensity += 2;
    collect(s.top, "");
    s.steps.push_back({verb::begin});
    for (int i = 0; i < steps; ++i) s.steps.push_back(any_step());
    return s;
  }

private:
  static bool one_in(int n) { return *inRange(0, n) == 0; }

  std::string new_id() {
    std::string id;
    for (int n = ids_++; id.empty() || n > 0; n /= 26) id += static_cast<char>('a' + n % 26);
    return id;
  }
  /// Two that wait never end at the same moment: nothing says who comes first then.
  std::optional<waits> any_waits() {
    if (!has_waits_ || !one_in(3)) return {};
    const duration d = *inRange(1, 4) * unit + ++waits_ * 7919us;
    if (one_in(2)) return waits{d, d, false};
    return waits{d, *inRange(1, 6) * d, true};
  }
  troupe::restart_type any_restart() {
    return *weightedElement<troupe::restart_type>(
        {{5, troupe::permanent}, {3, troupe::transient}, {1, troupe::temporary}});
  }
  void add_nature(plan& p, auto_shutdown_type above) {
    p.restart = any_restart();
    p.is_significant =
        above != auto_shutdown_type::never && p.restart != troupe::permanent && !one_in(3);
    p.is_brutal = one_in(8);
    p.backoff = any_waits();
  }
  void add_rule(plan& p) {
    p.strategy = *element(troupe::one_for_one, troupe::one_for_all, troupe::rest_for_one);
    p.intensity = *weightedElement<int>({{1, 0}, {4, 1}, {4, 2}, {3, 3}, {3, 8}});
    p.period = *inRange(1, 8) * unit;
    p.auto_shutdown =
        *weightedElement<auto_shutdown_type>({{4, auto_shutdown_type::never},
                                              {1, auto_shutdown_type::any_significant},
                                              {1, auto_shutdown_type::all_significant}});
    p.backoff_of_children = any_waits();
  }
  plan any_supervisor(int floors) {
    plan p;
    p.what = sort::supervisor;
    p.is_made = one_in(2);
    add_rule(p);
    for (int n = *inRange(floors == 3 ? 1 : 0, 5); n > 0 && children_ < 11; --n)
      p.children.push_back(any_child(floors - 1, p.auto_shutdown));
    return p;
  }
  plan any_family() {
    plan p;
    p.what = sort::family;
    add_rule(p);
    p.backoff_of_children.reset();
    plan each{.id = "each"};
    add_nature(each, p.auto_shutdown);
    p.children.push_back(each);
    return p;
  }
  plan any_child(int floors, auto_shutdown_type above) {
    ++children_;
    const std::string id = new_id();
    plan p;
    if (floors > 0 && one_in(3))
      p = any_supervisor(floors);
    else if (is_static_ && one_in(10))  // a family's object belongs to one place
      p = any_family();
    p.id = id;
    add_nature(p, above);
    return p;
  }

  /// Where steps may go.
  void collect(const plan& p, const std::string& path) {
    if (p.what == sort::supervisor) {
      supervisors_.push_back(path);
      if (p.is_made) starting_.push_back(path);
      for (const plan& c : p.children) collect(c, below(path, c.id));
    } else if (p.what == sort::family) {
      families_.push_back(path);
    } else {
      workers_.push_back(path);
      starting_.push_back(path);
    }
    if (!path.empty()) all_.push_back(path);
  }

  step any_step() {
    step s;
    s.what = *weightedElement<verb>({{1, verb::begin},
                                     {8, verb::fail},
                                     {2, verb::leave},
                                     {1, verb::leave_down},
                                     {2, verb::kill},
                                     {3, verb::fail_starts},
                                     {1, verb::ignore_starts},
                                     {5, verb::pass},
                                     {3, verb::start_child},
                                     {4, verb::terminate_child},
                                     {4, verb::restart_child},
                                     {2, verb::delete_child},
                                     {families_.empty() ? 0U : 5U, verb::start_member},
                                     {1, verb::stop}});
    switch (s.what) {
      case verb::begin: break;
      case verb::fail:
      case verb::leave:
      case verb::leave_down:
      case verb::kill:
        s.path = one_of(workers_);
        s.is_with_next = !has_waits_ && one_in(3);  // who waits is told apart by when it ended
        break;
      case verb::fail_starts:
      case verb::ignore_starts:
        s.path = one_of(starting_);
        s.number = *inRange(1, s.what == verb::fail_starts ? 5 : 3);
        break;
      case verb::pass: s.time = *inRange(1, 6) * unit; break;
      case verb::start_child: add_child(s); break;
      case verb::start_member:
        s.path = one_of(families_);
        s.number = ++members_;
        workers_.push_back(below(s.path, std::to_string(s.number)));
        starting_.push_back(workers_.back());
        all_.push_back(workers_.back());
        break;
      case verb::stop: s.path = one_of(supervisors_); break;
      default: s.path = one_of(all_); break;
    }
    return s;
  }
  void add_child(step& s) {
    s.path = one_of(supervisors_);
    is_static_ = false;
    const bool is_tree = one_in(4);
    s.child = is_tree ? any_supervisor(1) : plan();
    s.child.id = one_in(3) && !all_.empty() ? last_id(one_of(all_)) : new_id();
    add_nature(s.child, auto_shutdown_type::never);
    s.child.is_significant = one_in(3);
    collect(s.child, below(s.path, s.child.id));
  }
  static std::string one_of(const std::vector<std::string>& paths) {
    return paths.empty() ? "nobody" : *rc::gen::elementOf(paths);
  }

  bool has_waits_ = false;
  bool is_static_ = true;  ///< what is made up now
  int ids_ = 0;
  int waits_ = 0;
  int children_ = 0;
  int members_ = 0;
  std::vector<std::string> supervisors_, families_, workers_, starting_, all_;
};

// --- simpler ones

rc::Seq<plan> simpler_plans(const plan& p);

/// The same with one thing less, if it is there.
template <class Change>
void add_simpler(std::vector<plan>& all, const plan& p, bool is_there, Change change) {
  if (!is_there) return;
  all.push_back(p);
  change(all.back());
}

rc::Seq<plan> simpler_plans(const plan& p) {
  std::vector<plan> all;
  add_simpler(all, p, p.is_significant, [](plan& o) { o.is_significant = false; });
  add_simpler(all, p, p.is_brutal, [](plan& o) { o.is_brutal = false; });
  add_simpler(all, p, p.is_made, [](plan& o) { o.is_made = false; });
  add_simpler(all, p, p.backoff.has_value(), [](plan& o) { o.backoff.reset(); });
  add_simpler(all, p, p.backoff_of_children.has_value(),
              [](plan& o) { o.backoff_of_children.reset(); });
  add_simpler(all, p, p.strategy != troupe::one_for_one,
              [](plan& o) { o.strategy = troupe::one_for_one; });
  add_simpler(all, p, p.auto_shutdown == auto_shutdown_type::all_significant,
              [](plan& o) { o.auto_shutdown = auto_shutdown_type::any_significant; });
  add_simpler(all, p, p.restart != troupe::permanent && !p.is_significant,
              [](plan& o) { o.restart = troupe::permanent; });
  const auto with = [p](std::vector<plan> children) {
    plan o = p;
    o.children = std::move(children);
    return o;
  };
  auto fewer = p.what == sort::supervisor ? rc::shrink::removeChunks(p.children)
                                          : rc::Seq<std::vector<plan>>();
  return rc::seq::concat(rc::seq::map(std::move(fewer), with),
                         rc::seq::fromContainer(std::move(all)),
                         rc::seq::map(rc::shrink::eachElement(p.children, &simpler_plans), with));
}

rc::Seq<script> simpler_scripts(const script& s) {
  const auto with_steps = [s](std::vector<step> steps) {
    script o = s;
    o.steps = std::move(steps);
    return o;
  };
  const auto with_top = [s](plan top) {
    script o = s;
    o.top = std::move(top);
    return o;
  };
  const auto simpler_steps = [](const step& one) {
    return rc::seq::map(one.what == verb::start_child ? simpler_plans(one.child) : rc::Seq<plan>(),
                        [one](plan child) {
                          step o = one;
                          o.child = std::move(child);
                          return o;
                        });
  };
  return rc::seq::concat(rc::seq::map(rc::shrink::removeChunks(s.steps), with_steps),
                         rc::seq::map(simpler_plans(s.top), with_top),
                         rc::seq::map(rc::shrink::eachElement(s.steps, simpler_steps), with_steps));
}

}  // namespace

script written(std::uint64_t seed, int steps) {
  const auto any = rc::gen::exec([steps] { return author().write(steps); });
  return any(rc::Random(seed), rc::kNominalSize).value();
}

script simplified(const script& s, const std::function<bool(const script&)>& fails) {
  auto best = rc::shrinkable::shrinkRecur(s, &simpler_scripts);
  for (auto others = best.shrinks(); auto other = others.next();)
    if (fails(other->value())) {
      best = std::move(*other);
      others = best.shrinks();
    }
  return best.value();
}

}  // namespace trees
