// 17_states.cpp: an actor whose state is a std::variant.
//
//   Notice   each state has what it needs and nothing else: a modem that is idle has no number, so
//            no handler can use an old one. What comes too early waits: only<...>() holds it back,
//            all() lets it in, in its order. The compiler says which state a handler forgets.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <variant>

struct call {
  std::string number;
};
struct line {
  std::string text;
};
struct hang_up {};
struct dial {
  using reply = bool;  // whether somebody has answered
  std::string number;
};

class exchange : public troupe::actor<exchange> {
public:
  explicit exchange(int busy) : busy_(busy) {}
  bool on(const dial&) { return busy_-- <= 0; }  // not at the first attempts

private:
  int busy_;
};

template <class... Fs>
struct in_state : Fs... {
  using Fs::operator()...;
};

class modem : public troupe::actor<modem> {
  struct idle {};
  struct dialing {
    int which;  // of all calls
    std::string number;
    int attempts;
  };
  struct connected {
    int lines;
  };

public:
  explicit modem(troupe::address<dial> via) : exchange_(std::move(via)) {}

  void on(call c) {
    if (!std::holds_alternative<idle>(state_)) return say("busy");
    self().only<hang_up>();  // lines, and other calls, wait until this one has come to something
    dial_once(dialing{++calls_, std::move(c.number), 1});
  }
  void on(const line& l) {
    std::visit(in_state{[&](idle) { say("nobody hears \"" + l.text + '"'); },
                        [&](const dialing&) { say("this line has not waited"); },
                        [&](connected& to) {
                          ++to.lines;
                          say("somebody hears \"" + l.text + '"');
                        }},
               state_);
  }
  void on(hang_up) {
    std::visit(in_state{[&](idle) { say("not on the phone"); },
                        [&](const dialing& d) { say("gave up " + d.number); },
                        [&](connected to) { say(std::to_string(to.lines) + " lines"); }},
               state_);
    enter(idle{});
  }

private:
  void dial_once(dialing d) {
    const auto answer = [this, which = d.which](bool answered) {
      auto* const now = std::get_if<dialing>(&state_);
      if (now != nullptr && now->which == which) dialed(std::move(*now), answered);
    };  // else somebody has hung up meanwhile
    exchange_.ask<dial>(d.number).then(this, answer);
    state_ = std::move(d);
  }
  void dialed(dialing d, bool answered) {
    if (answered) return enter(connected{0});
    say(d.number + " is busy");
    if (d.attempts++ == 3) return enter(idle{});
    dial_once(std::move(d));
  }
  template <class State>
  void enter(State next) {
    state_ = std::move(next);
    self().all();
  }
  static void say(const std::string& what) { std::printf("%s\n", what.c_str()); }

  troupe::address<dial> exchange_;
  int calls_ = 0;
  std::variant<idle, dialing, connected> state_;
};

int main() {
  troupe::actor_system sys;
  const auto m = sys.spawn<modem>(sys.spawn<exchange>(2));
  m.tell<line>("hello?");
  m.tell<call>("12 34");
  m.tell<line>("hello");  // waits for the third attempt
  m.tell<line>("goodbye");
  sys.drain();
  m.tell(hang_up{});
}

// It prints:
//
//   nobody hears "hello?"
//   12 34 is busy
//   12 34 is busy
//   somebody hears "hello"
//   somebody hears "goodbye"
//   2 lines
