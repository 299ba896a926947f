// 24_named_like_verbs.cpp: messages may be called like the verbs of actors and handles.
//
// must compile
#include "../common.hpp"

struct stop {};
struct kill {};
struct tell {};
struct ask {
  using reply = int;
};
struct spawn {};
struct id {
  using reply = troupe::actor_id;
};
struct system {};
struct request {};
struct target {};

class desk : public troupe::actor<desk> {
public:
  void on(stop) { self().stop(); }
  void on(kill) {}
  void on(tell) { self().tell(stop{}); }
  int on(ask) { return 1; }
  void on(spawn) { last_ = self().spawn<desk>(); }
  troupe::actor_id on(id) { return self().id(); }
  void on(request) {}
  void on(target) {}

private:
  troupe::ref<desk> last_;
};

int use(const troupe::ref<desk>& d) {
  d.tell(stop{});
  d.tell(kill{});
  d.tell(tell{});
  d.tell(spawn{});
  d.tell(request{});
  d.tell<target>();
  d.stop();
  return d.ask(ask{}).get() + static_cast<int>(d.ask(id{}).get().value());
}
