// children_test.cpp: children end with their parent, and before it.
#include "lives.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using troupe::exit_kind;
using troupe::exit_reason;

/// A parent with two children whose refs the scenario holds.
struct family {
  family(world& w, journal_ptr to) : j(std::move(to)), parent(w.spawn<mortal>(j, "p")) {
    a = parent.ask<bear>("a").get();
    b = parent.ask<bear>("b").get();
    w.settle();
  }
  journal_ptr j;
  troupe::ref<mortal> parent, a, b;
};

void expect_ended_with_parent(const journal& j) {
  for (const std::string child : {"a", "b"}) {
    EXPECT_TRUE(j.in_order(child + ".start", child + ".stop(shutdown)")) << j.text();
    EXPECT_TRUE(j.in_order(child + ".stop(shutdown)", child + ".gone")) << j.text();
    EXPECT_TRUE(j.in_order(child + ".gone", "p.gone")) << j.text();
  }
}

SCENARIO(Children, EndWithShutdownBeforeTheOnStopOfAParentThatIsStopped) {
  family f(w, make_journal());
  f.parent.stop(exit_reason(exit_kind::user, 1));
  w.settle();
  expect_ended_with_parent(*f.j);
  const auto stop = "p.stop(" + exit_reason(exit_kind::user, 1).to_string() + ")";
  EXPECT_TRUE(f.j->in_order("a.gone", stop)) << f.j->text();
  EXPECT_TRUE(f.j->in_order("b.gone", stop)) << f.j->text();
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Children, EndWithAParentThatStopsItself) {
  family f(w, make_journal());
  f.parent.tell<leave>(exit_kind::normal);
  w.settle();
  expect_ended_with_parent(*f.j);
  EXPECT_TRUE(f.j->in_order("b.gone", "p.stop(normal)")) << f.j->text();
}

SCENARIO(Children, EndWithAParentThatFails) {
  family f(w, make_journal());
  f.parent.tell<fail>("x");
  w.settle();
  expect_ended_with_parent(*f.j);
  EXPECT_EQ(w.counters().failed, 1U) << "only the parent failed";
}

SCENARIO(Children, EndBeforeAParentThatIsKilled) {
  family f(w, make_journal());
  f.parent.kill();
  w.settle();
  for (const std::string child : {"a", "b"})
    EXPECT_TRUE(f.j->in_order(child + ".gone", "p.gone")) << f.j->text();
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_FALSE(f.j->has("p.stop(killed)"));
}

SCENARIO(Children, EndWithTheSystem) {
  family f(w, make_journal());
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  expect_ended_with_parent(*f.j);
  EXPECT_TRUE(f.j->in_order("a.gone", "p.stop(shutdown)")) << f.j->text();
}

SCENARIO(Children, ThatFailLeaveTheirParentAndSiblingsAlone) {
  family f(w, make_journal());
  f.a.tell<fail>("x");
  w.settle();
  EXPECT_TRUE(f.j->has("a.gone"));
  EXPECT_EQ(f.parent.ask<echo>(1).get(), 1);
  EXPECT_EQ(f.b.ask<echo>(2).get(), 2);
  EXPECT_EQ(w.counters().alive(), 2U);
  auto c = f.parent.ask<bear>("c").get();
  EXPECT_EQ(c.ask<echo>(3).get(), 3);
}

SCENARIO(Children, ThatAreUnreferencedEndWhileTheirParentLives) {
  family f(w, make_journal());
  f.a = {};
  w.settle();
  EXPECT_TRUE(f.j->has("a.stop(unreferenced)"));
  EXPECT_EQ(f.parent.ask<echo>(1).get(), 1);
  EXPECT_FALSE(f.j->has("b.gone"));
}

SCENARIO(Children, OfTheSystemDoNotEndWithTheActorThatSpawnedThem) {
  struct adopt {
    using reply = troupe::ref<mortal>;
  };
  class registrar : public troupe::actor<registrar> {
  public:
    explicit registrar(journal_ptr j) : journal_(std::move(j)) {}
    troupe::ref<mortal> on(adopt) { return self().system().spawn<mortal>(journal_, "root"); }

  private:
    journal_ptr journal_;
  };
  const auto j = make_journal();
  auto r = w.spawn<registrar>(j);
  auto root = r.ask(adopt{}).get();
  r.stop();
  w.settle();
  EXPECT_EQ(root.ask<echo>(9).get(), 9);
  EXPECT_EQ(j->text(), "root.start");
}

