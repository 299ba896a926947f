// process_child_test.cpp: processes as children: actor_of(lambda, args...), and their slots.
#include "recorder.hpp"

namespace {

using namespace supervised;

/// Writes down what it gets; fails at a negative number, ends at 0.
constexpr auto reads = [](inbox<say, query> in, record_ptr r, std::string name) -> task<> {
  r->note(name + ".begin");
  while (auto item = co_await in.next()) {
    if (auto* const q = std::get_if<asked<query>>(&*item)) {
      q->reply(right_answer(q->message.number));
      continue;
    }
    const int n = std::get<say>(*item).number;
    if (n < 0) throw std::runtime_error("negative");
    if (n == 0) co_return;
    r->note(name + "." + std::to_string(n));
  }
  r->note(name + ".end");
};

/// A tree of a, a process p, and b.
struct with_process {
  explicit with_process(world& w, restart_type how = permanent,
                        mailbox_type waiting = mailbox_type::drop, backoff_policy wait = {})
      : c(w), at(w.system(), "p") {
    top = c.start(supervisor_spec{.intensity = 10,
                                  .children = {c.one("a"),
                                               {.id = "p",
                                                .start = actor_of(reads, c.lives, std::string("p")),
                                                .at = at,
                                                .restart = how,
                                                .backoff = wait,
                                                .mailbox = waiting},
                                               c.one("b")}});
  }
  cast_of_children c;
  process_slot<say, query> at;
  supervisor_ref top;
};

SCENARIO(ProcessChild, BeginsInItsPlaceAndEndsInItsPlace) {
  cast_of_children c(w);
  auto top = start(
      w.system(),
      supervisor_spec{.children = {c.one("a"),
                                   {.id = "p", .start = actor_of(reads, c.lives, std::string("p"))},
                                   c.one("b")}});
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(c.lives->text(), "a.built a.start p.begin b.built b.start");
  EXPECT_EQ(listed(*top), "b:running p:running a:running");
  c.lives->clear();
  EXPECT_EQ(code_of(top->stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "b.stop(shutdown) b.gone p.end a.stop(shutdown) a.gone")
      << "it may tidy up";
}

SCENARIO(ProcessChild, ThatFailsIsRestartedFromTheSameArguments) {
  with_process s(w);
  s.at.tell<say>(3);
  s.at.tell<say>(-1);
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "p.3 p.begin");
  s.at.tell<say>(4);
  EXPECT_EQ(s.at.ask<query>(2).get(), 20);
  EXPECT_EQ(s.c.lives->text(), "p.3 p.begin p.4");
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(ProcessChild, ThatReturnsHasEndedNormally) {
  {
    with_process s(w, permanent);
    s.at.tell<say>(0);
    w.settle();
    EXPECT_EQ(s.c.lives->text(), "p.begin") << "R1";
    EXPECT_EQ(code_of(s.top.stop().get()), "ok");
  }
  with_process s(w, transient);
  s.at.tell<say>(0);
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "") << "R2";
  EXPECT_EQ(listed(s.top), "b:running p:undefined a:running");
  EXPECT_EQ(code_of(s.top.restart_child("p").get()), "ok");
  EXPECT_EQ(s.at.ask<query>(1).get(), 10);
  EXPECT_EQ(s.c.lives->text(), "p.begin");
}

SCENARIO(ProcessChild, ItsSlotKeepsWhatComesMeanwhile) {
  with_process s(w, permanent, mailbox_type::keep, fixed{1h});
  const address<say> to = s.at;
  s.c.elsewhere([to](caller&) {
    to.tell<say>(-1);
    to.tell<say>(1);
    to.tell<say>(2);
  });
  w.settle();
  EXPECT_EQ(listed(s.top), "b:running p:restarting a:running");
  to.tell<say>(3);
  EXPECT_EQ(s.at.try_ask<query>(1).get().error(), ask_errc::down);
  EXPECT_EQ(code_of(s.top.terminate_child("p").get()), "ok");
  EXPECT_EQ(code_of(s.top.restart_child("p").get()), "ok");
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "p.begin p.1 p.2 p.3");
  EXPECT_EQ(w.counters().dead_letters(), 1U) << "what it was asked";
}

