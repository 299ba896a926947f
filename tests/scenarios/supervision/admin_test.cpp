// admin_test.cpp: what supervisors are asked while they run: A1 to A5, A7 to A9.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// A child that has failed, and will be started again in an hour.
child_spec late(const cast_of_children& c, const std::string& id, restart_type how = permanent) {
  auto spec = c.one(id, how);
  spec.backoff = fixed{1h};
  return spec;
}

/// Children in every state: a runs, b was terminated, c waits for its restart, d has ended cleanly.
struct in_every_state {
  explicit in_every_state(world& w) : c(w) {
    top = c.start(
        supervisor_spec{.children = {c.one("a"), c.one("b"), late(c, "c"), c.one("d", transient)}});
    EXPECT_EQ(code_of(top.terminate_child("b").get()), "ok");
    c.tell_and_settle("c", fall{});
    c.tell_and_settle("d", leave{});
    EXPECT_EQ(listed(top), "d:undefined c:restarting b:undefined a:running");
    c.lives->clear();
  }
  cast_of_children c;
  supervisor_ref top;
};

// --- start_child

SCENARIO(Admin, A1StartingAnIdThatRunsIsRefusedAndNamesWhoRuns) {
  in_every_state s(w);
  const auto r = s.top.start_child(s.c.one("a")).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::already_started);
  EXPECT_EQ(r.error().who(), actor_at(s.top, "a"));
  EXPECT_TRUE(says(r.error().text(), "\"a\"")) << r.error().text();
  EXPECT_EQ(s.c.lives->text(), "") << "nothing was built";
}

SCENARIO(Admin, A1StartingAnIdThatIsListedWithoutAnActorIsRefused) {
  in_every_state s(w);
  for (const char* const id : {"b", "d"}) {
    const auto r = s.top.start_child(s.c.one(id)).get();
    ASSERT_FALSE(r) << id;
    EXPECT_EQ(r.error(), supervision_errc::already_present) << id;
  }
  EXPECT_EQ(s.c.lives->text(), "");
}

SCENARIO(Admin, A1AnAddedChildIsGuardedAsTheOthers) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  const auto r = top.start_child(c.one("b")).get();
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_NE(r->who, actor_id());
  EXPECT_EQ(r->who, actor_at(top, "b"));
  EXPECT_EQ(c.lives->text(), "b.built b.start") << "it has begun when start_child is answered";
  c.tell_and_settle("b", fall{});
  EXPECT_EQ(c.lives->built("b"), 2);
  EXPECT_EQ(listed(top), "b:running a:running");
}

SCENARIO(Admin, A2AChildThatCannotBeStartedIsNotListed) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 0, .children = c.all({"a"})});
  c.lives->fail_starts("b", 1);
  const auto r = top.start_child(c.one("b")).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::failed_to_start);
  EXPECT_EQ(r.error().reason(), exit_kind::failed);
  EXPECT_EQ(r.error().reason().text(), "cannot start");
  EXPECT_TRUE(says(r.error().text(), "\"b\"")) << r.error().text();
  EXPECT_EQ(c.lives->text(), "b.built b.gone") << "neither tried again nor left over";
  EXPECT_EQ(listed(top), "a:running") << "and that was no restart of anybody";
  EXPECT_EQ(code_of(top.delete_child("b").get()), "not_found");
  EXPECT_EQ(code_of(top.start_child(c.one("b")).get()), "ok") << "the id is free";
  EXPECT_EQ(listed(top), "b:running a:running");
}

SCENARIO(Admin, A2AConstructorThatThrowsIsSuchAStartToo) {
  class cannot : public actor<cannot> {
  public:
    explicit cannot(int) { throw std::runtime_error("no disk"); }
  };
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 0, .children = c.all({"a"})});
  const auto r = top.start_child({.id = "b", .start = actor_of<cannot>(1)}).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::failed_to_start);
  EXPECT_EQ(r.error().reason().text(), "no disk");
  EXPECT_EQ(listed(top), "a:running");
}