SCENARIO(Children, QueuedMessagesOfAChildAreDeadLettersWhenItsParentEnds) {
  constexpr unsigned sent = 50;
  family f(w, make_journal());
  for (unsigned i = 0; i < sent; ++i) f.a.tell<step>(7);
  f.parent.kill();
  w.settle();
  EXPECT_EQ(static_cast<unsigned>(f.j->count("a.7")) +
                w.counters().dead_letters(troupe::dead_reason::ended),
            sent);
}

SCENARIO(Children, AStoppedParentHandlesNothingMoreWhileItsChildrenEnd) {
  family f(w, make_journal());
  f.parent.stop();
  for (int i = 0; i < 5; ++i) f.parent.tell<step>(i);
  const auto r = f.parent.try_ask<bear>("late").get();
  w.settle();
  EXPECT_FALSE(r);
  EXPECT_FALSE(f.j->has("late.start"));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(f.j->has("p." + std::to_string(i)));
}

// --- trees

/// Bears two children of its kind until the tree is deep enough; keeps them.
class tree : public troupe::actor<tree> {
public:
  tree(journal_ptr j, std::string name, int depth)
      : journal_(std::move(j)), name_(std::move(name)), depth_(depth) {}
  ~tree() { journal_->note(name_ + ".gone"); }
  void on_start() {
    if (depth_ == 0) return;
    for (const char* const side : {"l", "r"})
      below_.push_back(self().spawn<tree>(journal_, name_ + side, depth_ - 1));
  }
  void on_stop(const exit_reason& why) { journal_->note(name_ + "." + why.to_string()); }
  void on(const fail& f) { throw std::runtime_error(f.text); }

private:
  journal_ptr journal_;
  std::string name_;
  int depth_;
  std::vector<troupe::ref<tree>> below_;
};

/// Every node but the root: ended by shutdown, once, before its parent's on_stop.
void expect_bottom_up(const journal& j, const std::string& name, const std::string& stop,
                      int depth) {
  EXPECT_EQ(j.count(name + "." + stop), 1) << name;
  EXPECT_TRUE(j.in_order(name + "." + stop, name + ".gone")) << name;
  if (depth == 0) return;
  for (const char* const side : {"l", "r"}) {
    EXPECT_TRUE(j.in_order(name + side + ".gone", name + "." + stop)) << name << side;
    expect_bottom_up(j, name + side, "shutdown", depth - 1);
  }
}

SCENARIO(Children, ATreeOfDepthFiveEndsFromTheLeavesUp) {
  constexpr int depth = 5;
  const auto j = make_journal();
  auto root = w.spawn<tree>(j, "t", depth);
  w.settle();
  EXPECT_EQ(w.counters().alive(), (1U << (depth + 1)) - 1);
  root.stop();
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  expect_bottom_up(*j, "t", "normal", depth);
}

SCENARIO(Children, ATreeThatIsStoppedWhileItGrowsEndsWhole) {
  const auto j = make_journal();
  auto root = w.spawn<tree>(j, "t", 4);
  root.stop();
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(j->lines().back(), "t.gone");
}

SCENARIO(Children, AnUnreferencedTreeThatKeepsItsChildrenLivesUntilShutdown) {
  const auto j = make_journal();
  static_cast<void>(w.spawn<tree>(j, "t", 2));
  w.settle();
  EXPECT_EQ(w.counters().alive(), 7U) << "a parent with a child is not alone";
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  expect_bottom_up(*j, "t", "shutdown", 2);
}

// --- spawning at the wrong moment

struct bear_and_leave {};
/// Ends in the handler in which it bears; keeps what it bore.
class hasty : public troupe::actor<hasty> {
public:
  explicit hasty(journal_ptr j) : journal_(std::move(j)) {}
  ~hasty() { journal_->note("p.gone"); }
  void on(bear_and_leave) {
    before_ = self().spawn<mortal>(journal_, "a");
    self().stop();
    after_ = self().spawn<mortal>(journal_, "b");
  }
  void on(const fail& f) {
    before_ = self().spawn<mortal>(journal_, "a");
    after_ = self().spawn<mortal>(journal_, "b");
    throw std::runtime_error(f.text);
  }

private:
  journal_ptr journal_;
  troupe::ref<mortal> before_, after_;
};

