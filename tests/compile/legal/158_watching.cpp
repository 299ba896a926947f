// 158_watching.cpp: watches and links in every form.
//
// must compile
#include "../common.hpp"

struct bye {
  std::unique_ptr<int> worth;
};

struct guard : troupe::actor<guard> {
  void on_start() {
    last = self().watch(one);
    last = self().watch(troupe::address<deposit>(one));
    last = self().watch(pool);
    last = self().watch(one, bye{});
    last = self().watch(one, 7);
    last = self().link(one);
    self().link(pool);
    self().trap_exits(true);
    self().trap_exits(false);
    const troupe::monitor copy = last;
    copy.cancel();
    seen = copy.who();
  }
  void on(const troupe::down& d) {
    seen = d.who;
    for (const troupe::exit_reason* why = &d.reason; why != nullptr; why = why->cause())
      text += why->to_string();
  }
  void on(bye) {}
  void on(int) {}
  troupe::ref<account> one;
  troupe::pool_ref<account> pool;
  troupe::monitor last;
  troupe::actor_id seen;
  std::string text;
};

// Neither a link nor a watch with a message of one's own needs a handler for downs.
struct plain : troupe::actor<plain> {
  void on(int n) {
    self().link(one);
    self().watch(one, n);
  }
  troupe::ref<account> one;
};

// In a class template the name of the base is needed, as for every verb of self().
template <class T>
struct shelf : troupe::actor<shelf<T>> {
  using shelf::actor::self;
  void on(T) { self().watch(one); }
  void on(troupe::down) {}
  troupe::ref<account> one;
};
template struct shelf<int>;

auto reads = [](troupe::inbox<troupe::down, deposit> in,
                troupe::ref<account> one) -> troupe::task<> {
  in.trap_exits(true);
  const troupe::monitor a = in.watch(one);
  in.watch(one, deposit{1}).cancel();
  in.link(one).cancel();
  auto d = co_await in.next<troupe::down>();
  if (d && d->who == a.who()) in.stop(d->reason);
};

struct waits : troupe::actor<waits> {
  troupe::task<> on(troupe::down d) {
    self().watch(one);
    co_await one.ask<balance>();
    reason = d.reason;
  }
  troupe::ref<account> one;
  troupe::exit_reason reason;
};
