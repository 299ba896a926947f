// exhaustion_test.cpp: what is begun while there is no memory leaves nothing behind.
//
//   Note     fault 39. Each thing is done again and again, with one allocation more granted each
//            time, until it needs no more: so each of its allocations fails once.
#include "failing_allocator.hpp"
#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;
using failing::how;
using failing::shortage;

const std::string long_text(100, 'x');

struct note {
  std::array<char, 40> text{};
};
struct query {
  using reply = std::string;
};
struct act;

/// Does in its handlers what the test says.
class actor_of_all_work : public troupe::actor<actor_of_all_work> {
public:
  using actor_of_all_work::actor::self;
  void on(const act& a);
  std::string on(query) const { return long_text; }
  void on(note) { ++notes; }
  int notes = 0;
};
struct act {
  std::function<void(actor_of_all_work&)> what;
};
void actor_of_all_work::on(const act& a) { a.what(*this); }

class named : public troupe::actor<named> {
public:
  explicit named(std::string text) : text_(std::move(text)) {}
  void on(note) {}

private:
  std::string text_;
};

/// A system in which something is tried.
class trial {
public:
  trial() {
    for (int i = 0; i < 64; ++i) static_cast<void>(stage_.spawn<actor_of_all_work>());
    stage_.settle();  // what the stage itself needs it has by now
  }
  ~trial() {
    stage_.settle();
    const auto report = stage_.system().shutdown(1h);
    EXPECT_TRUE(report.clean()) << report.to_string();
    const auto c = stage_.system().counters();
    EXPECT_EQ(c.alive(), 0U);
    EXPECT_EQ(c.asked, c.settled);
    EXPECT_EQ(c.cells_made, c.cells_freed) << "a cell is left";
    EXPECT_TRUE(stage_.system().names().list().empty());
    EXPECT_EQ(troupe::detail::live_envelopes(), envelopes_) << "an envelope is left";
  }
  trial(const trial&) = delete;
  trial& operator=(const trial&) = delete;

  [[nodiscard]] troupe::kit::stage& stage() { return stage_; }
  [[nodiscard]] troupe::actor_system& system() { return stage_.system(); }

private:
  std::int64_t envelopes_ = troupe::detail::live_envelopes();
  troupe::kit::stage stage_;
};

