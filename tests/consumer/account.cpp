// account.cpp: the program of the README, as somebody else compiles it.
#include <troupe/actors/prelude.hpp>

#include <cstdio>

struct deposit {
  long amount;
};
struct balance {
  using reply = long;
};

class account : public troupe::actor<account> {
public:
  explicit account(long opening) : balance_(opening) {}
  void on(deposit d) { balance_ += d.amount; }
  long on(balance) { return balance_; }

private:
  long balance_;
};

int main() {
  troupe::actor_system sys;
  auto acc = sys.spawn<account>(100);
  acc.tell(deposit{50});
  std::printf("%ld\n", acc.ask(balance{}).get());
}
