// 58_gcc12_field.cpp: an aggregate as a field of the message, built inside an expression that
// awaits.
//
// must fail: troupe: g++ 12 destroys an aggregate built inside a co_await expression twice.
#include "../common.hpp"

struct swap {
  using reply = long;
  parcel content;
};

troupe::task<long> look(troupe::address<swap> other) {
  long n = co_await other.ask<swap>(parcel{std::make_unique<int>(1)});
  co_return n;
}
