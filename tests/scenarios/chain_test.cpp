// chain_test.cpp: what one handler sends may be kept back and published together
// (engine/outgoing.hpp); nobody notices, but by the clock.
#include "cast.hpp"
#include <troupe/actors/engine/context.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace {

using troupe::dead_reason;
using troupe::exit_kind;

const bool real = scenario::world::real;

using cast::act;
using cast::act_and_answer;
using cast::consult;
using cast::kept;
using cast::note;
using cast::page;
using cast::page_ptr;
using cast::post;
using cast::question;
using cast::reader;
using cast::tell;
using cast::up_to;
using cast::writer;

/// The first few are sent one by one, then up to 16 together; one earlier if it is idle at first.
constexpr int counts[] = {1, 3, 4, 5, 6, 15, 16, 17, 20, 21, 22, 36, 37, 40};

template <class F>
void for_all_counts(F f) {
  for (const int count : counts) {
    SCOPED_TRACE("so many in one handler: " + std::to_string(count));
    f(count);
    if (::testing::Test::HasFailure()) return;
  }
}

// --- that it is so at all

bool has_chain() { return troupe::detail::here->out.is_open(); }

SCENARIO(Chain, O1_IsOpenFromTheFourthToOneThatIsBusyAndNotAfterTheHandler) {
  if (real) return;  // it may have been robbed
  const post a(w);
  const post exact{w};
  auto narrow = w.spawn<reader>({.capacity = 100}, exact.read);
  auto me = w.spawn<writer>();
  const auto opens_at = [](const troupe::address<note>& to) {
    for (int i = 1; i <= 40; ++i) {
      to.tell<note>(i);
      if (has_chain()) return i;
    }
    return 0;
  };
  const auto next = [](writer&) { EXPECT_FALSE(has_chain()) << "after its handler"; };
  me.tell<act>([&](writer&) { EXPECT_EQ(opens_at(a.to), 5) << "the first wakes it"; });
  me.tell<act>(next);
  me.tell<act>([&](writer& self) {
    tell(a.to, 0, 1);
    EXPECT_EQ(opens_at(troupe::address<note>(self.self())), 4);
    tell(a.to, 0, 1);
    EXPECT_FALSE(has_chain()) << "something went to another";
  });
  me.tell<act>(next);
  me.tell<act>([&](writer&) { EXPECT_EQ(opens_at(narrow), 0) << "each is counted there"; });
  w.settle();
  EXPECT_FALSE(a.read->lines().empty());
}

// --- order

SCENARIO(Chain, O1_WhatAHandlerTellsOneArrivesInOrder) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    me.tell<act>([&](writer&) { tell(a.to, 0, count); });
    me.tell<act>([&](writer&) { tell(a.to, count, count); });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(2 * count));
  });
}

SCENARIO(Chain, O1_ReceiversThatTakeTurnsEachGetTheirsInOrder) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    const post b(w);
    me.tell<act>([&](writer&) {
      for (int i = 0; i < 3; ++i) {
        tell(a.to, i * count, count);
        tell(b.to, i, 1);
      }
      for (int i = 3; i < 6; ++i) {
        tell(b.to, 3 + (i - 3) * count, count);
        tell(a.to, i * count, count);
      }
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(6 * count));
    EXPECT_EQ(b.read->lines(), up_to(3 + 3 * count));
  });
}

SCENARIO(Chain, O1_WhatIsToldToOneselfArrivesInOrder) {
  class loner : public troupe::actor<loner> {
  public:
    explicit loner(page_ptr p) : page_(std::move(p)) {}
    void on(act_and_answer) {
      for (int i = 0; i < 40; ++i) self().tell<note>(i);
    }
    void on(note n) { page_->write(n.number); }

  private:
    page_ptr page_;
  };
  const auto read = std::make_shared<page>();
  auto me = w.spawn<loner>(read);
  me.tell(act_and_answer{});
  w.settle();
  EXPECT_EQ(read->lines(), up_to(40));
}

// --- what goes to others leaves afterwards

constexpr int late = 1000;  // the number of what must not come first

