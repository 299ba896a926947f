// main.cpp: the table of the rows on std::mutex.
#include "adapters.hpp"

int main(int argc, char** argv) {
  using bench::std_lock, bench::std_pool, bench::std_queue;
  constexpr bench::entry rows[] = {
      {"queue_put_get", "ns", bench::queue_put_get<std_queue>},
      {"queue_handover", "M/s", bench::queue_handover<std_queue, 2>},
      {"queue_handover_8", "M/s", bench::queue_handover<std_queue, 8>},
      {"queue_handover_32", "M/s", bench::queue_handover<std_queue, 32>},
      {"lock_uncontended", "ns", bench::lock_uncontended<std_lock>},
      {"lock_contended_2", "ns", bench::lock_contended<std_lock, 2>},
      {"lock_contended", "ns", bench::lock_contended<std_lock, 8>},
      {"lock_contended_32", "ns", bench::lock_contended<std_lock, 32>},
      {"lock_acquire_contended_2", "ns", bench::lock_contended<std_lock, 2>},
      {"lock_acquire_contended", "ns", bench::lock_contended<std_lock, 8>},
      {"lock_acquire_contended_32", "ns", bench::lock_contended<std_lock, 32>},
      {"lock_fair", "ns", bench::lock_contended<std_lock, 2>},
      {"executor_submit", "ns", bench::executor_submit<std_pool, 1>},
      {"executor_submit_8", "ns", bench::executor_submit<std_pool, 8>},
  };
  return bench::row_program("std::mutex and std::condition_variable", rows, argc, argv);
}
