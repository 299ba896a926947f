// inert_test.cpp: refs that outlive their system.
#include "lives.hpp"
#include <troupe/actors/detail/runtime.hpp>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace scenario;

/// Everything that can be done with a ref and an address. @returns how much of it went through
int use_all(const troupe::ref<mortal>& r) {
  int through = 0;
  const auto copy = r;
  troupe::address<step, echo> wide = copy;
  const troupe::address<step> narrow = wide;
  copy.tell<step>(1);
  narrow.tell<step>(2);
  step s{3};
  through += copy.try_tell(s) == troupe::tell_status::queued ? 1 : 0;
  through += narrow.try_tell(s) != troupe::tell_status::closed ? 1 : 0;
  const auto answer = wide.try_ask<echo>(4).get();
  through += answer || answer.error() != troupe::ask_errc::down ? 1 : 0;
  copy.stop();
  copy.kill();
  copy.tell<meet>(r);
  through += copy.id() == r.id() && copy == wide && copy ? 0 : 1;
  auto moved = std::move(wide);
  moved = {};
  return through;
}

TEST(Inert, ARefOutlivesItsSystem) {
  const auto envelopes = troupe::detail::live_envelopes();
  const auto j = make_journal();
  {
    troupe::ref<mortal> alive;
    troupe::ref<mortal> ended;
    {
      own_system sys;
      alive = sys->spawn<mortal>(j, "a");
      ended = sys->spawn<mortal>(j, "e");
      ended.stop();
      alive.tell<step>(0);
    }
    EXPECT_TRUE(j->has("a.0")) << "the destructor drains first";
    EXPECT_EQ(j->count("a.gone") + j->count("e.gone"), 2);
    const auto lines = j->lines().size();
    for (int i = 0; i < 2000; ++i) {
      ASSERT_EQ(use_all(alive), 0);
      ASSERT_EQ(use_all(ended), 0);
    }
    EXPECT_EQ(j->lines().size(), lines);
  }
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes);
}

TEST(Inert, AnAskOfAnInertRefFailsWithDownAndThrows) {
  std::optional<troupe::ref<mortal>> r;
  {
    own_system sys;
    r = sys->spawn<mortal>(make_journal(), "a");
  }
  try {
    static_cast<void>(r->ask<echo>(1).get());
    FAIL() << "it was answered";
  } catch (const troupe::ask_failed& e) {
    EXPECT_EQ(e.error(), troupe::ask_errc::down);
  }
}

SCENARIO(Inert, ARefAfterShutdownReachesNobodyWhileTheSystemStands) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  const auto lines = j->lines().size();
  const auto before = w.system().now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(use_all(a), 0);
  if (!world::real) {
    EXPECT_EQ(w.system().now(), before) << "an ask waited in vain";
  }
  EXPECT_EQ(j->lines().size(), lines);
  EXPECT_GE(w.counters().dead_letters(), 20U * 3);
}

SCENARIO(Inert, ShutdownAnswersARequestThatIsHeld) {
  const auto j = make_journal();
  auto h = w.spawn<mortal>(j, "h");
  auto a = w.spawn<mortal>(j, "a");
  a.tell<ask_to_hold>(h);
  wait_until_held(h);
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  const auto c = w.counters();
  EXPECT_EQ(c.asked, c.settled);
}

TEST(Inert, AHeldRequestOfAnotherSystemIsAnsweredWhenItsHolderIsDestroyed) {
  const auto j = make_journal();
  own_system stays;
  auto a = stays->spawn<mortal>(j, "a");
  {
    own_system goes;
    auto h = goes->spawn<mortal>(j, "h");
    a.tell<ask_to_hold>(h);
    if (world::real) {
      wait_until_held(h);
    } else {
      stays.settle();
      goes.settle();
    }
    EXPECT_TRUE(goes->shutdown(std::chrono::seconds(60)).clean());
  }
  stays.settle();
  EXPECT_EQ(j->count("a.refused(no_reply)") + j->count("a.refused(down)"), 1) << j->text();
}

TEST_ON_THREADS(Inert, RefsOfADeadSystemAreUsedAndDroppedByManyThreads) {
  const auto envelopes = troupe::detail::live_envelopes();
  for (int round = 0; round < 20; ++round) {
    std::vector<troupe::ref<mortal>> refs;
    {
      own_system sys;
      for (int i = 0; i < 10; ++i) refs.push_back(sys->spawn<mortal>(make_journal(), "a"));
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([mine = refs] {
        for (int i = 0; i < 50; ++i)
          for (const auto& r : mine) EXPECT_EQ(use_all(r), 0);
      });
    refs.clear();
    for (auto& t : threads) t.join();
  }
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes);
}

TEST_ON_THREADS(Inert, ASystemIsDestroyedWhileThreadsTellAskAndDrop) {
  const auto envelopes = troupe::detail::live_envelopes();
  for (int round = 0; round < 60; ++round) {
    std::atomic<bool> over{false};
    std::atomic<int> asks{0};
    std::vector<std::thread> threads;
    {
      auto sys = std::make_unique<own_system>(1 + round % 3);
      std::vector<troupe::ref<mortal>> refs;
      for (int i = 0; i < 4; ++i) refs.push_back((*sys)->spawn<mortal>(make_journal(), "a"));
      for (int t = 0; t < 3; ++t)
        threads.emplace_back([&over, &asks, t, mine = refs] {
          for (int i = 0; !over.load(std::memory_order_relaxed); ++i) {
            const auto copy = mine[static_cast<std::size_t>(i + t) % mine.size()];
            if (i % 3 == 0) copy.tell<step>(i);
            if (i % 3 == 1) static_cast<void>(copy.try_ask<echo>(i).get());
            if (i % 97 == 2) copy.stop();
            asks.fetch_add(1, std::memory_order_relaxed);
          }
        });
      refs.clear();
      while (asks.load(std::memory_order_relaxed) < 20 * (round % 5)) std::this_thread::yield();
      static_cast<void>((*sys)->shutdown(std::chrono::seconds(60)));
      sys.reset();
    }
    const int then = asks.load(std::memory_order_relaxed);
    while (asks.load(std::memory_order_relaxed) < then + 10) std::this_thread::yield();
    over.store(true, std::memory_order_relaxed);
    for (auto& t : threads) t.join();
  }
  EXPECT_EQ(troupe::detail::live_envelopes(), envelopes);
}

}  // namespace
