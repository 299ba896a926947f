// 62_mixin.cpp: handlers out of a mixin, made visible by `using`.
//
// must compile
#include "../common.hpp"

template <class Self>
struct counts_deposits {
  void on(deposit d) { total += d.amount; }
  long on(balance) const { return total; }
  long total = 0;
};
class teller : public troupe::actor<teller>, public counts_deposits<teller> {
public:
  using counts_deposits<teller>::on;
  void on(withdraw) {}
};

long use(troupe::actor_system& sys) {
  auto t = sys.spawn<teller>();
  t.tell(deposit{1});
  t.tell(withdraw{1});
  const troupe::address<balance, deposit> to = t;
  return to.ask(balance{}).get();
}
