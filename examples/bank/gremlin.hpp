// gremlin.hpp: what goes wrong in a bank, on purpose, again and again.
#pragma once

#include "account.hpp"

#include <memory>
#include <random>
#include <string>
#include <utility>

namespace bank {

struct damage {
  int done = 0;
};

class gremlin : public troupe::actor<gremlin> {
public:
  gremlin(ledger_address books, fraud_address guard, teller_address front, accounts all, int blows,
          std::shared_ptr<damage> seen)
      : books_(std::move(books)),
        guard_(std::move(guard)),
        front_(std::move(front)),
        all_(std::move(all)),
        blows_(blows),
        seen_(std::move(seen)) {}

  struct strike {};
  void on_start() { self().every(std::chrono::milliseconds(2), strike{}); }

  troupe::task<> on(strike) {
    if (++seen_->done > blows_) co_return self().stop();
    switch (chance_() % 7) {
      case 0: co_return books_.tell(break_down{});
      case 1: co_return guard_.tell(break_down{});
      case 2: co_return front_.tell(break_down{});
      case 3: co_return co_await break_account();
      case 4: co_return co_await end_and_start("fraud");
      case 5: co_return co_await stop_supervisor(all_.supervisor());
      default: co_return co_await stop_supervisor(find_supervisor(self().system(), "front"));
    }
  }

private:
  troupe::task<> break_account() {
    const auto a = co_await front_.try_ask<open_account>("a" + std::to_string(chance_() % 10));
    if (a && *a) (**a).tell(break_down{});
  }
  /// What an operator might do.
  troupe::task<> end_and_start(std::string id) {
    const auto top = troupe::find_supervisor(self().system(), "");
    (void)co_await top.terminate_child(id);
    (void)co_await top.restart_child(id);
  }
  /// Its parent starts it again, with new children.
  troupe::task<> stop_supervisor(troupe::supervisor_ref which) { (void)co_await which.stop(); }

  ledger_address books_;
  fraud_address guard_;
  teller_address front_;
  accounts all_;
  int blows_;
  std::shared_ptr<damage> seen_;
  std::minstd_rand chance_{7};
};

}  // namespace bank
