// teller.hpp: opens accounts at run time, under the family that guards them.
#pragma once

#include "account.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace bank {

class teller : public troupe::actor<teller> {
public:
  teller(accounts all, ledger_address books, fraud_address guard)
      : all_(std::move(all)), books_(std::move(books)), guard_(std::move(guard)) {}

  /// The address stays good when the account is started again. When the whole family is, its
  /// accounts are gone: then the supervisor of this teller has restarted it, too, and it knows
  /// none.
  troupe::task<troupe::result<account_address, std::string>> on(open_account o) {
    if (o.name.empty() || o.name.find(' ') != std::string::npos)
      co_return std::string("an account has a name of one word");
    if (const auto known = open_.find(o.name); known != open_.end()) co_return known->second;
    const auto started = co_await all_.start(o.name, books_, guard_);
    if (!started) co_return started.error().text();
    // Two may have asked at the same time: the first one stays.
    const auto [place, is_new] = open_.emplace(o.name, account_address(*started));
    if (!is_new) started->stop();
    co_return place->second;
  }
  void on(break_down) const { throw std::runtime_error("the teller has a cold"); }

private:
  accounts all_;
  ledger_address books_;
  fraud_address guard_;
  std::map<std::string, account_address> open_;
};

}  // namespace bank
