// stop_from_within_test.cpp: a tree that one of its own stops, and trees that are stopped while
// much is under way: fault 50.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// A child that asks a supervisor in one of its handlers, and waits for the answer there.
struct stop_it {
  supervisor_ref whom;
};
class insider : public actor<insider> {
public:
  using protocol = address<stop_it>;
  explicit insider(record_ptr r) : record_(std::move(r)) {}
  ~insider() { record_->note("insider.gone"); }
  void on_start() { static_cast<void>(self().system().names().put("insider", self())); }
  task<> on(stop_it s) {
    const auto r = co_await s.whom.stop();
    record_->note("insider.answered(" + code_of(r) + ")");
  }
  void on_stop(const exit_reason& why) { record_->note("insider.stop(" + brief(why) + ")"); }

private:
  record_ptr record_;
};

SCENARIO(StopFromWithin, Fault50AChildThatStopsItsSupervisorEndsWithIt) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b", "c"})});
  c.tell_and_settle("b", will{[top](child& me) {
                      top.stop().then(
                          &me, [&me](const supervision_result<void>&) { me.note("answered"); });
                    }});
  EXPECT_EQ(c.lives->text(),
            "c.stop(shutdown) c.gone b.stop(shutdown) b.gone a.stop(shutdown) a.gone")
      << "nobody calls one that has ended";
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(StopFromWithin, Fault50AChildThatAwaitsTheEndOfItsSupervisorEndsAllTheSame) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .children = {c.one("a"), {.id = "insider", .start = actor_of<insider>(c.lives)}}});
  w.system().names().find<stop_it>("insider").tell<stop_it>(top);
  w.settle();
  EXPECT_EQ(c.lives->text(), "insider.stop(shutdown) insider.gone a.stop(shutdown) a.gone");
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(StopFromWithin, Fault50AGrandchildMayStopTheTop) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .children = {c.one("a"),
                   {.id = "sub", .start = supervisor_spec{.children = c.all({"b", "d"})}}}});
  c.tell_and_settle("b", will{[top](child& me) {
                      top.stop().then(&me, [](const supervision_result<void>&) {});
                    }});
  EXPECT_EQ(c.lives->text(),
            "d.stop(shutdown) d.gone b.stop(shutdown) b.gone a.stop(shutdown) a.gone");
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(StopFromWithin, Fault50AChildMayTerminateItselfOrASibling) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  c.tell_and_settle("a", will{[top](child& me) {
                      top.terminate_child("b").then(
                          &me, [&me](const auto& r) { me.note("b:" + code_of(r)); });
                    }});
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone a.b:ok");
  c.lives->clear();
  c.tell_and_settle("a", will{[top](child& me) {
                      top.terminate_child("a").then(
                          &me, [&me](const auto& r) { me.note("a:" + code_of(r)); });
                    }});
  EXPECT_EQ(c.lives->text(), "a.stop(shutdown) a.gone");
  EXPECT_EQ(listed(top), "b:undefined a:undefined");
}

SCENARIO(StopFromWithin, Fault50AChildThatBlocksOnItsSupervisorIsTold) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  c.tell_and_settle("a", will{[top](child&) { static_cast<void>(top.stop().get()); }});
  EXPECT_EQ(c.lives->count("a.gone"), 1) << "it fails";
  EXPECT_EQ(c.lives->built("a"), 1) << "and is restarted";
  EXPECT_EQ(listed(top), "a:running");
}

SCENARIO(StopFromWithin, Fault50SeveralWhoStopItAtOnceAreAllAnswered) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  cast::at_once(4, [&](int) {
    const auto r = supervisor_ref(top).stop().get();
    EXPECT_TRUE(r || r.error() == supervision_errc::noproc) << code_of(r);
  });
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone a.stop(shutdown) a.gone");
}

// --- with much under way

const int many = real ? 20'000 : 300;

SCENARIO(StopFromWithin, Fault50WhatIsQueuedForAChildIsHandledOrADeadLetter) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  const auto before = w.counters().dead_letters();
  const auto to = c.find("a");
  for (int i = 0; i < many; ++i) to.tell<say>(i);
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  for (int i = 0; i < 10; ++i) to.tell<say>(many + i);
  w.settle();
  const std::string text = c.lives->of("a");
  const auto handled = std::count(text.begin(), text.end(), ' ') - 1;  // beside stop and gone
  EXPECT_EQ(static_cast<std::uint64_t>(handled) + w.counters().dead_letters() - before,
            static_cast<std::uint64_t>(many) + 10);
  EXPECT_LE(handled, many);
  EXPECT_EQ(c.lives->count("a.gone"), 1);
  EXPECT_EQ(c.lives->count("b.gone"), 1);
}

SCENARIO(StopFromWithin, Fault50WhatIsAskedOfASupervisorThatStopsHasOneOutcomeEach) {
  constexpr int askers = 4;
  const int each = real ? 100 : 5;
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  std::atomic<int> answered{0};
  cast::at_once(askers, [&](int me) {
    const supervisor_ref mine = top;
    for (int i = 0; i < each; ++i) {
      const std::string id = "c" + std::to_string(me) + "_" + std::to_string(i);
      if (i == each / 2 && me == 0) {
        const auto r = mine.stop().get();
        EXPECT_EQ(code_of(r), "ok");
        answered.fetch_add(1, std::memory_order_relaxed);
        continue;
      }
      const auto r = mine.start_child(c.one(id)).get();
      EXPECT_TRUE(r || r.error() == supervision_errc::noproc ||
                  (r.error() == supervision_errc::failed_to_start &&
                   r.error().reason() == exit_kind::shutdown))
          << r.error().text();
      answered.fetch_add(1, std::memory_order_relaxed);
    }
  });
  w.settle();
  EXPECT_EQ(answered.load(std::memory_order_relaxed), askers * each);
  EXPECT_EQ(w.counters().alive(), 1U) << "who was started has been stopped";
  EXPECT_TRUE(w.system().names().list().empty());
}

SCENARIO(StopFromWithin, Fault50ATreeThatIsStoppedInTheMiddleOfItsRestartsLeavesNobody) {
  cast_of_children c(w);
  const family<child, record_ptr, std::string> crowd(w.system(), "crowd", {.intensity = 1000});
  auto top = c.start(
      supervisor_spec{.strategy = one_for_all,
                      .intensity = 1000,
                      .children = {c.one("a"), c.one("b"), {.id = "crowd", .start = crowd}}});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(code_of(crowd.start(c.lives, "m" + std::to_string(i)).get()), "ok");
  for (int i = 0; i < 5; ++i) c.tell("m" + std::to_string(i), fall{});
  c.tell("b", fall{});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  w.settle();
  EXPECT_EQ(w.counters().alive(), 2U) << "who asks, and the family's place: " << c.lives->text();
  EXPECT_TRUE(w.system().names().list().empty());
}

SCENARIO(StopFromWithin, Fault50TheSystemMayEndInTheMiddleOfRestarts) {
  cast_of_children c(w);
  static_cast<void>(c.start(supervisor_spec{
      .strategy = rest_for_one, .intensity = 1000, .children = c.all({"a", "b", "d"})}));
  for (const auto& to : {c.find("b"), c.find("a"), c.find("d")}) to.tell(fall{});
  EXPECT_TRUE(w.shutdown(60s).clean());
}

}  // namespace
