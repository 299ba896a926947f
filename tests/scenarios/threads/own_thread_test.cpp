// own_thread_test.cpp: an actor with a thread of its own is an actor like others, and may block.
//
//   Kind     scenarios: on a stage it is a cell like others, whose blocking asks run the rest.
#include "../lives.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

const troupe::spawn_options on_its_own{.own_thread = true};

struct number {
  int from;
  int n;
};
struct seen {
  using reply = bool;
};

/// Whether what each sender sends comes in order, one message at a time.
class orderly : public troupe::actor<orderly> {
public:
  explicit orderly(std::size_t senders) : last_(senders, 0) {}
  void on(number m) {
    int& last = last_[static_cast<std::size_t>(m.from)];
    in_order_ = in_order_ && m.n == last + 1;
    last = m.n;
  }
  bool on(seen) const { return in_order_ && last_ == std::vector<int>(last_.size(), 300); }

private:
  std::vector<int> last_;
  bool in_order_ = true;
};
struct go {};
class sender : public troupe::actor<sender> {
public:
  sender(troupe::address<number> to, int me) : to_(std::move(to)), me_(me) {}
  void on(go) {
    for (int i = 0; i < 30; ++i) to_.tell<number>(me_, ++sent_);
    if (sent_ < 300) self().tell<go>();
  }

private:
  troupe::address<number> to_;
  int me_;
  int sent_ = 0;
};

SCENARIO(OwnThread, GetsEachSendersMessagesInOrderAndOnce) {
  auto a = w.spawn<orderly>(on_its_own, 4U);
  std::vector<troupe::ref<sender>> senders;
  for (int i = 0; i < 4; ++i)  // half of them have threads of their own too
    senders.push_back(w.spawn<sender>({.own_thread = i % 2 == 0}, a, i));
  for (const auto& s : senders) s.tell<go>();
  w.settle();
  EXPECT_TRUE(a.ask<seen>().get());
}

/// Asks and waits, in a handler.
struct twice {
  using reply = int;
  int n;
};
struct ask_yourself {
  using reply = std::string;
};
struct end_it {
  using reply = std::string;
  bool drain;
};
class blocker : public troupe::actor<blocker> {
public:
  explicit blocker(troupe::ref<mortal> m) : mortal_(std::move(m)) {}
  int on(twice t) { return mortal_.ask<echo>(t.n).get() + mortal_.ask<echo>(t.n).get(); }
  std::string on(ask_yourself) {
    const auto r = self().try_ask<twice>(1).get();
    return std::string(r ? "answered" : to_string(r.error().code()));
  }
  std::string on(end_it e) {
    try {
      if (e.drain) return self().system().drain(1ms) ? "drained" : "not drained";
      return self().system().shutdown(1ms).to_string();
    } catch (const troupe::ask_failed& f) {
      return std::string(f.what());
    }
  }

private:
  troupe::ref<mortal> mortal_;
};

SCENARIO(OwnThread, MayAskAndWaitInAHandler) {
  auto m = w.spawn<mortal>(make_journal(), "m");
  auto a = w.spawn<blocker>(on_its_own, m);
  auto b = w.spawn<blocker>(on_its_own, m);
  std::vector<troupe::ref<blocker>> both{a, b};
  for (int i = 0; i < 5; ++i)
    for (const auto& one : both) EXPECT_EQ(one.ask<twice>(i).get(), 2 * i);
}

SCENARIO(OwnThread, AWorkersActorStillMayNot) {
  auto b = w.spawn<blocker>(w.spawn<mortal>(make_journal(), "m"));
  const auto r = b.try_ask<twice>(1).get();
  ASSERT_FALSE(r);
  EXPECT_NE(r.error().text().find("would block a worker"), std::string::npos) << r.error().text();
}

SCENARIO(OwnThread, AnAskOfItselfFailsAtOnce) {
  auto a = w.spawn<blocker>(on_its_own, w.spawn<mortal>(make_journal(), "m"));
  EXPECT_EQ(a.ask<ask_yourself>().get(), "self_ask");
}

