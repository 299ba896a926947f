// noproc_test.cpp: A10 to A12: what supervisors cost per child, what they do not understand, and
// what is asked of those that are not there.
#include "recorder.hpp"

namespace {

using namespace supervised;

using accounts = family<child, record_ptr, std::string>;

// --- A10: the cost of a child

/// Turns of the supervisor, and messages it has handled, for each of `count` children.
struct effort {
  double starting = 0;
  double stopping = 0;
};
template <class Start>
effort effort_of(kit::stage& s, const supervisor_ref& top, int count, Start start) {
  const auto turns = [&] {
    for (const auto& a : s.system().snapshot(std::size_t{1} << 20).actors)
      if (a.id == top.id().value()) return static_cast<double>(a.turns);
    return 0.0;
  };
  const double before = turns();
  for (int i = 0; i < count; ++i) start("c" + std::to_string(i));
  s.settle();
  const double between = turns();
  const auto all = top.children().get();
  EXPECT_TRUE(all && all->size() == static_cast<std::size_t>(count));
  if (!all) return {};
  const double looked = turns();
  for (const child_info& one : *all)
    EXPECT_TRUE(top.terminate_child(one.id.empty() ? child_name(one.who) : child_name(one.id))
                    .get()
                    .has_value());
  return {(between - before) / count, (turns() - looked) / count};
}

void expect_linear(const effort& few, const effort& many) {
  EXPECT_GT(few.starting, 0);
  EXPECT_LE(many.starting, 2 * few.starting);
  EXPECT_LE(many.stopping, 2 * few.stopping);
  EXPECT_LE(many.starting, 10) << "turns for a child";
  EXPECT_LE(many.stopping, 10);
}

TEST(Admin, A10TheTurnsForEachChildOfAListAreConstant) {
  const auto with = [](int count) {
    kit::stage s(7);
    const auto lives = std::make_shared<record>();
    auto top = start(s.system(), supervisor_spec{});
    EXPECT_TRUE(top.has_value());
    return effort_of(s, *top, count, [&](const std::string& id) {
      EXPECT_TRUE(
          top->start_child({.id = id, .start = actor_of<child>(lives, id)}).get().has_value());
    });
  };
  expect_linear(with(50), with(1000));
}

TEST(Admin, A10TheTurnsForEachChildOfAFamilyAreConstant) {
  const auto with = [](int count) {
    kit::stage s(7);
    const auto lives = std::make_shared<record>();
    const accounts many(s.system(), "many");
    auto top = start(s.system(), supervisor_spec{.children = {{.id = "many", .start = many}}});
    EXPECT_TRUE(top.has_value());
    return effort_of(s, many.supervisor(), count, [&](const std::string& id) {
      auto one = many.start(lives, id).get();
      EXPECT_TRUE(one.has_value());
    });
  };
  expect_linear(with(50), with(1000));
}

// --- A11: what it does not understand

SCENARIO(Admin, A11WhatASupervisorOfAListCannotDoIsAnErrorAndHarmsNobody) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  using recipe = troupe::detail::recipe_of<child, record_ptr, std::string>;
  const auto r =
      top.address_()
          .ask<troupe::detail::start_member_request>(std::make_shared<const recipe>(c.lives, "b"))
          .get();
  EXPECT_FALSE(r.has_value());
  EXPECT_EQ(listed(top), "a:running");
  EXPECT_EQ(c.lives->text(), "");
}

SCENARIO(Admin, A11WhatIsToldInsteadOfAskedHarmsNobody) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  for (int i = 0; i < 10; ++i) {
    top.address_().tell(troupe::detail::count_request{});
    top.address_().tell(troupe::detail::delete_request{"a"});
    top.address_().tell(troupe::detail::restart_request{"nobody"});
  }
  w.settle();
  EXPECT_EQ(listed(top), "a:running");
  EXPECT_EQ(c.lives->text(), "");
}

// --- A12: who is not there

