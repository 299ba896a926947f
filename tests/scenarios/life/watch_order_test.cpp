// watch_order_test.cpp: a down comes behind every message that the watched has sent to the watcher.
#include "witness.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace {

using namespace life;

enum class end_by : std::uint8_t { failure, self_stop, own_ref, kill, last_handle };
constexpr end_by all_ends[] = {end_by::failure, end_by::self_stop, end_by::own_ref, end_by::kill,
                               end_by::last_handle};

void end(witness& me, end_by how) {
  const ref<witness> mine = me.self();
  switch (how) {
    case end_by::failure: throw std::runtime_error("disk");
    case end_by::self_stop: return me.self().stop();
    case end_by::own_ref: return mine.stop();
    case end_by::kill: return mine.kill();
    case end_by::last_handle: return;
  }
}

/// The numbers from 0 on, then one down.
void expect_all_then_down(const troop& t, const std::string& page, int count) {
  const auto lines = t.notes->lines(page);
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(count) + 1) << t.of(page);
  for (int i = 0; i < count; ++i)
    ASSERT_EQ(lines[static_cast<std::size_t>(i)], std::to_string(i)) << t.of(page);
  EXPECT_EQ(lines.back().substr(0, 5), "down(") << t.of(page);
}

void tells_and_ends(world& w, int count, end_by how) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  b.tell<will>([a, count, how](witness& me) {
    for (int i = 0; i < count; ++i) a.tell<say>(i);
    end(me, how);
  });
  b = {};
  t.settle();
  expect_all_then_down(t, "a", count);
}

SCENARIO(WatchOrder, AfterAChainOfOneHandler) {
  // What one handler sends to one receiver is published 16 at a time.
  for (const end_by how : all_ends)
    for (const int count : {1, 15, 16, 17, 40}) tells_and_ends(w, count, how);
}

SCENARIO(WatchOrder, AfterAFloodFromManyHandlers) {
  for (const end_by how : all_ends) {
    troop t(w);
    auto a = t.add("a");
    auto b = t.add("b");
    t.watch(a, b);
    for (int i = 0; i < 60; ++i) b.tell<will>([a, i](witness&) { a.tell<say>(i); });
    b.tell<will>([how](witness& me) { end(me, how); });
    b = {};
    t.settle();
    expect_all_then_down(t, "a", 60);
  }
}

SCENARIO(WatchOrder, AfterMessagesThroughDifferentHandles) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  b.tell<will>([a](witness&) {
    const address<say> narrow = a;
    const address<cast::query, say> wide = a;
    for (int i = 0; i < 30; i += 3) {
      a.tell<say>(i);
      narrow.tell<say>(i + 1);
      wide.tell<say>(i + 2);
    }
    throw std::runtime_error("disk");
  });
  t.settle();
  expect_all_then_down(t, "a", 30);
}

SCENARIO(WatchOrder, AfterTheWordsOfOnStopAndOfTheDestructor) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b", {.last_words = address<say>(a)});
  t.watch(a, b);
  a.tell<will>([b](witness&) { b.stop(); });
  t.settle();
  EXPECT_EQ(t.of("a"), "101 102 down(b normal)");
  auto c = t.add("c", {.last_words = address<say>(a)});
  t.watch(a, c);
  c.kill();
  t.settle();
  EXPECT_EQ(t.of("a"), "101 102 down(b normal) 102 down(c killed)");
}

SCENARIO(WatchOrder, AfterTheReplyOfAHandlerThatEndsItsActor) {
  struct last : troupe::actor<last> {
    int on(cast::query q) {
      self().stop();
      return cast::right_answer(q.number);
    }
  };
  troop t(w);
  auto a = t.add("a");
  auto b = w.spawn<last>();
  t.notes->know(b.id(), "b");
  does(a, [b](witness& me) {
    static_cast<void>(me.self().watch(b));
    b.ask<cast::query>(5).within(1h).then(&me, [&me](int n) { me.note(std::to_string(n)); });
  });
  t.settle();
  EXPECT_EQ(t.of("a"), "50 down(b normal)");
}

SCENARIO(WatchOrder, AfterWhatACoroutineSaysAfterItsSuspension) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  auto c = t.add("c");
  t.watch(a, b);
  b.tell<lasting>([a, c](witness& me) -> task<> {
    for (int i = 0; i < 5; ++i) {
      co_await c.ask<cast::query>(1).within(1h);
      a.tell<say>(i);
    }
    me.self().stop();
  });
  t.settle();
  expect_all_then_down(t, "a", 5);
}