void expect_late_behind(const page& p, int count) {
  const auto all = p.lines();
  const auto found = std::find(all.begin(), all.end(), late);
  ASSERT_NE(found, all.end());
  EXPECT_GE(found - all.begin(), count) << "it has overtaken what was told before";
}

SCENARIO(Chain, O1_WhatGoesToAnotherLeavesAfterWhatWasToldBefore) {
  auto me = w.spawn<writer>();
  auto other = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    me.tell<act>([&](writer&) {
      tell(a.to, 0, count);
      other.tell<act>([&](writer&) { a.to.tell<note>(late); });
      tell(a.to, count, count);
    });
    w.settle();
    expect_late_behind(*a.read, count);
    EXPECT_EQ(a.read->lines().size(), static_cast<std::size_t>(2 * count + 1));
  });
}

SCENARIO(Chain, O1_AnAnswerLeavesAfterWhatWasToldBefore) {
  auto me = w.spawn<writer>();
  auto other = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    const post b(w);
    me.ask<act_and_answer>([&](writer&) { tell(a.to, 0, count); }).get();
    a.to.tell<note>(late);
    other.tell<act>([&](writer& self) {
      me.ask<act_and_answer>([&](writer&) { tell(b.to, 0, count); }).then(&self, [&] {
        b.to.tell<note>(late);
      });
    });
    w.settle();
    expect_late_behind(*a.read, count);
    expect_late_behind(*b.read, count);
  });
}

/// Has the last word, when it begins or when it is gone.
class herald : public troupe::actor<herald> {
public:
  herald(troupe::address<note> to, std::atomic<int>& said, bool at_once)
      : to_(std::move(to)), said_(said), at_once_(at_once) {}
  ~herald() {
    if (!at_once_) say();
  }
  void on_start() {
    if (at_once_) say();
  }

private:
  void say() {
    to_.tell<note>(late);
    said_.fetch_add(1, std::memory_order_relaxed);
  }

  troupe::address<note> to_;
  std::atomic<int>& said_;
  bool at_once_;
};

/// Of two that are woken in one handler one may run elsewhere while the handler still runs.
void wait_a_while(const std::atomic<int>& said) {
  for (int i = 0; real && i < 1000 && said.load(std::memory_order_relaxed) == 0; ++i)
    std::this_thread::yield();
}

SCENARIO(Chain, O1_AnActorBeginsAfterWhatWasToldBefore) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    std::atomic<int> said{0};
    me.tell<act>([&](writer& self) {
      tell(a.to, 0, count);
      for (int i = 0; i < 2; ++i) static_cast<void>(self.self().spawn<herald>(a.to, said, true));
      wait_a_while(said);
    });
    w.settle();
    expect_late_behind(*a.read, count);
  });
}

SCENARIO(Chain, O1_AnEndIsCausedAfterWhatWasToldBefore) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    for (const bool kills : {false, true}) {
      const post a(w);
      std::atomic<int> said{0};
      std::vector<troupe::ref<herald>> two;
      for (int i = 0; i < 2; ++i) two.push_back(w.spawn<herald>(a.to, said, false));
      w.settle();
      me.tell<act>([&](writer&) {
        tell(a.to, 0, count);
        for (const auto& h : two)
          if (kills) h.kill();
        if (!kills) two.clear();
        wait_a_while(said);
      });
      w.settle();
      expect_late_behind(*a.read, count);
    }
  });
}

// --- among what is told

SCENARIO(Chain, O1_AsksAndTriesKeepTheirPlace) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    const auto answers = std::make_shared<page>();
    me.tell<act>([&](writer& self) {
      tell(a.to, 0, count);
      a.to.ask<question>(count).then(&self, [answers](int n) { answers->write(n); });
      tell(a.to, count + 1, count);
      note n{2 * count + 1};
      EXPECT_EQ(a.to.try_tell(n), troupe::tell_status::queued);
      tell(a.to, 2 * count + 2, count);
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(3 * count + 2));
    EXPECT_EQ(answers->lines(), std::vector<int>{count});
  });
}

