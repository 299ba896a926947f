// watch_message_test.cpp: a message of one's own instead of a down, and processes that watch.
#include "witness.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace life;
using troupe::inbox;

// --- watch(h, m)

/// Has no handler for a down, so it watches with messages of its own only.
struct token {
  std::unique_ptr<int> worth;
};
struct begin {
  address<say> whom;
};
class collector : public troupe::actor<collector> {
public:
  explicit collector(book_ptr b) : book_(std::move(b)) {}
  void on(const begin& b) {
    monitors_.push_back(self().watch(b.whom, token{std::make_unique<int>(41)}));
    monitors_.push_back(self().watch(b.whom, token{std::make_unique<int>(42)}));
    monitors_.push_back(self().watch(b.whom, 43));
  }
  void on(token t) { book_->note("collector", std::to_string(*t.worth)); }
  void on(int n) { book_->note("collector", std::to_string(n)); }
  void on(say s) { monitors_.at(static_cast<std::size_t>(s.number)).cancel(); }

private:
  book_ptr book_;
  std::vector<monitor> monitors_;
};

SCENARIO(WatchMessage, ComesInsteadOfTheDown) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  does(a, [b](witness& me) {
    me.monitors.push_back(me.self().watch(b, farewell{"bye"}));
    EXPECT_EQ(me.monitors[0].who(), b.id());
  });
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("a"), "bye");
}

SCENARIO(WatchMessage, NeedsNoHandlerForADownAndMayBeMoveOnly) {
  troop t(w);
  auto c = w.spawn<collector>(t.notes);
  auto b = t.add("b");
  c.tell(begin{b});
  t.settle();
  EXPECT_EQ(t.of("collector"), "");
  b.stop();
  t.settle();
  EXPECT_EQ(t.notes->lines("collector").size(), 3U);
  for (const char* one : {"41", "42", "43"}) EXPECT_EQ(t.count("collector", one), 1) << one;
}

SCENARIO(WatchMessage, OfTheDeadComesAtOnce) {
  troop t(w);
  auto c = w.spawn<collector>(t.notes);
  auto b = t.add("b");
  b.kill();
  t.settle();
  c.tell(begin{b});
  t.settle();
  EXPECT_EQ(t.of("collector"), "41 42 43");
}

SCENARIO(WatchMessage, ThatIsCancelledDoesNotCome) {
  troop t(w);
  auto c = w.spawn<collector>(t.notes);
  auto b = t.add("b");
  c.tell(begin{b});
  c.tell<say>(1);
  c.tell<say>(2);
  t.settle();
  b.stop();
  t.settle();
  EXPECT_EQ(t.of("collector"), "41");
}

SCENARIO(WatchMessage, ComesBehindTheLastMessageOfTheWatched) {
  troop t(w);
  auto a = t.add("a");
  auto b = t.add("b");
  does(a, [b](witness& me) { static_cast<void>(me.self().watch(b, say{99})); });
  b.tell<will>([a](witness& me) {
    for (int i = 0; i < 20; ++i) a.tell<say>(i);
    me.self().stop();
  });
  t.settle();
  const auto lines = t.notes->lines("a");
  ASSERT_EQ(lines.size(), 21U);
  EXPECT_EQ(lines.back(), "99");
}

