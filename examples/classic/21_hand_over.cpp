// 21_hand_over.cpp: two bodies, one of which runs: as greenlets that switch to each other.
//
//   Notice   a switch is strict: this one stands, that one goes on from where it stood. Values go
//            over in plain variables, since never both run. When one has ended the other stands.
#include <troupe/actors/partner.hpp>

#include <cstdio>
#include <string>

using troupe::hand_over;
using troupe::partner;

partner first(partner& second) {
  std::puts("12");
  co_await switch_to(second);
  std::puts("34");
}

partner other(partner& first) {
  std::puts("56");
  co_await switch_to(first);
  std::puts("78");  // never: the first has ended
}

/// What goes over, both ways.
struct letter {
  std::string question;
  int answer = 0;
};

partner asks(partner& other, letter& post) {
  for (const char* const word : {"seven", "two", "letters"}) {
    post.question = word;
    co_await switch_to(other);
    std::printf("%s has %d letters\n", word, post.answer);
  }
}

partner answers(partner& other, letter& post) {
  for (;;) {
    post.answer = static_cast<int>(post.question.size());
    co_await switch_to(other);
  }
}

int main() {
  partner a, b;  // named first: each has to know the other
  a = first(b);
  b = other(a);
  hand_over(a, b);
  std::printf("first: %s, other: %s\n", a.done() ? "done" : "stands", b.done() ? "done" : "stands");

  letter post;
  partner asker, clerk;
  asker = asks(clerk, post);
  clerk = answers(asker, post);
  hand_over(asker, clerk);
}

// It prints:
//
//   12
//   56
//   34
//   first: done, other: stands
//   seven has 5 letters
//   two has 3 letters
//   letters has 7 letters
