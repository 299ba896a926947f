// trees_test.cpp: random supervision trees, random failures and operations, beside the model.
//
//   Before   a seed.
//   After    each step is compared; of a failure the simplest script that fails is printed.
#include "author.hpp"
#include "tree_model.hpp"
#include "tree_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace trees;

constexpr int steps = 20;

std::string to_text(const std::vector<listing>& all) {
  std::string text;
  for (const listing& l : all) text += to_string(l);
  return text.empty() ? "  nothing\n" : text;
}
std::string to_text(const std::vector<happening>& all) {
  std::string text;
  for (const happening& h : all) {
    text += h.size() == 1 ? "  " : "  in any order: ";
    for (const std::string& one : h) text += one + (&one == &h.back() ? "\n" : ", ");
  }
  return text.empty() ? "  nothing\n" : text;
}
std::string to_text(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += "  " + one + "\n";
  return text.empty() ? "  nothing\n" : text;
}

/// A reason of "*" is any.
bool is(const std::string& wanted, const std::string& seen) {
  if (!wanted.ends_with('*')) return wanted == seen;
  return seen.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
}

bool agree(const std::vector<happening>& wanted, const std::vector<std::string>& seen) {
  auto at = seen.begin();
  for (const happening& set : wanted) {
    if (static_cast<std::size_t>(seen.end() - at) < set.size()) return false;
    const auto end = at + static_cast<std::ptrdiff_t>(set.size());
    for (const std::string& one : set)
      if (std::count_if(at, end, [&](const std::string& s) { return is(one, s); }) != 1)
        return false;
    at = end;
  }
  return at == seen.end();
}

std::string text_of(const outcome& wanted, const outcome& given) {
  if (wanted == given) return {};
  return "it gave " + to_string(given) + ", the contract says " + to_string(wanted) + "\n";
}
std::string text_of(const std::vector<happening>& should, const std::vector<std::string>& did) {
  if (agree(should, did)) return {};
  return "there happened\n" + to_text(did) + "the contract says\n" + to_text(should);
}
std::string text_of(const std::vector<std::string>& should, const std::vector<std::string>& did) {
  if (should == did) return {};
  return "there gave up\n" + to_text(did) + "the contract says\n" + to_text(should);
}
std::string text_of(const std::vector<listing>& should, const std::vector<listing>& there) {
  if (should == there) return {};
  return "there is\n" + to_text(there) + "the contract says\n" + to_text(should);
}

/// A real tree, and what it may be by the contract: more than one only after a race.
class match {
public:
  match(std::uint64_t seed, const script& s, flaw f)
      : world_(seed, s), may_be_{tree_model(s.top, f)} {}

  /// @returns what is wrong, or nothing
  std::string play(const step& s) {
    if (std::ranges::any_of(may_be_, [](tree_model& m) { return m.is_waiting(); })) pass_a_moment();
    const outcome given = world_.take(s);
    const auto did = world_.happened();
    const auto over = world_.given_up();
    const auto there = world_.listings();
    return keep([&](tree_model& m, auto&& is) {
      const outcome wanted = m.take(s);
      is(m, text_of(wanted, given) + text_of(m.happened(), did) + text_of(m.given_up(), over) +
                text_of(m.listings(), there));
    });
  }
  [[nodiscard]] bool can_race(const step& first, const step& second) const {
    return std::ranges::all_of(may_be_, [&](const auto& m) { return m.can_race(first, second); });
  }
  /// What is in between may come in many orders: what has become of it is compared.
  std::string race(const step& first, const step& second) {
    const outcome given = world_.take_both(first, second);
    for (const std::string& one : world_.happened())
      if (one.starts_with("two")) return one;
    (void)world_.given_up();
    const auto there = world_.listings();
    return keep([&](tree_model& m, auto&& is) {
      for (auto& [after, wanted] : m.take_both(first, second)) {
        after.adopt(world_.starts());
        is(after, text_of(wanted, given) + text_of(after.listings(), there));
      }
    });
  }
  std::string end() {
    std::string wrong = world_.end();
    const auto did = world_.happened();
    if (!wrong.empty()) return wrong;
    return keep([&](tree_model& m, auto&& is) {
      m.end();
      is(m, text_of(m.happened(), did));
    });
  }

private:
  /// Nothing says which of two comes first that are due together.
  void pass_a_moment() {
    const step moment{.what = verb::pass, .time = std::chrono::microseconds(1)};
    for (tree_model& m : may_be_) m.take(moment);
    world_.take(moment);
  }
  /// Those that agree. @returns why none does
  template <class F>
  std::string keep(F each) {
    std::string why;
    std::vector<tree_model> agree;
    for (tree_model& m : may_be_)
      each(m, [&](const tree_model& after, const std::string& wrong) {
        if (!wrong.empty())
          why += wrong;
        else if (std::ranges::find(agree, after) == agree.end())
          agree.push_back(after);
      });
    may_be_ = std::move(agree);
    return may_be_.empty() ? why : "";
  }

  tree_world world_;
  std::vector<tree_model> may_be_;
};

/// Plays a script until the contract is broken. @returns how, or nothing
std::string play(std::uint64_t seed, const script& s, flaw f = flaw::none) try {
  match m(seed, s, f);
  std::string done = "after\n";
  for (auto one = s.steps.begin(); one != s.steps.end(); ++one) {
    done += to_string(*one);
    std::string wrong;
    if (const auto next = one + 1; next != s.steps.end() && m.can_race(*one, *next)) {
      done += to_string(*next);
      wrong = m.race(*one, *next);
      one = next;
    } else {
      wrong = m.play(*one);
    }
    if (!wrong.empty()) return done + wrong;
  }
  if (const auto wrong = m.end(); !wrong.empty()) return done + "  the end\n" + wrong;
  return {};
} catch (const std::exception& e) {
  return std::string("there was an exception: ") + e.what() + "\n";
}

std::string explained(std::uint64_t seed, const script& s) {
  const script simple =
      simplified(s, [&](const script& other) { return !play(seed, other).empty(); });
  return "to replay: TROUPE_SEED=" + std::to_string(seed) + "; the tree \"" + simple.name +
         "\" that is needed:\n" + to_string(simple.top) + play(seed, simple);
}

TEST(Trees, DoAtEachStepOfARandomScriptWhatTheModelSays) {
  constexpr std::size_t scripts = 5000;
  for (const std::uint64_t seed : troupe::kit::seeds(scripts)) {
    const script s = written(seed, steps);
    if (!play(seed, s).empty()) FAIL() << explained(seed, s);
  }
}

/// A model that is wrong in one thing must not agree with a tree that is right.
class TreesFlaw : public testing::TestWithParam<int> {};

TEST_P(TreesFlaw, OfTheModelIsSeen) {
  constexpr std::uint64_t scripts = 1000;
  for (std::uint64_t seed = 1; seed <= scripts; ++seed) {
    const script s = written(seed, steps);
    // What differs from a right model, too, is no matter of the flaw.
    if (!play(seed, s, static_cast<flaw>(GetParam())).empty() && play(seed, s).empty()) return;
  }
  FAIL() << "in " << scripts << " scripts";
}

INSTANTIATE_TEST_SUITE_P(Each, TreesFlaw,
                         testing::Range(static_cast<int>(flaw::none) + 1,
                                        static_cast<int>(flaw::present_is_started) + 1));

}  // namespace
