// only_test.cpp: self().only<Ms...>() and all(): an actor class that chooses what it handles next.
#include "players.hpp"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace cast;
using troupe::dead_reason;
using troupe::tell_status;

struct open_up {};
struct narrow {};
struct knock {
  int number = 0;
};

/// Handles only `open_up` and requests once it is narrow, and all again once it is open.
class door : public troupe::actor<door> {
public:
  explicit door(journal_ptr j) : journal_(std::move(j)) {}
  void on(narrow) {
    self().only<open_up, query>();
    say("narrow");
    self().tell<knock>(100);
  }
  void on(open_up) {
    self().all();
    say("open");
  }
  void on(knock k) { say(std::to_string(k.number)); }
  int on(query q) {
    say("q" + std::to_string(q.number));
    return right_answer(q.number);
  }
  void on_stop(const troupe::exit_reason& why) {
    say("stop(" + std::string(to_string(why.kind())) + ")");
  }

private:
  void say(const std::string& what) { journal_->note(what); }
  journal_ptr journal_;
};

struct a_door {
  explicit a_door(scenario::world& w, troupe::spawn_options with = {})
      : wrote(make_journal()), d(w.spawn<door>(std::move(with), wrote)) {}
  [[nodiscard]] std::string text() const { return wrote->text(); }
  journal_ptr wrote;
  troupe::ref<door> d;
};

SCENARIO(Only, WhatIsNotNamedWaitsInOrderUntilAll) {
  a_door s(w);
  s.d.tell<knock>(0);
  s.d.tell(narrow{});
  for (int i = 1; i < 4; ++i) s.d.tell<knock>(i);
  EXPECT_EQ(s.d.ask<query>(5).get(), 50);
  EXPECT_EQ(s.text(), "0 narrow q5");
  s.d.tell<knock>(4);
  s.d.tell(open_up{});
  s.d.tell<knock>(5);
  w.settle();
  EXPECT_EQ(s.wrote->lines().size(), 10U) << s.text();
  EXPECT_TRUE(s.wrote->in_order("open", "1")) << s.text();
  for (int i = 1; i < 5; ++i)
    EXPECT_TRUE(s.wrote->in_order(std::to_string(i), std::to_string(i + 1))) << s.text();
  EXPECT_TRUE(s.wrote->in_order("open", "100")) << "one to itself waits too: " << s.text();
}

SCENARIO(Only, TheSecondReplacesTheFirst) {
  stage_of_one s(w);
  s.p.ask<perform>([](player& me) -> task<> {
       me.self().only<note, stop_now>();
       me.self().only<query, perform>();
       co_return;
     })
      .get();
  tell(s.p, 1, 1);
  EXPECT_EQ(s.p.ask<query>(2).get(), 20);
  EXPECT_EQ(s.text(), "q2");
  s.p.ask<perform>([](player& me) -> task<> {
       me.self().all();
       co_return;
     })
      .get();
  w.settle();
  EXPECT_EQ(s.text(), "q2 1");
}

SCENARIO(Only, TheStopWaitsBehindWhatIsHeldBack) {
  a_door s(w);
  s.d.tell(narrow{});
  s.d.tell<knock>(1);
  s.d.stop();
  s.d.tell(open_up{});
  static_cast<void>(s.d.try_ask<query>(2).within(real ? 5ms : 50ms).get());
  w.settle();
  EXPECT_EQ(s.wrote->count("1"), 1) << s.text();
  EXPECT_EQ(s.wrote->lines().back(), "stop(normal)") << s.text();
}

SCENARIO(Only, WhatIsHeldBackCountsAgainstTheCapacity) {
  a_door s(w, {.capacity = 4});
  s.d.tell(narrow{});
  wait_for(s.d);  // and its knock at itself waits
  int queued = 0;
  for (int i = 0; i < 20; ++i) {
    knock k{queued};
    queued += s.d.try_tell(k) == tell_status::queued;
    if (!real) w.settle();
  }
  EXPECT_EQ(queued, 3);
  s.d.kill();
  w.settle();
  EXPECT_EQ(dead(w, dead_reason::ended), 4U);
}

SCENARIO(Only, AHeldBackRequestMayTimeOutAndIsNotRun) {
  stage_of_one s(w);
  s.p.ask<perform>([](player& me) -> task<> {
       me.self().only<perform>();
       co_return;
     })
      .get();
  auto a = w.spawn<asker>();
  a.tell<ask_for>(s.p, 3, real ? 5ms : 50ms);
  w.advance(50ms);
  while (a.ask(so_far{}).get().empty()) {}
  EXPECT_EQ(a.ask(so_far{}).get()[0].error.value(), ask_errc::timeout);
  s.p.ask<perform>([](player& me) -> task<> {
       me.self().all();
       co_return;
     })
      .get();
  w.settle();
  EXPECT_EQ(s.text(), "");
}

SCENARIO(Only, AKillAndAShutdownWork) {
  a_door one(w);
  a_door two(w);
  for (const auto* s : {&one, &two}) {
    s->d.tell(narrow{});
    s->d.tell<knock>(1);
    wait_for(s->d);
  }
  one.d.kill();
  until(w, [&] { return w.counters().alive() == 1; });
  EXPECT_EQ(one.text(), "narrow q0");
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(two.text(), "narrow q0 stop(shutdown)");
}

SCENARIO(Only, CoroutinesAreStillResumed) {
  auto k = w.spawn<keeper>();
  stage_of_one s(w);
  s.p.tell<play>([k](player& me) -> task<> {
    me.self().only<query>();
    co_await kept_by(k, 1);
    me.say("resumed");
    me.self().all();
  });
  tell(s.p, 1, 1);
  wait_for_kept(k, 1);
  wait_for(s.p);
  EXPECT_EQ(s.text(), "");
  k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(s.text(), "resumed 1");
}

}  // namespace
