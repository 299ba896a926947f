// 20_generator_consumer.cpp: a producer and a consumer without threads, locks or queues.
//
//   Notice   the consumer is a function that stops in the middle: each co_yield gives an answer and
//            brings the next value. One stack, so nothing is shared and nobody waits.
#include <troupe/actors/coroutine.hpp>

#include <cstdio>
#include <string>

using troupe::coroutine;

coroutine<std::string, int> consumer() {
  std::string answer;
  for (;;) {
    const int n = co_yield answer;
    if (n == 0) co_return;
    std::printf("consumer: %d\n", n);
    answer = n % 2 == 0 ? "even" : "odd";
  }
}

void produce(coroutine<std::string, int>& to) {
  to.next();  // to its first co_yield
  for (int n = 1; n <= 3; ++n) {
    std::printf("producer: %d\n", n);
    const auto answer = to.send(n);
    std::printf("producer: it was %s\n", answer->c_str());
  }
  to.send(0);
}

/// A filter: takes words, gives a line when it is full; what is left for an empty word.
coroutine<std::string, std::string> lines_of(std::size_t columns) {
  std::string line, full;
  for (;;) {
    const std::string word = co_yield full;
    full.clear();
    if (word.empty() || line.size() + 1 + word.size() > columns) full.swap(line);
    line += (line.empty() ? "" : " ") + word;
  }
}

int main() {
  auto c = consumer();
  produce(c);
  std::printf("is the consumer done? %s\n", c.done() ? "yes" : "no");

  auto lines = lines_of(20);
  lines.next();
  for (const char* const word :
       {"who", "takes", "and", "gives", "needs", "no", "queue", "at all.", ""})
    if (const auto line = lines.send(word); !line->empty()) std::puts(line->c_str());
}

// It prints:
//
//   producer: 1
//   consumer: 1
//   producer: it was odd
//   producer: 2
//   consumer: 2
//   producer: it was even
//   producer: 3
//   consumer: 3
//   producer: it was odd
//   is the consumer done? yes
//   who takes and gives
//   needs no queue
//   at all.
