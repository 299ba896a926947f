// common.hpp: the small bank that the samples speak about.
//
//   Before   every sample of this folder includes it, and nothing else.
//   After    the sample makes one mistake with it, or none.
#pragma once

#include <troupe/actors/prelude.hpp>

#include <memory>
#include <string>

struct deposit {
  long amount;
};
struct withdraw {
  long amount;
};
struct balance {
  using reply = long;
};
struct parcel {  // cannot be copied
  std::unique_ptr<int> content;
};

class account : public troupe::actor<account> {
public:
  explicit account(long opening) : balance_(opening) {}
  void on(deposit d) { balance_ += d.amount; }
  long on(balance) const { return balance_; }
  void on(parcel) {}
  void on(int) {}

private:
  long balance_;
};
