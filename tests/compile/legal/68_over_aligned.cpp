// 68_over_aligned.cpp: messages, replies and actors with an alignment of their own.
//
// must compile
#include "../common.hpp"

struct alignas(128) wide {
  using reply = wide;
  float values[32];
};
class alignas(256) mixer : public troupe::actor<mixer> {
public:
  wide on(const wide& w) { return last_ = w; }

private:
  wide last_{};
};

float use(troupe::actor_system& sys) {
  auto m = sys.spawn<mixer>();
  m.tell(wide{});
  return m.ask(wide{}).get().values[0];
}
