// 06_process.cpp: an actor as one coroutine that takes its messages itself.
//
//   Notice   a protocol reads from top to bottom: send a packet, wait for its acknowledgement, send
//            again, give up. While next<ack> waits for an ack, letters lie in the inbox. What a
//            process knows are its local variables. It ends with its body.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using troupe::address, troupe::asked, troupe::inbox, troupe::task;

struct letter {
  using reply = bool;  // whether it has arrived
  std::string text;
};
struct ack {
  int number;
};
struct packet {
  int number;
  std::string text;
  address<ack> sender;
};
struct everything {
  using reply = std::string;
};

task<> sender(inbox<letter, ack> in, address<packet> wire) {
  int number = 0;
  // Nothing comes from next() when nobody has this process's address any more.
  while (auto job = co_await in.next<letter>()) {
    ++number;
    bool arrived = false;
    for (int attempt = 1; attempt <= 3 && !arrived; ++attempt) {
      wire.tell<packet>(number, job->message.text, in.self());
      while (auto a = co_await in.next<ack>(100ms)) {
        arrived = a->number == number;
        if (arrived) break;  // else it is a late one, of a packet that was sent twice
      }
    }
    job->reply(arrived);  // a request comes as asked<letter>: message and reply
  }
}

/// Loses every second packet, and all that are secret.
task<> bad_wire(inbox<packet> in, address<packet> receiver) {
  int count = 0;
  while (auto p = co_await in.next()) {
    ++count;
    const bool is_lost = count % 2 == 0 || p->text == "secret";
    if (!is_lost) receiver.tell(std::move(*p));
  }
}

task<> receiver(inbox<packet, everything> in) {
  int last = 0;
  std::string all;
  while (auto item = co_await in.next())
    troupe::match(  // what comes is one of several: there is a case for each
        std::move(*item),
        [&](const packet& p) {
          p.sender.tell<ack>(p.number);
          if (p.number > last) all += " " + p.text;  // else it came before, and its ack was late
          last = p.number;
        },
        [&](asked<everything> request) { request.reply(all); });
}

int main() {
  troupe::actor_system sys;
  // spawn of a coroutine gives an address of its inbox; arguments are passed, never captured.
  const auto to = sys.spawn(receiver);
  const auto from = sys.spawn(sender, sys.spawn(bad_wire, to));

  for (const char* const text : {"dear", "reader", "secret", "goodbye"})
    std::printf("%s: %s\n", text, from.ask<letter>(text).get() ? "arrived" : "given up");
  std::printf("received:%s\n", to.ask(everything{}).get().c_str());
}

// It prints:
//
//   dear: arrived
//   reader: arrived
//   secret: given up
//   goodbye: arrived
//   received: dear reader goodbye
