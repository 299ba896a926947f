// 10_queues.cpp: first in first out, last in first out, the lowest first, and both ends.
//
//   Notice   they differ in their order only. Elements are moved, so a unique_ptr goes through. A
//            deque is state with two ends: a guarded std::deque.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>
#include <deque>
#include <memory>
#include <string>

namespace classic = troupe::classic;

template <class Queue>
void three_one_two(const char* name, Queue& q) {
  for (const int n : {3, 1, 2}) (void)q.put(n);
  std::printf("%s:", name);
  while (const auto n = q.get_nowait()) std::printf(" %d", *n);
  std::puts("");
}

struct patient {
  int urgency;  ///< the lowest number is the most urgent
  std::string name;
};
struct more_urgent {
  bool operator()(const patient& a, const patient& b) const { return a.urgency < b.urgency; }
};

void print(const char* what, classic::wait_errc code) {
  std::printf("%s: %s\n", what, std::string(to_string(code)).c_str());
}

int main() {
  troupe::actor_system sys;
  classic::queue<int> fifo(sys);
  classic::lifo_queue<int> lifo(sys);
  classic::priority_queue<int> lowest(sys);
  three_one_two("fifo", fifo);
  three_one_two("lifo", lifo);
  three_one_two("priority", lowest);

  // Equal ones keep the order in which they came.
  classic::priority_queue<patient, more_urgent> ward(sys);
  for (const auto& p : {patient{2, "Carl"}, patient{1, "Anna"}, patient{2, "Ben"}})
    (void)ward.put(p);
  std::printf("ward:");
  while (const auto p = ward.get_nowait()) std::printf(" %s", p->name.c_str());
  std::puts("");

  classic::guarded<std::deque<int>> both_ends(sys);
  both_ends.with([](auto& d) { d.push_back(1), d.push_back(2), d.push_front(0); });
  const int left = both_ends.with([](auto& d) {
    const int n = d.front();
    d.pop_front();
    return n;
  });
  std::printf("from the left: %d, from the right: %d\n", left,
              both_ends.with([](auto& d) { return d.back(); }));

  classic::queue<std::unique_ptr<int>> small(sys, 1);
  (void)small.put(std::make_unique<int>(1));
  auto second = std::make_unique<int>(2);
  print("a second one", small.put_nowait(std::move(second)));
  std::printf("it is still here: %d\n", *second);  // refused, so not moved
  small.shutdown();
  print("after shutdown", small.put(std::move(second)));
  std::printf("what was in it comes out: %d\n", **small.get());
  print("then", small.get().error());
}

// It prints:
//
//   fifo: 3 1 2
//   lifo: 2 1 3
//   priority: 1 2 3
//   ward: Anna Carl Ben
//   from the left: 0, from the right: 2
//   a second one: queue_full
//   it is still here: 2
//   after shutdown: queue_shut_down
//   what was in it comes out: 1
//   then: queue_shut_down
