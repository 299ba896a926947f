// flood_test.cpp: more messages than anybody can handle (fault 30).
//
//   Kind     stress: how long somebody waits is counted in messages of the only worker, not in
//            time.
#include "../lives.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using namespace std::chrono_literals;

struct drop_of_water {};
struct go {};

/// Takes what comes, and counts it.
class drain_pipe : public troupe::actor<drain_pipe> {
public:
  explicit drain_pipe(std::atomic<std::uint64_t>& handled) : handled_(handled) {}
  void on(drop_of_water) { handled_.fetch_add(1, std::memory_order_relaxed); }
  int on(echo e) { return e.n; }

private:
  std::atomic<std::uint64_t>& handled_;
};

/// Sends eight for each message that tells it to go on, which it sends itself.
class flooder : public troupe::actor<flooder> {
public:
  explicit flooder(troupe::address<drop_of_water> to) : to_(std::move(to)) {}
  void on(go) {
    for (int i = 0; i < 8; ++i) to_.tell<drop_of_water>();
    self().tell<go>();
  }

private:
  troupe::address<drop_of_water> to_;
};

struct longest_wait {
  using reply = std::uint64_t;
  int rounds;
};
struct result {
  using reply = int;
};
/// Asks a quiet actor again and again; counts how many messages the worker handles meanwhile.
class polite : public troupe::actor<polite> {
public:
  explicit polite(troupe::address<echo> quiet) : quiet_(std::move(quiet)) {}
  troupe::task<std::uint64_t> on(longest_wait w) {
    std::uint64_t longest = 0;
    for (int i = 0; i < w.rounds; ++i) {
      const std::uint64_t before = self().system().counters().messages;
      co_await quiet_.ask<echo>(i).within(troupe::duration::max());
      longest = std::max(longest, self().system().counters().messages - before);
    }
    co_return longest;
  }

private:
  troupe::address<echo> quiet_;
};

constexpr std::uint64_t quantum = 128;  // of ARCHITECTURE.md: the messages of a turn
constexpr std::size_t capacity = 4096;

/// The longest wait of a polite pair beside so many flooders; nothing grows beyond its bound.
void expect_progress(int flooders, int rounds) {
  std::atomic<std::uint64_t> handled{0};
  troupe::actor_system sys({.workers = 1, .log = false});
  const auto victim = sys.spawn<drain_pipe>({.capacity = capacity}, handled);
  const auto quiet = sys.spawn<drain_pipe>(handled);
  const auto pair = sys.spawn<polite>(quiet);
  std::vector<troupe::ref<flooder>> crowd;
  for (int i = 0; i < flooders; ++i) crowd.push_back(sys.spawn<flooder>(victim));
  for (const auto& f : crowd) f.tell<go>();
  // Until it is a flood: eight come for each one that is taken.
  while (sys.counters().dead_letters(troupe::dead_reason::full) == 0) std::this_thread::yield();
  const std::uint64_t longest =
      pair.ask<longest_wait>(rounds).within(troupe::duration::max()).get();
  // There and back, and each time everybody else may come first once, with a whole quantum.
  const auto others = static_cast<std::uint64_t>(flooders) + 2;
  EXPECT_LE(longest, 2 * (others + 1) * quantum);
  const auto seen = sys.snapshot(static_cast<std::size_t>(flooders) + 3);
  for (const auto& a : seen.actors) EXPECT_LE(a.waiting, capacity) << a.class_name;
  for (const auto& f : crowd) f.kill();
  ASSERT_TRUE(sys.drain());
}

TEST(Flood, Fault30_OfOneSenderKeepsNobodyWaitingForMoreThanAQuantumOfEach) {
  expect_progress(1, 200);
}

TEST(Flood, Fault30_OfAThousandSendersKeepsNobodyWaitingForMoreThanAQuantumOfEach) {
  expect_progress(1'000, 2);
}

TEST(Flood, Fault30_ASenderThatWaitsForRoomGetsInAmongThoseThatDoNot) {
  class careful : public troupe::actor<careful> {
  public:
    explicit careful(troupe::address<drop_of_water> to) : to_(std::move(to)) {}
    troupe::task<int> on(result) {
      for (int i = 0; i < 50; ++i)
        co_await to_.send<drop_of_water>().within(troupe::duration::max());
      co_return 50;
    }

  private:
    troupe::address<drop_of_water> to_;
  };
  std::atomic<std::uint64_t> handled{0};
  troupe::actor_system sys({.workers = 2, .log = false});
  const auto victim = sys.spawn<drain_pipe>({.capacity = 64}, handled);
  std::vector<troupe::ref<flooder>> crowd;
  for (int i = 0; i < 20; ++i) crowd.push_back(sys.spawn<flooder>(victim));
  for (const auto& f : crowd) f.tell<go>();
  const auto c = sys.spawn<careful>(victim);
  EXPECT_EQ(c.ask<result>().within(troupe::duration::max()).get(), 50);
  for (const auto& f : crowd) f.kill();
  ASSERT_TRUE(sys.drain());
}

TEST(Flood, Fault30_AKillIsObeyedBeforeTheNextMessage) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<std::uint64_t> handled{0};
    troupe::actor_system sys({.workers = 2, .log = false});
    const auto victim = sys.spawn<drain_pipe>(handled);
    std::atomic<bool> stop{false};
    std::vector<std::thread> outside;
    for (int i = 0; i < 4; ++i)
      outside.emplace_back([&] {
        while (!stop.load(std::memory_order_relaxed)) victim.tell<drop_of_water>();
      });
    while (handled.load(std::memory_order_relaxed) < 1'000) std::this_thread::yield();
    victim.kill();
    const std::uint64_t then = handled.load(std::memory_order_seq_cst);
    stop.store(true, std::memory_order_relaxed);
    for (std::thread& t : outside) t.join();
    ASSERT_TRUE(sys.drain());
    EXPECT_LE(handled.load(std::memory_order_relaxed), then + 1)
        << "the one that was being handled may not be counted yet";
    EXPECT_EQ(sys.counters().ended, 1U);
  }
}

struct child_of {
  using reply = troupe::ref<drain_pipe>;
};
class parent : public troupe::actor<parent> {
public:
  explicit parent(std::atomic<std::uint64_t>& handled) : handled_(handled) {}
  void on_start() { child_ = self().spawn<drain_pipe>({.capacity = capacity}, handled_); }
  troupe::ref<drain_pipe> on(child_of) { return child_; }

private:
  std::atomic<std::uint64_t>& handled_;
  troupe::ref<drain_pipe> child_;
};

TEST(Flood, Fault30_AStopReachesTheChildrenPastWhatWaitsInTheirMailboxes) {
  std::atomic<std::uint64_t> handled{0};
  troupe::actor_system sys({.workers = 1, .log = false});
  const auto p = sys.spawn<parent>(handled);
  const auto child = p.ask<child_of>().get();
  std::vector<troupe::ref<flooder>> crowd;
  for (int i = 0; i < 3; ++i) crowd.push_back(sys.spawn<flooder>(child));
  for (const auto& f : crowd) f.tell<go>();
  while (handled.load(std::memory_order_relaxed) < 10'000) std::this_thread::yield();
  p.stop();
  while (sys.counters().ended < 2) std::this_thread::yield();
  for (const auto& f : crowd) f.kill();
  ASSERT_TRUE(sys.drain());
  EXPECT_GT(sys.counters().dead_letters(troupe::dead_reason::ended), 0U);
}

}  // namespace
