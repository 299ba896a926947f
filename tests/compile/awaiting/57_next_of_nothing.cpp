// 57_next_of_nothing.cpp: a pure producer waits for messages.
//
// must fail: troupe: inbox<> takes no messages: it has no next()
#include "../common.hpp"

troupe::task<> produce(troupe::inbox<> in) {
  auto nothing = in.next();
  (void)nothing;
  co_return;
}
