// seat_test.cpp: one incarnation after the other in the same cell.
#include <troupe/actors/life/seat.hpp>

#include "../cast.hpp"

#include <stdexcept>
#include <string>

namespace {

using namespace cast;
using troupe::ask_errc;
using troupe::dead_reason;
using troupe::exit_kind;
using troupe::mailbox_type;

using scenario::can_hold;

struct fail_now {};
struct throws_now {
  using reply = void;
};
class sitter;
struct who_are_you {
  using reply = troupe::ref<sitter>;
};

/// What all incarnations have in common.
struct annals {
  std::atomic<int> built{0};
  std::atomic<int> destroyed{0};
  std::atomic<int> refuse{0};  ///< so many constructors throw
  page read;
};
using annals_ptr = std::shared_ptr<annals>;

/// Handles a note by writing it down, as the incarnation it is.
class sitter : public troupe::actor<sitter> {
public:
  sitter(annals_ptr all, gate::leaf held) : all_(std::move(all)), held_(std::move(held)) {
    if (all_->refuse.load(std::memory_order_relaxed) > 0) {
      all_->refuse.fetch_sub(1, std::memory_order_relaxed);
      throw std::runtime_error("not yet");
    }
    all_->built.fetch_add(1, std::memory_order_relaxed);
  }
  ~sitter() { all_->destroyed.fetch_add(1, std::memory_order_relaxed); }
  void on_start() { held_.pass(); }
  void on(note n) { all_->read.write(n.number); }
  int on(query q) { return right_answer(q.number); }
  void on(fail_now) { throw std::runtime_error("as told"); }
  troupe::ref<sitter> on(who_are_you) { return self(); }
  void on(throws_now) { throw std::runtime_error("as asked"); }
  void on_stop(const troupe::exit_reason& why) { all_->read.close(why.kind()); }

private:
  annals_ptr all_;
  gate::leaf held_;
};
using sitter_address = troupe::address<note, query, fail_now, throws_now, who_are_you>;

using recipe = troupe::detail::recipe_of<sitter, annals_ptr, gate::leaf>;

sitter_address make_seat(scenario::world& w, const troupe::spawn_options& options) {
  auto somebody = w.spawn<prompt>();
  return {troupe::detail::make_seat(troupe::detail::core_of(*somebody.cell_()),
                                    troupe::detail::body_ops_for<sitter, troupe::actor<sitter>>,
                                    &options),
          troupe::detail::table_for<troupe::ref<sitter>, note, query, fail_now, throws_now,
                                    who_are_you>};
}

/// Guards whoever sits there, and lets the next one begin when the test says so.
struct begin_one {
  using reply = bool;
};
struct watch_too {
  using reply = void;
  sitter_address whom;
};
struct ends {
  using reply = std::vector<troupe::exit_reason>;
};
struct begins {
  using reply = int;
};
class keeper_of_seat final : public troupe::actor<keeper_of_seat>, private troupe::detail::ward {
public:
  keeper_of_seat(sitter_address seat, std::shared_ptr<const recipe> how, mailbox_type waiting)
      : seat_(std::move(seat)), how_(std::move(how)), waiting_(waiting) {}
  bool on(begin_one) {
    try {
      troupe::detail::begin_incarnation(*seat_.cell_(), {how_, waiting_, {}}, *self().cell_(),
                                        *this);
      return true;
    } catch (const troupe::system_closed&) {
      return false;
    }
  }
  void on(const watch_too& w) { self().watch(w.whom); }
  void on(const troupe::down& d) { seen_.push_back(d.reason); }
  std::vector<troupe::exit_reason> on(ends) { return seen_; }
  int on(begins) { return begun_; }

private:
  void begun() override { ++begun_; }
  void ended(const troupe::exit_reason& why) override { seen_.push_back(why); }

  sitter_address seat_;
  std::shared_ptr<const recipe> how_;
  mailbox_type waiting_;
  std::vector<troupe::exit_reason> seen_;
  int begun_ = 0;
};

struct house {
  house(scenario::world& w, mailbox_type waiting, const troupe::spawn_options& options = {})
      : world(w),
        how(std::make_shared<const recipe>(all, g.hinge())),
        seat(make_seat(w, options)),
        own(w.spawn<keeper_of_seat>(seat, how, waiting)) {
    EXPECT_TRUE(again());
  }

  bool again() { return own.ask(begin_one{}).get(); }
  [[nodiscard]] std::size_t downs() { return own.ask(ends{}).get().size(); }
  void wait_for_downs(std::size_t n) {
    while (downs() < n) {}
  }

