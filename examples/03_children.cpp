// 03_children.cpp: actors that have actors.
//
//   Notice   whom self().spawn makes ends with its parent, and before it: shutdown walks the tree
//            from the leaves up. A child that fails is no failure of its parent.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

using namespace std::chrono_literals;

struct visit {
  using reply = std::string;
  std::string question;
};

/// Answers one visitor in its life. A guide who fails is gone; the museum is not.
class guide : public troupe::actor<guide> {
public:
  std::string on(const visit& v) {
    if (v.question == "Where is the exit?") throw std::runtime_error("I am lost too");
    return "Follow me.";
  }
};

class room : public troupe::actor<room> {
public:
  void on_stop(const troupe::exit_reason& why) {
    std::printf("the room closes: %s\n", why.to_string().c_str());
  }
};

class wing : public troupe::actor<wing> {
public:
  // self() is who this actor is to others. There is none yet in the constructor, hence on_start: it
  // runs before the first message.
  void on_start() { only_room_ = self().spawn<room>(); }
  void on_stop(const troupe::exit_reason& why) {
    std::printf("the wing closes: %s\n", why.to_string().c_str());
  }

private:
  troupe::ref<room> only_room_;
};

class museum : public troupe::actor<museum> {
public:
  void on_start() { east_ = self().spawn<wing>(); }

  // A guide for each visitor. Nobody keeps a ref to it, so it ends when it has answered.
  void on(visit v, troupe::reply_to<visit> reply) {
    reply.forward(self().spawn<guide>(), std::move(v));
  }
  void on_stop(const troupe::exit_reason& why) {
    std::printf("the museum closes: %s\n", why.to_string().c_str());
  }

private:
  troupe::ref<wing> east_;
};

void ask(const troupe::address<visit>& at, const std::string& question) {
  const auto answer = at.try_ask<visit>(question).get();
  std::printf("%s - %s\n", question.c_str(),
              answer ? answer->c_str() : answer.error().reason().to_string().c_str());
}

int main() {
  troupe::actor_system sys({.log = false});  // else the failure of a guide is told on stderr
  const auto m = sys.spawn<museum>();
  ask(m, "Where are the dinosaurs?");
  ask(m, "Where is the exit?");
  ask(m, "Where are the mummies?");

  sys.drain();
  std::printf("alive: %d\n", static_cast<int>(sys.counters().alive()));

  // The destructor does this too. The report names who did not end in time, and what each was
  // handling; two seconds are enough for these.
  const troupe::shutdown_report report = sys.shutdown(2s);
  std::printf("shutdown: %s\n", report.to_string().c_str());
}

// It prints:
//
//   Where are the dinosaurs? - Follow me.
//   Where is the exit? - failed(std::runtime_error, "I am lost too")
//   Where are the mummies? - Follow me.
//   alive: 3
//   the room closes: shutdown
//   the wing closes: shutdown
//   the museum closes: shutdown
//   shutdown: clean
