// dead_letter_test.cpp: what is promised of messages that cannot be delivered: each is counted
// once, for what it was, and the first are said on stderr.
#include "cast.hpp"

#include <atomic>
#include <future>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

using cast::asker;
using cast::keeper;
using cast::prompt;
using cast::query;
using cast::reason_of;
using cast::says;
using troupe::ask_errc;
using troupe::dead_reason;

const bool real = scenario::world::real;

/// That there are `count` dead letters, all for this reason.
void expect_only(scenario::world& w, dead_reason why, std::uint64_t count) {
  const auto all = w.counters();
  EXPECT_EQ(all.dead_letters(why), count) << to_string(why);
  EXPECT_EQ(all.dead_letters(), count) << "some are counted for another reason, or twice";
}

struct note {
  int number = 0;
};
struct noted {
  using reply = int;
};
struct finish {};
/// Takes notes; held at its beginning if the test wants it so.
class clerk : public troupe::actor<clerk> {
public:
  clerk() = default;
  explicit clerk(cast::gate::leaf held) : held_(std::move(held)) {}
  void on_start() {
    if (held_) held_->pass();
  }
  void on(note) { ++noted_; }
  int on(noted) const { return noted_; }
  int on(query q) { return q.number; }
  void on(finish) { self().stop(); }

private:
  std::optional<cast::gate::leaf> held_;
  int noted_ = 0;
};

// --- ended

SCENARIO(DeadLetter, WhatIsToldToAnEndedActorIsCountedAsEnded) {
  auto c = w.spawn<clerk>();
  const troupe::address<note> to = c;
  c.stop();
  w.settle();
  for (int i = 0; i < 5; ++i) c.tell<note>(i);
  for (int i = 0; i < 5; ++i) to.tell<note>(i);
  w.settle();
  expect_only(w, dead_reason::ended, 10);
}

SCENARIO(DeadLetter, WhatIsQueuedBehindTheEndIsCountedAsEnded) {
  cast::gate g;
  auto c = w.spawn<clerk>(g.hinge());
  c.tell<note>(1);
  c.tell(finish{});
  for (int i = 0; i < 7; ++i) c.tell<note>(i);
  g.open();
  w.settle();
  expect_only(w, dead_reason::ended, 7);
}

SCENARIO(DeadLetter, WhatIsQueuedAtAKillIsCountedAsEnded) {
  cast::gate g;
  auto c = w.spawn<clerk>(g.hinge());
  for (int i = 0; i < 7; ++i) c.tell<note>(i);
  c.kill();
  g.open();
  w.settle();
  expect_only(w, dead_reason::ended, 7);
}

SCENARIO(DeadLetter, ARequestToAnEndedActorIsOneAndItsAnswerIsNone) {
  auto c = w.spawn<clerk>();
  auto a = w.spawn<asker>();
  c.stop();
  w.settle();
  for (int i = 0; i < 3; ++i) a.tell<cast::ask_for>(c, i);
  EXPECT_EQ(c.try_ask<query>(1).get().error(), ask_errc::down);
  w.settle();
  EXPECT_EQ(a.ask(cast::so_far{}).get().size(), 3U);
  expect_only(w, dead_reason::ended, 4);
}

SCENARIO(DeadLetter, SentByManyToOneThatEndsEachIsHandledOrCounted) {
  constexpr int threads = 4;
  constexpr int each = 100;
  const auto book = std::make_shared<cast::ledger>();
  class counts : public troupe::actor<counts> {
  public:
    explicit counts(std::shared_ptr<cast::ledger> b) : book_(std::move(b)) {}
    void on(note) { cast::ticket(book_).call(); }

  private:
    std::shared_ptr<cast::ledger> book_;
  };
  auto c = w.spawn<counts>(book);
  cast::at_once(threads, [&c](int me) {
    const auto mine = c;
    for (int i = 0; i < each; ++i) {
      mine.tell<note>(i);
      if (me == 1 && i == each / 2) mine.kill();
    }
  });
  w.settle();
  const auto handled = static_cast<std::uint64_t>(cast::ledger::read(book->called));
  expect_only(w, dead_reason::ended, threads * each - handled);
}

// --- full