void expect_noproc(world& w, const supervisor_ref& s, const cast_of_children& c, exit_kind why) {
  const auto before = w.system().now();
  const auto expect = [&](const auto& r, const char* what) {
    ASSERT_FALSE(r.has_value()) << what;
    EXPECT_EQ(r.error(), supervision_errc::noproc) << what << ": " << r.error().text();
    EXPECT_EQ(r.error().reason(), why)
        << what << ": " << r.error().reason().to_string() << ", " << r.error().text();
    EXPECT_FALSE(r.error().text().empty());
  };
  expect(s.start_child(c.one("b")).get(), "start_child");
  expect(s.terminate_child("a").get(), "terminate_child");
  expect(s.restart_child("a").get(), "restart_child");
  expect(s.delete_child("a").get(), "delete_child");
  expect(s.children().get(), "children");
  expect(s.count().get(), "count");
  expect(s.spec_of("a").get(), "spec_of");
  expect(s.stop().get(), "stop");
  if (!real) {
    EXPECT_EQ(w.system().now(), before) << "at once";
  }
}

SCENARIO(Admin, A12NobodyIsThereAnyMore) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a"})});
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  expect_noproc(w, top, c, exit_kind::shutdown);
}

SCENARIO(Admin, A12NobodyWasEverThere) {
  const cast_of_children c(w);
  expect_noproc(w, supervisor_ref(), c, exit_kind::gone);
  expect_noproc(w, find_supervisor(w.system(), "nowhere"), c, exit_kind::gone);
}

SCENARIO(Admin, A12AFamilyThatNobodyHasStartedOrThatHasEnded) {
  cast_of_children c(w);
  const accounts many(w.system(), "many");
  EXPECT_EQ(code_of(many.start(c.lives, "m").get()), "noproc");
  EXPECT_EQ(code_of(many.supervisor().count().get()), "noproc");
  auto top = c.start(supervisor_spec{.children = {{.id = "many", .start = many}}});
  EXPECT_EQ(code_of(many.start(c.lives, "m").get()), "ok");
  EXPECT_EQ(code_of(top.stop().get()), "ok");
  c.lives->clear();
  EXPECT_EQ(code_of(many.start(c.lives, "n").get()), "noproc");
  EXPECT_EQ(code_of(many.supervisor().stop().get()), "noproc");
  EXPECT_EQ(c.lives->text(), "");
}

SCENARIO(Admin, A12WhoStopsAnswersWhatItWasAskedMeanwhileOrEnds) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.children = c.all({"a", "b"})});
  c.elsewhere([top](caller& me) {
    me.await(top.stop(), "1");
    me.await(top.count(), "2");
    me.await(top.stop(), "3");
    me.await(top.terminate_child("a"), "4");
    me.await(top.children(), "5");
  });
  w.settle();
  EXPECT_TRUE(c.lives->has("1(ok)")) << c.lives->text();
  for (const std::string n : {"2", "3", "4", "5"})
    EXPECT_EQ(c.lives->count(n + "(ok)") + c.lives->count(n + "(noproc)"), 1) << c.lives->text();
  EXPECT_EQ(c.lives->of("a") + " " + c.lives->of("b"),
            "a.stop(shutdown) a.gone b.stop(shutdown) b.gone");
}

SCENARIO(Admin, A12AnEndThatComesInBetweenIsNoprocWithItsReason) {
  cast_of_children c(w);
  auto top = c.start(supervisor_spec{.intensity = 0, .children = c.all({"a"})});
  c.tell_and_settle("a", fall{});
  EXPECT_EQ(end_of(top), exit_kind::shutdown);
}

SCENARIO(Admin, SupervisorsAreFoundByTheirPath) {
  cast_of_children c(w);
  const family<child, record_ptr, std::string> many(w.system(), "many");
  auto top = c.start(
      supervisor_spec{
          .children = {{.id = "sub",
                        .start = supervisor_spec{.children = {{.id = "many", .start = many}}}},
                       c.one("a")}},
      "bank");
  auto bare = c.start(supervisor_spec{
      .children = {{.id = "front", .start = supervisor_spec{.children = c.all({"b"})}}}});
  auto& sys = w.system();
  EXPECT_EQ(find_supervisor(sys, "bank"), top);
  EXPECT_EQ(listed(find_supervisor(sys, "bank/sub")), "many:running");
  EXPECT_EQ(find_supervisor(sys, "bank/sub/many"), many.supervisor());
  EXPECT_EQ(find_supervisor(sys, ""), bare);
  EXPECT_EQ(listed(find_supervisor(sys, "front")), "b:running");
  for (const char* const nobody : {"sub", "bank/a", "bank/nobody", "bank/sub/many/x"})
    EXPECT_FALSE(find_supervisor(sys, nobody)) << nobody;
}

}  // namespace
