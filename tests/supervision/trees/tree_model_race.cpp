// tree_model_race.cpp: a worker ends, and something else is done at once.
//
//   Before   trees_test.cpp, which does both to the real tree without rest in between.
//   After    it looks whether the real tree is as one of these.
#include "tree_model.hpp"

#include <algorithm>

namespace trees {
namespace {

bool is_end(verb v) {
  return v == verb::fail || v == verb::leave || v == verb::leave_down || v == verb::kill;
}

}  // namespace

bool tree_model::can_race(const step& first, const step& second) const {
  const auto is_due = [](const auto& starts) { return starts.second > 0; };
  return first.is_with_next && is_end(first.what) && second.path != first.path &&
         (is_end(second.what) || second.what >= verb::start_child) &&
         std::ranges::none_of(failing_, is_due) && std::ranges::none_of(ignoring_, is_due);
}

/// The supervisor that is asked.
tree_model::member* tree_model::addressed(const step& s) {
  const bool is_itself =
      s.what == verb::start_child || s.what == verb::start_member || s.what == verb::stop;
  const line l = find(is_itself ? s.path : above(s.path));
  return l.empty() || l.back()->at != state::running ? nullptr : l.back();
}

/// Whether the worker that is told to end is who it was, or the supervisor that is asked.
bool tree_model::is_same(const tree_model& before, const step& s) {
  if (is_end(s.what)) {
    const auto count = [&](const auto& all) {
      const auto found = all.find(s.path);
      return found == all.end() ? 0 : found->second;
    };
    return count(starts_) == count(before.starts_);
  }
  tree_model old = before;
  const member* const was = old.addressed(s);
  const member* const is = addressed(s);
  return was != nullptr && is != nullptr && was->incarnation == is->incarnation;
}

std::vector<std::pair<tree_model, outcome>> tree_model::take_both(const step& first,
                                                                  const step& second) const {
  std::vector<std::pair<tree_model, outcome>> all;
  const auto add = [&](auto&& play) {
    tree_model m = *this;
    const outcome o = play(m);
    (void)m.happened();
    (void)m.given_up();
    const std::pair one(std::move(m), o);
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  };
  // One behind the other.
  add([&](tree_model& m) {
    m.take(first);
    return is_end(second.what) && !m.is_same(*this, second) ? outcome{} : m.take(second);
  });
  add([&](tree_model& m) {
    const outcome o = m.take(second);
    if (m.is_same(*this, first)) m.take(first);
    return o;
  });
  // It has ended when the other comes to its supervisor, who does not know it yet.
  add([&](tree_model& m) {
    m.die(first);
    const outcome o = m.take(second);
    m.hear_of_end(first.path);
    return o;
  });
  if (is_end(second.what)) {
    add([&](tree_model& m) {
      m.die(second);
      m.take(first);
      m.hear_of_end(second.path);
      return outcome{};
    });
    return all;
  }
  // The one that was asked ends, with the question unread, the start under way, or nothing to stop.
  const auto add_given = [&](const outcome& given) {
    add([&](tree_model& m) {
      m.take(first);
      return m.is_same(*this, second) ? m.take(second) : given;
    });
  };
  add_given({troupe::supervision_errc::noproc});
  if (second.what == verb::stop || second.what == verb::terminate_child)
    add_given({});
  else
    add_given({troupe::supervision_errc::failed_to_start});
  return all;
}

}  // namespace trees
