// faults_test.cpp: what ends an execution besides a check: lives, exceptions, spinning, misuse.
//
//   Before   nothing.   After   explorer.hpp, atomics.hpp, tracked.hpp.
//   Kind     model.
#include "explorer.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace {

using model::check;
using model::run;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto acq_rel = std::memory_order_acq_rel;

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

struct node : model::tracked {
  model::atomic<int> value{0};
  int plain = 0;
};

struct place {
  model::atomic<node*> held{nullptr};
};

enum class use { atomic_field, plain_field_touched };

// One thread reads the node it finds, the other takes it away and deletes it.
auto reader_and_deleter(use how) {
  return [=](run& run) {
    auto* const state = run.make<place>();
    state->held.store(new node, relaxed);
    run.thread([=] {
      node* const seen = state->held.load(acquire);
      if (seen == nullptr) return;
      model::yield();
      if (how == use::atomic_field) {
        static_cast<void>(seen->value.load(relaxed));
      } else {
        seen->touch();
      }
    });
    run.thread([=] { delete state->held.exchange(nullptr, acq_rel); });
  };
}

TEST(ModelTracked, AnOperationInADestroyedNodeIsFound) {
  const auto r = model::explore({.preemptions = 1}, reader_and_deleter(use::atomic_field));
  EXPECT_TRUE(contains(r.failure, "load of a destroyed object")) << r.text();
}

TEST(ModelTracked, ATouchOfADestroyedNodeIsFound) {
  const auto r = model::explore({.preemptions = 1}, reader_and_deleter(use::plain_field_touched));
  EXPECT_TRUE(contains(r.failure, "use of a destroyed object")) << r.text();
}

TEST(ModelTracked, ANodeForgottenIsFound) {
  const auto forgetful = [](bool forgets) {
    return [=](run& run) {
      auto* const state = run.make<place>();
      run.thread([=] { state->held.store(new node, release); });
      run.at_end([=] {
        if (!forgets) delete state->held.load(acquire);
      });
    };
  };
  const auto leak = model::explore({.preemptions = 1}, forgetful(true));
  EXPECT_EQ(leak.failure, "tracked objects not destroyed: 1");
  const auto none = model::explore({.preemptions = 1}, forgetful(false));
  EXPECT_TRUE(none.ok()) << none.text();
}

TEST(ModelTracked, ASecondDestructionIsFound) {
  const auto r = model::explore({.preemptions = 1}, [](run& run) {
    auto* const state = run.make<place>();
    state->held.store(new node, relaxed);
    for (int i = 0; i < 2; ++i) {
      run.thread([=] {
        node* const seen = state->held.load(acquire);
        state->held.store(nullptr, release);
        delete seen;
      });
    }
  });
  EXPECT_TRUE(contains(r.failure, "second destruction of a destroyed object")) << r.text();
}

