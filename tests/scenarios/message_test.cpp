// message_test.cpp: what is promised of messages.
#include "cast.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using cast::at_once;

// --- order

struct add {
  int from;
  int number;
};
struct seen {
  using reply = std::vector<add>;
};

class collector : public troupe::actor<collector> {
public:
  void on(add a) { all_.push_back(a); }
  std::vector<add> on(seen) const { return all_; }

private:
  std::vector<add> all_;
};

struct go {
  int count;
};
class sender : public troupe::actor<sender> {
public:
  sender(int me, troupe::address<add> to) : me_(me), to_(std::move(to)) {}
  void on(go g) {
    for (int i = 0; i < g.count; ++i) to_.tell<add>(me_, i);
  }

private:
  int me_;
  troupe::address<add> to_;
};

void expect_in_order(const std::vector<add>& got, int senders, int each) {
  ASSERT_EQ(got.size(), static_cast<std::size_t>(senders * each));
  std::vector<int> next(static_cast<std::size_t>(senders), 0);
  for (const add& a : got) EXPECT_EQ(a.number, next[static_cast<std::size_t>(a.from)]++);
}

SCENARIO(Message, ArrivesInOrderPerSenderAndExactlyOnce) {
  constexpr int senders = 3;
  constexpr int each = 40;
  auto sink = w.spawn<collector>();
  std::vector<troupe::ref<sender>> all;
  for (int s = 0; s < senders; ++s) all.push_back(w.spawn<sender>(s, sink));
  for (auto& s : all) s.tell<go>(each);
  w.settle();
  expect_in_order(sink.ask(seen{}).get(), senders, each);
}

SCENARIO(Message, ArrivesInOrderFromOrdinaryThreadsToo) {
  constexpr int threads = 4;
  constexpr int each = 50;
  auto sink = w.spawn<collector>();
  at_once(threads, [&sink](int me) {
    const auto mine = sink;
    for (int i = 0; i < each; ++i) mine.tell<add>(me, i);
  });
  w.settle();
  expect_in_order(sink.ask(seen{}).get(), threads, each);
}

SCENARIO(Message, AThousandSendersToOneAllArriveInTheirOrder) {
  constexpr int senders = 1000;
  constexpr int each = 3;
  auto sink = w.spawn<collector>();
  std::vector<troupe::ref<sender>> all;
  for (int s = 0; s < senders; ++s) all.push_back(w.spawn<sender>(s, sink));
  for (auto& s : all) s.tell<go>(each);
  w.settle();
  expect_in_order(sink.ask(seen{}).get(), senders, each);
}

struct first {
  int number;
};
struct second {
  int number;
};
struct third {
  using reply = void;
  int number;
};
struct numbers {
  using reply = std::vector<int>;
};
class mixed : public troupe::actor<mixed> {
public:
  void on(first m) { all_.push_back(m.number); }
  void on(const second& m) { all_.push_back(m.number); }
  void on(third m) { all_.push_back(m.number); }
  std::vector<int> on(numbers) const { return all_; }

private:
  std::vector<int> all_;
};

class mixed_sender : public troupe::actor<mixed_sender> {
public:
  explicit mixed_sender(troupe::ref<mixed> to) : to_(std::move(to)) {}
  void on(go g) {
    const troupe::address<second, third, first> wide = to_;
    const troupe::address<first, second> narrow = wide;
    for (int i = 0; i < g.count;) {
      to_.tell<first>(i++);
      narrow.tell<second>(i++);
      wide.ask<third>(i++).then(this, [] {});
      first again{i++};
      if (narrow.try_tell(again) != troupe::tell_status::queued) return;
    }
  }

private:
  troupe::ref<mixed> to_;
};

SCENARIO(Message, OrderHoldsAcrossTypesHandlesTellsAndAsks) {
  constexpr int count = 40;
  auto sink = w.spawn<mixed>();
  auto source = w.spawn<mixed_sender>(sink);
  source.tell<go>(count);
  w.settle();
  std::vector<int> all(count);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(sink.ask(numbers{}).get(), all);
}

struct count_down {
  int from;
};
struct left {
  using reply = int;
};
class counts_down : public troupe::actor<counts_down> {
public:
  void on(count_down c) {
    left_ = c.from;
    if (c.from > 0) self().tell<count_down>(c.from - 1);
  }
  int on(left) const { return left_; }

private:
  int left_ = -1;
};

SCENARIO(Message, AnActorMayTellItself) {
  auto a = w.spawn<counts_down>();
  a.tell<count_down>(300);
  w.settle();
  EXPECT_EQ(a.ask(left{}).get(), 0);
}

// --- visibility: none of this data is atomic; the thread sanitizer looks for the rest

struct notebook {
  int sum = 0;
  std::vector<int> pages{};
};
struct baton {
  notebook* book;  // the test's; whoever holds the baton may write
  int hops;
};
struct next_is {
  troupe::address<baton> next;
};
class runner : public troupe::actor<runner> {
public:
  void on(const next_is& n) { next_ = n.next; }
  void on(baton b) {
    ++b.book->sum;
    b.book->pages.push_back(b.hops);
    if (b.hops > 1) next_.tell<baton>(b.book, b.hops - 1);
  }

private:
  troupe::address<baton> next_;
};

