// 18_supervision.cpp: actors that are started again when they fail, and a tree that says how.
//
//   Notice   nothing catches an exception here. The cook fails, is started again under the same
//            address, and has forgotten everything; what waited for it is handled then. After the
//            second failure within the period the tree gives up, and says why.
#include <troupe/supervision/prelude.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using troupe::child_spec;

struct order {
  using reply = std::string;
  std::string dish;
};
using kitchen_address = troupe::address<order>;

class cook : public troupe::actor<cook> {
public:
  std::string on(const order& o) {
    if (o.dish == "fugu") throw std::runtime_error("the cook has tasted it");
    return o.dish + ", the " + std::to_string(++dishes_) + ". of this cook";
  }

private:
  int dishes_ = 0;
};

/// Knows the kitchen, not the cook: the address outlives each of them.
class waiter : public troupe::actor<waiter> {
public:
  explicit waiter(kitchen_address kitchen) : kitchen_(std::move(kitchen)) {}
  troupe::task<std::string> on(order o) {
    const auto dish = co_await kitchen_.try_ask<order>(o.dish).wait_for_restart();
    co_return dish ? *dish : "no " + o.dish + " today: " + dish.error().reason().to_string();
  }

private:
  kitchen_address kitchen_;
};

int main() {
  troupe::actor_system sys({.log = false});
  troupe::slot<cook> kitchen(sys, "cook");
  troupe::slot<waiter> tables(sys, "waiter");
  auto told = sys.events();

  const troupe::supervisor_spec restaurant{
      .strategy = troupe::one_for_one,
      .intensity = 1,
      .period = 1h,
      .children = {
          child_spec{.id = "cook", .start = troupe::actor_of<cook>(), .at = kitchen},
          child_spec{.id = "waiter", .start = troupe::actor_of<waiter>(kitchen), .at = tables},
      }};
  const auto tree = troupe::start(sys, restaurant);
  if (!tree) {
    std::printf("%s\n", tree.error().text().c_str());
    return 1;
  }

  const auto eat = [&](const char* dish) {
    std::printf("%s\n", tables.ask<order>(dish).get().c_str());
  };
  eat("soup");
  eat("rice");
  eat("fugu");     // the cook fails, and is started again
  eat("noodles");  // waits for the next one, if it has to
  const auto children = tree->children().get();
  for (const auto& c : *children)
    std::printf("%s is %s\n", c.id.c_str(), std::string(to_string(c.state)).c_str());

  kitchen.tell(order{"fugu"});  // the one too many
  while (const auto e = told.next(10s))
    if (e->kind == troupe::event_kind::gave_up) {
      std::printf("closed: %s\n", e->reason.to_string().c_str());
      break;
    }
}

// It prints:
//
//   soup, the 1. of this cook
//   rice, the 2. of this cook
//   no fugu today: failed(std::runtime_error, "the cook has tasted it")
//   noodles, the 1. of this cook
//   waiter is running
//   cook is running
//   closed: failed(std::runtime_error, "the cook has tasted it")
