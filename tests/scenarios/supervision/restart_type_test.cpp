// restart_type_test.cpp: which ends lead to a restart, and what is not kept for one.
//
//   Rules    R1 to R5: docs/semantics.md.
#include "ward_cast.hpp"

namespace {

using namespace wards;

/// A child that ends by itself, and what is written then.
struct way_out {
  exit_reason why;
  bool is_clean;
};
[[nodiscard]] std::vector<way_out> ways_out() {
  return {{exit_kind::normal, true},
          {exit_kind::shutdown, true},
          {exit_kind::unreferenced, true},
          {{exit_kind::exited, 0}, true},
          {{exit_kind::exited, 1}, false},
          {{exit_kind::signal, 11}, false},
          {exit_kind::unreachable, false},
          {{exit_kind::failed, "said so"}, false},
          {{exit_kind::user, 5, "enough"}, false}};
}
/// Much more than these tests need.
[[nodiscard]] supervisor_spec patient(std::vector<child_spec> children) {
  return {.intensity = 1000, .period = 1h, .children = std::move(children)};
}

SCENARIO(RestartType, R1APermanentChildIsRestartedWhateverItEndedFor) {
  troop t(w);
  t.start(patient({t.child("a"), t.child("b")}));
  int life = 1;
  for (const auto& way : ways_out()) {
    EXPECT_EQ(t.after_end_of("b", way.why), text(ends({"b"}, way.why.kind()), births({"b"})))
        << way.why.to_string();
    EXPECT_EQ(t.identity_of("b").life, ++life);
    EXPECT_EQ(t.states(), "a=running b=running");
  }
  EXPECT_EQ(t.restarts(), ways_out().size());
  EXPECT_EQ(t.identity_of("a").life, 1);
}

SCENARIO(RestartType, R1APermanentChildIsRestartedAfterAFailureAndAKill) {
  troop t(w);
  t.start(patient({t.child("a")}));
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
  const auto second = t.at("a").ask(yourself{}).get();
  second.kill();
  EXPECT_EQ(t.take(), text("a.gone", births({"a"}))) << "a kill leaves no time for an on_stop";
  t.at("a").ask(yourself{}).get().stop();
  EXPECT_EQ(t.take(), text(ends({"a"}, exit_kind::normal), births({"a"})));
  EXPECT_EQ(t.identity_of("a").life, 4);
  EXPECT_EQ(w.counters().failed, 1U);
  EXPECT_EQ(w.counters().restarted, 3U);
}

SCENARIO(RestartType, R1TheStableAddressMeansTheNextIncarnation) {
  troop t(w);
  t.start(patient({t.child("a")}));
  const auto first = t.identity_of("a");
  const troupe::address<note, who> stable = t.at("a");
  const auto of_the_first = t.at("a").ask(yourself{}).get();
  (void)t.after_failure_of("a");
  const auto second = t.identity_of("a");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.life, 2);
  EXPECT_EQ(stable.ask(who{}).get().life, 2);
  of_the_first.tell(note{1});
  stable.tell(note{2});
  EXPECT_EQ(t.take(), "a.2") << "a ref means its own incarnation";
  EXPECT_EQ(w.counters().dead_letters(troupe::dead_reason::restarted), 1U);
}

SCENARIO(RestartType, R2ATransientChildIsNotRestartedAfterACleanEnd) {
  troop t(w);
  t.start(patient({t.child("a"), t.child("b", transient), t.child("c")}));
  int life = 1;
  for (const auto& way : ways_out()) {
    const auto end = ends({"b"}, way.why.kind());
    const auto seen = t.after_end_of("b", way.why);
    if (way.is_clean) {
      EXPECT_EQ(seen, end) << way.why.to_string();
      EXPECT_EQ(t.states(), "a=running b=undefined c=running") << "its spec stays";
      EXPECT_EQ(t.top().count().get().value().specs, 3U);
      EXPECT_EQ(t.top().count().get().value().active, 2U);
      const auto again = t.top().restart_child("b").get();
      ASSERT_TRUE(again) << again.error().text();
      EXPECT_EQ(t.take(), births({"b"}));
    } else {
      EXPECT_EQ(seen, text(end, births({"b"}))) << way.why.to_string();
    }
    EXPECT_EQ(t.identity_of("b").life, ++life);
  }
  EXPECT_EQ(t.restarts(), 5U) << "one for each end that was not clean";
}

SCENARIO(RestartType, R2ATransientChildIsRestartedAfterAFailureAndAKill) {
  troop t(w);
  t.start(patient({t.child("a", transient)}));
  EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), births({"a"})));
  t.at("a").ask(yourself{}).get().kill();
  EXPECT_EQ(t.take(), text("a.gone", births({"a"})));
  t.at("a").ask(yourself{}).get().stop();
  EXPECT_EQ(t.take(), ends({"a"}, exit_kind::normal));
  EXPECT_EQ(t.states(), "a=undefined");
}

