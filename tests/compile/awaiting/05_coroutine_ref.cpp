// 05_coroutine_ref.cpp: a coroutine handler that takes its message by reference.
//
// must fail: troupe: a coroutine handler takes its message by value, on(M m): a reference is
// must name: audit
#include "../common.hpp"

class audit : public troupe::actor<audit> {
public:
  troupe::task<> on(const deposit& d);
};

void look(const troupe::ref<audit>& a) { a.tell<deposit>(1); }
