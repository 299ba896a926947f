// 92_coroutines.cpp: every form of a coroutine, and a pair.
//
// must compile
#include "../common.hpp"

#include <array>
#include <vector>

struct item {  // an aggregate: named first
  std::string name;
  long price;
};

struct shop {
  std::vector<item> items;
  troupe::coroutine<const item&> cheaper_than(long price) const {
    for (const item& i : items)
      if (i.price < price) co_yield i;
  }
  troupe::coroutine<item> copies() const {
    for (const item& i : items) co_yield i;
  }
  troupe::coroutine<item&> all() {
    for (item& i : items) co_yield i;
  }
};

troupe::coroutine<std::string> words() {
  co_yield "a literal";
  co_yield std::string("a call");
  co_yield {};
  const std::string named = "a name";
  co_yield named;
}
troupe::coroutine<std::array<int, 2>> trivial() { co_yield {1, 2}; }
troupe::coroutine<const std::string&> references() { co_yield "a literal"; }
troupe::coroutine<void> steps() {
  co_yield {};
  co_return;
}
troupe::coroutine<void, std::string> sink(std::string& all) {
  for (;;) all += co_yield {};
}
troupe::coroutine<long, parcel> weigh() {
  long sum = 0;
  for (;;) {
    const parcel got = co_yield sum;
    sum += *got.content;
  }
}
template <class T>
troupe::coroutine<T> first(troupe::coroutine<T> from, int n) {
  for (T value : from) {
    if (n-- == 0) co_return;
    co_yield std::move(value);
  }
}

troupe::partner play(troupe::partner& other, int& ball) {
  for (; ball < 10; ++ball) co_await switch_to(other);
}

long use(shop& s) {
  long sum = 0;
  for (const item& i : s.cheaper_than(3)) sum += i.price;
  for (item i : s.copies()) sum += i.price;
  for (item& i : s.all()) ++i.price;
  for (auto&& word : first(words(), 2)) sum += static_cast<long>(word.size());
  auto t = trivial();
  while (const auto pair = t.next()) sum += (*pair)[0];
  auto r = references();
  if (const std::string* text = r.next()) sum += static_cast<long>(text->size());
  auto st = steps();
  while (st.next()) ++sum;
  std::string all;
  auto to = sink(all);
  to.next();
  to.send("text");
  auto w = weigh();
  w.next();
  parcel p;
  p.content = std::make_unique<int>(3);
  sum += w.send(std::move(p)).value_or(0);
  int ball = 0;
  troupe::partner a, b;
  a = play(b, ball);
  b = play(a, ball);
  hand_over(a, b);
  return sum;
}