  scenario::world& world;
  annals_ptr all = std::make_shared<annals>();
  gate g;
  std::shared_ptr<const recipe> how;
  sitter_address seat;
  troupe::ref<keeper_of_seat> own;
};

SCENARIO(Seat, TheNextIncarnationLivesUnderTheSameAddress) {
  house h(w, mailbox_type::drop);
  h.g.open();
  const auto before = h.seat.id();
  for (std::size_t life = 1; life <= 5; ++life) {
    EXPECT_EQ(h.seat.ask<query>(3).get(), right_answer(3));
    h.seat.tell(fail_now{});
    h.wait_for_downs(life);
    const auto down = h.seat.try_ask<query>(1).get();
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error(), ask_errc::down);
    EXPECT_EQ(down.error().reason(), exit_kind::failed);
    h.again();
    h.world.settle();
  }
  EXPECT_EQ(h.seat.ask<query>(4).get(), right_answer(4));
  EXPECT_EQ(h.seat.id(), before);
  EXPECT_EQ(w.counters().restarted, 5U);
  EXPECT_EQ(h.all->built.load(std::memory_order_relaxed), 6);
  EXPECT_EQ(h.all->destroyed.load(std::memory_order_relaxed), 5);
}

SCENARIO(Seat, X3_WhatWaitsIsDroppedAsRestarted) {
  if (!can_hold(w)) return;
  house h(w, mailbox_type::drop);
  h.g.wait_for(1);
  h.seat.tell(fail_now{});
  for (int i = 0; i < 3; ++i) h.seat.tell<note>(i);
  h.g.open();
  h.wait_for_downs(1);
  h.seat.tell<note>(3);  // nobody lives there
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::restarted), 4U);
  h.again();
  h.seat.tell<note>(4);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{4});
}

SCENARIO(Seat, X3_KeepsWhatWasToldInOrder) {
  if (!can_hold(w)) return;
  house h(w, mailbox_type::keep);
  h.g.wait_for(1);
  h.seat.tell(fail_now{});
  for (int i = 0; i < 3; ++i) h.seat.tell<note>(i);
  h.g.open();
  h.wait_for_downs(1);
  for (int i = 3; i < 6; ++i) h.seat.tell<note>(i);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector<int>{});
  h.again();
  for (int i = 6; i < 9; ++i) h.seat.tell<note>(i);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), up_to(9));
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Seat, X3_ARequestThatWaitsFailsAndIsNeverRun) {
  if (!can_hold(w)) return;
  house h(w, mailbox_type::keep);
  auto a = w.spawn<asker>();
  h.g.wait_for(1);
  h.seat.tell(fail_now{});
  a.ask<ask_for>(h.seat, 1).get();
  h.g.open();
  h.wait_for_downs(1);
  w.settle();
  auto seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].error.value(), ask_errc::down);
  EXPECT_EQ(seen[0].error->reason(), exit_kind::failed);
  a.ask<ask_for>(h.seat, 2).get();  // while nobody lives there
  w.settle();
  seen = a.ask(so_far{}).get();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].error.value(), ask_errc::down);
  h.again();
  EXPECT_EQ(h.seat.ask<query>(5).get(), right_answer(5));
}

SCENARIO(Seat, X4_KeepsNoMoreThanItsCapacity) {
  house h(w, mailbox_type::keep, {.capacity = 4});
  h.g.open();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  for (int i = 0; i < 6; ++i) h.seat.tell<note>(i);
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::full), 2U);
  h.again();
  w.settle();
  EXPECT_EQ(h.all->read.lines(), up_to(4));
}

SCENARIO(Seat, ARefOfAnEarlierIncarnationReachesNobody) {
  house h(w, mailbox_type::keep);
  h.g.open();
  const auto first = h.seat.ask<who_are_you>().get();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  h.again();
  const auto second = h.seat.ask<who_are_you>().get();
  first.tell<note>(1);
  second.tell<note>(2);
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{2});
  EXPECT_EQ(w.counters().dead_letters(dead_reason::restarted), 1U);
  EXPECT_EQ(first.try_ask<query>(1).get().error(), ask_errc::down);
  h.own.ask(watch_too{first}).get();
  w.settle();
  EXPECT_EQ(h.own.ask(ends{}).get().back(), exit_kind::gone);
}

SCENARIO(Seat, AConstructorThatThrowsIsTheEndOfThatIncarnation) {
  house h(w, mailbox_type::keep);
  h.g.open();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  h.all->refuse.store(2, std::memory_order_relaxed);
  for (int i = 0; i < 2; ++i) {
    h.again();
    w.settle();
    const auto down = h.seat.try_ask<query>(1).get();
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error().reason().text(), "not yet");
  }
  h.seat.tell<note>(7);
  h.again();
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{7});
  EXPECT_EQ(h.all->built.load(std::memory_order_relaxed), 2);
}

