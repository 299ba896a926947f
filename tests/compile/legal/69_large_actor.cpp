// 69_large_actor.cpp: an actor and a message larger than a cell.
//
// must compile
#include "../common.hpp"

struct page {
  char bytes[8192];
};
class book : public troupe::actor<book> {
public:
  void on(const page& p) { pages_[0] = p; }

private:
  page pages_[4]{};
};

void use(troupe::actor_system& sys) {
  auto b = sys.spawn<book>();
  b.tell(page{});
}
