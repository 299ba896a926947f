// 175_names_and_weak.cpp: names in all their forms, and references that keep nobody alive.
//
// must compile
#include "../common.hpp"

#include <vector>

class office : public troupe::actor<office> {
public:
  using protocol = troupe::address<int>;
  explicit office(troupe::weak<account> a) : account_(std::move(a)) {}

  void on_start() {
    if (self().system().names().put("me", self()) == troupe::put_name::registered) return;
    self().stop();
  }
  void on(int amount) {
    if (const auto acc = account_.lock()) acc.tell<deposit>(amount);
  }
  long on(balance) { return 0; }

private:
  troupe::weak<account> account_;
};

struct to_office {
  troupe::weak<account> whose;
};

bool use(troupe::actor_system& sys, const troupe::ref<account>& acc) {
  const auto names = sys.names();
  const troupe::weak<account> w = acc;
  const auto o = sys.spawn<office>(w);
  const auto pool = sys.spawn_pool<office>({.size = 2}, acc);
  const bool all =
      names.put("o", o) == names.put("pool", pool) &&
      names.put("acc", troupe::address<deposit, balance>(acc)) == troupe::put_name::registered;
  names.find<int>("o").tell(1);
  const troupe::address<balance, deposit> found = names.find<balance, deposit>("acc");
  const auto tried = names.try_find<balance>(std::string("acc"));
  if (!tried) return tried.error().code == troupe::name_errc::unknown;
  names.erase("o");
  std::vector<troupe::weak<account>> many(3, w);
  return all && w == many[0] && w.id() == acc.id() && names.list().size() == 2 && w == acc;
}