SCENARIO(Admin, A2AnInvalidSpecIsRefusedWithTheField) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  auto spec = c.one("b");
  spec.start_deadline = 0s;
  const auto r = top.start_child(spec).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::invalid_spec);
  EXPECT_TRUE(says(r.error().text(), "start_deadline")) << r.error().text();
  EXPECT_EQ(code_of(top.start_child(c.one("x/y")).get()), "invalid_spec");
  EXPECT_EQ(code_of(top.start_child(c.one("")).get()), "invalid_spec");
  EXPECT_EQ(listed(top), "a:running");
  EXPECT_EQ(c.lives->text(), "");
}

// --- terminate_child

SCENARIO(Admin, A3TerminatesAChildThatRunsAndKeepsItsSpec) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.strategy = one_for_all, .children = c.all({"a", "b", "c"})});
  EXPECT_EQ(code_of(top.terminate_child("b").get()), "ok");
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone") << "when it is answered; nobody else ends";
  EXPECT_EQ(listed(top), "c:running b:undefined a:running");
  w.advance(1h);
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone") << "nor is it started again";
  EXPECT_FALSE(c.find("b"));
}

SCENARIO(Admin, A3TerminatingAgainIsFineAndAStrangerIsNotFound) {
  in_every_state s(w);
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "ok");
  EXPECT_EQ(code_of(s.top.terminate_child("d").get()), "ok");
  const auto r = s.top.terminate_child("nobody").get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::not_found);
  EXPECT_TRUE(says(r.error().text(), "nobody")) << r.error().text();
  EXPECT_EQ(listed(s.top), "d:undefined c:restarting b:undefined a:running");
  EXPECT_EQ(s.c.lives->text(), "");
}

SCENARIO(Admin, A3TerminatingAChildThatWaitsForItsRestartCancelsThat) {
  in_every_state s(w);
  EXPECT_EQ(code_of(s.top.terminate_child("c").get()), "ok");
  EXPECT_EQ(listed(s.top), "d:undefined c:undefined b:undefined a:running");
  w.advance(2h);
  EXPECT_EQ(s.c.lives->text(), "");
  EXPECT_EQ(code_of(s.top.restart_child("c").get()), "ok");
  EXPECT_EQ(s.c.lives->text(), "c.built c.start");
}

SCENARIO(Admin, A3OfATemporaryChildTheSpecGoesToo) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = {c.one("a"), c.one("b", temporary)}});
  EXPECT_EQ(code_of(top.terminate_child("b").get()), "ok");
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone");
  EXPECT_EQ(listed(top), "a:running");
  EXPECT_EQ(code_of(top.terminate_child("b").get()), "not_found");
  EXPECT_EQ(code_of(top.restart_child("b").get()), "not_found");
}

SCENARIO(Admin, A3WhatIsAskedMeanwhileIsDoneOneAfterTheOther) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  c.elsewhere([top, &c](caller& me) {
    me.await(top.terminate_child("b"), "1");
    me.await(top.restart_child("b"), "2");
    me.await(top.terminate_child("b"), "3");
    me.await(top.delete_child("b"), "4");
    me.await(top.start_child(c.one("b")), "5");
  });
  w.settle();
  EXPECT_EQ(c.lives->of("b"),
            "b.stop(shutdown) b.gone b.built b.start b.stop(shutdown) b.gone b.built b.start");
  for (const char* const done : {"1(ok)", "2(ok)", "3(ok)", "4(ok)", "5(ok)"})
    EXPECT_TRUE(c.lives->has(done)) << c.lives->text();
}

// --- restart_child, delete_child