/// Once for each allocation that `what(trial&)` makes: that one fails, or that one and all that
/// come after it. Then `after(trial&)` looks, with memory.
template <class Prepare, class What, class After>
void with_each_failing(Prepare prepare, What what, After after) {
  for (const how way : {how::once, how::from_then_on}) {
    bool felt = true;
    std::size_t n = 0;
    for (; felt; ++n) {
      SCOPED_TRACE(std::string(way == how::once ? "only" : "from") + " allocation " +
                   std::to_string(n));
      ASSERT_LT(n, 500U) << "it never ends";
      trial t;
      auto with = prepare(t);
      bool failed = false;
      {
        const shortage s(n, way);
        try {
          what(t, with);
        } catch (const std::bad_alloc&) {
          failed = true;
        }
        felt = s.was_felt();
      }
      EXPECT_TRUE(felt || !failed);
      after(t, with, failed);
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(n, 1U) << "nothing was allocated";
  }
}
template <class Prepare, class What>
void with_each_failing(Prepare prepare, What what) {
  with_each_failing(prepare, what, [](trial&, auto&, bool) {});
}
template <class What>
void with_each_failing(What what) {
  with_each_failing([](trial&) { return 0; }, [&](trial& t, int) { what(t); });
}

/// The same inside a handler, of an actor that goes on afterwards.
template <class What>
void in_a_handler(What what) {
  with_each_failing(
      [](trial& t) {
        auto a = t.stage().spawn<actor_of_all_work>();
        t.stage().settle();
        return a;
      },
      [&](trial& t, troupe::ref<actor_of_all_work>& a) {
        bool ran = false;
        a.tell<act>([&](actor_of_all_work& me) {
          ran = true;
          what(me);
        });
        t.stage().settle();
        a = {};
        static_cast<void>(ran);
      });
}

TEST(Exhaustion, ASpawnLeavesNothing) {
  with_each_failing([](trial& t) {
    const auto a = t.system().spawn<named>(long_text);
    a.tell(note{});
    t.stage().settle();
  });
}

TEST(Exhaustion, ASpawnWithALabelLeavesNothing) {
  with_each_failing(
      [](trial& t) { const auto a = t.system().spawn<named>({.name = long_text}, long_text); });
}

TEST(Exhaustion, ASpawnOfALargeActorLeavesNothing) {
  struct huge : troupe::actor<huge> {
    void on(note) {}
    std::array<char, 10'000> room{};
  };
  with_each_failing([](trial& t) { const auto a = t.system().spawn<huge>(); });
}

TEST(Exhaustion, ASpawnOfAProcessLeavesNothing) {
  with_each_failing([](trial& t) {
    const auto p = t.system().spawn(
        [](troupe::inbox<note> in, std::string text) -> troupe::task<> {
          while (auto item = co_await in.next()) text += "x";
        },
        long_text);
    p.tell(note{});
    t.stage().settle();
  });
}

TEST(Exhaustion, APoolIsSpawnedWholeOrNotAtAll) {
  with_each_failing([](trial&) { return troupe::pool_ref<named>(); },
                    [](trial& t, troupe::pool_ref<named>& p) {
                      p = t.system().spawn_pool<named>({.size = 3, .each = {.name = long_text}},
                                                       long_text);
                    },
                    [](trial& t, const troupe::pool_ref<named>&, bool failed) {
                      EXPECT_EQ(t.system().counters().alive(), failed ? 0U : 4U);
                    });
}

TEST(Exhaustion, AChildIsSpawnedOrItsParentFails) {
  in_a_handler([](actor_of_all_work& me) {
    static_cast<void>(me.self().spawn<named>({.name = long_text}, long_text));
  });
}

struct told {
  troupe::ref<actor_of_all_work> whom;
  troupe::tell_status tried = troupe::tell_status::closed;
};
TEST(Exhaustion, ATellIsADeadLetterAndATryLeavesTheMessage) {
  with_each_failing([](trial& t) { return told{t.stage().spawn<actor_of_all_work>()}; },
                    [](trial&, told& it) {
                      it.whom.tell(note{});
                      note n;
                      it.tried = it.whom.try_tell(n);
                    },
                    [](trial& t, const told& it, bool failed) {
                      EXPECT_FALSE(failed) << "neither throws";
                      const auto c = t.system().counters();
                      const auto lost =
                          c.dead[static_cast<std::size_t>(troupe::dead_reason::no_memory)];
                      EXPECT_EQ(c.dead_letters(), lost);
                      EXPECT_LE(lost, 1U);
                      EXPECT_TRUE(it.tried == troupe::tell_status::queued ||
                                  it.tried == troupe::tell_status::full);
                    });
}

TEST(Exhaustion, AnAskOfAThreadFailsAndSaysSo) {
  with_each_failing([](trial& t) { return t.stage().spawn<actor_of_all_work>(); },
                    [](trial&, troupe::ref<actor_of_all_work>& a) {
                      const auto r = a.try_ask(query{}).get();
                      EXPECT_TRUE(r || r.error() == troupe::ask_errc::no_memory ||
                                  r.error() == troupe::ask_errc::down);
                    });
}

TEST(Exhaustion, AnAskOfAnActorLeavesNothing) {
  in_a_handler([](actor_of_all_work& me) {
    const auto other = me.self().spawn<actor_of_all_work>();
    other.try_ask(query{}).then(&me, [](const troupe::result<std::string>&) {});
    other.ask(query{}).within(1s).then(&me, [](const std::string&) {});
  });
}

TEST(Exhaustion, TimersLeaveNothing) {
  in_a_handler([](actor_of_all_work& me) {
    const auto once = me.self().after(1h, note{});
    me.self().every(1h, note{}).cancel();
    once.cancel();
  });
}

TEST(Exhaustion, WhatIsPutAsideLeavesNothing) {
  in_a_handler([](actor_of_all_work& me) {
    me.self().only<query>();
    me.self().tell(note{});
    me.self().all();
  });
}

TEST(Exhaustion, ANameIsPutOrNot) {
  using names_of = troupe::ref<actor_of_all_work>;
  with_each_failing([](trial& t) { return t.stage().spawn<actor_of_all_work>(); },
                    [](trial& t, const names_of& a) {
                      const troupe::address<note, query> whom(a);
                      EXPECT_EQ(t.system().names().put(long_text, whom),
                                troupe::put_name::registered);
                    },
                    [](trial& t, const names_of& a, bool failed) {
                      const auto found = t.system().names().find<note>(long_text);
                      EXPECT_EQ(found ? found == a : failed, true);
                      EXPECT_EQ(t.system().names().list().size(), failed ? 0U : 1U);
                    });
}

TEST(Exhaustion, AFindNeedsNoMemory) {
  trial t;
  const auto names = t.system().names();
  const auto a = t.stage().spawn<actor_of_all_work>();
  EXPECT_EQ(names.put("x", troupe::address<note>(a)), troupe::put_name::registered);
  bool right = false;
  bool wrong = true;
  {
    const shortage s(0);
    right = names.find<note>("x") == a;
    wrong = names.find<query>("x") || names.find<note>("y");
    EXPECT_FALSE(s.was_felt());
  }
  EXPECT_TRUE(right);
  EXPECT_FALSE(wrong);
}

// --- coroutines

class waits : public troupe::actor<waits> {
public:
  explicit waits(troupe::ref<actor_of_all_work> of) : of_(std::move(of)) {}
  troupe::task<> on_start() { co_await of_.ask<query>(); }
  troupe::task<> on(note) {
    co_await of_.send<note>();
    auto both = co_await when_all(of_.ask<query>(), of_.try_ask<query>());
    co_await troupe::sleep(1ms);
  }

private:
  troupe::ref<actor_of_all_work> of_;
};

TEST(Exhaustion, AHandlerThatWaitsFailsOrEnds) {
  with_each_failing([](trial& t) { return t.stage().spawn<actor_of_all_work>(); },
                    [](trial& t, troupe::ref<actor_of_all_work>& a) {
                      const auto w = t.stage().spawn<waits>(a);
                      w.tell(note{});
                      t.stage().settle();
                      t.stage().advance(1ms);
                    });
}

// --- bad_alloc in a handler

TEST(Exhaustion, ABadAllocThatLeavesAHandlerIsItsFailure) {
  trial t;
  const auto a = t.stage().spawn<actor_of_all_work>();
  const auto b = t.stage().spawn<actor_of_all_work>();
  a.tell<act>([](actor_of_all_work&) { throw std::bad_alloc(); });
  const auto r = a.try_ask(query{}).get();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error(), troupe::ask_errc::down);
  EXPECT_EQ(r.error().reason(), troupe::exit_kind::failed);
  EXPECT_EQ(r.error().reason().type(), "std::bad_alloc");
  EXPECT_EQ(b.ask(query{}).get(), long_text) << "the others go on";
  EXPECT_EQ(t.system().counters().failed, 1U);
}

TEST(Exhaustion, WithNoMemoryForTheReasonTheActorStillFailsAlone) {
  trial t;
  const auto a = t.stage().spawn<actor_of_all_work>();
  const auto b = t.stage().spawn<actor_of_all_work>();
  std::optional<shortage> s;
  a.tell<act>([&](actor_of_all_work& me) {
    me.self().tell(note{});
    s.emplace(0U);
    static_cast<void>(std::make_unique<std::string>(long_text));
  });
  t.stage().settle();
  EXPECT_TRUE(s->was_felt());
  s.reset();
  EXPECT_EQ(t.system().counters().failed, 1U);
  EXPECT_EQ(a.try_ask(query{}).get().error().reason(), troupe::exit_kind::failed);
  EXPECT_EQ(b.ask(query{}).get(), long_text);
}

}  // namespace