SCENARIO(Seat, EveryEndLeavesItVacant) {
  house h(w, mailbox_type::drop);
  h.g.open();
  std::size_t life = 0;
  const auto end = [&](auto how) {
    how(h.seat.ask<who_are_you>().get());
    h.wait_for_downs(++life);
    h.again();
    w.settle();
  };
  end([](const troupe::ref<sitter>& r) { r.stop(); });
  end([](const troupe::ref<sitter>& r) { r.kill(); });
  end([](const troupe::ref<sitter>& r) { r.tell(fail_now{}); });
  end([](const troupe::ref<sitter>& r) { r.stop({exit_kind::user, 5, "enough"}); });
  end([](const troupe::ref<sitter>& r) { (void)r.try_ask<throws_now>().get(); });
  const auto seen = h.own.ask(ends{}).get();
  const std::vector<exit_kind> kinds{exit_kind::normal, exit_kind::killed, exit_kind::failed,
                                     exit_kind::user, exit_kind::failed};
  for (std::size_t i = 0; i < kinds.size(); ++i) EXPECT_EQ(seen.at(i), kinds[i]) << i;
  EXPECT_EQ(h.seat.ask<query>(5).get(), right_answer(5));
}

SCENARIO(Seat, GivenUpItEndsWithWhoeverSitsThere) {
  for (const bool vacant : {false, true}) {
    house h(w, mailbox_type::keep);
    h.g.open();
    w.settle();
    if (vacant) {
      h.seat.tell(fail_now{});
      h.wait_for_downs(1);
      h.seat.tell<note>(1);
    }
    const auto dead = w.counters().dead_letters(dead_reason::ended);
    troupe::detail::give_up_seat(*h.seat.cell_());
    h.wait_for_downs(1);
    h.again();
    w.settle();
    EXPECT_EQ(h.all->built.load(std::memory_order_relaxed), 1);
    EXPECT_EQ(w.counters().dead_letters(dead_reason::ended) - dead, vacant ? 1U : 0U);
  }
}

SCENARIO(Seat, AVacantSeatThatNobodyRefersToEnds) {
  {
    house h(w, mailbox_type::keep);
    h.g.open();
    h.seat.tell(fail_now{});
    h.wait_for_downs(1);
    h.seat.tell<note>(1);
    h.own.stop();
  }
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Seat, AnIncarnationEndsWithItsGuardianAndTheSeatStays) {
  house h(w, mailbox_type::keep);
  h.g.open();
  EXPECT_EQ(h.seat.ask<query>(3).get(), right_answer(3));
  h.own.stop();
  w.settle();
  EXPECT_EQ(h.all->destroyed.load(std::memory_order_relaxed), 1);
  h.seat.tell<note>(1);
  auto next = w.spawn<keeper_of_seat>(h.seat, h.how, mailbox_type::keep);
  EXPECT_TRUE(next.ask(begin_one{}).get());
  w.settle();
  EXPECT_EQ(h.all->read.lines(), std::vector{1});
  EXPECT_EQ(next.ask(begins{}).get(), 1);
}

SCENARIO(Seat, BeforeTheFirstIncarnationItKeepsWhatItIsTold) {
  auto seat = make_seat(w, {});
  seat.tell<note>(1);
  const auto nobody = seat.try_ask<query>(1).get();
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error(), ask_errc::down);
  gate g;
  g.open();
  auto all = std::make_shared<annals>();
  auto keeper = w.spawn<keeper_of_seat>(seat, std::make_shared<const recipe>(all, g.hinge()),
                                        mailbox_type::drop);
  EXPECT_TRUE(keeper.ask(begin_one{}).get());
  w.settle();
  EXPECT_EQ(all->read.lines(), std::vector{1});
}

SCENARIO(Seat, X4_AnAskThatWaitsForARestartIsForTheNextIncarnation) {
  house h(w, mailbox_type::drop);
  h.g.open();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  auto a = w.spawn<asker>();
  const auto now = h.seat.try_ask<query>(2).get();
  ASSERT_FALSE(now);
  EXPECT_EQ(now.error(), ask_errc::down);
  h.own.tell(begin_one{});
  EXPECT_EQ(h.seat.ask<query>(3).wait_for_restart().get(), right_answer(3));
}

SCENARIO(Seat, AVacantSeatEndsWithTheSystem) {
  house h(w, mailbox_type::keep);
  h.g.open();
  h.seat.tell(fail_now{});
  h.wait_for_downs(1);
  h.seat.tell<note>(1);
  EXPECT_TRUE(w.shutdown(60s).clean());
}

}  // namespace