SCENARIO(Admin, A4OnlyAChildThatWasTerminatedOrHasEndedIsRestarted) {
  in_every_state s(w);
  EXPECT_EQ(code_of(s.top.restart_child("a").get()), "running");
  EXPECT_EQ(code_of(s.top.restart_child("c").get()), "restarting");
  EXPECT_EQ(code_of(s.top.restart_child("nobody").get()), "not_found");
  EXPECT_EQ(s.c.lives->text(), "");
  for (const char* const id : {"b", "d"}) {
    const auto r = s.top.restart_child(id).get();
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_NE(r->who, actor_id());
    EXPECT_EQ(r->who, actor_at(s.top, id));
  }
  EXPECT_EQ(s.c.lives->text(), "b.built b.start d.built d.start");
  EXPECT_EQ(listed(s.top), "d:running c:restarting b:running a:running") << "at their places";
}

SCENARIO(Admin, A4ARestartThatFailsLeavesItListed) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 0, .children = c.all({"a", "b"})});
  EXPECT_EQ(code_of(top.terminate_child("b").get()), "ok");
  c.lives->fail_starts("b", 1);
  const auto r = top.restart_child("b").get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), supervision_errc::failed_to_start);
  EXPECT_EQ(r.error().reason().text(), "cannot start");
  EXPECT_EQ(listed(top), "b:undefined a:running");
  EXPECT_EQ(code_of(top.restart_child("b").get()), "ok");
  EXPECT_EQ(listed(top), "b:running a:running");
}

SCENARIO(Admin, A5OnlyAChildThatWasTerminatedOrHasEndedIsDeleted) {
  in_every_state s(w);
  EXPECT_EQ(code_of(s.top.delete_child("a").get()), "running");
  EXPECT_EQ(code_of(s.top.delete_child("c").get()), "restarting");
  EXPECT_EQ(code_of(s.top.delete_child("nobody").get()), "not_found");
  EXPECT_EQ(code_of(s.top.delete_child("b").get()), "ok");
  EXPECT_EQ(code_of(s.top.delete_child("d").get()), "ok");
  EXPECT_EQ(listed(s.top), "c:restarting a:running");
  EXPECT_EQ(code_of(s.top.delete_child("b").get()), "not_found");
  EXPECT_EQ(code_of(s.top.restart_child("b").get()), "not_found");
  EXPECT_EQ(code_of(s.top.terminate_child("b").get()), "not_found");
  EXPECT_EQ(s.c.lives->text(), "");
  EXPECT_EQ(code_of(s.top.start_child(s.c.one("b")).get()), "ok");
  EXPECT_EQ(listed(s.top), "b:running c:restarting a:running") << "behind the others";
}

// --- what can be seen

SCENARIO(Admin, A7ChildrenAreListedNewestFirstWithIdKindStateAndActor) {
  in_every_state s(w);
  EXPECT_EQ(code_of(s.top.start_child({.id = "e", .start = supervisor_spec{}}).get()), "ok");
  const family<child, record_ptr, std::string> many(w.system(), "many");
  EXPECT_EQ(code_of(s.top.start_child({.id = "f", .start = many}).get()), "ok");
  const auto r = s.top.children().get();
  ASSERT_TRUE(r);
  ASSERT_EQ(r->size(), 6U);
  const std::vector<std::string> ids{"f", "e", "d", "c", "b", "a"};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ((*r)[i].id, ids[i]);
  EXPECT_EQ((*r)[0].kind, child_kind::family);
  EXPECT_EQ((*r)[1].kind, child_kind::supervisor);
  EXPECT_EQ((*r)[2].kind, child_kind::actor);
  EXPECT_EQ((*r)[0].state, child_state::running);
  EXPECT_EQ((*r)[1].state, child_state::running);
  EXPECT_EQ((*r)[2].state, child_state::undefined);
  EXPECT_EQ((*r)[2].who, actor_id()) << "it has ended";
  EXPECT_EQ((*r)[3].state, child_state::restarting);
  EXPECT_EQ((*r)[4].who, actor_id()) << "it was terminated";
  EXPECT_EQ((*r)[5].who, s.c.find("a").id());
}

