// shutdown_test.cpp: how a tree is stopped: D1 to D8.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// Why each actor ended, by its id.
std::map<actor_id, exit_reason> ends(event_reader& r) {
  std::map<actor_id, exit_reason> found;
  for (const event& e : r.take_all())
    if (e.kind == event_kind::stopped) found[e.who] = e.reason;
  return found;
}

// --- D1: the order

SCENARIO(Shutdown, D1ChildrenEndInReverseOrderEachFullyGoneBeforeTheNext) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b", "c"})});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(),
            "c.stop(shutdown) c.gone b.stop(shutdown) b.gone a.stop(shutdown) a.gone")
      << "and all of it before stop() was answered";
}

SCENARIO(Shutdown, D1ASubtreeIsGoneBeforeTheChildBeforeItIsAsked) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .children = {c.one("a"),
                   {.id = "sub", .start = supervisor_spec{.children = c.all({"b", "c"})}},
                   c.one("d")}});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(),
            "d.stop(shutdown) d.gone c.stop(shutdown) c.gone b.stop(shutdown) b.gone "
            "a.stop(shutdown) a.gone");
}

SCENARIO(Shutdown, D1TheActorsThatAChildHasSpawnedAreGoneBeforeTheNextIsAsked) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  c.tell_and_settle("b", will{[](child& me) { me.bear("grandchild"); }});
  c.lives->clear();
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(),
            "grandchild.stop(shutdown) grandchild.gone b.stop(shutdown) b.gone "
            "a.stop(shutdown) a.gone");
}

SCENARIO(Shutdown, D1ChildrenThatWereAddedEndBeforeThoseThatWereListed) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  EXPECT_EQ(code_of(top.start_child(c.one("b")).get()), "ok");
  EXPECT_EQ(code_of(top.start_child(c.one("c")).get()), "ok");
  c.lives->clear();
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(),
            "c.stop(shutdown) c.gone b.stop(shutdown) b.gone a.stop(shutdown) a.gone");
}

SCENARIO(Shutdown, D1TheEndOfTheSystemStopsItsTreesInTheSameOrder) {
  auto lives = std::make_shared<record>();
  {
    cast_of_children c(w);
    lives = c.lives;
    static_cast<void>(c.start(supervisor_spec{
        .children = {c.one("a"),
                     {.id = "sub", .start = supervisor_spec{.children = c.all({"b", "c"})}},
                     c.one("d")}}));
  }
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(lives->text(),
            "d.stop(shutdown) d.gone c.stop(shutdown) c.gone b.stop(shutdown) b.gone "
            "a.stop(shutdown) a.gone");
}