TEST(ModelTracked, AFreedAddressIsNotUsedAgainWithinAnExecution) {
  const auto r = model::explore({.preemptions = 1}, [](run& run) {
    run.thread([] {
      const node* const first = new node;
      const auto address = reinterpret_cast<std::uintptr_t>(first);
      delete first;
      const node* const second = new node;
      check(reinterpret_cast<std::uintptr_t>(second) != address, "another address");
      delete second;
    });
  });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(Explorer, AnExceptionOutOfAThreadIsAFailure) {
  const auto r = model::explore(
      {}, [](run& run) { run.thread([] { throw std::runtime_error("thrown on purpose"); }); });
  EXPECT_EQ(r.failure, "exception: thrown on purpose (in thread 0)");
  const auto set_up = model::explore({}, [](run&) { throw std::runtime_error("early"); });
  EXPECT_EQ(set_up.failure, "exception in the set-up: early");
}

TEST(Explorer, ExceptionsStayWithTheirThread) {
  const auto r = model::explore({.preemptions = 3}, [](run& run) {
    auto* const x = run.make<model::atomic<int>>(0);
    for (int me = 0; me < 2; ++me) {
      run.thread([=] {
        try {
          throw me;
        } catch (int mine) {
          x->fetch_add(1, relaxed);
          check(mine == me, "my own exception");
          try {
            x->fetch_add(1, relaxed);
            throw;
          } catch (int again) {
            x->fetch_add(1, relaxed);
            check(again == me, "my own exception, thrown again");
          }
        }
      });
    }
  });
  EXPECT_TRUE(r.ok() && r.complete) << r.text();
}

TEST(Explorer, AnAbortIsAFailure) {
  const auto r = model::explore({}, [](run& run) { run.thread([]() noexcept { std::abort(); }); });
  EXPECT_TRUE(contains(r.failure, "abort was called")) << r.text();
}

TEST(Explorer, ASegmentationFaultIsAFailure) {
  const auto r = model::explore(
      {}, [](run& run) { run.thread([] { static_cast<void>(std::raise(SIGSEGV)); }); });
  EXPECT_EQ(r.failure, "segmentation fault (in thread 0)");
}

TEST(Explorer, ACheckFailsThroughNoexceptCode) {
  const auto r = model::explore({}, [](run& run) {
    auto* const x = run.make<model::atomic<int>>(0);
    run.thread([x]() noexcept { check(x->load(relaxed) == 1, "x is 1"); });
  });
  EXPECT_EQ(r.failure, "check failed: x is 1 (in thread 0)");
}

// Spins until the other has stored; the search ends since a yield lets the other go on.
auto spinner(bool stores) {
  return [=](run& run) {
    auto* const x = run.make<model::atomic<int>>(0);
    run.thread([=] {
      while (x->load(acquire) == 0) model::yield();
    });
    run.thread([=] {
      while (x->load(acquire) == 0) model::yield();
    });
    run.thread([=] {
      static_cast<void>(x->load(relaxed));
      if (stores) x->store(1, release);
    });
  };
}

TEST(Explorer, ALoopThatYieldsEnds) {
  const auto r = model::explore({.preemptions = 2, .random_runs = 200}, spinner(true));
  EXPECT_TRUE(r.ok() && r.complete) << r.text();
  EXPECT_GT(r.executions, 300U);
}

TEST(Explorer, AnInterleavingNamesWhatAddressesMean) {
  struct two {
    model::atomic<std::uintptr_t> word{0};
    model::atomic<std::uintptr_t> other{0};
  };
  const auto r = model::explore({}, [](run& run) {
    auto* const state = run.make<two>();
    auto* const unnamed = run.make<model::atomic<two*>>(nullptr);
    run.name(state, "pair");
    run.thread([=] {
      const auto marked = reinterpret_cast<std::uintptr_t>(state) | 1U;
      state->other.store(marked, relaxed);
      unnamed->store(state, relaxed);
      model::wait_until([=] { return unnamed->load(relaxed) != nullptr; });
      check(false, "the end");
    });
  });
  EXPECT_EQ(r.interleaving,
            "  t0: pair+16.store(pair|1)\n  t0: o1.store(pair)\n  t0: wait_until goes on\n");
}

TEST(Explorer, ALoopWithoutEndIsAFailureAndReplays) {
  const auto r = model::explore({.preemptions = 1, .steps_max = 100}, spinner(false));
  EXPECT_EQ(r.failure, "no end within 100 steps") << r.text();
  const auto longer = model::explore({.preemptions = 0}, spinner(false));
  EXPECT_TRUE(contains(longer.text(), "all of it in report.interleaving"));
  EXPECT_TRUE(contains(model::replay(r.schedule, spinner(false)).failure, "no end within"));
}

TEST(Explorer, SplitSeesAPlainStoreThatComesTooLate) {
  struct hand_over {
    model::atomic<bool> free{false};
    int owner = 0;
  };
  const auto late = [](run& run) {
    auto* const state = run.make<hand_over>();
    run.thread([=] {
      state->free.store(true, release);
      state->owner = 1;  // no longer ours
    });
    run.thread([=] {
      if (!state->free.load(acquire)) return;
      state->owner = 2;
      static_cast<void>(state->free.load(acquire));
      check(state->owner == 2, "the owner's field is the owner's");
    });
  };
  EXPECT_TRUE(model::explore({.preemptions = 3}, late).ok());
  const auto r = model::explore({.preemptions = 3, .split = true}, late);
  EXPECT_TRUE(contains(r.failure, "the owner's field is the owner's")) << r.text();
  EXPECT_EQ(model::replay(r.schedule, late).failure, r.failure);
}

TEST(Explorer, MisuseIsAFailure) {
  const auto failure = [](auto body) {
    return model::explore({},
                          [=](run& run) {
                            auto* const x = run.make<model::atomic<int>>(0);
                            auto* const m = run.make<model::mutex>();
                            run.thread([=] { body(*x, *m); });
                          })
        .failure;
  };
  const auto load_release = [](auto& x, auto&) { static_cast<void>(x.load(release)); };
  EXPECT_TRUE(contains(failure(load_release), "memory order"));
  const auto store_acquire = [](auto& x, auto&) { x.store(1, acquire); };
  EXPECT_TRUE(contains(failure(store_acquire), "memory order"));
  const auto unlock = [](auto&, auto& m) { m.unlock(); };
  EXPECT_TRUE(contains(failure(unlock), "does not hold"));
  const auto lock_twice = [](auto&, auto& m) { m.lock(), m.lock(); };
  EXPECT_TRUE(contains(failure(lock_twice), "deadlock"));
}

TEST(Explorer, AProgramThatIsNotDeterministicIsAFailure) {
  int executions = 0;
  const auto r = model::explore({.preemptions = 2}, [&executions](run& run) {
    auto* const x = run.make<model::atomic<int>>(0);
    const bool short_one = ++executions % 2 == 0;
    for (int i = 0; i < 2; ++i) {
      run.thread([=] {
        x->store(1, relaxed);
        if (!short_one) x->store(2, relaxed);
      });
    }
  });
  EXPECT_TRUE(contains(r.failure, "not deterministic")) << r.text();
}

TEST(ModelAtomic, OperationsDoWhatStdAtomicDoes) {
  model::atomic<unsigned> x{6};
  EXPECT_EQ(x.fetch_add(2, relaxed), 6U);
  EXPECT_EQ(x.fetch_sub(1, relaxed), 8U);
  EXPECT_EQ(x.fetch_and(5, relaxed), 7U);
  EXPECT_EQ(x.fetch_or(2, relaxed), 5U);
  EXPECT_EQ(x.fetch_xor(1, relaxed), 7U);
  EXPECT_EQ(x.exchange(9, acq_rel), 6U);
  unsigned expected = 1;
  EXPECT_FALSE(x.compare_exchange_strong(expected, 2, acq_rel));
  EXPECT_EQ(expected, 9U);
  EXPECT_TRUE(x.compare_exchange_weak(expected, 2, acq_rel, acquire));
  EXPECT_EQ(x.load(acquire), 2U);

  model::atomic<signed char> small{127};
  EXPECT_EQ(small.fetch_add(1, relaxed), 127);
  EXPECT_EQ(small.load(relaxed), -128);  // wraps, as the standard says
  int array[3] = {};
  model::atomic<int*> pointer{array};
  EXPECT_EQ(pointer.fetch_add(2, relaxed), array);
  EXPECT_EQ(pointer.fetch_sub(1, relaxed), array + 2);
}

}  // namespace
