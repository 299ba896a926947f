// 11_cooks.cpp: producers and consumers: cooks, dumplings, customers.
//
//   Notice   a cook whose plate is full waits: the queue holds ten. join() waits until everything
//            that was put has been eaten, not only taken; shutdown() then sends the customers home.
#include <troupe/actors/classic/prelude.hpp>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace classic = troupe::classic;

constexpr int cooks = 3, customers = 4, dumplings_each = 50;

struct dumpling {
  int cook;
  int number;
};

/// What the guest book says of an evening.
struct evening {
  int eaten[cooks] = {};
  bool in_order = true;
};

int main() {
  troupe::actor_system sys;
  classic::queue<dumpling> plate(sys, 10);
  classic::guarded<evening> book(sys);

  const auto cook = [&](int me) {
    for (int i = 1; i <= dumplings_each; ++i) (void)plate.put(dumpling{me, i});
  };
  const auto eat = [&] {
    int last[cooks] = {};
    while (const auto d = plate.get()) {  // until there will be no more
      book.with([&](evening& e) {
        ++e.eaten[d->cook];
        e.in_order = e.in_order && d->number > last[d->cook];
      });
      last[d->cook] = d->number;
      plate.task_done();
    }
  };

  std::vector<classic::thread> guests, kitchen;
  for (int i = 0; i < customers; ++i) guests.emplace_back(sys, eat).start();
  for (int i = 0; i < cooks; ++i) kitchen.emplace_back(sys, cook, i).start();
  for (auto& c : kitchen) c.join();
  plate.join();
  std::printf("the kitchen is closed, %zu dumplings are left\n", plate.qsize());
  plate.shutdown();
  for (auto& g : guests) g.join();

  book.with([](const evening& e) {
    for (int c = 0; c < cooks; ++c) std::printf("of cook %d: %d eaten\n", c, e.eaten[c]);
    std::printf("each in the order of its cook: %s\n", e.in_order ? "yes" : "no");
  });
}

// It prints:
//
//   the kitchen is closed, 0 dumplings are left
//   of cook 0: 50 eaten
//   of cook 1: 50 eaten
//   of cook 2: 50 eaten
//   each in the order of its cook: yes