SCENARIO(RestartType, R2ACleanEndDoesNotCountAndMovesNoSibling) {
  troop t(w);
  t.start(supervisor_spec{.strategy = one_for_all,
                          .intensity = 0,
                          .children = {t.child("a"), t.child("b", transient), t.child("c")}});
  EXPECT_EQ(t.after_end_of("b", exit_kind::normal), ends({"b"}, exit_kind::normal));
  EXPECT_EQ(t.states(), "a=running b=undefined c=running");
  EXPECT_EQ(t.restarts(), 0U);
}

SCENARIO(RestartType, R3ATemporaryChildIsNeverRestartedAndItsSpecIsForgotten) {
  auto all = ways_out();
  for (std::size_t i = 0; i <= all.size(); ++i) {
    troop t(w);
    t.start(supervisor_spec{.intensity = 0,
                            .children = {t.child("a"), t.child("b", temporary), t.child("c")}});
    if (i < all.size())
      EXPECT_EQ(t.after_end_of("b", all[i].why), ends({"b"}, all[i].why.kind()));
    else
      EXPECT_EQ(t.after_failure_of("b"), fails("b"));
    EXPECT_EQ(t.states(), "a=running c=running");
    EXPECT_EQ(t.top().restart_child("b").get().error(), supervision_errc::not_found);
    EXPECT_EQ(t.top().spec_of("b").get().error(), supervision_errc::not_found);
    EXPECT_EQ(t.top().count().get().value().specs, 2U);
    EXPECT_EQ(t.restarts(), 0U);
    // Its id and its place are free.
    ASSERT_TRUE(t.top().start_child(t.child("b", temporary)).get());
    EXPECT_EQ(t.take(), births({"b"}));
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(RestartType, R3AlsoNotWhenASiblingsEndHasStoppedIt) {
  for (const auto strategy : {one_for_all, rest_for_one}) {
    troop t(w);
    t.start(supervisor_spec{.strategy = strategy,
                            .children = {t.child("a"), t.child("b", temporary), t.child("c"),
                                         t.child("d", temporary)}});
    EXPECT_EQ(t.after_failure_of("a"), text(fails("a"), ends({"d", "c", "b"}), births({"a", "c"})));
    EXPECT_EQ(t.states(), "a=running c=running");
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(RestartType, R3TheFailureOfATemporaryChildMovesNoSibling) {
  troop t(w);
  t.start(supervisor_spec{.strategy = one_for_all,
                          .intensity = 0,
                          .children = {t.child("a"), t.child("b", temporary), t.child("c")}});
  EXPECT_EQ(t.after_failure_of("b"), fails("b"));
  EXPECT_EQ(t.states(), "a=running c=running");
}

/// Starts a child, which takes a while, and meanwhile ends another.
class clerk : public troupe::actor<clerk> {
public:
  explicit clerk(record_ptr r) : record_(std::move(r)) {}
  struct add {
    supervisor_ref to;
    child_spec child;
  };
  struct remove {
    supervisor_ref from;
    std::string id;
  };
  void on(const add& a) {
    a.to.start_child(a.child).then(this, [this](const auto& r) { say("added", r); });
  }
  void on(const remove& r) {
    r.from.terminate_child(r.id).then(this, [this](const auto& done) { say("terminated", done); });
  }

private:
  template <class R>
  void say(const std::string& what, const R& r) {
    record_->note(what, r ? "ok" : to_string(r.error().code()));
  }
  record_ptr record_;
};

SCENARIO_ON_SEEDS(RestartType, R3ATemporaryChildThatEndsBeforeItIsTerminatedIsForgotten) {
  for (const auto type : {permanent, transient, temporary}) {
    troop t(w);
    t.start(supervisor_spec{.intensity = 0, .children = {t.child("a"), t.child("b", type)}});
    const auto office = w.spawn<clerk>(t.shared_record());
    office.tell(clerk::add{
        t.top(),
        {.id = "late", .start = troupe::actor_of<latecomer>(t.shared_record(), "late", 1s)}});
    EXPECT_EQ(t.take(), "late.built late.start");
    office.tell(clerk::remove{t.top(), "b"});
    EXPECT_EQ(t.take(), "") << "it waits for its turn";
    EXPECT_EQ(t.after_failure_of("b"), fails("b"));
    w.advance(1s);
    const std::string left = type == temporary ? "" : "b=undefined ";
    EXPECT_EQ(t.states(), "a=running " + left + "late=running");
    EXPECT_PRED2(says, t.take(), "late.begun");
    EXPECT_EQ(t.book().lives("b"), 1);
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

/// Takes an argument, and does not keep it.
class forgetful : public troupe::actor<forgetful> {
public:
  explicit forgetful(const std::shared_ptr<int>&) {}
  void on(const fail& f) { throw std::runtime_error(f.text); }
};

SCENARIO(RestartType, R4TheArgumentsOfATemporaryChildAreNotKept) {
  troop t(w);
  t.start(supervisor_spec{});
  slot<forgetful> seat(w.system(), "seat");
  for (const auto type : {permanent, temporary}) {
    auto argument = std::make_shared<int>(1);
    const std::weak_ptr<int> kept = argument;
    {
      child_spec c{.id = "a", .start = troupe::actor_of<forgetful>(std::move(argument))};
      c.at = seat;
      c.restart = type;
      ASSERT_TRUE(t.top().start_child(std::move(c)).get());
    }
    w.settle();
    EXPECT_EQ(kept.expired(), type == temporary) << "it runs";
    ASSERT_TRUE(t.top().terminate_child("a").get());
    w.settle();
    EXPECT_EQ(kept.expired(), type == temporary) << "it has ended";
    if (type == permanent) {
      ASSERT_TRUE(t.top().delete_child("a").get());
    }
    w.settle();
    EXPECT_TRUE(kept.expired()) << "it is listed no more";
  }
}

SCENARIO(RestartType, R4OfAFamilyToo) {
  for (const auto type : {permanent, temporary}) {
    troop t(w);
    const troupe::family<forgetful, std::shared_ptr<int>> all(w.system(), "all", {.restart = type});
    t.start(supervisor_spec{.children = {{.id = "all", .start = all}}});
    auto argument = std::make_shared<int>(1);
    const std::weak_ptr<int> kept = argument;
    const auto member = all.start(std::move(argument)).get();
    ASSERT_TRUE(member) << member.error().text();
    w.settle();
    EXPECT_EQ(kept.expired(), type == temporary) << "it runs";
    ASSERT_TRUE(all.supervisor().terminate_child(*member).get());
    w.settle();
    EXPECT_TRUE(kept.expired()) << "a member that was terminated has no way back";
    ASSERT_TRUE(t.top().stop().get());
    w.settle();
  }
}

SCENARIO(RestartType, R5ChildrenThatWereAddedAreLostWhenTheSupervisorIsRestarted) {
  troop t(w);
  const supervisor_spec inner{.intensity = 0, .children = t.children({"x", "y"})};
  t.start(
      supervisor_spec{.children = {t.child("a"), {.id = "inner", .start = inner}, t.child("b")}},
      "top");
  const auto below = troupe::find_supervisor(w.system(), "top/inner");
  ASSERT_TRUE(below);
  ASSERT_TRUE(below.start_child(t.child("added")).get());
  ASSERT_TRUE(below.terminate_child("y").get());
  EXPECT_EQ(t.take(), text(births({"added"}), ends({"y"})));
  EXPECT_EQ(troop::states_of(below), "x=running y=undefined added=running");
  // It may not restart anybody: it gives up, and is restarted.
  EXPECT_EQ(t.after_failure_of("x"), text(fails("x"), ends({"added"}), births({"x", "y"})));
  EXPECT_EQ(troop::states_of(below), "x=running y=running") << "the reference is stable";
  EXPECT_EQ(t.states(), "a=running inner=running b=running");
  EXPECT_EQ(t.identity_of("a").life, 1);
  EXPECT_EQ(t.identity_of("b").life, 1);
  EXPECT_EQ(t.book().lives("added"), 1);
  EXPECT_EQ(t.book().alive("added"), 0);
}

SCENARIO(RestartType, R5WhatWasDeletedComesBack) {
  troop t(w);
  const supervisor_spec inner{.intensity = 0,
                              .children = {t.child("x"), t.child("y"), t.child("z", temporary)}};
  t.start(supervisor_spec{.children = {{.id = "inner", .start = inner}}}, "top");
  const auto below = troupe::find_supervisor(w.system(), "top/inner");
  ASSERT_TRUE(below.terminate_child("y").get());
  ASSERT_TRUE(below.delete_child("y").get());
  EXPECT_EQ(t.after_failure_of("z"), text(ends({"y"}), fails("z")));
  EXPECT_EQ(troop::states_of(below), "x=running");
  EXPECT_EQ(t.after_failure_of("x"), text(fails("x"), births({"x", "y", "z"})));
  EXPECT_EQ(troop::states_of(below), "x=running y=running z=running");
}

}  // namespace
