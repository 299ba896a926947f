// event_test.cpp: which events come, in what order, and what they say.
#include "../cast.hpp"
#include "stories.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::says;
using stories::kinds;
using stories::lives;
using stories::only;
using stories::told;
using troupe::dead_reason;
using troupe::event;
using troupe::event_kind;
using troupe::exit_kind;

const kinds whole_life{event_kind::spawned, event_kind::started, event_kind::stopped};
const kinds failed_life{event_kind::spawned, event_kind::started, event_kind::failed,
                        event_kind::stopped};

struct note {
  int number = 0;
};
struct noted {
  using reply = int;
};
struct explode {};
struct have_child {
  using reply = void;
};

class plain : public troupe::actor<plain> {
public:
  void on(note) { ++notes_; }
  int on(noted) const { return notes_; }
  void on(explode) { throw std::runtime_error("powder"); }
  void on(have_child) { child_ = self().spawn<plain>({.name = "child"}); }

private:
  int notes_ = 0;
  troupe::ref<plain> child_;
};

class begins : public troupe::actor<begins> {
public:
  void on_start() {}
  void on(note) {}
};

class begins_slowly : public troupe::actor<begins_slowly> {
public:
  troupe::task<> on_start() { co_await troupe::sleep(1ms); }
  void on(note) {}
};

/// A coroutine that does not suspend.
class begins_at_once : public troupe::actor<begins_at_once> {
public:
  troupe::task<> on_start() { co_return; }
  void on(note) {}
};

class never_begins : public troupe::actor<never_begins> {
public:
  explicit never_begins(bool slowly) : slowly_(slowly) {}
  troupe::task<> on_start() {
    if (slowly_) co_await troupe::sleep(1ms);
    throw std::logic_error("no");
  }
  void on(note) {}

private:
  bool slowly_;
};

troupe::task<> reads(troupe::inbox<note> in) {
  for (;;) {
    const auto n = co_await in.next();
    if (!n.has_value()) break;
  }
}
troupe::task<> returns(troupe::inbox<note>) { co_return; }

/// Lets `d` pass in whatever world, and all that is to happen in it.
void pass(scenario::world& w, troupe::duration d) {
  w.settle();
  w.advance(d);
  w.settle();
}

// --- the order of a life

SCENARIO(Events, OfALifeComeInItsOrderOnceEach) {
  auto r = w.system().events();
  {
    auto a = w.spawn<plain>();
    auto b = w.spawn<begins>();
    auto c = w.spawn<begins_slowly>();
    auto d = w.spawn<begins_at_once>();
    const auto e = w.system().spawn(reads);
    const auto f = w.system().spawn(returns);
    for (int i = 0; i < 3; ++i) {
      a.tell<note>(i);
      b.tell<note>(i);
      c.tell<note>(i);
      d.tell<note>(i);
      e.tell<note>(i);
    }
    pass(w, 1s);
  }
  pass(w, 1s);
  const auto all = r.take_all();
  const auto found = lives(all);
  EXPECT_EQ(found.size(), 6U);
  for (const auto& [who, life] : found) EXPECT_EQ(life, whole_life) << told(all);
  EXPECT_EQ(r.missed(), 0U);
}

SCENARIO(Events, OfOneThatFailsCarryTypeAndTextOfItsReason) {
  auto r = w.system().events();
  auto a = w.spawn<plain>({.name = "keg"});
  a.tell<note>(1);
  a.tell(explode{});
  w.settle();
  const auto all = r.take_all();
  ASSERT_EQ(lives(all).at(a.id()), failed_life) << told(all);
  for (const event_kind kind : {event_kind::failed, event_kind::stopped}) {
    const event e = only(kind, all).at(0);
    EXPECT_EQ(e.reason, troupe::exit_reason::failed("std::runtime_error", "powder"));
    EXPECT_FALSE(e.reason.recent().empty());
    EXPECT_TRUE(says(e.class_name, "plain")) << e.class_name;
    EXPECT_EQ(e.label, "keg");
  }
}