SCENARIO(Chain, O1_RepliesKeepTheirPlace) {
  for_all_counts([&](int count) {
    const post a(w);
    auto me = w.spawn<writer>();
    a.to.tell<consult>(me, 3);
    while (me.ask(kept{}).get() < 3) {}
    me.tell<act>([&](writer& self) {
      tell(a.to, 0, count);
      int next = count;
      for (auto& q : self.questions) q.reply(next++);
      tell(a.to, next, count);
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(2 * count + 3));
  });
}

SCENARIO(Chain, O1_AStopComesBehindWhatWasToldAndBeforeTheRest) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w);
    const auto before = w.counters().dead_letters();
    me.tell<act>([&](writer&) {
      tell(a.to, 0, count);
      a.to.stop();
      tell(a.to, count, count);
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(count));
    EXPECT_EQ(a.read->ends(), std::vector{exit_kind::normal});
    EXPECT_EQ(w.counters().dead_letters() - before, static_cast<std::uint64_t>(count));
  });
}

// --- how handlers end

SCENARIO(Chain, O1_WhatWasToldBeforeAnExceptionArrives) {
  for_all_counts([&](int count) {
    const post a(w);
    auto me = w.spawn<writer>();
    me.tell<act>([&](writer&) {
      tell(a.to, 0, count);
      throw std::runtime_error("after " + std::to_string(count));
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(count));
  });
  EXPECT_GT(w.counters().failed, 0U);
}

/// Tells when it begins, in a continuation, when it ends, and when it is gone.
class narrator : public troupe::actor<narrator> {
public:
  narrator(troupe::address<note> to, troupe::address<question> asked, int count)
      : to_(std::move(to)), asked_(std::move(asked)), count_(count) {}
  ~narrator() { tell_some(); }
  void on_start() {
    tell_some();
    asked_.ask<question>(0).then(this, [this](int) {
      tell_some();
      self().stop();
    });
  }
  void on_stop(const troupe::exit_reason&) { tell_some(); }

private:
  void tell_some() {
    tell(to_, told_, count_);
    told_ += count_;
  }

  troupe::address<note> to_;
  troupe::address<question> asked_;
  int count_;
  int told_ = 0;
};

SCENARIO(Chain, O1_WhatAnActorTellsAtItsBeginningAndAtItsEndArrives) {
  for_all_counts([&](int count) {
    const post a(w);
    const post b(w);
    auto me = w.spawn<narrator>(a.to, b.to, count);
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(4 * count));
  });
}

// --- handles

SCENARIO(Chain, C2_WhoseLastHandleIsDroppedBehindWhatWasToldHandlesItFirst) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post other(w);
    post a(w);
    me.tell<act>([&, to = std::make_shared<troupe::ref<reader>>(std::move(a.to))](writer&) {
      const troupe::address<note> second = *to;
      tell(second, 0, count);
      *to = {};  // not the last one
      tell(second, count, count);
      tell(other.to, 0, 1);
      tell(second, 2 * count, count);
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(3 * count));
    EXPECT_EQ(a.read->ends(), std::vector{exit_kind::unreferenced});
  });
}

SCENARIO(Chain, O2_WhoseLastHandleIsDroppedByAnotherThreadMeanwhileHandlesItFirst) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    post a(w);
    me.tell<act>([&](writer&) {
      tell(a.to, 0, count);
      std::thread([&a] { a.to = {}; }).join();
    });
    w.settle();
    EXPECT_EQ(a.read->lines(), up_to(count));
    EXPECT_EQ(a.read->ends(), std::vector{exit_kind::unreferenced});
  });
}

// --- receivers that do not take it all

