// static_systems_test.cpp: a system of static storage duration, and refs before and behind it
// (fault 52).
//
//   Kind     stress. A program of its own: what is tested happens before main and after it.
#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <unistd.h>

namespace {

struct add {
  int n;
};
struct sum {
  using reply = int;
};

// Their destructors run in the reverse order of their definitions.

std::atomic<int> lives{0};

/// Looks when all others have gone.
struct auditor {
  auditor() = default;
  auditor(const auditor&) = delete;
  auditor& operator=(const auditor&) = delete;
  ~auditor() {
    if (lives.load(std::memory_order_acquire) == 0) return;
    std::fprintf(stderr, "static actors that live on after their system: %d\n",
                 lives.load(std::memory_order_relaxed));
    ::_exit(1);
  }
};

class adder : public troupe::actor<adder> {
public:
  explicit adder(int first = 0) : sum_(first) { lives.fetch_add(1, std::memory_order_relaxed); }
  ~adder() { lives.fetch_sub(1, std::memory_order_release); }
  void on(add a) { sum_ += a.n; }
  int on(sum) const { return sum_; }

private:
  int sum_;
};

const auditor last;
troupe::ref<adder> outlives_the_system;
troupe::actor_system house({.workers = 2, .log = false});
troupe::actor_system other_house({.workers = 1, .log = false});
const troupe::ref<adder> spawned_before_main = house.spawn<adder>(40);
const troupe::ref<adder> on_its_own = other_house.spawn<adder>({.own_thread = true}, 1);

TEST(StaticSystems, Fault52_WorkBeforeMainAndEndAfterItInAnyOrder) {
  outlives_the_system = house.spawn<adder>(1);
  spawned_before_main.tell<add>(2);
  EXPECT_EQ(spawned_before_main.ask<sum>().get(), 42);
  EXPECT_EQ(outlives_the_system.ask<sum>().get(), 1);
  EXPECT_EQ(on_its_own.ask<sum>().get(), 1);
  for (int i = 0; i < 1'000; ++i) on_its_own.tell<add>(1);  // still on their way when main ends
}

}  // namespace