SCENARIO(Events, OfOneWhoseStartFailsHaveNoStarted) {
  auto r = w.system().events();
  const auto a = w.spawn<never_begins>(false);
  const auto b = w.spawn<never_begins>(true);
  pass(w, 1s);
  const auto all = r.take_all();
  const kinds expected{event_kind::spawned, event_kind::failed, event_kind::stopped};
  EXPECT_EQ(lives(all).at(a.id()), expected) << told(all);
  EXPECT_EQ(lives(all).at(b.id()), expected) << told(all);
}

SCENARIO(Events, OfEachEndSayWhy) {
  auto r = w.system().events();
  auto stopped = w.spawn<plain>();
  auto killed = w.spawn<plain>();
  auto with_reason = w.spawn<plain>();
  const auto forgotten = w.spawn<plain>().id();
  stopped.stop();
  killed.kill();
  with_reason.stop({exit_kind::user, 7, "enough"});
  w.settle();
  std::map<troupe::actor_id, troupe::exit_reason> why;
  for (const event& e : only(event_kind::stopped, r.take_all())) why[e.who] = e.reason;
  EXPECT_EQ(why[stopped.id()], exit_kind::normal);
  EXPECT_EQ(why[killed.id()], exit_kind::killed);
  EXPECT_EQ(why[forgotten], exit_kind::unreferenced);
  EXPECT_EQ(why[with_reason.id()], troupe::exit_reason(exit_kind::user, 7, "enough"));
}

SCENARIO(Events, OfAChildEndBeforeThoseOfItsParent) {
  auto r = w.system().events();
  auto a = w.spawn<plain>();
  a.ask(have_child{}).get();
  a.stop();
  w.settle();
  const auto ends = only(event_kind::stopped, r.take_all());
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].label, "child");
  EXPECT_EQ(ends[1].who, a.id());
}

SCENARIO(Events, OfAStartCarryItsWordsAndOfOneThatIgnoresThereIsNone) {
  class says_more : public troupe::actor<says_more> {
  public:
    explicit says_more(bool begins) : begins_(begins) {}
    troupe::start_result on_start() const {
      return begins_ ? troupe::start_result::ok("port 7") : troupe::start_result::ignore();
    }
    void on(note) {}

  private:
    bool begins_;
  };
  auto r = w.system().events();
  const auto a = w.spawn<says_more>(true);
  const auto b = w.spawn<says_more>(false);
  w.settle();
  const auto all = r.take_all();
  const auto started = only(event_kind::started, all);
  ASSERT_EQ(started.size(), 1U) << told(all);
  EXPECT_EQ(started[0].who, a.id());
  EXPECT_EQ(started[0].text, "port 7");
  EXPECT_EQ(lives(all).at(b.id()), (kinds{event_kind::spawned, event_kind::stopped}));
}

/// Looks into the events when it is told that somebody has ended.
class heir : public troupe::actor<heir> {
public:
  heir(troupe::event_reader r, std::shared_ptr<std::atomic<int>> found)
      : events_(std::move(r)), found_(std::move(found)) {}
  void on(const troupe::ref<plain>& whom) { (void)self().watch(whom); }
  void on(const troupe::down& d) {
    for (const event& e : only(event_kind::stopped, events_.take_all()))
      if (e.who == d.who && e.reason == d.reason) found_->fetch_add(1, std::memory_order_relaxed);
  }

private:
  troupe::event_reader events_;
  std::shared_ptr<std::atomic<int>> found_;
};

SCENARIO(Events, OfAnEndAreThereBeforeItsDown) {
  const auto found = std::make_shared<std::atomic<int>>(0);
  auto a = w.spawn<plain>();
  auto h = w.spawn<heir>(w.system().events(), found);
  h.tell<troupe::ref<plain>>(a);
  w.settle();
  a.tell(explode{});
  w.settle();
  EXPECT_EQ(found->load(std::memory_order_relaxed), 1);
}

