// 09_timer.cpp: functions that are called once, later.
//
//   Notice   a clock is a timer that starts the next one. A timer that was cancelled never calls,
//            and cancel() says whether that came in time.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>

using namespace std::chrono_literals;
namespace classic = troupe::classic;

/// Ticks `times` times.
class clock_on_the_wall {
public:
  clock_on_the_wall(troupe::actor_system& sys, int times) : sys_(sys), left_(times), done_(sys) {}

  void tick() {
    std::puts("tick");
    if (--left_ == 0) return done_.set();
    classic::timer(sys_, 5ms, [this] { tick(); }).start();  // its end does not cancel it
  }
  void wait() { done_.wait(); }

private:
  troupe::actor_system& sys_;
  int left_;
  classic::event done_;
};

int main() {
  troupe::actor_system sys;

  clock_on_the_wall c(sys, 3);
  c.tick();
  c.wait();

  classic::event called(sys);
  classic::timer bell(sys, 1ms, [&] {
    std::puts("the bell");
    called.set();
  });
  std::printf("pending: %s\n", bell.is_pending() ? "yes" : "no, it has not been started");
  bell.start();
  called.wait();
  std::printf("cancelled: %s\n", bell.cancel() ? "yes" : "no, it was too late");

  classic::timer bomb(sys, 1h, [] { std::puts("boom"); });
  bomb.start();
  std::printf("cancelled: %s\n", bomb.cancel() ? "yes" : "no, it was too late");
}

// It prints:
//
//   tick
//   tick
//   tick
//   pending: no, it has not been started
//   the bell
//   cancelled: no, it was too late
//   cancelled: yes