SCENARIO(Message, WhatASenderDidBeforeTellIsVisibleToTheHandler) {
  constexpr int runners = 5;
  constexpr int hops = 200;
  std::vector<troupe::ref<runner>> ring;
  for (int i = 0; i < runners; ++i) ring.push_back(w.spawn<runner>());
  for (std::size_t i = 0; i < runners; ++i) ring[i].tell<next_is>(ring[(i + 1) % runners]);
  notebook book;
  book.sum = 1000;
  ring[0].tell<baton>(&book, hops);
  w.settle();
  EXPECT_EQ(book.sum, 1000 + hops);
  EXPECT_EQ(book.pages.size(), static_cast<std::size_t>(hops));
  for (auto& r : ring) r.tell<next_is>(troupe::address<baton>());  // undoes the cycle
}

struct bump {};
struct total {
  using reply = int;
};
class tally : public troupe::actor<tally> {
public:
  void on(bump) {
    EXPECT_FALSE(inside_);
    inside_ = true;
    ++sum_;
    inside_ = false;
  }
  int on(total) const { return sum_; }

private:
  bool inside_ = false;
  int sum_ = 0;
};

SCENARIO(Message, HandlersOfOneActorRunOneAtATimeAndSeeWhatTheLastOneDid) {
  constexpr int threads = 4;
  constexpr int each = 100;
  auto a = w.spawn<tally>();
  at_once(threads, [&a](int) {
    for (int i = 0; i < each; ++i) a.tell<bump>();
  });
  EXPECT_EQ(a.ask(total{}).get(), threads * each);
}

// --- payloads

/// Counts how it is handled. Plain numbers in the test's frame, as one baton.
struct trace {
  std::atomic<int> copies{0};
  std::atomic<int> alive{0};
};
class payload {
public:
  explicit payload(std::shared_ptr<trace> t) : trace_(std::move(t)) { live(+1); }
  payload(const payload& other) : trace_(other.trace_) {
    trace_->copies.fetch_add(1, std::memory_order_acq_rel);
    live(+1);
  }
  payload(payload&& other) noexcept : trace_(other.trace_) { live(+1); }
  payload& operator=(const payload&) = delete;
  ~payload() { live(-1); }

private:
  void live(int change) const { trace_->alive.fetch_add(change, std::memory_order_acq_rel); }
  std::shared_ptr<trace> trace_;
};
[[nodiscard]] int read(const std::atomic<int>& n) { return n.load(std::memory_order_acquire); }

struct by_value {
  payload load;
};
struct by_reference {
  payload load;
};
struct by_rvalue {
  payload load;
};
struct handled {
  using reply = int;
};
class takes_all : public troupe::actor<takes_all> {
public:
  void on(by_value) { ++handled_; }
  void on(const by_reference&) noexcept { ++handled_; }
  void on(by_rvalue&& m) {
    ++handled_;
    kept_.push_back(std::move(m));
  }
  int on(handled) const noexcept { return handled_; }

private:
  int handled_ = 0;
  std::vector<by_rvalue> kept_;
};

template <class M>
void expect_copies(scenario::world& w) {
  const auto t = std::make_shared<trace>();
  {
    auto a = w.spawn<takes_all>();
    M kept{payload(t)};
    a.template tell<M>(payload(t));
    a.tell(M{payload(t)});
    a.tell(std::move(kept));
    EXPECT_EQ(a.ask(handled{}).get(), 3);
    EXPECT_EQ(read(t->copies), 0) << "an rvalue was copied";
    const M mine{payload(t)};
    a.tell(mine);
    EXPECT_EQ(a.ask(handled{}).get(), 4);
    EXPECT_EQ(read(t->copies), 1) << "an lvalue is copied once, by tell";
    a.stop();
  }
  w.settle();
  EXPECT_EQ(read(t->alive), 0) << "every payload is destroyed exactly once";
}

SCENARIO(Message, TakenByValueIsMovedAllTheWay) { expect_copies<by_value>(w); }
SCENARIO(Message, TakenByReferenceIsMovedAllTheWay) { expect_copies<by_reference>(w); }
SCENARIO(Message, TakenByRvalueIsMovedAllTheWay) { expect_copies<by_rvalue>(w); }

struct parcel {
  std::unique_ptr<int> content;
};
struct content {
  using reply = std::vector<int>;
};
class opener : public troupe::actor<opener> {
public:
  explicit opener(troupe::address<parcel> next = {}) : next_(std::move(next)) {}
  void on(parcel p) {
    seen_.push_back(*p.content);
    if (next_) next_.tell(std::move(p));
  }
  std::vector<int> on(content) const { return seen_; }

private:
  troupe::address<parcel> next_;
  std::vector<int> seen_;
};

