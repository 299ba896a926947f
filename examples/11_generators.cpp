// 11_generators.cpp: functions that stop half-way, without actors.
//
//   Notice   a coroutine<T> runs when it is asked for its next value, on the stack of who asks, in
//            a handler too. It never waits. Of two partners one runs and the other stands, so they
//            share plain variables.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <string>
#include <utility>

using troupe::coroutine;

/// Endless; one value at a time.
coroutine<long> fibonacci() {
  for (long a = 0, b = 1;; b = std::exchange(a, b) + b) co_yield b;
}

/// Generators of generators: what passes is made on demand.
coroutine<long> even(coroutine<long> from) {
  for (const long n : from)
    if (n % 2 == 0) co_yield n;
}

/// Takes as well as gives: each co_yield brings the next value of the caller's.
coroutine<double, double> running_mean() {
  double sum = 0, mean = 0;
  for (int count = 1;; ++count) {
    const double value = co_yield mean;
    sum += value;
    mean = sum / count;
  }
}

struct next_ticket {
  using reply = std::string;
};

/// An actor whose state is a place in a function.
class ticket_office : public troupe::actor<ticket_office> {
public:
  std::string on(next_ticket) {
    const auto ticket = tickets_.next();
    return ticket ? *ticket : "sold out";
  }

private:
  static coroutine<std::string> seats() {
    for (const char row : {'A', 'B'})
      for (int seat = 1; seat <= 2; ++seat) co_yield row + std::to_string(seat);
    co_yield "the last one, behind the pillar";
  }

  coroutine<std::string> tickets_ = seats();
};

troupe::partner teller(troupe::partner& other, std::string& story) {
  for (const char* const part : {"Once upon", "a time"}) {
    story = part;
    co_await switch_to(other);
  }
}

troupe::partner child(troupe::partner& other, const std::string& story) {
  for (;;) {
    std::printf("%s ... and then?\n", story.c_str());
    co_await switch_to(other);
  }
}

int main() {
  std::printf("fibonacci:");
  for (const long n : even(fibonacci())) {
    if (n > 1000) break;
    std::printf(" %ld", n);
  }

  auto mean = running_mean();
  mean.next();  // to its first co_yield, which waits for a value
  std::printf("\nmean:");
  for (const double value : {2.0, 4.0, 9.0}) std::printf(" %g", *mean.send(value));
  std::puts("");

  troupe::actor_system sys;
  const auto office = sys.spawn<ticket_office>();
  for (int i = 0; i < 6; ++i) std::puts(office.ask(next_ticket{}).get().c_str());

  std::string story;
  troupe::partner grandmother, anna;
  grandmother = teller(anna, story);
  anna = child(grandmother, story);
  hand_over(grandmother, anna);  // until one of them has ended
}

// It prints:
//
//   fibonacci: 2 8 34 144 610
//   mean: 2 3 5
//   A1
//   A2
//   B1
//   B2
//   the last one, behind the pillar
//   sold out
//   Once upon ... and then?
//   a time ... and then?
