// 65_cyclic_actors.cpp: two actors that talk to each other, neither knowing the other's class.
//
// must compile
#include "../common.hpp"

// What would be ping_pong_messages.hpp:
struct ball;
struct over {};
using player_address = troupe::address<ball>;
struct ball {
  long left;
  player_address back;
};

// What would be server.hpp:
class receiver;
class server : public troupe::actor<server> {
public:
  explicit server(troupe::address<ball> other) : other_(std::move(other)) {}
  void on(over) { other_.tell(ball{10, self()}); }
  void on(ball b);

private:
  troupe::address<ball> other_;
  troupe::ref<receiver> known_;  // a ref to a class that is only declared may be kept
};

// What would be receiver.hpp:
class receiver : public troupe::actor<receiver> {
public:
  void on(const ball& b) { b.back.tell(ball{b.left - 1, self()}); }
};

void server::on(ball b) {
  if (b.left > 0) b.back.tell<ball>(b.left - 1, self());
}

void use(troupe::actor_system& sys) {
  const auto r = sys.spawn<receiver>();
  const auto s = sys.spawn<server>(r);
  s.tell(over{});
}