SCENARIO(OwnThread, DrainAndShutdownInItsTurnsAreRefused) {
  auto a = w.spawn<blocker>(on_its_own, w.spawn<mortal>(make_journal(), "m"));
  for (const bool drain : {true, false}) {
    const std::string said = a.ask<end_it>(drain).get();
    EXPECT_NE(said.find("would wait for the turn that calls it, in "), std::string::npos) << said;
    EXPECT_NE(said.find("blocker"), std::string::npos) << said;
  }
}

/// Serves a request by an ask that nobody answers.
class stubborn : public troupe::actor<stubborn> {
public:
  stubborn(troupe::ref<mortal> m, journal_ptr j) : mortal_(std::move(m)), journal_(std::move(j)) {}
  int on(twice) {
    const auto r = mortal_.try_ask<hold>().within(1h).get();
    journal_->note(r ? "answered" : std::string(to_string(r.error().code())));
    return 0;
  }

private:
  troupe::ref<mortal> mortal_;
  journal_ptr journal_;
};

SCENARIO(OwnThread, WhatItAsksAndWaitsForInheritsTheDeadlineOfItsRequest) {
  const auto j = make_journal();
  auto m = w.spawn<mortal>(make_journal(), "m");
  auto a = w.spawn<stubborn>(on_its_own, m, j);
  (void)a.try_ask<twice>(1).within(20ms).get();  // its reply may just come in time
  w.settle();
  EXPECT_EQ(j->text(), "timeout");
  m.tell<let_go>();
}

SCENARIO(OwnThread, BeginsAndEndsAsOthersDo) {
  const auto j = make_journal();
  auto stopped = w.spawn<mortal>(on_its_own, j, "stopped");
  stopped.tell<step>(1);
  stopped.stop();
  auto failed = w.spawn<mortal>(on_its_own, j, "failed");
  failed.tell<fail>("no");
  auto left = w.spawn<mortal>(on_its_own, j, "left");
  left.tell<leave>(troupe::exit_kind::normal);
  (void)w.spawn<mortal>(on_its_own, j, "unreferenced");
  w.settle();
  EXPECT_TRUE(j->in_order("stopped.start", "stopped.1")) << j->text();
  EXPECT_TRUE(j->in_order("stopped.1", "stopped.stop(normal)")) << j->text();
  EXPECT_TRUE(j->in_order("failed.stop(failed(std::runtime_error, \"no\"))", "failed.gone"))
      << j->text();
  EXPECT_TRUE(j->in_order("left.stop(normal)", "left.gone")) << j->text();
  EXPECT_TRUE(j->in_order("unreferenced.stop(unreferenced)", "unreferenced.gone")) << j->text();
  EXPECT_EQ(w.counters().failed, 1U);
}

SCENARIO(OwnThread, IsKilledWithoutOnStop) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(on_its_own, j, "a");
  EXPECT_EQ(a.ask<echo>(1).get(), 1);
  a.kill();
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.gone");
}

SCENARIO(OwnThread, AfterItsEndMessagesAreDeadLettersAndAsksAreDown) {
  auto a = w.spawn<mortal>(on_its_own, make_journal(), "a");
  a.stop();
  w.settle();
  a.tell<step>(1);
  const auto r = a.try_ask<echo>(1).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  w.settle();
  EXPECT_GE(w.counters().dead_letters(troupe::dead_reason::ended), 2U);
}

SCENARIO(OwnThread, ChildrenOnWorkersAndOnThreadsEndBeforeTheirParent) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(on_its_own, j, "a");
  auto b = a.ask<bear>("b").get();
  auto c = b.ask<bear>("c").get();
  a.stop();
  w.settle();
  EXPECT_TRUE(j->in_order("c.gone", "b.gone")) << j->text();
  EXPECT_TRUE(j->in_order("b.gone", "a.gone")) << j->text();
}

/// A worker's actor whose children have threads.
class parent : public troupe::actor<parent> {
public:
  explicit parent(journal_ptr j) : journal_(std::move(j)) {}
  ~parent() { journal_->note("parent.gone"); }
  void on_start() {
    for (int i = 0; i < 2; ++i)
      children_.push_back(self().spawn<mortal>(on_its_own, journal_, "c" + std::to_string(i)));
  }
  void on(const fail& f) { throw std::runtime_error(f.text); }

private:
  journal_ptr journal_;
  std::vector<troupe::ref<mortal>> children_;
};

