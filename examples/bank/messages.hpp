// messages.hpp: what the actors of the bank say to one another. The protocols, not the classes.
#pragma once

#include <troupe/supervision/prelude.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace bank {

/// Money that goes from one account to another. Its id makes it happen once, however often it is
/// asked for.
struct transfer {
  std::uint64_t id = 0;
  std::string from;
  std::string to;
  long amount = 0;  ///< cents
};

/// A line of the ledger.
struct booked {
  std::uint64_t line = 0;
  transfer what;
};

/// "Fail now": what gremlins send. Everybody handles it by throwing.
struct break_down {};

// The ledger: what stands there has happened, and nothing else.
struct append {
  using reply = booked;
  transfer what;
};
struct lines_of {
  using reply = std::vector<booked>;
  std::string account;
};
using ledger_address = troupe::address<append, lines_of, break_down>;

// The fraud check.
struct is_fine {
  using reply = bool;
  transfer what;
};
using fraud_address = troupe::address<is_fine, break_down>;

// An account.
enum class refusal : std::uint8_t { no_money, suspicious, nonsense };
struct pay {
  using reply = std::variant<booked, refusal>;
  transfer what;
};
struct received {
  booked line;
};
struct balance {
  using reply = long;
};
using account_address = troupe::address<pay, received, balance, break_down>;

// The teller.
struct open_account {
  using reply = troupe::result<account_address, std::string>;
  std::string name;
};
using teller_address = troupe::address<open_account, break_down>;

}  // namespace bank
