// 02_failures.cpp: what may go wrong, and how each is heard of.
//
//   Notice   a refusal that belongs to the trade is part of the reply (result<meal, refusal>); that
//            there is no reply at all is an ask_error, with a code to decide by. An exception ends
//            its actor and nobody else. A request always ends.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

using namespace std::chrono_literals;

struct refusal {
  std::string text;
};
struct order {
  using reply = troupe::result<std::string, refusal>;
  std::string dish;
};
struct knock {};

class kitchen : public troupe::actor<kitchen> {
public:
  // Here the reply is not what the handler returns: reply_to may be kept, or given to another.
  void on(order o, troupe::reply_to<order> reply) {
    if (o.dish == "soup") reply("hot soup");
    if (o.dish == "fish") reply(refusal{"sold out"});
    if (o.dish == "bread") slow_ = std::move(reply);  // for later
    if (o.dish == "flambe") throw std::runtime_error("fire");
  }  // any other dish: the reply_to goes away unused
  void on(knock) {}

  /// Called once, after the last message.
  void on_stop(const troupe::exit_reason& why) {
    std::printf("(the kitchen closes: %s)\n", why.to_string().c_str());
  }

private:
  troupe::reply_to<order> slow_;
};

/// Asks with try_ask, whose errors are values. Nobody waits longer than the deadline: 5 s unless
/// said with within.
std::string serve(const troupe::address<order>& at, const char* dish, troupe::duration patience) {
  const auto served = at.try_ask<order>(dish).within(patience).get();
  if (!served) {
    const troupe::ask_error& e = served.error();
    const bool has_ended = e == troupe::ask_errc::down;
    return "no reply, " + std::string(to_string(e.code())) +
           (has_ended ? ", " + e.reason().to_string() : "");
  }
  const auto& reply = *served;  // a result too, of the kitchen's own
  return reply ? *reply : "refused, " + reply.error().text;
}

int main() {
  troupe::actor_system sys({.log = false});  // else failures are told on stderr, as they should
  const auto k = sys.spawn<kitchen>();
  const auto guest = [&](const char* dish, troupe::duration patience = 5s) {
    const std::string text = serve(k, dish, patience);
    sys.drain();  // so that on_stop has printed, too
    std::printf("%s: %s\n", dish, text.c_str());
  };
  guest("soup");
  guest("fish");
  guest("bread", 20ms);
  guest("snails");
  guest("flambe");
  guest("soup");

  // Without try_ an error is thrown. Inside an actor, not caught, it would end that actor too: who
  // cannot go on without the answer need not write a line.
  try {
    (void)k.ask<order>("soup").get();
  } catch (const troupe::ask_failed& failed) {
    std::printf("thrown: %s\n", std::string(to_string(failed.error().code())).c_str());
  }

  // Who tells is not told: what cannot be delivered becomes a dead letter, and is counted. try_tell
  // looks first; then the message is still there.
  const auto before = sys.counters().dead_letters();
  k.tell(knock{});
  std::printf("dead letters: %d\n", static_cast<int>(sys.counters().dead_letters() - before));
  knock again;
  const bool is_closed = k.try_tell(again) == troupe::tell_status::closed;
  std::printf("knocked again: %s\n", is_closed ? "closed" : "perhaps somebody opens");
}

// It prints:
//
//   soup: hot soup
//   fish: refused, sold out
//   bread: no reply, timeout
//   snails: no reply, no_reply
//   (the kitchen closes: failed(std::runtime_error, "fire"))
//   flambe: no reply, down, failed(std::runtime_error, "fire")
//   soup: no reply, down, failed(std::runtime_error, "fire")
//   thrown: down
//   dead letters: 1
//   knocked again: closed