SCENARIO(Message, MayBeMoveOnly) {
  auto last = w.spawn<opener>();
  auto front = w.spawn<opener>(last);
  parcel p{std::make_unique<int>(1)};
  front.tell(std::move(p));
  front.tell<parcel>(std::make_unique<int>(2));
  EXPECT_EQ(p.content, nullptr);
  w.settle();
  EXPECT_EQ(last.ask(content{}).get(), (std::vector<int>{1, 2}));
}

struct alignas(256) wide {
  std::array<std::uint8_t, 300> bytes;
};
struct huge {
  std::array<std::uint32_t, 32 * 1024> words;
};
struct alignas(128) wide_query {
  using reply = wide;
  int number;
};
struct odd {
  using reply = int;
};
class measures : public troupe::actor<measures> {
public:
  void on(const wide& m) {
    odd_ += reinterpret_cast<std::uintptr_t>(&m) % alignof(wide) != 0;
    for (std::size_t i = 0; i < m.bytes.size(); ++i)
      odd_ += m.bytes[i] != static_cast<std::uint8_t>(i);
  }
  void on(huge&& m) {
    for (std::uint32_t i = 0; i < m.words.size(); ++i) odd_ += m.words[i] != i;
  }
  wide on(const wide_query& q) {
    odd_ += reinterpret_cast<std::uintptr_t>(&q) % alignof(wide_query) != 0;
    wide w;
    w.bytes.fill(static_cast<std::uint8_t>(q.number));
    return w;
  }
  int on(odd) const { return odd_; }

private:
  int odd_ = 0;
};

SCENARIO(Message, MayBeOverAlignedOrBig) {
  auto a = w.spawn<measures>();
  wide m{};
  for (std::size_t i = 0; i < m.bytes.size(); ++i) m.bytes[i] = static_cast<std::uint8_t>(i);
  for (int i = 0; i < 5; ++i) a.tell(m);
  const auto big = std::make_unique<huge>();
  std::iota(big->words.begin(), big->words.end(), 0U);
  a.tell(*big);
  const wide back = a.ask<wide_query>(7).get();
  for (const auto byte : back.bytes) EXPECT_EQ(byte, 7);
  EXPECT_EQ(a.ask(odd{}).get(), 0) << "bytes that differ, or payloads that are not aligned";
}

struct gift;
struct introduce {
  troupe::address<gift> to;
};
class guest;
struct gift {
  troupe::ref<guest> me;
};
class guest : public troupe::actor<guest> {
public:
  void on(const introduce& whom) { whom.to.tell<gift>(self()); }
};
class forgets : public troupe::actor<forgets> {
public:
  void on(const gift&) {}
};

SCENARIO(Message, ARefInAMessageKeepsItsActorOnlyUntilItIsDropped) {
  constexpr int guests = 300;
  auto host = w.spawn<forgets>();
  for (int i = 0; i < guests; ++i) {
    auto g = w.spawn<guest>();
    g.tell<introduce>(host);
  }
  w.settle();
  EXPECT_EQ(w.counters().alive(), 1U);
}

struct moody {
  explicit moody(bool copies) : copies_(copies) {}
  moody(const moody& other) : copies_(other.copies_) {
    if (!copies_) throw std::runtime_error("not today");
  }
  moody(moody&&) noexcept = default;
  moody& operator=(const moody&) = delete;
  bool copies_;
};
struct pass_on {
  using reply = bool;
};
class likes_moody : public troupe::actor<likes_moody> {
public:
  void on(const moody&) { ++got_; }
  bool on(pass_on) {
    const moody grumpy{false};
    try {
      self().tell(grumpy);
    } catch (const std::runtime_error&) {
      return true;
    }
    return false;
  }
  int on(handled) const { return got_; }

private:
  int got_ = 0;
};

SCENARIO(Message, ACopyThatThrowsThrowsToTheTellerAndNothingIsSent) {
  auto a = w.spawn<likes_moody>();
  const moody grumpy{false};
  EXPECT_THROW(a.tell(grumpy), std::runtime_error);
  EXPECT_TRUE(a.ask(pass_on{}).get());
  a.tell(moody{false});  // moved, so its copy constructor does not matter
  EXPECT_EQ(a.ask(handled{}).get(), 1);
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

SCENARIO(Message, IsDestroyedExactlyOnceWhereverItsWayEnds) {
  const auto t = std::make_shared<trace>();
  auto lives = w.spawn<takes_all>();
  auto ends = w.spawn<takes_all>();
  for (int i = 0; i < 10; ++i) {
    lives.tell<by_value>(payload(t));
    lives.tell<by_rvalue>(payload(t));
    ends.tell<by_reference>(payload(t));
    if (i == 5) ends.kill();
  }
  troupe::ref<takes_all>().tell<by_value>(payload(t));
  w.settle();
  ends.tell<by_rvalue>(payload(t));
  lives.tell<by_value>(payload(t));
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  lives.tell<by_value>(payload(t));
  EXPECT_EQ(read(t->alive), 0);
}

}  // namespace
