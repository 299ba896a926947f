// load.hpp: customers: transfers between accounts, each asked for until it has an answer.
#pragma once

#include "messages.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bank {

/// What the customers have seen. Shared, because they may be started again, too.
struct tally {
  std::atomic<int> next{0};  ///< the next transfer that nobody works at
  std::atomic<int> paid{0};
  std::atomic<int> refused{0};
  std::atomic<int> repeated{0};  ///< asks that failed, and were made again
  long sum = 0;                  ///< of all balances, at the end
};

class load : public troupe::actor<load> {
public:
  load(teller_address front, int how_many, int transfers, std::shared_ptr<tally> seen)
      : front_(std::move(front)),
        accounts_(how_many),
        transfers_(transfers),
        seen_(std::move(seen)) {}

  void on_start() { self().tell(begin{}); }

  struct begin {};
  /// Eight customers at a time; the last one to be done adds up.
  troupe::task<> on(begin) {
    std::vector<troupe::task<>> customers;
    for (int i = 0; i < 8; ++i) customers.push_back(serve());
    co_await troupe::when_all(std::move(customers));
    co_await add_up();
    self().stop();  // a significant child that ends normally: the tree stops
  }

private:
  troupe::task<> serve() {
    for (int n = take(); n < transfers_; n = take()) {
      // The first ones are the bank's opening: the mint gives each account a hundred.
      const bool opening = n < accounts_;
      const transfer t{static_cast<std::uint64_t>(n) + 1, opening ? "mint" : name_of(n * 7),
                       opening ? name_of(n) : name_of(n * 7 + 1 + n % 3),
                       opening ? 1000L : n % 97L + 1};
      co_await pay_one(t);
    }
  }
  int take() { return seen_->next.fetch_add(1, std::memory_order_relaxed); }

  /// A failed ask is an unknown outcome; the id lets it be asked again.
  troupe::task<> pay_one(transfer t) {
    for (;;) {
      auto from = co_await front_.try_ask<open_account>(t.from).wait_for_restart();
      if (from && *from) {
        const auto done = co_await (**from).try_ask<pay>(t).wait_for_restart();
        if (done) co_return co_await tell_receiver(*done);
      }
      seen_->repeated.fetch_add(1, std::memory_order_relaxed);
      co_await troupe::sleep(std::chrono::milliseconds(1));
    }
  }
  troupe::task<> tell_receiver(std::variant<booked, refusal> done) {
    const auto* line = std::get_if<booked>(&done);
    (line != nullptr ? seen_->paid : seen_->refused).fetch_add(1, std::memory_order_relaxed);
    if (line == nullptr) co_return;
    auto to = co_await front_.try_ask<open_account>(line->what.to);
    if (to && *to) (**to).tell(received{*line});  // lost? it stands in the ledger
  }
  /// The balances of all, and of the mint, which lent the money: together nothing.
  troupe::task<> add_up() {
    long sum = 0;
    for (int n = -1; n < accounts_; ++n) {
      const std::string name = n < 0 ? "mint" : name_of(n);
      const auto a = co_await front_.ask<open_account>(name).wait_for_restart();
      if (!a) throw std::runtime_error(a.error());
      sum += co_await a->ask<balance>().wait_for_restart();
    }
    seen_->sum = sum;
  }
  std::string name_of(int n) const { return "a" + std::to_string(n % accounts_); }

  teller_address front_;
  int accounts_;
  int transfers_;
  std::shared_ptr<tally> seen_;
};

}  // namespace bank
