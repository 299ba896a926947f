// 33_abstract.cpp: an actor class with a pure virtual function.
//
// must fail: troupe: spawn: this actor class is abstract
// must name: shape
#include "../common.hpp"

struct shape : troupe::actor<shape> {
  void on(int) {}
  virtual void draw() = 0;

protected:
  ~shape() = default;
};

auto open(troupe::actor_system& sys) { return sys.spawn<shape>(); }
