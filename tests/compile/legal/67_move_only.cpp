// 67_move_only.cpp: messages, replies and continuations that cannot be copied.
//
// must compile
#include "../common.hpp"

struct exchange {
  using reply = std::unique_ptr<int>;
  std::unique_ptr<int> given;
};

class changer : public troupe::actor<changer> {
public:
  std::unique_ptr<int> on(exchange e) { return std::exchange(kept_, std::move(e.given)); }
  void on(parcel&& p) { kept_ = std::move(p.content); }

private:
  std::unique_ptr<int> kept_;
};

class customer : public troupe::actor<customer> {
public:
  explicit customer(troupe::address<exchange> to, std::unique_ptr<int> coin)
      : to_(std::move(to)), coin_(std::move(coin)) {}
  void on(int) {
    to_.ask(exchange{std::move(coin_)})
        .then(this, [this, note = std::make_unique<int>(1)](std::unique_ptr<int> got) {
          coin_ = std::move(got);
        });
  }

private:
  troupe::address<exchange> to_;
  std::unique_ptr<int> coin_;
};

void use(troupe::actor_system& sys) {
  const auto c = sys.spawn<changer>();
  const auto p = sys.spawn<customer>(c, std::make_unique<int>(7));
  parcel kept{std::make_unique<int>(1)};
  if (c.try_tell(kept) != troupe::tell_status::queued) c.tell(std::move(kept));
  c.tell<parcel>(std::make_unique<int>(2));
  p.tell(*c.ask<exchange>(nullptr).get());
}
