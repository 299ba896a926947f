// 06_event.cpp: a flag that many wait for: the boss and the workers, and a light for cars.
//
//   Notice   set() wakes all, and nobody waits until clear(). The cars are actors: they await the
//            same event, and no thread stands while they do.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace std::chrono_literals;
namespace classic = troupe::classic;

void boss_and_workers(troupe::actor_system& sys) {
  classic::event word(sys);
  classic::barrier all_have_heard(sys, 4, {.action = [&] { word.clear(); }});
  const auto work = [&] {
    word.wait();
    std::puts("worker: oh no");
    (void)all_have_heard.wait();
    word.wait();  // it was cleared: so this is the next one
    std::puts("worker: see you");
  };
  std::vector<classic::thread> workers;
  for (int i = 0; i < 3; ++i) workers.emplace_back(sys, work).start();

  std::puts("boss: tonight we work until ten");
  word.set();
  (void)all_have_heard.wait();
  std::puts("boss: you may go home");
  word.set();
}  // joins the workers

struct where {
  using reply = std::string;
};

class car : public troupe::actor<car> {
public:
  explicit car(classic::event::ref green) : green_(std::move(green)) {}
  troupe::task<> on_start() {
    auto patience = green_.wait(0ms);
    const bool is_green = co_await patience;
    if (is_green) co_return;
    stopped_ = true;
    co_await green_.wait();
  }
  // Messages wait until on_start has ended.
  std::string on(where) const { return stopped_ ? "stopped, then passed" : "passed"; }

private:
  classic::event::ref green_;
  bool stopped_ = false;
};

void light(troupe::actor_system& sys) {
  classic::event green(sys);
  const auto early = sys.spawn<car>(green);  // event -> event::ref, by itself
  sys.drain();                               // until it stands at the light
  std::printf("the light is %s\n", green.is_set() ? "green" : "red");
  green.set();
  std::printf("early car: %s\n", early.ask<where>().get().c_str());
  const auto late = sys.spawn<car>(green);
  std::printf("late car: %s\n", late.ask<where>().get().c_str());
  green.clear();
  std::printf("is it red again? %s\n", green.wait(0ms) ? "no" : "yes");
}

int main() {
  troupe::actor_system sys;
  boss_and_workers(sys);
  light(sys);
}

// It prints:
//
//   boss: tonight we work until ten
//   worker: oh no
//   worker: oh no
//   worker: oh no
//   boss: you may go home
//   worker: see you
//   worker: see you
//   worker: see you
//   the light is red
//   early car: stopped, then passed
//   late car: passed
//   is it red again? yes