SCENARIO(ProcessChild, ItsSlotDropsWhatComesMeanwhile) {
  with_process s(w, permanent, mailbox_type::drop, fixed{1h});
  const address<say> to = s.at;
  s.c.elsewhere([to](caller&) {
    to.tell<say>(-1);
    to.tell<say>(1);
  });
  w.settle();
  to.tell<say>(2);
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::restarted), 2U);
  EXPECT_EQ(code_of(s.top.terminate_child("p").get()), "ok");
  EXPECT_EQ(code_of(s.top.restart_child("p").get()), "ok");
  w.settle();
  EXPECT_EQ(s.c.lives->text(), "p.begin");
}

SCENARIO(ProcessChild, ItsSlotWaitsForTheFirstOne) {
  cast_of_children c(w);
  const process_slot<say, query> at(w.system(), "p");
  const address<query, say> to = at;
  for (int i = 1; i < 4; ++i) to.tell<say>(i);
  w.settle();
  auto top = start(
      w.system(), supervisor_spec{.children = {{.id = "p",
                                                .start = actor_of(reads, c.lives, std::string("p")),
                                                .at = at}}});
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(at.ask<query>(1).get(), 10);
  EXPECT_EQ(c.lives->text(), "p.begin p.1 p.2 p.3");
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(ProcessChild, ThatWaitsElsewhereIsDestroyedThereWhenItIsStopped) {
  cast_of_children c(w);
  constexpr auto sleeps = [](inbox<say>, record_ptr r) -> task<> {
    r->note("p.begin");
    co_await troupe::sleep(1h);
    r->note("p.never");
  };
  auto top = start(w.system(), supervisor_spec{.children = {c.one("a"),
                                                            {.id = "p",
                                                             .start = actor_of(sleeps, c.lives),
                                                             .shutdown = stop_time::infinity()}}});
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(code_of(top->stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "a.built a.start p.begin a.stop(shutdown) a.gone");
}

SCENARIO(ProcessChild, ThatFailsBeforeItWaitsHasFailedToStartOrIsRestarted) {
  // A process has no on_start: what it does is its life. So a tree starts, and then gives up.
  cast_of_children c(w);
  constexpr auto fails = [](inbox<say>, record_ptr r) -> task<> {
    r->note("p.begin");
    throw std::runtime_error("at once");
    co_return;
  };
  const auto top = start(
      w.system(),
      supervisor_spec{.intensity = 2,
                      .children = {c.one("a"), {.id = "p", .start = actor_of(fails, c.lives)}}});
  w.settle();
  if (top) {
    EXPECT_EQ(c.lives->count("p.begin"), 3);
    EXPECT_EQ(end_of(*top), exit_kind::shutdown);
  } else {
    EXPECT_EQ(top.error(), supervision_errc::failed_to_start);
    EXPECT_LE(c.lives->count("p.begin"), 3) << "it may have given up before start() looked";
  }
  EXPECT_EQ(c.lives->count("a.gone"), 1);
  EXPECT_EQ(w.counters().alive(), 1U);
}

SCENARIO(ProcessChild, OneOfAnInboxWithoutMessagesIsAChildToo) {
  cast_of_children c(w);
  constexpr auto works = [](inbox<>, record_ptr r) -> task<> {
    r->note("p.begin");
    co_await troupe::sleep(1ms);
    r->note("p.done");
  };
  auto top = start(
      w.system(),
      supervisor_spec{
          .children = {{.id = "p", .start = actor_of(works, c.lives), .restart = transient}}});
  ASSERT_TRUE(top) << top.error().text();
  w.advance(1ms);
  w.settle();
  EXPECT_EQ(c.lives->text(), "p.begin p.done");
  EXPECT_EQ(listed(*top), "p:undefined");
}

SCENARIO(ProcessChild, IsKilledAtOnceIfItsSpecSaysSo) {
  cast_of_children c(w);
  auto top = start(
      w.system(), supervisor_spec{.children = {{.id = "p",
                                                .start = actor_of(reads, c.lives, std::string("p")),
                                                .shutdown = stop_time::brutal_kill()}}});
  ASSERT_TRUE(top) << top.error().text();
  EXPECT_EQ(code_of(top->stop().get()), "ok");
  EXPECT_EQ(c.lives->text(), "p.begin") << "without tidying up";
}

}  // namespace
