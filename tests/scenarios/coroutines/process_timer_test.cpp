// process_timer_test.cpp: messages that a process sends itself for later.
#include "players.hpp"

#include <string>

namespace {

using namespace cast;
using troupe::inbox;

struct tick {
  int number = 0;
};

SCENARIO(ProcessTimer, AMessageThatComesAfterAWhile) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, tick> in, journal_ptr j) -> task<> {
        in.after(3ms, tick{3});
        in.after(1ms, tick{1});
        auto never = in.after(2ms, tick{2});
        never.cancel();
        for (int i = 0; i < 2; ++i) {
          const auto t = co_await in.next<tick>();
          j->note(t ? std::to_string(t->number) : "nothing");
        }
      },
      wrote);
  w.advance(5ms);
  until(w, [&] { return wrote->lines().size() == 2; });
  EXPECT_EQ(wrote->text(), "1 3");
}

SCENARIO(ProcessTimer, AMessageThatComesAgainAndAgain) {
  const auto wrote = make_journal();
  auto p = w.system().spawn(
      [](inbox<note, tick> in, journal_ptr j) -> task<> {
        auto ticks = in.every(1ms, tick{7});
        for (int i = 0; i < 3; ++i) {
          const auto t = co_await in.next<tick>();
          j->note(std::to_string(t->number));
        }
        ticks.cancel();
        const auto more = co_await in.next<tick>(5ms);
        j->note(more ? "more" : "no more");
      },
      wrote);
  w.advance(10ms);
  until(w, [&] { return wrote->lines().size() == 4; });
  EXPECT_EQ(wrote->text(), "7 7 7 no more");
}

SCENARIO(ProcessTimer, ATimerKeepsAProcessThatNobodyRefersTo) {
  const auto wrote = make_journal();
  {
    auto p = w.system().spawn(
        [](inbox<tick> in, journal_ptr j) -> task<> {
          in.after(1ms, tick{1});
          while (auto t = co_await in.next()) j->note(std::to_string(t->number));
          j->note("end");
        },
        wrote);
  }
  w.advance(1ms);
  until(w, [&] { return wrote->has("end"); });
  EXPECT_EQ(wrote->text(), "1 end");
}

}  // namespace
