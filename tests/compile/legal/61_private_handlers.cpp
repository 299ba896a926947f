// 61_private_handlers.cpp: handlers may be private if the library is a friend.
//
// must compile
#include "../common.hpp"

class vault : public troupe::actor<vault> {
  friend troupe::handler_access;

  void on_start() { ++content_; }
  void on_stop(const troupe::exit_reason&) { content_ = 0; }
  void on(deposit d) { content_ += d.amount; }
  void on(const withdraw& w) { content_ -= w.amount; }
  long on(balance) const { return content_; }

  long content_ = 0;
};

long use(troupe::actor_system& sys) {
  auto v = sys.spawn<vault>();
  const troupe::address<withdraw, balance> to = v;
  v.tell(deposit{2});
  to.tell(withdraw{1});
  return to.ask(balance{}).get();
}
