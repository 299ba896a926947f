// snapshot_test.cpp: what a system looks like at one moment, as numbers and as text.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct note {
  int number = 0;
};
struct ready {
  using reply = void;
};

class clerk : public troupe::actor<clerk> {
public:
  void on(note) { ++notes_; }
  void on(ready) {}

private:
  int notes_ = 0;
};
class idler : public troupe::actor<idler> {
public:
  void on(note n) {
    if (n.number < 0) throw std::runtime_error("a negative note");
  }
  void on(ready) {}
};

const troupe::class_snapshot* of_class(troupe::system_snapshot&&, std::string_view) = delete;
const troupe::class_snapshot* of_class(const troupe::system_snapshot& s, std::string_view name) {
  const auto found = std::find_if(s.classes.begin(), s.classes.end(),
                                  [&](const auto& c) { return c.name.ends_with(name); });
  return found != s.classes.end() ? &*found : nullptr;
}

TEST(Snapshot, CountsTheLivingByClass) {
  troupe::kit::stage stage;
  std::vector<troupe::ref<clerk>> clerks;
  for (int i = 0; i < 3; ++i) clerks.push_back(stage.spawn<clerk>());
  const auto lazy = stage.spawn<idler>();
  auto gone = stage.spawn<idler>();
  gone = {};
  stage.settle();
  for (int i = 0; i < 5; ++i) clerks[0].tell(note{i});
  stage.settle();

  const auto s = stage.system().snapshot();
  ASSERT_EQ(s.classes.size(), 2U);
  EXPECT_TRUE(s.classes[0].name.ends_with("clerk")) << "the most numerous come first";
  EXPECT_EQ(s.classes[0].actors, 3U);
  EXPECT_EQ(s.classes[0].messages, 5U);
  EXPECT_GE(s.classes[0].turns, 1U);
  EXPECT_EQ(s.classes[0].waiting, 0U);
  EXPECT_EQ(of_class(s, "idler")->actors, 1U);
  EXPECT_EQ(s.counters.ended, 1U);
  EXPECT_TRUE(s.actors.empty()) << "none were asked for";
}

TEST(Snapshot, ListsTheFullestMailboxesFirst) {
  troupe::kit::stage stage;
  std::vector<troupe::ref<clerk>> clerks;
  for (unsigned i = 0; i < 4; ++i)
    clerks.push_back(stage.spawn<clerk>({.name = "c" + std::to_string(i), .capacity = 100}));
  for (unsigned i = 0; i < 4; ++i)
    for (unsigned n = 0; n < i; ++n) clerks[i].tell(note{});

  const auto s = stage.system().snapshot(2);
  EXPECT_EQ(s.classes[0].waiting, 6U);
  EXPECT_EQ(s.classes[0].waiting_most, 3U);
  ASSERT_EQ(s.actors.size(), 2U);
  EXPECT_EQ(s.actors[0].name, "c3");
  EXPECT_EQ(s.actors[0].waiting, 3U);
  EXPECT_EQ(s.actors[1].name, "c2");
  stage.settle();
  const auto later = stage.system().snapshot(10);
  ASSERT_EQ(later.actors.size(), 4U);
  EXPECT_EQ(later.actors[0].name, "c0") << "equal ones come by age";
  EXPECT_EQ(later.actors[3].messages, 3U);
}

