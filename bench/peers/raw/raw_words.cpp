// raw_words.cpp: a number that two threads write in turn, each into a word of its own.
#include "../../common/two_cpus.hpp"
#include "../../common/workload.hpp"
#include "rows.hpp"

#include <atomic>
#include <cstdint>
#include <thread>

namespace bench {
namespace {

struct words {
  alignas(64) std::atomic<std::uint64_t> there{0};
  alignas(64) std::atomic<std::uint64_t> back{0};
};

void wait_for(const std::atomic<std::uint64_t>& word, std::uint64_t value) {
  while (word.load(std::memory_order_acquire) != value) {}  // acquire: with the other's store
}

/// Answers the numbers from 1 to `last`.
void return_all(words& w, std::uint64_t last) {
  for (std::uint64_t n = 1; n <= last; ++n) {
    wait_for(w.there, n);
    w.back.store(n, std::memory_order_release);  // release: with wait_for
  }
}

void serve(words& w, std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t n = first; n <= last; ++n) {
    w.there.store(n, std::memory_order_release);  // release: with wait_for
    wait_for(w.back, n);
  }
}

}  // namespace

double raw_words(const order& o) {
  const auto cpus = two_cpus();
  const std::uint64_t first = warm_up(o.work);
  words w;
  pin_this_thread(cpus[0]);
  std::thread returner([&] {
    pin_this_thread(cpus[1]);
    return_all(w, first + o.work);
  });
  serve(w, 1, first);
  const double took = seconds([&] { serve(w, first + 1, first + o.work); });
  returner.join();
  return ns_each(took, o.work);
}

}  // namespace bench