SCENARIO(Shutdown, D1ATreeThatNobodyRefersToLivesUntilItIsStopped) {
  cast_of_children c(w);
  static_cast<void>(c.start(supervisor_spec{.children = c.all({"a"})}, "kept"));
  w.settle();
  EXPECT_EQ(c.lives->text(), "");
  EXPECT_EQ(c.find("a").ask<query>(2).get(), 20);
  EXPECT_EQ(code_of(find_supervisor(w.system(), "kept").stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "a.q2 a.stop(shutdown) a.gone");
}

// --- D2 to D4: how long

/// A tree of a and b, where b does not end until its errand is over.
struct slow_end {
  slow_end(world& w, stop_time limit) : world_(w), c(w), r(w.system().events()) {
    auto b = c.one("b");
    b.shutdown = limit;
    top = c.start(supervisor_spec{.children = {c.one("a"), std::move(b)}});
    who = actor_at(top, "b");
    c.tell_and_settle("b", go_out{});
    c.stop_meanwhile(top);
    w.settle();
    EXPECT_EQ(c.lives->text(), "") << "b has not ended, so a is not asked";
  }
  /// Its errand is over; it has its on_stop then, unless it was killed.
  void come_back_and_expect(exit_kind why) {
    c.lives->errands().come_back("b");
    world_.settle();
    EXPECT_EQ(c.lives->text(), std::string(why == exit_kind::killed ? "" : "b.stop(shutdown) ") +
                                   "b.gone a.stop(shutdown) a.gone stopped(ok)");
    EXPECT_EQ(ends(r)[who], why);
  }

  world& world_;
  cast_of_children c;
  event_reader r;
  supervisor_ref top;
  actor_id who;
};

SCENARIO_ON_SEEDS(Shutdown, D2AChildThatEndsWithinItsTimeHasEndedForShutdown) {
  slow_end s(w, 3s);
  w.advance(2999ms);
  s.come_back_and_expect(exit_kind::shutdown);
}

SCENARIO_ON_SEEDS(Shutdown, D2AChildThatNeedsLongerIsKilledThen) {
  slow_end s(w, 3s);
  w.advance(3s);
  EXPECT_EQ(s.c.lives->text(), "") << "killed, and not yet abandoned";
  s.come_back_and_expect(exit_kind::killed);
}

SCENARIO_ON_SEEDS(Shutdown, D2FiveSecondsAreWhatAChildHasUnlessSaid) {
  {
    slow_end s(w, stop_time());
    w.advance(4999ms);
    s.come_back_and_expect(exit_kind::shutdown);
  }
  slow_end s(w, stop_time());
  w.advance(5s);
  s.come_back_and_expect(exit_kind::killed);
}

SCENARIO_ON_SEEDS(Shutdown, D2EachChildHasItsOwnTime) {
  cast_of_children c(w);
  auto specs = c.all({"a", "b"});
  specs[0].shutdown = 3s;
  specs[1].shutdown = 2s;
  auto r = w.system().events();
  auto top = c.start(supervisor_spec{.children = specs});
  const auto a = actor_at(top, "a");
  const auto b = actor_at(top, "b");
  c.tell_and_settle("a", go_out{});
  c.tell_and_settle("b", go_out{});
  c.stop_meanwhile(top);
  w.advance(1900ms);
  c.lives->errands().come_back("b");
  w.settle();
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone") << "a is asked, and out";
  w.advance(2999ms);  // a's time began when b had gone
  c.lives->errands().come_back("a");
  w.settle();
  auto reasons = ends(r);
  EXPECT_EQ(reasons[a], exit_kind::shutdown);
  EXPECT_EQ(reasons[b], exit_kind::shutdown);
  EXPECT_TRUE(c.lives->has("stopped(ok)"));
}

SCENARIO_ON_SEEDS(Shutdown, D4InfinityWaitsWithoutLimit) {
  slow_end s(w, stop_time::infinity());
  w.advance(24h);
  s.come_back_and_expect(exit_kind::shutdown);
}

SCENARIO_ON_SEEDS(Shutdown, D4ASupervisorHasNoLimitUnlessSaid) {
  cast_of_children c(w);
  auto b = c.one("b");
  b.shutdown = stop_time::infinity();
  auto top = c.start(supervisor_spec{
      .children = {c.one("a"), {.id = "sub", .start = supervisor_spec{.children = {b}}}}});
  c.tell_and_settle("b", go_out{});
  c.stop_meanwhile(top);
  w.advance(24h);
  EXPECT_EQ(c.lives->text(), "");
  c.lives->errands().come_back("b");
  w.settle();
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone a.stop(shutdown) a.gone stopped(ok)");
}

SCENARIO(Shutdown, D3BrutalKillEndsAChildAtOnceWithoutItsCleanup) {
  cast_of_children c(w);
  auto specs = c.all({"a", "b", "c"});
  specs[1].shutdown = stop_time::brutal_kill();
  auto r = w.system().events();
  auto top = c.start(supervisor_spec{.children = specs});
  const auto b = actor_at(top, "b");
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "c.stop(shutdown) c.gone b.gone a.stop(shutdown) a.gone");
  EXPECT_EQ(ends(r)[b], exit_kind::killed);
}

SCENARIO(Shutdown, D3BrutalKillOfASubtreeLeavesNobody) {
  cast_of_children c(w);
  auto top =
      c.start(supervisor_spec{.children = {{.id = "sub",
                                            .start = supervisor_spec{.children = c.all({"a", "b"})},
                                            .shutdown = stop_time::brutal_kill()}}});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  w.settle();
  EXPECT_EQ(c.lives->count("a.gone"), 1);
  EXPECT_EQ(c.lives->count("b.gone"), 1);
  EXPECT_EQ(w.counters().alive(), 1U) << "who asks is left";
}

// --- D5: who cannot hang it

SCENARIO(Shutdown, D5AChildThatTrapsExitsAndHasCancelledWhatItCouldEndsAllTheSame) {
  class traps : public actor<traps> {
  public:
    explicit traps(record_ptr r) : record_(std::move(r)) {}
    void on_start() { self().trap_exits(true); }
    void on(const down&) { record_->note("down"); }
    void on_stop(const exit_reason& why) { record_->note("traps.stop(" + brief(why) + ")"); }

  private:
    record_ptr record_;
  };
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{
      .children = {c.one("a"), {.id = "traps", .start = actor_of<traps>(c.lives)}}});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "traps.stop(shutdown) a.stop(shutdown) a.gone");
}

// --- D7: who ends by itself meanwhile

