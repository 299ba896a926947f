// 105_timers.cpp: timers in all their forms.
//
// must compile
#include "../common.hpp"

#include <chrono>

using namespace std::chrono_literals;

struct after {};  // named like the verb
struct every {
  int n;
};

template <class T>
class cache : public troupe::actor<cache<T>> {
public:
  using cache::actor::self;

  void on_start() { sweep_ = self().every(1s, every{1}); }
  void on(every) { self().after(10ms, after{}); }
  void on(const after&) { sweep_.cancel(); }
  long on(balance) { return 0; }  // a request that nobody waits for
  void on(parcel p) { self().after(1min, std::move(p)); }
  void on(int) {
    const every lvalue{2};
    troupe::timer_id twice = self().after(1h, lvalue);
    twice = self().after(0ns, balance{});
    const troupe::timer_id copy = twice;
    copy.cancel();
  }

private:
  troupe::timer_id sweep_;
};

troupe::ref<cache<int>> start(troupe::actor_system& sys) { return sys.spawn<cache<int>>(); }