SCENARIO(Admin, A8CountsSpecsAndWhoIsActive) {
  in_every_state s(w);
  auto n = s.top.count().get();
  ASSERT_TRUE(n);
  EXPECT_EQ(n->specs, 4U);
  EXPECT_EQ(n->active, 1U) << "one that waits for its restart is not active";
  EXPECT_EQ(n->supervisors, 0U);
  EXPECT_EQ(n->workers, 4U) << "but a worker all the same";
  const family<child, record_ptr, std::string> many(w.system(), "many");
  EXPECT_EQ(code_of(s.top.start_child({.id = "f", .start = many}).get()), "ok");
  EXPECT_EQ(code_of(s.top.start_child({.id = "e", .start = supervisor_spec{}}).get()), "ok");
  EXPECT_EQ(code_of(s.top.delete_child("b").get()), "ok");
  n = s.top.count().get();
  ASSERT_TRUE(n);
  EXPECT_EQ(n->specs, 5U);
  EXPECT_EQ(n->active, 3U);
  EXPECT_EQ(n->supervisors, 2U);
  EXPECT_EQ(n->workers, 3U);
}

SCENARIO(Admin, A9ASpecComesWithItsDefaultsFilledIn) {
  cast_of_children c(w);
  auto b = c.one("b", transient);
  b.shutdown = 7s;
  b.backoff = exponential{};
  b.start_deadline = 9s;
  auto top = c.start(
      supervisor_spec{.backoff = fixed{2s},
                      .children = {c.one("a"), b, {.id = "sub", .start = supervisor_spec{}}}});
  const auto one = top.spec_of("a").get();
  ASSERT_TRUE(one);
  EXPECT_EQ(one->id, "a");
  EXPECT_EQ(one->restart, permanent);
  ASSERT_FALSE(one->shutdown.is_default());
  ASSERT_FALSE(one->shutdown.is_brutal_kill());
  EXPECT_EQ(one->shutdown.time(), 5s);
  EXPECT_FALSE(one->significant);
  EXPECT_EQ(one->start_deadline, 5s);
  EXPECT_EQ(one->mailbox, mailbox_type::drop);
  EXPECT_EQ(one->start.kind(), child_kind::actor);
  ASSERT_TRUE(one->backoff.has_value());
  ASSERT_TRUE(std::holds_alternative<fixed>(*one->backoff)) << "its supervisor's";
  EXPECT_EQ(std::get<fixed>(*one->backoff).delay, 2s);
  const auto other = top.spec_of("b").get();
  ASSERT_TRUE(other);
  EXPECT_EQ(other->restart, transient);
  EXPECT_EQ(other->shutdown.time(), 7s);
  EXPECT_EQ(other->start_deadline, 9s);
  EXPECT_TRUE(std::holds_alternative<exponential>(*other->backoff)) << "its own";
  const auto sub = top.spec_of("sub").get();
  ASSERT_TRUE(sub);
  EXPECT_EQ(sub->start.kind(), child_kind::supervisor);
  ASSERT_FALSE(sub->shutdown.is_default());
  EXPECT_EQ(sub->shutdown.time(), duration::max()) << "no limit for supervisors";
  EXPECT_EQ(code_of(top.spec_of("nobody").get()), "not_found");
}

SCENARIO(Admin, A9WhatSpecOfGivesCanBeStartedElsewhere) {
  cast_of_children c(w);
  auto one = c.start(supervisor_spec{.children = c.all({"a"})}, "one");
  auto other = c.start(supervisor_spec{}, "other");
  auto spec = one.spec_of("a").get();
  ASSERT_TRUE(spec);
  EXPECT_EQ(code_of(one.terminate_child("a").get()), "ok");
  EXPECT_EQ(code_of(other.start_child(*spec).get()), "ok");
  EXPECT_EQ(listed(other), "a:running");
}

}  // namespace