SCENARIO(Chain, OneThatEndsInTheMiddleLeavesTheRestAsDeadLetters) {
  auto me = w.spawn<writer>();
  for_all_counts([&](int count) {
    const post a(w, count / 2);
    const auto before = w.counters().dead_letters(dead_reason::ended);
    std::atomic<int> down{0};
    me.tell<act>([&](writer& self) {
      tell(a.to, 0, count);
      a.to.try_ask<question>(count).then(&self, [&down](const troupe::result<int>& r) {
        down.fetch_add(!r && r.error() == troupe::ask_errc::down, std::memory_order_relaxed);
      });
    });
    w.settle();
    const int handled = count / 2 + 1;
    EXPECT_EQ(a.read->lines(), up_to(handled));
    EXPECT_EQ(down.load(std::memory_order_relaxed), 1);
    EXPECT_EQ(w.counters().dead_letters(dead_reason::ended) - before,
              static_cast<std::uint64_t>(count - handled + 1));
  });
}

SCENARIO(Chain, OneThatIsFullRefusesWholeChainsButNotWhatIsReservedInThem) {
  constexpr int count = 20'000;
  constexpr std::size_t capacity = 4097;  // the smallest that is not counted exactly
  const auto read = std::make_shared<page>();
  auto a = w.spawn<reader>({.capacity = capacity}, read);
  auto me = w.spawn<writer>();
  me.tell<act>([&](writer&) {
    tell(a, 0, count);
    a.stop();
    tell(a, count, 1);
  });
  w.settle();
  const auto got = read->lines();
  EXPECT_TRUE(std::is_sorted(got.begin(), got.end()));
  EXPECT_EQ(std::adjacent_find(got.begin(), got.end()), got.end()) << "twice";
  EXPECT_EQ(got.size() + w.counters().dead_letters(), static_cast<std::size_t>(count + 1));
  EXPECT_EQ(read->ends(), std::vector{exit_kind::normal});
  if (!real) {
    EXPECT_GT(w.counters().dead_letters(dead_reason::full), 0U);
  }
}

// --- all of it together

/// Scripts of what handlers send; what a reader must have read is known when they are written.
class script {
public:
  explicit script(std::uint64_t seed) : random_(seed) {}

  /// The next handler's, for `to`: mostly runs of notes to the same one.
  std::function<void(writer&)> next_handler(const std::vector<troupe::ref<reader>>& to) {
    std::vector<std::function<void(writer&)>> steps;
    std::size_t whom = 0;
    for (std::uint64_t left = random_() % 80; left > 0; --left) {
      if (random_() % 8 == 0) whom = random_() % to.size();
      steps.push_back(step(to[whom], whom));
    }
    return [steps](writer& self) {
      for (const auto& s : steps) s(self);
    };
  }
  [[nodiscard]] int due(std::size_t reader) const { return due_[reader]; }

private:
  std::function<void(writer&)> step(const troupe::ref<reader>& to, std::size_t whom) {
    if (random_() % 300 == 0) {
      is_open_[whom] = false;
      return [to](writer&) { to.stop(); };
    }
    const int n = is_open_[whom] ? due_[whom]++ : late;
    switch (random_() % 30) {
      case 0:
        return [to, n](writer& self) {
          to.try_ask<question>(n).then(&self, [](const troupe::result<int>&) {});
        };
      case 1: return [to, m = note{n}](writer&) mutable { static_cast<void>(to.try_tell(m)); };
      case 2:
        return [to, n](writer& self) {
          self.self().tell<note>(n);
          to.tell<note>(n);
        };
      case 3:
        return [to, n](writer& self) {
          static_cast<void>(self.self().spawn<writer>());
          troupe::address<note>(to).tell<note>(n);
        };
      default: return [to, n](writer&) { to.tell<note>(n); };
    }
  }

  std::mt19937_64 random_;
  std::array<int, 3> due_{};
  std::array<bool, 3> is_open_{true, true, true};
};

SCENARIO(Chain, O1_WhateverHandlersSendIsReadInTheOrderInWhichItWasSent) {
  static std::uint64_t seed = troupe::kit::seeds(1).front();
  script s(seed++);
  const std::vector<post> all{post(w), post(w), post(w)};
  auto me = w.spawn<writer>();
  for (int handler = 0; handler < 20; ++handler)
    me.tell<act>(s.next_handler({all[0].to, all[1].to, all[2].to}));
  w.settle();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].read->lines(), up_to(s.due(i)));
}

}  // namespace
