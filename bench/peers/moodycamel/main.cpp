// main.cpp: the rows of queues on moodycamel's, which has no lock.
#include "../../common/adapters.hpp"

#include <concurrentqueue/blockingconcurrentqueue.h>

#include <cstdint>

namespace {

using numbers = moodycamel::BlockingConcurrentQueue<std::uint64_t>;

/// With tokens, the quicker way: each thread has one.
class producing {
public:
  explicit producing(numbers& to) : to_(to), token_(to) {}
  void put(std::uint64_t x) { bench::require(to_.enqueue(token_, x), "enqueue()"); }

private:
  numbers& to_;
  moodycamel::ProducerToken token_;
};

class consuming {
public:
  explicit consuming(numbers& from) : from_(from), token_(from) {}
  [[nodiscard]] std::uint64_t get() {
    std::uint64_t x = 0;
    from_.wait_dequeue(token_, x);
    return x;
  }

private:
  numbers& from_;
  moodycamel::ConsumerToken token_;
};

class queue {
public:
  explicit queue(int) {}
  [[nodiscard]] producing producer() { return producing(numbers_); }
  [[nodiscard]] consuming consumer() { return consuming(numbers_); }

private:
  numbers numbers_;
};

}  // namespace

int main(int argc, char** argv) {
  constexpr bench::entry rows[] = {
      {"queue_put_get", "ns", bench::queue_put_get<queue>},
      {"queue_handover", "M/s", bench::queue_handover<queue, 2>},
      {"queue_handover_8", "M/s", bench::queue_handover<queue, 8>},
      {"queue_handover_32", "M/s", bench::queue_handover<queue, 32>},
  };
  return bench::row_program("moodycamel::BlockingConcurrentQueue", rows, argc, argv);
}
