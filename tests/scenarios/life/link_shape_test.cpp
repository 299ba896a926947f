// link_shape_test.cpp: links that are cancelled, and chains, rings and trees of links.
#include "witness.hpp"

#include <string>
#include <vector>

namespace {

using namespace life;

// --- L5

SCENARIO(LinkCancel, RemovesBothDirections) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  auto d = t.add("d");
  t.link(a, b);
  t.link(c, d);
  t.cancel(a);
  t.cancel(c);
  t.cancel(c);
  t.fail(a);
  t.fail(d);
  t.settle();
  EXPECT_EQ(t.of("b"), "");
  EXPECT_EQ(t.of("c"), "");
  EXPECT_TRUE(t.is_alive(b));
  EXPECT_TRUE(t.is_alive(c));
}

SCENARIO(LinkCancel, LeavesTheOtherLinksOfThePairAlone) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(a, b);
  t.link(a, b);
  t.link(b, a);
  t.cancel(a, 0);
  t.cancel(a, 1);
  t.fail(a);
  t.settle();
  EXPECT_EQ(t.of("b"), "stop(failed:disk) gone") << "the link that b has made still holds";
}

SCENARIO(LinkCancel, OfAllOfThemSetsThePairFree) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(a, b);
  t.link(b, a);
  t.cancel(a);
  t.cancel(b);
  t.fail(a);
  t.settle();
  EXPECT_TRUE(t.is_alive(b));
}

SCENARIO(LinkCancel, WhileTheOtherHasJustEndedSparesTheOwner) {
  if (!can_hold(w)) return;
  troop t(w);
  cast::gate g;
  auto a = t.add("a");
  auto b = t.add("b");
  t.link(a, b);
  a.tell<will>([hinge = g.hinge()](witness& me) {
    hinge.pass();
    me.monitors[0].cancel();
    me.note("cancelled");
  });
  g.wait_for(1);
  t.fail(b);
  while (real && w.counters().ended < 1) std::this_thread::yield();
  g.open();
  t.settle();
  const auto got = t.of("a");
  if (real) {
    EXPECT_EQ(got, "cancelled") << "after cancel() has returned the link does nothing";
  } else {
    EXPECT_TRUE(got == "cancelled" || got == "stop(failed:disk) gone") << got;
  }
}

SCENARIO(LinkCancel, AgainAndAgainWhileTheOtherEndsLeavesNothing) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  for (int i = 0; i < 20; ++i)
    a.tell<will>([b](witness& me) {
      me.self().link(b).cancel();
      me.self().link(b).cancel();
    });
  t.fail(b);
  t.settle();
  EXPECT_TRUE(t.is_alive(a)) << t.of("a");
}

// --- L6

void expect_each_once(const troop& t, const std::string& prefix, std::size_t n,
                      const std::string& first) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::string page = prefix + std::to_string(i);
    EXPECT_EQ(t.of(page), page == first ? "stop(failed:disk) gone" : t.of(page));
    EXPECT_EQ(t.count(page, "stop(failed:disk)"), 1) << page << ": " << t.of(page);
    EXPECT_EQ(t.count(page, "gone"), 1) << page << ": " << t.of(page);
  }
}

std::vector<ref<witness>> several(troop& t, std::size_t n) {
  std::vector<ref<witness>> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(t.add("n" + std::to_string(i)));
  return all;
}

SCENARIO(LinkShapes, AChainEndsAsAWholeFromEitherEndAndTheMiddle) {
  constexpr std::size_t n = 9;
  for (const std::size_t first : {std::size_t{0}, n / 2, n - 1}) {
    troop t(w);
    const auto all = several(t, n);
    auto x = t.add("x");
    for (std::size_t i = 0; i + 1 < n; ++i) t.link(all[i], all[i + 1]);
    t.watch(x, all[n - 1]);
    t.fail(all[first]);
    t.settle();
    expect_each_once(t, "n", n, "n" + std::to_string(first));
    ASSERT_EQ(t.notes->reasons("x").size(), 1U);
    const exit_reason why = t.notes->reasons("x")[0];
    std::size_t steps = 0;
    for (const exit_reason* one = &why; one->cause() != nullptr; one = one->cause()) {
      EXPECT_EQ(*one->cause(), why);
      ++steps;
    }
    EXPECT_EQ(steps, n - 1 - first) << "the causes lead back to who failed";
  }
}

SCENARIO(LinkShapes, ARingEndsAsAWhole) {
  troop t(w);
  constexpr std::size_t n = 10;
  const auto all = several(t, n);
  for (std::size_t i = 0; i < n; ++i) t.link(all[i], all[(i + 1) % n]);
  t.fail(all[3]);
  t.settle();
  expect_each_once(t, "n", n, "n3");
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(LinkShapes, EachWithEachEndAsAWhole) {
  troop t(w);
  constexpr std::size_t n = 7;
  const auto all = several(t, n);
  for (const auto& one : all)
    for (const auto& other : all)
      if (one != other) t.link(one, other);
  t.fail(all[0]);
  t.settle();
  expect_each_once(t, "n", n, "n0");
}

SCENARIO(LinkShapes, ATreeOfLinksEndsFromALeaf) {
  troop t(w);
  constexpr std::size_t n = 15;
  const auto all = several(t, n);
  for (std::size_t i = 1; i < n; ++i) t.link(all[i], all[(i - 1) / 2]);
  t.fail(all[n - 1]);
  t.settle();
  expect_each_once(t, "n", n, "n" + std::to_string(n - 1));
}

SCENARIO(LinkShapes, ACleanEndInTheMiddleCutsAChain) {
  troop t(w);
  constexpr std::size_t n = 5;
  const auto all = several(t, n);
  for (std::size_t i = 0; i + 1 < n; ++i) t.link(all[i], all[i + 1]);
  all[2].stop();
  t.settle();
  t.fail(all[0]);
  t.settle();
  EXPECT_EQ(t.of("n1"), "stop(failed:disk) gone");
  EXPECT_TRUE(t.is_alive(all[3]));
  EXPECT_TRUE(t.is_alive(all[4]));
}

SCENARIO(LinkShapes, TwoWhoFailAtOnceEndEachOnce) {
  troop t(w);
  constexpr std::size_t n = 8;
  const auto all = several(t, n);
  for (std::size_t i = 0; i < n; ++i) t.link(all[i], all[(i + 1) % n]);
  cast::at_once(2, [&](int i) { t.fail(all[i == 0 ? 0 : n / 2]); });
  t.settle();
  expect_each_once(t, "n", n, "n0");
}

TEST(LinkInBulk, AChainOfTenThousandEndsAsAWhole) {
  constexpr std::size_t n = 10'000;
  scenario::own_system sys;
  const auto notes = std::make_shared<book>();
  std::vector<ref<witness>> all;
  for (std::size_t i = 0; i < n; ++i) {
    all.push_back(sys->spawn<witness>(notes, "n"));
    if (i > 0) all[i].tell<will>([before = all[i - 1]](witness& me) { me.link(before); });
  }
  sys.settle();
  all[0].tell<will>(&life::fail);
  sys.settle();
  EXPECT_EQ(sys->counters().alive(), 0U);
  EXPECT_EQ(notes->count("n", "stop(failed:disk)"), static_cast<std::ptrdiff_t>(n));
}

}  // namespace
