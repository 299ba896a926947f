// restart_test.cpp: what a restart leaves of the life before, and ends that fail themselves.
//
//   Rules    K7 to K9, and row 2 of the faults: docs/semantics.md.
#include "ward_cast.hpp"

namespace {

using namespace wards;

[[nodiscard]] supervisor_spec patient(std::vector<child_spec> children,
                                      troupe::restart_strategy strategy = one_for_one) {
  return {.strategy = strategy, .intensity = 1000, .period = 24h, .children = std::move(children)};
}

SCENARIO(Restart, K7TheChildrenOfTheFailedActorEndBeforeTheNextLifeBegins) {
  troop t(w);
  t.start(patient(t.children({"a", "b"})));
  for (const char* kid : {"kid1", "kid2"}) t.at("a").ask(bear{kid}).get();
  (void)t.take();
  const auto written = t.after_failure_of("a");
  EXPECT_TRUE(written.ends_with(text(fails("a"), births({"a"})))) << written;
  for (const char* kid : {"kid1", "kid2"}) {
    EXPECT_PRED2(says, written, std::string(kid) + ".stop(shutdown)");
    EXPECT_EQ(t.book().alive(kid), 0) << kid;
    EXPECT_EQ(t.book().lives(kid), 1) << kid;
  }
  EXPECT_EQ(t.identity_of("a").life, 2);
}

SCENARIO(Restart, K7AlsoWhenAGroupIsRestarted) {
  troop t(w);
  t.start(patient(t.children({"a", "b"}), one_for_all));
  t.at("a").ask(bear{"kid"}).get();
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"kid", "a"}), births({"a", "b"})));
  EXPECT_EQ(t.book().lives("kid"), 1);
}

SCENARIO(Restart, K8OnStopIsCalledOnceForEachLifeThatHadBegun) {
  troop t(w);
  t.start(patient(t.children({"a"})));
  t.at("a").tell(fail{});
  EXPECT_EQ(t.take(), text("a.stop(failed) a.gone", births({"a"})));
  t.book().doom("a", fate::refuses);
  EXPECT_EQ(t.attempts_after_failure_of("a"),
            text("a.stop(failed) a.gone", "a.built a.refuses a.gone", births({"a"})))
      << "what has not begun is not told to stop";
  t.at("a").ask(yourself{}).get().kill();
  EXPECT_EQ(t.take(), text("a.gone", births({"a"}))) << "nor is what is killed";
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(t.take(), "a.stop(shutdown) a.gone");
}

SCENARIO(Restart, K9EachLifeBeginsWithFreshState) {
  troop t(w);
  auto a = t.child("a");
  a.mailbox = troupe::mailbox_type::keep;
  t.start(patient({a}));
  for (int i = 0; i < 3; ++i) {
    t.at("a").tell(note{1});
    t.at("a").tell(note{2});
    EXPECT_EQ(t.identity_of("a").notes, 2);
    (void)t.take();
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
    EXPECT_EQ(t.identity_of("a").notes, 0);
    EXPECT_EQ(t.identity_of("a").life, 2 + i);
  }
}

using counting_slot = troupe::process_slot<note, fail>;

SCENARIO(Restart, K9AProcessBeginsAtItsFirstLine) {
  troop t(w);
  const counting_slot seat(w.system(), "counter");
  const auto body = [](troupe::inbox<note, fail> in, record_ptr r) -> task<> {
    r->note("p", "begins");
    int seen = 0;
    for (;;) {
      auto m = co_await in.next();
      if (!m) break;
      if (std::holds_alternative<fail>(*m)) throw std::runtime_error("as told");
      r->note("p", std::to_string(++seen));
    }
  };
  child_spec p{.id = "p", .start = troupe::actor_of(body, t.shared_record())};
  p.at = seat;
  t.start(patient({p, t.child("b")}));
  for (int i = 0; i < 3; ++i) {
    seat.tell(note{});
    seat.tell(note{});
    EXPECT_EQ(t.take(), "p.1 p.2");
    seat.tell(fail{});
    EXPECT_EQ(t.take(), "p.begins");
  }
  EXPECT_EQ(t.restarts(), 3U);
  EXPECT_EQ(t.states(), "p=running b=running");
}