SCENARIO(WatchMessage, IsNotRefusedByAFullMailbox) {
  troop t(w);
  auto a = t.add_with({.capacity = 1}, "a");
  std::vector<ref<witness>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(t.add("b"));
    does(a, [b = all.back(), i](witness& me) { static_cast<void>(me.self().watch(b, say{i})); });
  }
  for (const auto& b : all) b.stop();
  t.settle();
  EXPECT_EQ(t.notes->lines("a").size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(t.count("a", std::to_string(i)), 1);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(WatchMessage, IsDestroyedExactlyOnceWhateverBecomesOfIt) {
  struct counted {
    cast::ticket mine;
  };
  struct watches : troupe::actor<watches> {
    struct both {
      ref<witness> one;
      ref<witness> other;
    };
    explicit watches(std::shared_ptr<cast::ledger> b) : book(std::move(b)) {}
    void on(const both& b) {
      for (int i = 0; i < 4; ++i) {
        static_cast<void>(self().watch(b.one, counted{cast::ticket(book)}));
        static_cast<void>(self().watch(b.other, counted{cast::ticket(book)}));
        self().watch(b.one, counted{cast::ticket(book)}).cancel();
      }
    }
    void on(const counted& c) { c.mine.call(); }
    std::shared_ptr<cast::ledger> book;
  };
  troop t(w);
  const auto ledger = std::make_shared<cast::ledger>();
  auto a = w.spawn<watches>(ledger);
  auto b = t.add("b");
  auto c = t.add("c");
  a.tell(watches::both{b, c});
  t.settle();
  b.stop();
  t.settle();
  EXPECT_EQ(cast::ledger::read(ledger->called), 4);
  cast::at_once(2, [&](int i) { i == 0 ? c.stop() : a.stop(); });
  t.settle();
  EXPECT_EQ(cast::ledger::read(ledger->made), 12);
  EXPECT_EQ(cast::ledger::read(ledger->destroyed), 12);
}

// --- processes

constexpr auto writes = [](inbox<down, say> in, book_ptr notes, ref<witness> whom) -> task<> {
  const monitor m = in.watch(whom);
  EXPECT_EQ(m.who(), whom.id());
  whom = {};
  for (;;) {
    auto item = co_await in.next();
    if (!item) co_return;
    match(
        std::move(*item), [&](down d) { notes->note_down("p", d); },
        [&](say s) { notes->note("p", std::to_string(s.number)); });
  }
};

SCENARIO(WatchProcess, ThatWatchesTakesTheDownFromItsInbox) {
  troop t(w);
  auto b = t.add("b");
  auto p = w.system().spawn(writes, t.notes, b);
  p.tell<say>(1);
  t.settle();
  b.tell<will>([p](witness& me) {
    for (int i = 2; i < 22; ++i) p.tell<say>(i);
    me.self().stop();
  });
  t.settle();
  const auto lines = t.notes->lines("p");
  ASSERT_EQ(lines.size(), 22U) << t.of("p");
  EXPECT_EQ(lines.back(), "down(b normal)");
}

SCENARIO(WatchProcess, ThatNobodyRefersToEndsThoughItWatches) {
  troop t(w);
  auto b = t.add("b");
  static_cast<void>(w.system().spawn(writes, t.notes, b));
  t.settle();
  EXPECT_EQ(w.counters().alive(), 1U);
  b.stop();
  t.settle();
}

SCENARIO(WatchProcess, MayTakeOnlyTheDown) {
  troop t(w);
  auto b = t.add("b");
  auto p = w.system().spawn(
      [](inbox<down, say> in, book_ptr notes, ref<witness> whom) -> task<> {
        static_cast<void>(in.watch(whom));
        auto d = co_await in.next<down>();
        notes->note_down("p", *d);
        auto s = co_await in.next<say>();
        notes->note("p", std::to_string(s->number));
      },
      t.notes, b);
  p.tell<say>(1);
  t.settle();
  b.stop(exit_reason(exit_kind::user, 4));
  t.settle();
  EXPECT_EQ(t.of("p"), "down(b user4) 1");
}

SCENARIO(WatchProcess, CancelsAndWatchesWithAMessage) {
  troop t(w);
  auto b = t.add("b");
  auto p = w.system().spawn(
      [](inbox<say, farewell> in, book_ptr notes, ref<witness> whom) -> task<> {
        in.watch(whom, farewell{"never"}).cancel();
        const monitor late = in.watch(whom, farewell{"cancelled"});
        static_cast<void>(in.watch(whom, farewell{"bye"}));
        co_await in.next<say>();
        late.cancel();  // the watched has ended: its farewell waits in the mailbox
        const auto f = co_await in.next<farewell>();
        notes->note("p", f->text);
        const auto more = co_await in.next<farewell>(1ns);
        notes->note("p", more ? more->text : "no more");
      },
      t.notes, b);
  t.settle();
  b.stop();
  t.settle();
  p.tell<say>(1);
  t.settle();
  w.advance(1s);
  until(w, [&] { return t.notes->lines("p").size() == 2; });
  EXPECT_EQ(t.of("p"), "bye no more");
}

SCENARIO(WatchProcess, IsWatchedAsAnyActorIs) {
  troop t(w);
  auto a = t.add("a");
  auto returns = w.system().spawn([](inbox<say> in) -> task<> { co_await in.next(); });
  auto throws = w.system().spawn([](inbox<say> in) -> task<> {
    co_await in.next();
    throw std::runtime_error("disk");
  });
  auto lost = w.system().spawn([](inbox<say> in) -> task<> { co_await in.next(); });
  t.notes->know(returns.id(), "r");
  t.notes->know(throws.id(), "t");
  t.notes->know(lost.id(), "l");
  does(a, [=](witness& me) {
    static_cast<void>(me.self().watch(returns));
    static_cast<void>(me.self().watch(throws));
    static_cast<void>(me.self().watch(lost));
  });
  lost = {};
  t.settle();
  returns.tell<say>(1);
  t.settle();
  throws.tell<say>(1);
  t.settle();
  ASSERT_EQ(t.notes->lines("a").size(), 3U) << t.of("a");
  EXPECT_EQ(t.notes->lines("a")[1], "down(r normal)");
  EXPECT_EQ(t.notes->lines("a")[2], "down(t failed:disk)");
}

SCENARIO(WatchProcess, LinksAndTraps) {
  troop t(w);
  auto b = t.add("b");
  auto traps = w.system().spawn(
      [](inbox<down, say> in, book_ptr notes, ref<witness> whom) -> task<> {
        in.trap_exits(true);
        static_cast<void>(in.link(whom));
        auto d = co_await in.next<down>();
        notes->note_down("traps", *d);
        co_await in.next<say>();
      },
      t.notes, b);
  auto falls = w.system().spawn(
      [](inbox<say> in, book_ptr notes, ref<witness> whom) -> task<> {
        static_cast<void>(in.link(whom));
        const auto n = co_await in.next<say>();
        notes->note("falls", n ? "something" : "nothing");
        co_await in.next<say>();
      },
      t.notes, b);
  auto a = t.add("a");
  t.notes->know(falls.id(), "falls");
  does(a, [falls](witness& me) { static_cast<void>(me.self().watch(falls)); });
  t.settle();
  t.fail(b);
  t.settle();
  EXPECT_EQ(t.of("traps"), "down(b failed:disk)");
  EXPECT_EQ(t.of("falls"), "nothing") << "as a process that is stopped";
  EXPECT_EQ(t.of("a"), "down(falls failed:disk)");
  EXPECT_EQ(w.counters().alive(), 2U);
}

}  // namespace