TEST(Events, OfOneThatIsAbandonedComeBeforeItsEnd) {
  class waits : public troupe::actor<waits> {
  public:
    using promise_ptr = std::shared_ptr<std::promise<void>>;
    waits(promise_ptr begun, std::shared_future<void> go)
        : begun_(std::move(begun)), go_(std::move(go)) {}
    void on(note) {
      begun_->set_value();
      go_.wait();
    }

  private:
    promise_ptr begun_;
    std::shared_future<void> go_;
  };
  std::promise<void> go;
  troupe::actor_system sys({.workers = 2, .log = false, .kill_limit = 1ms});
  auto r = sys.events();
  const auto begun = std::make_shared<std::promise<void>>();
  auto a = sys.spawn<waits>(begun, go.get_future().share());
  a.tell<note>(1);
  begun->get_future().wait();
  a.kill();
  kinds seen;
  for (auto e = r.next(60s); e.has_value(); e = r.next(60s)) {
    seen.push_back(e->kind);
    if (e->kind == event_kind::abandoned) {
      EXPECT_FALSE(e->text.empty());
      go.set_value();
    }
    if (e->kind == event_kind::stopped) break;
  }
  EXPECT_EQ(seen, (kinds{event_kind::spawned, event_kind::started, event_kind::abandoned,
                         event_kind::stopped}));
}

SCENARIO(Events, OfAConstructorThatThrowsAreNone) {
  class cannot : public troupe::actor<cannot> {
  public:
    cannot() { throw std::runtime_error("no"); }
    void on(note) {}
  };
  auto r = w.system().events();
  EXPECT_THROW((void)w.spawn<cannot>(), std::runtime_error);
  w.settle();
  EXPECT_TRUE(r.take_all().empty());
}

// --- what is lost

SCENARIO(Events, OfADeadLetterNameMessageActorAndReason) {
  auto r = w.system().events();
  auto a = w.spawn<plain>({.name = "left"});
  a.stop();
  w.settle();
  (void)r.take_all();
  a.tell<note>(1);
  EXPECT_EQ(a.try_ask(noted{}).get().error(), troupe::ask_errc::down);
  w.settle();
  const auto lost = only(event_kind::dead_letter, r.take_all());
  ASSERT_EQ(lost.size(), 2U);
  EXPECT_TRUE(says(lost[0].message, "::note")) << lost[0].message;
  EXPECT_TRUE(says(lost[1].message, "::noted")) << lost[1].message;
  for (const event& e : lost) {
    EXPECT_EQ(e.who, a.id());
    EXPECT_EQ(e.label, "left");
    EXPECT_EQ(e.dropped, dead_reason::ended);
  }
}

SCENARIO(Events, OfADeadLetterThroughAnEmptyHandleNameNobody) {
  class lost : public troupe::actor<lost> {
  public:
    void on(note n) { troupe::ref<plain>().tell<note>(n); }
  };
  auto r = w.system().events();
  auto a = w.spawn<lost>();
  a.tell<note>(1);
  w.settle();
  const auto all = only(event_kind::dead_letter, r.take_all());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].who, troupe::actor_id());
  EXPECT_EQ(all[0].class_name, "");
  EXPECT_EQ(all[0].dropped, dead_reason::empty);
}

SCENARIO(Events, AreAsManyDeadLettersAsAreCounted) {
  auto r = w.system().events();
  auto k = w.spawn<cast::keeper>();
  EXPECT_EQ(k.try_ask<cast::query>(1).within(1us).get().error(), troupe::ask_errc::timeout);
  auto asks = w.spawn<cast::asker>();
  asks.ask<cast::ask_for>(k, 2, 1h).get();
  asks.kill();
  w.settle();
  k.tell(cast::answer_all{});  // both too late, or cancelled before they were handled
  auto a = w.spawn<plain>();
  cast::at_once(4, [&a](int me) {
    const auto mine = a;
    for (int i = 0; i < 50; ++i) {
      mine.tell<note>(i);
      if (me == 1 && i == 25) mine.kill();
      if (me == 2 && i > 40) (void)mine.try_ask(noted{}).get();
    }
  });
  w.settle();
  EXPECT_EQ(only(event_kind::dead_letter, r.take_all()).size(), w.counters().dead_letters());
}

/// Held at its beginning until the test lets it go.
class held : public troupe::actor<held> {
public:
  explicit held(cast::gate::leaf by) : by_(std::move(by)) {}
  void on_start() { by_.pass(); }
  void on(note) {}

private:
  cast::gate::leaf by_;
};