SCENARIO(DeadLetter, WhatAFullMailboxRefusesIsCountedAsFull) {
  cast::gate g;
  auto c = w.spawn<clerk>({.capacity = 3}, g.hinge());
  auto a = w.spawn<asker>();
  for (int i = 0; i < 5; ++i) c.tell<note>(i);
  const bool asks = real && w.system().workers().size() > 1;  // one holds `c`, so these are refused
  if (asks) {
    EXPECT_EQ(c.try_ask<query>(1).get().error(), ask_errc::full);
    a.tell<cast::ask_for>(c, 1);
    while (a.ask(cast::so_far{}).get().empty()) {}
  }
  note kept{9};
  EXPECT_EQ(c.try_tell(kept), troupe::tell_status::full);
  expect_only(w, dead_reason::full, asks ? 4 : 2);  // try_tell leaves its message with the caller
  g.open();
  w.settle();
  EXPECT_EQ(c.ask(noted{}).get(), 3);
  expect_only(w, dead_reason::full, asks ? 4 : 2);
}

// --- empty

SCENARIO(DeadLetter, WhatIsSentThroughAnEmptyHandleInATurnIsCountedThereAsEmpty) {
  class lost : public troupe::actor<lost> {
  public:
    void on(note n) {
      troupe::ref<clerk>().tell<note>(n);
      troupe::address<note, finish>().tell(finish{});
      troupe::address<query>().try_ask<query>(1).then(this, [this](troupe::result<int> r) {
        failed_ += r.error() == ask_errc::down && r.error().reason() == troupe::exit_kind::gone;
      });
      EXPECT_EQ(troupe::ref<clerk>().try_tell(n), troupe::tell_status::closed);
    }
    int on(noted) const { return failed_; }

  private:
    int failed_ = 0;
  };
  auto l = w.spawn<lost>();
  l.tell<note>(1);
  l.tell<note>(2);
  w.settle();
  EXPECT_EQ(l.ask(noted{}).get(), 2);
  expect_only(w, dead_reason::empty, 6);
}

SCENARIO(DeadLetter, ARequestForwardedThroughAnEmptyHandleIsOne) {
  auto k = w.spawn<keeper>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 3; ++i) a.ask<cast::ask_for>(k, i).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 3);
  k.tell<cast::hand_on>(troupe::address<query>());
  w.settle();
  expect_only(w, dead_reason::empty, 3);
}

TEST(DeadLetter, SentThroughAnEmptyHandleOutsideATurnIsNoSystems) {
  troupe::kit::stage s;
  const auto before = s.system().counters().dead_letters();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 100; ++i) troupe::ref<clerk>().tell<note>(1);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(s.system().counters().dead_letters(), before);
  EXPECT_LE(std::count(said.begin(), said.end(), '\n'), 8) << said;
}

// --- expired, cancelled, late: deadline_test.cpp has the rest

SCENARIO(DeadLetter, WhatNobodyWaitsForIsCountedOnceForTheFirstReason) {
  auto k = w.spawn<keeper>();
  auto ended = w.spawn<clerk>();
  auto p = w.spawn<prompt>();
  auto a = w.spawn<asker>();
  ended.stop();
  for (int i = 0; i < 4; ++i) a.ask<cast::ask_for>(k, i).get();
  EXPECT_EQ(k.ask(cast::how_many{}).get(), 4);
  a.kill();
  EXPECT_EQ(reason_of(a), troupe::exit_kind::killed);  // one as ended
  k.tell<cast::answer>(0);                             // late
  w.settle();
  EXPECT_EQ(w.counters().dead_letters(dead_reason::late), 1U);
  k.tell<cast::hand_on>(p);  // cancelled
  w.settle();
  const auto all = w.counters();
  EXPECT_EQ(all.dead_letters(dead_reason::late), 1U);
  EXPECT_EQ(all.dead_letters(dead_reason::cancelled), 3U);
  EXPECT_EQ(all.dead_letters(dead_reason::ended), 1U);
  EXPECT_EQ(all.dead_letters(), 5U);
}

SCENARIO(DeadLetter, AnAskInOnStopIsNotSentAndCountedAsCancelled) {
  class last_words : public troupe::actor<last_words> {
  public:
    explicit last_words(troupe::address<query> to) : to_(std::move(to)) {}
    void on_stop(const troupe::exit_reason&) {
      to_.try_ask<query>(1).then(this, [](troupe::result<int>) { FAIL() << "after the end"; });
    }

  private:
    troupe::address<query> to_;
  };
  auto p = w.spawn<prompt>();
  auto l = w.spawn<last_words>(p);
  l.stop();
  w.settle();
  EXPECT_EQ(p.ask(cast::how_many{}).get(), 0);
  expect_only(w, dead_reason::cancelled, 1);
}

