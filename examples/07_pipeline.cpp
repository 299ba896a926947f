// 07_pipeline.cpp: a pipeline that goes at the pace of its slowest stage.
//
//   source --candidate--> 3 workers --chain--> judge
//
//   Notice   a mailbox here holds eight messages. `co_await send` waits for room where tell would
//            be refused, so a million candidates need no memory, and none is lost. Nobody says
//            "the end": a stage ends when those who feed it have ended.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <utility>
#include <vector>

using troupe::address, troupe::inbox, troupe::task;

struct candidate {
  long start;
};
struct chain {
  long start;
  int steps;
};

/// Halve the even, triple the odd and add one: how many steps until 1?
int steps_from(long n) {
  int steps = 0;
  for (; n != 1; ++steps) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}

/// inbox<>: nobody writes to it. It deals the candidates out, to each worker in turn.
task<> source(inbox<>, long last, std::vector<address<candidate>> workers) {
  for (long n = 1; n <= last; ++n) {
    const auto& worker = workers[static_cast<std::size_t>(n) % workers.size()];
    co_await worker.send<candidate>(n);
  }
}

task<> worker(inbox<candidate> in, address<chain> judge) {
  while (const auto c = co_await in.next())
    co_await judge.send<chain>(c->start, steps_from(c->start));
}

task<> judge(inbox<chain> in) {
  long count = 0;
  chain longest{0, -1};
  while (const auto c = co_await in.next()) {
    ++count;
    const bool is_longer = c->steps > longest.steps;
    // Three workers: the order in which chains come is anybody's guess.
    if (is_longer || (c->steps == longest.steps && c->start < longest.start)) longest = *c;
  }
  std::printf("%ld chains, the longest from %ld: %d steps\n", count, longest.start, longest.steps);
}

int main() {
  troupe::actor_system sys;
  const troupe::spawn_options small{.capacity = 8};
  {
    const auto last_stage = sys.spawn(small, judge);
    std::vector<address<candidate>> workers;
    for (int i = 0; i < 3; ++i) workers.push_back(sys.spawn(small, worker, last_stage));
    const auto first_stage = sys.spawn(source, 100'000, std::move(workers));
  }  // main lets go: each stage is held by the one before it

  sys.drain();
  std::printf("refused: %d\n", static_cast<int>(sys.counters().dead_letters()));
}

// It prints:
//
//   100000 chains, the longest from 77031: 350 steps
//   refused: 0