SCENARIO(Events, OfAnOverflowComeOnceInABurstOfRefusals) {
  auto r = w.system().events();
  cast::gate g;
  auto a = w.spawn<held>({.capacity = 2}, g.hinge());
  for (int i = 0; i < 10; ++i) a.tell<note>(i);
  const auto all = r.take_all();
  const auto first = only(event_kind::overflow, all);
  ASSERT_EQ(first.size(), 1U) << told(all);
  EXPECT_EQ(first[0].who, a.id());
  EXPECT_TRUE(says(first[0].message, "note"));
  EXPECT_EQ(first[0].dropped, dead_reason::full);
  EXPECT_EQ(only(event_kind::dead_letter, all).size(), 8U);
  EXPECT_LT(first[0].number, only(event_kind::dead_letter, all)[0].number);
  g.open();
  w.settle();
}

TEST(Events, OfAnOverflowComeAgainAfterASecondOfQuietForEachActorByItself) {
  troupe::kit::stage s;
  auto r = s.events();
  auto a = s.spawn<plain>({.capacity = 1});
  auto b = s.spawn<plain>({.capacity = 1});
  const auto flood = [&](const troupe::ref<plain>& whom) {
    for (int i = 0; i < 5; ++i) whom.tell<note>(i);
    s.settle();
    return only(event_kind::overflow, r.take_all()).size();
  };
  EXPECT_EQ(flood(a), 1U);
  EXPECT_EQ(flood(b), 1U) << "another actor";
  s.advance(999ms);
  EXPECT_EQ(flood(a), 0U) << "the same burst";
  s.advance(999ms);
  EXPECT_EQ(flood(a), 0U) << "which goes on with each refusal";
  s.advance(1s);
  EXPECT_EQ(flood(a), 1U) << "after a second of quiet";
}

// --- all of them

SCENARIO(Events, HaveOneOrderForAllReadersAndTheirTimesDoNotGoBack) {
  auto one = w.system().events();
  auto other = w.system().events();
  cast::at_once(4, [&w](int) {
    for (int i = 0; i < 20; ++i) {
      auto a = w.spawn<plain>();
      a.tell<note>(i);
      a.tell(explode{});
    }
  });
  w.settle();
  const auto all = one.take_all();
  const auto same = other.take_all();
  ASSERT_EQ(all.size(), same.size());
  EXPECT_EQ(told(all), told(same));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].number, all[0].number + i);
    EXPECT_EQ(same[i].number, all[i].number);
    EXPECT_GE(all[i].time, all[i == 0 ? 0 : i - 1].time);
  }
  const auto found = lives(all);
  EXPECT_EQ(found.size(), 80U);
  for (const auto& [who, life] : found) EXPECT_EQ(life, failed_life);
}

TEST(Events, AreAFunctionOfTheSeed) {
  const auto run = [](std::uint64_t seed) {
    troupe::kit::stage s(seed);
    auto r = s.events();
    for (int i = 0; i < 10; ++i) {
      auto a = s.spawn<begins>();
      auto b = s.spawn<plain>({.capacity = 2});
      for (int n = 0; n < 4; ++n) b.tell<note>(n);
      a.stop();
      a.tell<note>(i);
    }
    s.advance(1s);
    return told(r.take_all());
  };
  std::set<std::string> orders;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::string all = run(seed);
    EXPECT_EQ(run(seed), all) << "seed " << seed;
    orders.insert(all);
  }
  EXPECT_GT(orders.size(), 15U);
}

SCENARIO(Events, OfAShutdownAreThereWhenItReturns) {
  auto r = w.system().events();
  std::vector<troupe::ref<plain>> all;
  for (int i = 0; i < 10; ++i) all.push_back(w.spawn<plain>());
  all[3].ask(have_child{}).get();
  EXPECT_TRUE(w.shutdown(60s).clean());
  const auto events = r.take_all();
  const auto ends = only(event_kind::stopped, events);
  EXPECT_EQ(ends.size(), 11U) << told(events);
  for (const event& e : ends) EXPECT_EQ(e.reason, exit_kind::shutdown);
  all[0].tell<note>(1);
  EXPECT_EQ(only(event_kind::dead_letter, r.take_all()).size(), 1U) << "and of what comes after it";
}

}  // namespace
