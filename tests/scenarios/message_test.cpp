// message_test.cpp: what is promised of messages.
#include "scenario.hpp"

#include <string>
#include <vector>

namespace {

struct add {
  int from;
  int number;
};
struct seen {
  using reply = std::vector<add>;
};

class collector : public troupe::actor<collector> {
public:
  void on(add a) { all_.push_back(a); }
  std::vector<add> on(seen) const { return all_; }

private:
  std::vector<add> all_;
};

struct go {
  int count;
};
class sender : public troupe::actor<sender> {
public:
  sender(int me, troupe::address<add> to) : me_(me), to_(std::move(to)) {}
  void on(go g) {
    for (int i = 0; i < g.count; ++i) to_.tell<add>(me_, i);
  }

private:
  int me_;
  troupe::address<add> to_;
};

SCENARIO(Message, ArrivesInOrderPerSenderAndExactlyOnce) {
  constexpr int senders = 3;
  constexpr int each = 40;
  auto sink = w.spawn<collector>();
  std::vector<troupe::ref<sender>> all;
  for (int s = 0; s < senders; ++s) all.push_back(w.spawn<sender>(s, sink));
  for (auto& s : all) s.tell<go>(each);
  w.settle();
  const auto got = sink.ask(seen{}).get();
  ASSERT_EQ(got.size(), static_cast<std::size_t>(senders * each));
  std::vector<int> next(senders, 0);
  for (const add& a : got) EXPECT_EQ(a.number, next[static_cast<std::size_t>(a.from)]++);
}

}  // namespace