SCENARIO(WatchOrder, AfterWhatWasQueuedBeforeAStopHasBeenHandled) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  t.watch(a, b);
  for (int i = 0; i < 20; ++i) b.tell<will>([a, i](witness&) { a.tell<say>(i); });
  b.stop();
  for (int i = 20; i < 40; ++i) b.tell<will>([a, i](witness&) { a.tell<say>(i); });
  t.settle();
  expect_all_then_down(t, "a", 20);
}

SCENARIO(WatchOrder, HoldsForEachOfManyWhoSpeakToOne) {
  troop t(w);
  auto a = t.add("a");
  constexpr int speakers = 12;
  constexpr int words = 20;
  for (int s = 0; s < speakers; ++s) {
    auto b = t.add("b" + std::to_string(s));
    t.watch(a, b);
    b.tell<will>([a, s](witness& me) {
      for (int i = 0; i < words; ++i) a.tell<say>(1000 * s + i);
      end(me, all_ends[static_cast<std::size_t>(s) % std::size(all_ends)]);
    });
  }
  t.settle();
  std::vector<int> heard(speakers, 0);
  for (const auto& line : t.notes->lines("a")) {
    if (line.starts_with("down(b")) {
      const auto s = static_cast<std::size_t>(std::stoi(line.substr(6)));
      EXPECT_EQ(heard[s], words) << line << " in " << t.of("a");
      heard[s] = -1;
    } else {
      const auto s = static_cast<std::size_t>(std::stoi(line) / 1000);
      EXPECT_EQ(std::stoi(line) % 1000, heard[s]) << t.of("a");
      ++heard[s];
    }
  }
  EXPECT_EQ(std::count(heard.begin(), heard.end(), -1), speakers) << t.of("a");
}

SCENARIO(WatchOrder, HoldsForEveryWatcherOfOne) {
  troop t(w);
  auto b = t.add("b");
  constexpr int watchers = 10;
  std::vector<ref<witness>> all;
  for (int i = 0; i < watchers; ++i) {
    all.push_back(t.add("a" + std::to_string(i)));
    t.watch(all.back(), b);
  }
  b.tell<will>([all](witness&) {
    for (int i = 0; i < 20; ++i)
      for (const auto& a : all) a.tell<say>(i);
    throw std::runtime_error("disk");
  });
  t.settle();
  for (int i = 0; i < watchers; ++i) expect_all_then_down(t, "a" + std::to_string(i), 20);
}

SCENARIO(WatchOrder, ATrappedLinkTellsBehindTheLastMessageToo) {
  for (const end_by how : all_ends) {
    troop t(w);
    auto a = t.add("a");
    auto b = t.add("b");
    t.trap(a);
    t.link(how == end_by::kill ? b : a, how == end_by::kill ? a : b);
    b.tell<will>([a, how](witness& me) {
      for (int i = 0; i < 40; ++i) a.tell<say>(i);
      end(me, how);
    });
    b = {};
    t.settle();
    expect_all_then_down(t, "a", 40);
  }
}

SCENARIO_ON_THREADS(WatchOrder, HoldsWhileOthersFloodTheWatcher) {
  troop t(w);
  auto a = t.add("a");
  std::atomic<bool> enough{false};
  std::thread stranger([&, to = address<cast::query>(a)] {
    while (!enough.load(std::memory_order_relaxed))
      static_cast<void>(to.try_ask<cast::query>(1).within(1h).get());
  });
  constexpr int rounds = 50;
  for (int r = 0; r < rounds; ++r) {
    auto b = t.add("b");
    t.watch(a, b);
    b.tell<will>([a](witness& me) {
      for (int i = 0; i < 33; ++i) a.tell<say>(i);
      me.self().stop();
    });
  }
  t.settle_but_for([&] { return t.notes->reasons("a").size() == rounds; });
  enough.store(true, std::memory_order_relaxed);
  stranger.join();
  // All speak at once, so only the count before each down is compared: 33 per down, in sum.
  int heard = 0;
  int ended = 0;
  for (const auto& line : t.notes->lines("a")) {
    line.starts_with("down(") ? ++ended : ++heard;
    EXPECT_GE(heard, 33 * ended) << "a down before the words of its actor";
  }
  EXPECT_EQ(heard, 33 * rounds);
  EXPECT_EQ(ended, rounds);
}

}  // namespace
