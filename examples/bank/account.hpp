// account.hpp: one account: what it knows it has from the ledger, and may forget at any moment.
#pragma once

#include "messages.hpp"

#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace bank {

class account : public troupe::actor<account> {
public:
  account(std::string name, ledger_address books, fraud_address guard)
      : name_(std::move(name)), books_(std::move(books)), guard_(std::move(guard)) {}

  troupe::task<> on_start() {
    const auto mine = co_await books_.ask<lines_of>(name_).wait_for_restart();
    for (const booked& b : mine) apply(b);
  }

  /// Money is gone from here when it stands in the ledger. If that does not answer, nobody knows
  /// whether it does: this account fails, is started again, and reads what stands there.
  troupe::task<std::variant<booked, refusal>> on(pay p) {
    if (p.what.amount <= 0 || p.what.from != name_ || p.what.to == name_)
      co_return refusal::nonsense;
    const auto fine = co_await guard_.try_ask<is_fine>(p.what).wait_for_restart();
    if (!fine || !*fine) co_return refusal::suspicious;
    if (balance_ < p.what.amount && name_ != "mint") co_return refusal::no_money;
    auto write = books_.ask<append>(p.what).wait_for_restart();
    const booked b = co_await exclusive(std::move(write));
    apply(b);
    co_return b;
  }
  void on(const received& r) { apply(r.line); }
  long on(balance) const { return balance_; }
  void on(break_down) const { throw std::runtime_error("no money on us today"); }

private:
  /// Each line once, from wherever it comes.
  void apply(const booked& b) {
    if (!applied_.insert(b.line).second) return;
    if (b.what.from == name_) balance_ -= b.what.amount;
    if (b.what.to == name_) balance_ += b.what.amount;
  }

  std::string name_;
  ledger_address books_;
  fraud_address guard_;
  long balance_ = 0;
  std::set<std::uint64_t> applied_;
};

using accounts = troupe::family<account, std::string, ledger_address, fraud_address>;

}  // namespace bank
