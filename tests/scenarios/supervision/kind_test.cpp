// kind_test.cpp: what may be a child, and when it counts as started: X2.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// Begins so long after it was built, and then writes down what it gets.
class slow_starter : public actor<slow_starter> {
public:
  slow_starter(record_ptr r, std::string name, duration takes)
      : record_(std::move(r)), name_(std::move(name)), takes_(takes) {}
  ~slow_starter() { record_->note(name_ + ".gone"); }
  task<start_result> on_start() {
    record_->note(name_ + ".begins");
    co_await troupe::sleep(takes_);
    if (record_->is_start_to_fail(name_)) throw std::runtime_error("cannot start");
    record_->note(name_ + ".begun");
    co_return start_result::ok("port 80");
  }
  void on_stop(const exit_reason& why) { record_->note(name_ + ".stop(" + brief(why) + ")"); }
  void on(fall f) { throw std::runtime_error(f.text); }

private:
  record_ptr record_;
  std::string name_;
  duration takes_;
};

[[nodiscard]] child_spec slow(const cast_of_children& c, const std::string& id, duration takes) {
  return {.id = id, .start = actor_of<slow_starter>(c.lives, id, takes)};
}

SCENARIO(ChildKind, X2AChildCountsAsStartedWhenItsOnStartHasReturned) {
  const cast_of_children c(w);
  const auto before = w.system().now();
  const duration takes = real ? duration(2ms) : duration(2s);
  const auto top =
      start(w.system(), supervisor_spec{.children = {slow(c, "s", takes), c.one("a")}});
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(c.lives->text(), "s.begins s.begun a.built a.start");
  EXPECT_GE(w.system().now() - before, takes);
  EXPECT_EQ(listed(*top), "a:running s:running");
}

SCENARIO(ChildKind, X2AnAddedChildHasBegunWhenStartChildIsAnswered) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{});
  const auto r = top.start_child(slow(c, "s", 2ms)).get();
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_EQ(r->info, "port 80");
  EXPECT_EQ(c.lives->text(), "s.begins s.begun");
}

SCENARIO(ChildKind, X2SupervisorsAreStartedWithAllTheirChildren) {
  const cast_of_children c(w);
  const auto top = start(
      w.system(),
      supervisor_spec{
          .children = {
              {.id = "sub", .start = supervisor_spec{.children = {slow(c, "s", 2ms), c.one("b")}}},
              {.id = "made",
               .start = tree_of([lives = c.lives] {
                 return supervisor_spec{
                     .children = {{.id = "m", .start = actor_of<child>(lives, std::string("m"))}}};
               })},
              c.one("a")}});
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(c.lives->text(), "s.begins s.begun b.built b.start m.built m.start a.built a.start");
}

SCENARIO(ChildKind, X2WhatIsToldBeforeItHasBegunWaits) {
  cast_of_children c(w);
  const slot<slow_starter> at(w.system(), "s");
  auto spec = slow(c, "s", 2ms);
  spec.at = at;
  at.tell(fall{});
  auto top = start(w.system(), supervisor_spec{.children = {spec}});
  ASSERT_TRUE(top) << top.error().text();
  w.advance(10ms);
  w.settle();
  EXPECT_EQ(c.lives->text().rfind("s.begins s.begun s.stop(failed:disk) s.gone s.begins", 0), 0U)
      << c.lives->text();
}

SCENARIO_ON_SEEDS(ChildKind, X2WhoHasNotBegunByItsDeadlineHasFailedToStart) {
  for (const duration limit : {duration(5s), duration(1s)}) {
    const cast_of_children c(w);
    auto spec = slow(c, "s", 1h);
    if (limit != 5s) spec.start_deadline = limit;  // 5 s is the default
    const auto before = w.system().now();
    const auto top = start(w.system(), supervisor_spec{.children = {c.one("a"), spec, c.one("b")}});
    ASSERT_FALSE(top);
    EXPECT_EQ(top.error(), supervision_errc::failed_to_start);
    EXPECT_TRUE(says(top.error().text(), "\"s\"")) << top.error().text();
    EXPECT_EQ(w.system().now() - before, limit);
    EXPECT_EQ(c.lives->text(), "a.built a.start s.begins s.gone a.stop(shutdown) a.gone")
        << "it is killed: no on_stop";
  }
}

SCENARIO_ON_SEEDS(ChildKind, X2WhoBeginsJustInTimeHasStarted) {
  const cast_of_children c(w);
  const auto top = start(w.system(), supervisor_spec{.children = {slow(c, "s", 4999ms)}});
  ASSERT_TRUE(top) << top.error().text();
  w.advance(1h);
  EXPECT_EQ(c.lives->text(), "s.begins s.begun");
}

SCENARIO_ON_SEEDS(ChildKind, X2ADeadlineThatPassesInARestartIsAFailedAttempt) {
  cast_of_children c(w);
  // Its first incarnation has no wait.
  class slower : public actor<slower> {
  public:
    explicit slower(record_ptr r) : record_(std::move(r)) {}
    ~slower() { record_->note("s.gone"); }
    task<> on_start() {
      record_->note("s.begins");
      static_cast<void>(self().system().names().put("s", address<fall>(self())));
      if (record_->is_start_to_fail("s")) co_await troupe::sleep(1h);
      record_->note("s.begun");
    }
    void on(const fall& f) { throw std::runtime_error(f.text); }

  private:
    record_ptr record_;
  };
  auto top = c.start(supervisor_spec{
      .intensity = 5, .period = 1h, .children = {{.id = "s", .start = actor_of<slower>(c.lives)}}});
  c.lives->fail_starts("s", 2);
  w.system().names().find<fall>("s").tell(fall{});
  w.settle();
  EXPECT_EQ(c.lives->text(), "s.gone s.begins");
  w.advance(5s);
  EXPECT_EQ(c.lives->text(), "s.gone s.begins s.gone s.begins");
  w.advance(5s);
  EXPECT_EQ(c.lives->text(), "s.gone s.begins s.gone s.begins s.gone s.begins s.begun");
  EXPECT_EQ(w.system().snapshot().trees.at(0).restarts, 3U) << "each attempt counts";
}

SCENARIO_ON_SEEDS(ChildKind, X2ASupervisorAnswersWhileAChildBegins) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  c.ask_meanwhile([top, spec = slow(c, "s", 3s)] { return top.start_child(spec); }, "started");
  w.settle();
  const auto before = w.system().now();
  EXPECT_EQ(listed(top), "s:starting a:running");
  const auto n = top.count().get();
  ASSERT_TRUE(n);
  EXPECT_EQ(n->active, 1U);
  EXPECT_EQ(n->workers, 2U);
  EXPECT_EQ(w.system().now(), before);
  w.advance(3s);
  EXPECT_EQ(listed(top), "s:running a:running");
  EXPECT_TRUE(c.lives->has("started(ok)"));
}

SCENARIO_ON_SEEDS(ChildKind, X2ASupervisorCanBeStoppedWhileAChildBegins) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  c.ask_meanwhile([top, spec = slow(c, "s", 3s)] { return top.start_child(spec); }, "started");
  w.settle();
  const auto before = w.system().now();
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_LE(w.system().now() - before, 5s);
  w.settle();
  EXPECT_EQ(c.lives->count("s.gone"), 1);
  EXPECT_EQ(c.lives->count("a.gone"), 1);
  EXPECT_EQ(w.counters().alive(), 1U);
  EXPECT_EQ(w.counters().asked, w.counters().settled) << "who asked for it was answered";
}

}  // namespace
