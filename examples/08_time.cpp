// 08_time.cpp: messages to oneself, when time has passed.
//
//   Notice   a timer is a message like any other: it stands in line, and its handler runs alone.
//            After cancel() it does not come any more, even if it stood in line already: no handler
//            has to ask itself whether it is still meant.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <string>
#include <utility>

using namespace std::chrono_literals;

struct launch {
  using reply = std::string;
  troupe::duration second;  // how long one takes
  troupe::duration window;  // lift-off comes within this time, or not at all
};

class rocket : public troupe::actor<rocket> {
  struct tick {};
  struct window_closed {};

public:
  void on(launch l, troupe::reply_to<launch> reply) {
    left_ = 3;
    reply_ = std::move(reply);
    counting_ = self().every(l.second, tick{});         // at one, two, three times l.second
    window_ = self().after(l.window, window_closed{});  // once
  }

  void on(tick) {
    if (--left_ > 0) return;
    window_.cancel();
    counting_.cancel();
    reply_("lift-off");
  }

  void on(window_closed) {
    counting_.cancel();
    reply_("not today: the window has closed with " + std::to_string(left_) + " to go");
  }

private:
  int left_ = 0;
  troupe::reply_to<launch> reply_;
  troupe::timer_id counting_, window_;
};

int main() {
  troupe::actor_system sys;
  const auto r = sys.spawn<rocket>();
  std::printf("%s\n", r.ask<launch>(1ms, 1h).get().c_str());
  std::printf("%s\n", r.ask<launch>(1h, 20ms).get().c_str());
}

// It prints:
//
//   lift-off
//   not today: the window has closed with 3 to go
