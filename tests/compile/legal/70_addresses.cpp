// 70_addresses.cpp: refs, self() and wider addresses become any address that takes less.
//
// must compile
#include "../common.hpp"

#include <vector>

using both = troupe::address<deposit, balance>;
using same = troupe::address<balance, deposit>;

class registrar : public troupe::actor<registrar> {
public:
  void on(both b) { known_.push_back(b); }
  void on(deposit d) {
    for (const same& each : known_) each.tell(d);
  }
  troupe::address<deposit> as_seen() { return self(); }
  troupe::ref<registrar> as_known() { return self(); }

private:
  std::vector<same> known_;
};

static_assert(!std::is_convertible_v<troupe::address<deposit>, both>);
static_assert(std::is_convertible_v<troupe::ref<account>, same>);

bool use(const troupe::ref<registrar>& r, const troupe::ref<account>& a) {
  const both wide = a;
  const same turned = wide;
  const troupe::address<balance> narrow = turned;
  troupe::address<> nothing = narrow;
  r.tell(both(a));
  r.tell(wide);
  nothing = r;
  return wide == a && narrow == wide && a.id() == narrow.id() && nothing;
}