SCENARIO(OwnThread, AsAChildItEndsBeforeItsParent) {
  const auto j = make_journal();
  auto p = w.spawn<parent>(j);
  p.tell<fail>("no");
  w.settle();
  for (const std::string c : {"c0", "c1"})
    EXPECT_TRUE(j->in_order(c + ".gone", "parent.gone")) << j->text();
}

struct tick {
  int n;
};
struct wait_for {
  using reply = int;
};
class patient : public troupe::actor<patient> {
public:
  patient(troupe::ref<mortal> m, journal_ptr j) : mortal_(std::move(m)), journal_(std::move(j)) {}
  void on_start() {
    self().after(2ms, tick{2});
    self().after(1ms, tick{1});
    cancelled_ = self().after(3ms, tick{3});
  }
  void on(tick t) {
    journal_->note("tick " + std::to_string(t.n));
    cancelled_.cancel();
  }
  troupe::task<int> on(wait_for) {
    co_await troupe::sleep(1ms);
    const int n = co_await mortal_.ask<echo>(20);
    const int m = co_await troupe::blocking([] { return 1; });
    co_return n + m;
  }

private:
  troupe::ref<mortal> mortal_;
  journal_ptr journal_;
  troupe::timer_id cancelled_;
};

SCENARIO(OwnThread, TimersComeAndCoroutinesWait) {
  const auto j = make_journal();
  auto a = w.spawn<patient>(on_its_own, w.spawn<mortal>(make_journal(), "m"), j);
  EXPECT_EQ(a.ask<wait_for>().get(), 21);
  w.advance(10ms);
  while (!j->has("tick 2")) w.settle();
  EXPECT_EQ(j->text(), "tick 1 tick 2");
}

SCENARIO(OwnThread, AProcessMayHaveOneToo) {
  auto a = w.system().spawn(on_its_own, [](troupe::inbox<echo> in) -> troupe::task<> {
    for (;;) {
      auto item = co_await in.next();
      if (!item) co_return;
      item->reply(item->message.n + 1);
    }
  });
  EXPECT_EQ(a.ask<echo>(1).get(), 2);
}

SCENARIO(OwnThread, APoolMayHaveOneForEachMember) {
  auto pool = w.system().spawn_pool<blocker>({.size = 3, .each = on_its_own},
                                             w.spawn<mortal>(make_journal(), "m"));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(pool.ask<twice>(i).get(), 2 * i);
}

SCENARIO(OwnThread, TogetherWithAHomeItIsRefused) {
  const auto before = w.counters().cells_made;
  try {
    (void)w.spawn<mortal>({.home = 0, .own_thread = true}, make_journal(), "a");
    ADD_FAILURE() << "not refused";
  } catch (const troupe::bad_option& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("spawn_options.own_thread and home 0"), std::string::npos) << text;
  }
  EXPECT_EQ(w.counters().cells_made, before);
}

/// Whose constructor throws.
class unborn : public troupe::actor<unborn> {
public:
  unborn() { throw std::runtime_error("not today"); }
  void on(step) {}
};

SCENARIO(OwnThread, AConstructorThatThrowsLeavesNothing) {
  for (int i = 0; i < 3; ++i) EXPECT_THROW((void)w.spawn<unborn>(on_its_own), std::runtime_error);
  EXPECT_EQ(w.counters().abandoned, 3U);
  while (!w.system().own_threads().empty()) w.settle();
}

SCENARIO(OwnThread, TheSystemEndsWithSomeOfThemBusyAndSomeAtRest) {
  const auto j = make_journal();
  std::vector<troupe::ref<mortal>> all;
  for (int i = 0; i < 6; ++i) {
    all.push_back(w.spawn<mortal>(on_its_own, j, "m" + std::to_string(i)));
    if (i % 2 == 0)
      for (int k = 0; k < 50; ++k) all.back().tell<step>(k);
  }
  EXPECT_TRUE(w.shutdown(60s).clean());
  for (int i = 0; i < 6; ++i) EXPECT_EQ(j->count("m" + std::to_string(i) + ".gone"), 1);
}

}  // namespace