// --- row 2 of the faults: an exception in a constructor, an on_start, an on_stop, a timer, a
// continuation

struct look_at {
  using reply = void;
  troupe::address<who> whom;
};
/// Writes down the ends of those it watches.
class lookout : public troupe::actor<lookout> {
public:
  explicit lookout(record_ptr r) : record_(std::move(r)) {}
  void on(const look_at& l) { self().watch(l.whom); }
  void on(const troupe::down& d) {
    record_->note(
        "seen", std::string(to_string(d.reason.kind())) + "(" + std::string(d.reason.text()) + ")");
  }

private:
  record_ptr record_;
};

SCENARIO(Restart, FaultRow2WhoWatchesHearsOfEachEndOnceAlsoIfTheNextStartFails) {
  for (const auto how : {fate::throws, fate::refuses}) {
    troop t(w);
    const auto seen = std::make_shared<record>();
    const auto watcher = w.spawn<lookout>(seen);
    t.start(patient(t.children({"a"})));
    watcher.ask(look_at{t.at("a")}).get();
    t.book().doom("a", how, 3);
    (void)t.attempts_after_failure_of("a");
    EXPECT_EQ(seen->take(), "seen.failed(as told)");
    EXPECT_EQ(t.identity_of("a").life, how == fate::throws ? 2 : 5);
    EXPECT_EQ(t.states(), "a=running");
    EXPECT_EQ(t.restarts(), 4U);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
    EXPECT_EQ(seen->take(), "") << "a watch is for one end";
  }
}

SCENARIO(Restart, FaultRow2AnOnStopThatFailsDoesNotHoldUpAStop) {
  troop t(w);
  t.start(patient(t.children({"a", "b", "c"})));
  for (const char* id : {"a", "b", "c"}) t.at(id).tell(fail_on_stop{});
  (void)t.take();
  ASSERT_TRUE(t.top().stop().get());
  EXPECT_EQ(t.take(), ends({"c", "b", "a"}));
  EXPECT_EQ(t.end(), exit_kind::shutdown);
}

SCENARIO(Restart, FaultRow2AnOnStopThatFailsDoesNotHoldUpARestart) {
  troop t(w);
  t.start(patient(t.children({"a", "b", "c"}), one_for_all));
  for (const char* id : {"b", "c"}) t.at(id).tell(fail_on_stop{});
  (void)t.take();
  EXPECT_EQ(t.after_failure_of("b"), text(fails("b"), ends({"c", "a"}), births({"a", "b", "c"})));
}

SCENARIO(Restart, FaultRow2ATimersHandlerThatFailsIsAFailureOfTheChild) {
  troop t(w);
  t.start(patient(t.children({"a", "b"})));
  t.at("a").tell(fail_in_timer{});
  w.settle();
  w.advance(1ms);
  while (world::real && t.book().lives("a") < 2) std::this_thread::yield();
  EXPECT_EQ(t.take(), text(fails("a"), births({"a"})));
  EXPECT_EQ(t.identity_of("b").life, 1);
}

SCENARIO(Restart, FaultRow2AContinuationThatFailsIsAFailureOfTheChild) {
  troop t(w);
  t.start(patient(t.children({"a", "b"})));
  t.at("a").ask(bear{"kid"}).get();
  (void)t.take();
  t.at("a").tell(fail_in_continuation{});
  EXPECT_EQ(t.take(), text(ends({"kid"}), fails("a"), births({"a"})));
  EXPECT_EQ(t.identity_of("a").life, 2);
  EXPECT_EQ(t.identity_of("b").life, 1);
}

}  // namespace