SCENARIO(DeadLetter, AllThatIsWellLeavesNone) {
  auto c = w.spawn<clerk>();
  auto p = w.spawn<prompt>();
  auto a = w.spawn<asker>();
  for (int i = 0; i < 10; ++i) {
    c.tell<note>(i);
    a.tell<cast::ask_for>(p, i);
    p.tell<query>(i);
    EXPECT_EQ(p.ask<query>(i).get(), 10 * i);
  }
  w.settle();
  EXPECT_TRUE(w.shutdown(60s).clean());
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- what a person sees

/// Held until the test lets it go, in whatever world.
class held : public troupe::actor<held> {
public:
  explicit held(std::shared_future<void> go) : go_(std::move(go)) {}
  void on_start() { go_.wait(); }
  void on(note) {}

private:
  std::shared_future<void> go_;
};

/// The lines of `text` that have `word` in them.
[[nodiscard]] std::vector<std::string> lines_with(const std::string& text, std::string_view word) {
  std::vector<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (says(line, word)) found.push_back(line);
  return found;
}

TEST(DeadLetterLog, SaysTheFirstEightThenThoseWhoseNumberIsAPowerOfTwo) {
  troupe::actor_system sys({.workers = 1, .log = true});
  auto c = sys.spawn<clerk>({.name = "till"});
  c.stop();
  ASSERT_TRUE(sys.drain());
  testing::internal::CaptureStderr();
  for (int i = 0; i < 100; ++i) c.tell<note>(i);
  const auto lines = lines_with(testing::internal::GetCapturedStderr(), "dead letter");
  ASSERT_EQ(lines.size(), 11U);
  const std::vector<int> numbers{1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_TRUE(says(lines[i], "dead letter " + std::to_string(numbers[i]) + ":")) << lines[i];
    for (const auto* word : {"note", "clerk", "\"till\"", "has ended"})
      EXPECT_TRUE(says(lines[i], word)) << lines[i];
  }
}

TEST(DeadLetterLog, AlwaysNamesTheActorWhoseMailboxRefusesForTheFirstTime) {
  std::promise<void> go;
  const auto gone = go.get_future().share();
  troupe::actor_system sys({.workers = 1, .log = true});
  auto c = sys.spawn<clerk>();
  c.stop();
  ASSERT_TRUE(sys.drain());
  auto first = sys.spawn<held>({.name = "left till", .capacity = 2}, gone);
  auto second = sys.spawn<held>({.name = "right till", .capacity = 2}, gone);
  testing::internal::CaptureStderr();
  for (int i = 0; i < 40; ++i) c.tell<note>(i);
  for (int i = 0; i < 5; ++i) first.tell<note>(i);   // numbers 41 to 43
  for (int i = 0; i < 5; ++i) second.tell<note>(i);  // numbers 44 to 46
  const auto lines = lines_with(testing::internal::GetCapturedStderr(), "full");
  go.set_value();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(says(lines[0], "dead letter 41:")) << lines[0];
  EXPECT_TRUE(says(lines[0], "held \"left till\"")) << lines[0];
  EXPECT_TRUE(says(lines[1], "held \"right till\"")) << lines[1];
}

TEST(DeadLetterLog, IsSilentAboutWhatNobodyWaitsForAnyMore) {
  troupe::actor_system sys({.workers = 1, .log = true});
  auto k = sys.spawn<keeper>();
  auto a = sys.spawn<asker>();
  testing::internal::CaptureStderr();
  EXPECT_FALSE(k.try_ask<query>(1).within(1us).get().has_value());
  a.tell<cast::ask_for>(k, 2, 1h);
  EXPECT_TRUE(a.ask(cast::so_far{}).get().empty());  // so it has asked
  EXPECT_GE(k.ask(cast::how_many{}).get(), 1);       // and it is kept
  a.stop();
  ASSERT_TRUE(sys.drain());
  k.tell(cast::answer_all{});
  ASSERT_TRUE(sys.drain());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(sys.counters().dead_letters(), 2U);
}

TEST(DeadLetterLog, CanBeTurnedOff) {
  troupe::actor_system sys({.workers = 1, .log = false});
  auto c = sys.spawn<clerk>();
  c.stop();
  ASSERT_TRUE(sys.drain());
  testing::internal::CaptureStderr();
  for (int i = 0; i < 10; ++i) c.tell<note>(i);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(sys.counters().dead_letters(dead_reason::ended), 10U);
}

}  // namespace