void expect_both_ended_first(const journal& j) {
  for (const std::string child : {"a", "b"}) {
    EXPECT_EQ(j.count(child + ".start"), j.count(child + ".stop(shutdown)")) << j.text();
    EXPECT_TRUE(j.in_order(child + ".gone", "p.gone")) << j.text();
  }
}

SCENARIO(Children, BornInTheHandlerThatStopsTheirParentEndWithIt) {
  const auto j = make_journal();
  auto p = w.spawn<hasty>(j);
  p.tell(bear_and_leave{});
  w.settle();
  expect_both_ended_first(*j);
}

SCENARIO(Children, BornInTheHandlerThatFailsEndWithTheirParent) {
  const auto j = make_journal();
  auto p = w.spawn<hasty>(j);
  p.tell<fail>("x");
  w.settle();
  expect_both_ended_first(*j);
}

/// Tries to bear in its last moment.
class late_parent : public troupe::actor<late_parent> {
public:
  explicit late_parent(journal_ptr j) : journal_(std::move(j)) {}
  ~late_parent() { journal_->note("p.gone"); }
  void on_stop(const exit_reason&) {
    child_ = self().spawn<mortal>(journal_, "a");
    journal_->note("born");
  }

private:
  journal_ptr journal_;
  troupe::ref<mortal> child_;
};

SCENARIO(Children, BornInOnStopAreRefusedOrEndToo) {
  const auto j = make_journal();
  auto p = w.spawn<late_parent>(j);
  p.stop();
  w.settle();
  EXPECT_EQ(j->count("p.gone"), 1);
  EXPECT_EQ(w.counters().alive(), 0U);
  EXPECT_EQ(j->count("born"), j->count("a.gone")) << j->text();
}

// --- many

struct bear_many {
  using reply = void;
  int count;
};
class fertile : public troupe::actor<fertile> {
public:
  explicit fertile(journal_ptr j) : journal_(std::move(j)) {}
  void on(bear_many b) {
    for (int i = 0; i < b.count; ++i) all_.push_back(self().spawn<mortal>(journal_, "c"));
  }

private:
  journal_ptr journal_;
  std::vector<troupe::ref<mortal>> all_;
};

TEST(ChildrenInBulk, TenThousandEndWithTheirParent) {
  constexpr int count = 10'000;
  const auto j = make_journal();
  own_system sys;
  auto p = sys->spawn<fertile>(j);
  p.ask<bear_many>(count).get();
  EXPECT_EQ(sys->counters().alive(), count + 1U);
  p.stop();
  sys.settle();
  EXPECT_EQ(j->count("c.gone"), count);
  EXPECT_EQ(j->count("c.start"), j->count("c.stop(shutdown)"));
  EXPECT_EQ(sys->counters().alive(), 0U);
}

/// Bears one of its kind, which bears the next.
class link : public troupe::actor<link> {
public:
  explicit link(int more) : more_(more) {}
  void on_start() {
    if (more_ > 0) next_ = self().spawn<link>(more_ - 1);
  }

private:
  int more_;
  troupe::ref<link> next_;
};

TEST(ChildrenInBulk, AChainOfTwentyThousandGenerationsEnds) {
  constexpr unsigned length = 20'000;
  own_system sys;
  auto first = sys->spawn<link>(static_cast<int>(length));
  sys.settle();
  EXPECT_EQ(sys->counters().alive(), length + 1);
  first.stop();
  sys.settle();
  EXPECT_EQ(sys->counters().alive(), 0U);
}

SCENARIO_ON_THREADS(Children, EndsFromAllSidesAtOnceMeetWithoutLoss) {
  const auto j = make_journal();
  std::vector<troupe::ref<mortal>> parents;
  std::vector<troupe::ref<mortal>> children;
  for (int i = 0; i < 6; ++i) {
    parents.push_back(w.spawn<mortal>(j, "p"));
    for (int k = 0; k < 6; ++k) children.push_back(parents.back().ask<bear>("c").get());
  }
  std::thread stops([&parents] {
    for (auto& p : parents) p.stop();
  });
  std::thread kills([&children] {
    for (auto& c : children) c.kill();
  });
  stops.join();
  kills.join();
  w.settle();
  EXPECT_EQ(j->count("p.gone"), 6);
  EXPECT_EQ(j->count("c.gone"), 36);
  EXPECT_EQ(w.counters().alive(), 0U);
}

}  // namespace
