// 01_account.cpp: an actor is an object that is written to.
//
//   Notice   nobody locks anything: messages to one actor are handled one at a time. The employer
//            knows nothing of accounts; an address says what may be sent, not who takes it.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <utility>

// What can be said to an account. A message is a plain struct.
struct deposit {
  long amount;
};
// A request is a message that names the type of its reply.
struct withdraw {
  using reply = bool;  // whether there was enough
  long amount;
};
struct balance {
  using reply = long;
};

/// Each public member `on(M)` handles one message. What a request's handler returns is the reply.
class account : public troupe::actor<account> {
public:
  explicit account(long opening) : balance_(opening) {}

  void on(deposit d) { balance_ += d.amount; }
  bool on(withdraw w) {
    if (w.amount > balance_) return false;
    balance_ -= w.amount;
    return true;
  }
  long on(balance) const { return balance_; }

private:
  long balance_;
};

struct payday {
  long salary;
};

/// Pays one who takes deposits, whatever else that one may be.
class employer : public troupe::actor<employer> {
public:
  explicit employer(troupe::address<deposit> employee) : employee_(std::move(employee)) {}

  void on(payday p) { employee_.tell<deposit>(p.salary); }

private:
  troupe::address<deposit> employee_;
};

int main() {
  troupe::actor_system sys;  // one worker thread on each core

  // spawn gives a ref: it knows the class, so the compiler checks every message. While somebody has
  // one the actor lives.
  const auto acc = sys.spawn<account>(100);

  acc.tell(deposit{50});  // does not wait, and there is no answer
  acc.tell<deposit>(25);  // the same, the message is built in the call

  // ask sends a request. An ordinary thread, as main's, waits for its reply with get().
  std::printf("balance: %ld\n", acc.ask(balance{}).get());
  std::printf("500 were %s\n", acc.ask<withdraw>(500).get() ? "paid out" : "refused");
  std::printf("120 were %s\n", acc.ask<withdraw>(120).get() ? "paid out" : "refused");

  const auto boss = sys.spawn<employer>(acc);  // the ref becomes an address<deposit>
  boss.tell<payday>(3000);
  boss.tell<payday>(3000);

  sys.drain();  // until no message is on its way
  std::printf("after two paydays: %ld\n", acc.ask(balance{}).get());
}

// It prints:
//
//   balance: 175
//   500 were refused
//   120 were paid out
//   after two paydays: 6055
