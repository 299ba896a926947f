// wall_clock_test.cpp: the wall clock jumps, and nothing happens.
//
//   Note     a program of its own: it takes the place of clock_gettime, so that the wall clock can
//            be set without being root, and so that it is seen who reads it.
#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {
std::atomic<std::int64_t> set_forward_s{0};
std::atomic<int> wall_clock_reads{0};
}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* t) noexcept {
  const auto failed = static_cast<int>(::syscall(SYS_clock_gettime, clock, t));
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return failed;
  wall_clock_reads.fetch_add(1, std::memory_order_relaxed);
  t->tv_sec += set_forward_s.load(std::memory_order_relaxed);
  return failed;
}

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct tick {};
struct quiet {
  using reply = void;
};
struct set {
  using reply = void;
};

/// Keeps what it is asked.
class wall : public troupe::actor<wall> {
public:
  void on(quiet q, troupe::reply_to<quiet> to) { kept_.push_back({q, std::move(to)}); }

private:
  std::vector<troupe::asked<quiet>> kept_;
};

class clockmaker : public troupe::actor<clockmaker> {
public:
  explicit clockmaker(troupe::address<quiet> wall) : wall_(std::move(wall)) {}

  void on(set, troupe::reply_to<set> over) {
    over_.emplace(std::move(over));
    begun_ = steady_clock::now();
    every_ = self().every(5ms, tick{});
  }
  void on(tick) {
    ++ticks_;
    EXPECT_GE(steady_clock::now() - begun_, ticks_ * 5ms);
    // An hour to and fro, while timers and deadlines are under way.
    set_forward_s = ticks_ % 2 == 0 ? -3600 : 3600;
    if (ticks_ < 6) return;
    every_.cancel();
    wall_.try_ask(quiet{}).within(20ms).then(this, [this, asked = steady_clock::now()](auto r) {
      EXPECT_EQ(r.error(), troupe::ask_errc::timeout);
      EXPECT_GE(steady_clock::now() - asked, 20ms);
      if (over_) (*std::exchange(over_, std::nullopt))();
    });
  }

private:
  troupe::address<quiet> wall_;
  std::optional<troupe::reply_to<set>> over_;
  steady_clock::time_point begun_{};
  int ticks_ = 0;
  troupe::timer_id every_;
};

TEST(WallClock, IsSetInThisProgram) {
  const auto before = std::chrono::system_clock::now();
  set_forward_s = 3600;
  EXPECT_GE(std::chrono::system_clock::now() - before, 3600s);
  EXPECT_GE(wall_clock_reads, 2);
  set_forward_s = 0;
}

TEST(WallClock, MayJumpAndTimersAndDeadlinesComeAsIfItHadNot) {
  troupe::actor_system sys({.workers = 2, .log = false});
  const int before = wall_clock_reads;
  auto c = sys.spawn<clockmaker>(sys.spawn<wall>());
  c.ask(set{}).within(1h).get();
  EXPECT_EQ(wall_clock_reads, before) << "somebody reads the wall clock";
  set_forward_s = 0;
}

}  // namespace