/// Stops a tree of a, b and c whose b is slow, and has a end meanwhile.
template <class M>
void end_meanwhile(world& w, restart_type how, M m, const std::string& seen) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.strategy = one_for_all,
                                     .children = {c.one("a", how), c.one("b"), c.one("c")}});
  c.tell_and_settle("b", go_out{});
  c.stop_meanwhile(top);
  w.settle();
  EXPECT_EQ(c.lives->text(), "c.stop(shutdown) c.gone") << "b is asked, and out";
  c.lives->clear();
  c.tell_and_settle("a", std::move(m));
  EXPECT_EQ(c.lives->text(), seen) << "not started again";
  c.lives->errands().come_back("b");
  w.settle();
  EXPECT_EQ(c.lives->text(), seen + " b.stop(shutdown) b.gone stopped(ok)");
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
  EXPECT_EQ(w.counters().restarted, 0U);
}

SCENARIO_ON_SEEDS(Shutdown, D7AChildThatFailsMeanwhileDoesNotBreakIt) {
  end_meanwhile(w, permanent, fall{}, "a.stop(failed:disk) a.gone");
}
SCENARIO_ON_SEEDS(Shutdown, D7APermanentChildThatEndsNormallyMeanwhileDoesNotBreakIt) {
  end_meanwhile(w, permanent, leave{}, "a.stop(normal) a.gone");
}
SCENARIO_ON_SEEDS(Shutdown, D7ATransientChildThatFailsMeanwhileDoesNotBreakIt) {
  end_meanwhile(w, transient, fall{}, "a.stop(failed:disk) a.gone");
}
SCENARIO_ON_SEEDS(Shutdown, D7ATemporaryChildThatEndsMeanwhileDoesNotBreakIt) {
  end_meanwhile(w, temporary, leave{exit_reason(exit_kind::user, 5, "enough")},
                "a.stop(user5:enough) a.gone");
}

SCENARIO_ON_SEEDS(Shutdown, D7AChildThatFailsWhenItIsAskedToEndDoesNotBreakIt) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  c.tell("b", fall{});
  c.stop_meanwhile(top);
  w.settle();
  EXPECT_TRUE(c.lives->has("stopped(ok)")) << c.lives->text();
  EXPECT_EQ(c.lives->count("b.gone"), 1 + static_cast<std::ptrdiff_t>(w.counters().restarted));
  EXPECT_EQ(c.lives->count("a.gone"), 1);
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(Shutdown, D7ChildrenThatFailWhileTheTreeIsStoppedAllEnd) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 1000, .children = c.all({"a", "b", "c", "d"})});
  for (const char* const who : {"a", "c", "d"}) c.tell(who, fall{});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  w.settle();
  for (const std::string who : {"a", "b", "c", "d"}) {
    EXPECT_GE(c.lives->count(who + ".gone"), 1) << c.lives->text();
    EXPECT_EQ(c.lives->count(who + ".gone"), 1 + c.lives->built(who)) << c.lives->text();
    EXPECT_FALSE(c.find(who));
  }
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
  EXPECT_EQ(w.counters().alive(), 1U);
}

// --- D8: what is left

SCENARIO(Shutdown, D8AfterStopNoChildExistsAndNamesAreFree) {
  cast_of_children c(w);
  const supervisor_spec tree{
      .children = {c.one("a"),
                   {.id = "sub", .start = supervisor_spec{.children = c.all({"b", "c"})}}}};
  for (int round = 0; round < 3; ++round) {
    auto top = c.start(tree, "bank");
    EXPECT_EQ(w.system().names().list().size(), 3U);
    EXPECT_EQ(w.system().snapshot().trees.size(), 1U);
    EXPECT_EQ(code_of(top.stop().get()), "ok");
    EXPECT_TRUE(w.system().names().list().empty()) << "when stop() is answered";
    EXPECT_TRUE(w.system().snapshot().trees.empty());
    EXPECT_FALSE(find_supervisor(w.system(), "bank"));
    EXPECT_FALSE(find_supervisor(w.system(), "bank/sub"));
    w.settle();
    EXPECT_EQ(w.counters().alive(), 1U);
  }
}

SCENARIO(Shutdown, D8OfTwoTreesTheOtherLivesOn) {
  cast_of_children c(w);
  auto one = c.start(supervisor_spec{.children = c.all({"a"})}, "one");
  auto other = c.start(supervisor_spec{.children = c.all({"b"})}, "other");
  EXPECT_EQ(code_of(one.stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "a.stop(shutdown) a.gone");
  EXPECT_EQ(listed(other), "b:running");
  EXPECT_EQ(code_of(other.stop().get()), "ok");
}

}  // namespace
