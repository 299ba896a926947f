// 137_pools.cpp: pools of systems and of actors, with and without keys, as addresses.
//
// must compile
#include "../common.hpp"

#include <vector>

struct open_account {
  using reply = void;
  std::string owner;
  [[nodiscard]] const std::string& key() const { return owner; }
};
struct foreign {
  int id;
};
struct odd_key {  // of no use to a pool, and no mistake
  [[nodiscard]] std::vector<int> key(int) const { return {}; }
};
template <>
struct troupe::key_of<foreign> {
  static int of(const foreign& f) { return f.id; }
};

template <class Currency>
class teller : public troupe::actor<teller<Currency>> {
public:
  using teller::actor::self;

  teller(std::string bank, Currency rate) : bank_(std::move(bank)), rate_(rate) {}
  void on(const open_account&) {}
  void on(foreign) {}
  void on(parcel) {}
  void on(odd_key) {}
  void on(int n) {
    if (n > 0) mine_ = self().template spawn_pool<teller>({.size = 2}, bank_, rate_);
  }

private:
  std::string bank_;
  Currency rate_;
  troupe::pool_ref<teller> mine_;
};

void use(troupe::actor_system& sys) {
  auto plain = sys.spawn_pool<account>({.size = 4}, 100);
  auto all = sys.spawn_pool<teller<double>>(
      {.size = 4, .route = troupe::routing::hash, .each = {.name = "teller", .capacity = 64}},
      "bank", 1.0);
  const troupe::address<foreign, open_account> there = all;
  const troupe::address<open_account> less = there;
  less.ask<open_account>("bob").get();
  plain.tell(deposit{5});
  plain.tell(parcel{});
  all.tell<odd_key>();
  foreign f{1};
  static_cast<void>(there.try_tell(f));
  static_cast<void>(plain.try_ask(balance{}).within(std::chrono::seconds(1)).get());
}