TEST(Snapshot, MeasuresOneMessageIn512) {
  troupe::kit::stage stage;
  const auto busy = stage.spawn<clerk>();
  for (int i = 0; i < 200'000; ++i) busy.tell(note{i});
  stage.settle();
  const auto s = stage.system().snapshot();
  const auto* const c = of_class(s, "clerk");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->messages, 200'000U);
  EXPECT_GT(c->measured, 0U);
  EXPECT_LT(c->measured, 200'000U / 100);
  EXPECT_EQ(c->handler_mean.count(), 0) << "no time passes on a stage by itself";
  EXPECT_EQ(c->waited_most.count(), 0);
}

TEST(Snapshot, CountsLargeMailboxesBySamples) {
  troupe::kit::stage stage;
  const auto busy = stage.spawn<clerk>();
  for (int i = 0; i < 50'000; ++i) busy.tell(note{i});
  const auto s = stage.system().snapshot();
  const auto* const c = of_class(s, "clerk");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->waiting % 64, 0U) << "large capacities are counted by samples";
  EXPECT_GT(c->waiting, 30'000U);
  EXPECT_LT(c->waiting, 70'000U);
  stage.settle();
}

TEST(Snapshot, WithoutObservingNothingIsMeasuredAndTheCountersStillCount) {
  troupe::actor_system sys({.workers = 2, .log = false, .observe = false});
  const auto a = sys.spawn<clerk>();
  for (int i = 0; i < 10'000; ++i) a.tell(note{i});
  a.ask(ready{}).get();
  const auto s = sys.snapshot();
  ASSERT_EQ(s.classes.size(), 1U);
  EXPECT_EQ(s.classes[0].measured, 0U);
  EXPECT_EQ(s.classes[0].messages, 0U);
  EXPECT_GE(s.counters.messages, 10'000U);
}

TEST(Snapshot, IsTakenWhileActorsComeAndGo) {
  troupe::actor_system sys({.workers = 2});
  std::vector<troupe::ref<clerk>> some;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 20; ++i) {
      some.push_back(sys.spawn<clerk>({.name = "of round " + std::to_string(round)}));
      some.back().tell(note{i});
    }
    const auto s = sys.snapshot(5);
    EXPECT_LE(s.actors.size(), 5U);
    if (round % 3 == 0) some.clear();
  }
  some.clear();
  ASSERT_TRUE(sys.drain());
  EXPECT_TRUE(sys.snapshot().classes.empty() || sys.snapshot().classes[0].actors == 0);
  EXPECT_EQ(sys.counters().alive(), 0U);
}

TEST(Snapshot, AsTextNamesWorkersClassesAndActors) {
  troupe::kit::stage stage;
  const auto a = stage.spawn<clerk>({.name = "teller", .capacity = 10});
  a.tell(note{});
  const std::string text = stage.system().snapshot(1).to_string();
  EXPECT_NE(text.find("worker 0"), std::string::npos) << text;
  EXPECT_NE(text.find("clerk"), std::string::npos) << text;
  EXPECT_NE(text.find("\"teller\" #"), std::string::npos) << text;
  EXPECT_NE(text.find("1 waiting"), std::string::npos) << text;
}

// --- the flight recorder in reasons

struct a_kind {};
struct another_kind {};
class fragile : public troupe::actor<fragile> {
public:
  explicit fragile(troupe::exit_reason* end) : end_(end) {}
  void on(a_kind) {}
  void on(another_kind) {}
  void on(note) { throw std::runtime_error("broken"); }
  void on_stop(const troupe::exit_reason& why) { *end_ = why; }

private:
  troupe::exit_reason* end_;
};

TEST(Recorder, AFailureNamesTheLastMessagesOfTheActor) {
  troupe::kit::stage stage;
  troupe::exit_reason end;
  const auto f = stage.spawn<fragile>(&end);
  const auto other = stage.spawn<clerk>();
  f.tell(a_kind{});
  for (int i = 0; i < 50; ++i) other.tell(note{});
  f.tell(another_kind{});
  f.tell(note{});
  stage.settle();
  ASSERT_EQ(end, troupe::exit_kind::failed);
  ASSERT_EQ(end.recent().size(), 3U);
  EXPECT_TRUE(end.recent()[0].ends_with("a_kind"));
  EXPECT_TRUE(end.recent()[1].ends_with("another_kind"));
  EXPECT_TRUE(end.recent()[2].ends_with("note")) << "the one that failed comes last";
}

TEST(Recorder, AFailureNamesAtMostSixteen) {
  troupe::kit::stage stage;
  troupe::exit_reason end;
  const auto f = stage.spawn<fragile>(&end);
  for (int i = 0; i < 40; ++i) f.tell(a_kind{});
  f.tell(note{});
  stage.settle();
  ASSERT_EQ(end.recent().size(), 16U);
  EXPECT_TRUE(end.recent().back().ends_with("note"));
}

TEST(Recorder, ReasonsThatDifferOnlyInTheMessagesAreEqual) {
  EXPECT_TRUE(troupe::exit_reason::failed("x", "y").recent().empty());
  EXPECT_EQ(troupe::exit_reason::failed("x", "y", {"m"}), troupe::exit_reason::failed("x", "y"));
}

TEST(Recorder, WithoutObservingAReasonHasNoMessages) {
  troupe::exit_reason end;
  {
    troupe::actor_system sys({.workers = 1, .log = false, .observe = false});
    const auto f = sys.spawn<fragile>(&end);
    f.tell(a_kind{});
    f.tell(note{});
    ASSERT_TRUE(sys.drain());
  }
  EXPECT_EQ(end, troupe::exit_kind::failed);
  EXPECT_TRUE(end.recent().empty());
}

}  // namespace
