// main.cpp: the table of the rows on oneTBB.
#include "adapters.hpp"

#include <oneapi/tbb/queuing_mutex.h>
#include <oneapi/tbb/spin_mutex.h>
#include <oneapi/tbb/version.h>

int main(int argc, char** argv) {
  using bench::tbb_queue, bench::tbb_executor;
  using spin = bench::tbb_lock<tbb::spin_mutex>;
  using fair = bench::tbb_lock<tbb::queuing_mutex>;
  constexpr bench::entry rows[] = {
      {"queue_put_get", "ns", bench::queue_put_get<tbb_queue>},
      {"queue_handover", "M/s", bench::queue_handover<tbb_queue, 2>},
      {"queue_handover_8", "M/s", bench::queue_handover<tbb_queue, 8>},
      {"queue_handover_32", "M/s", bench::queue_handover<tbb_queue, 32>},
      {"lock_uncontended", "ns", bench::lock_uncontended<spin>},
      {"lock_contended_2", "ns", bench::lock_contended<spin, 2>},
      {"lock_contended", "ns", bench::lock_contended<spin, 8>},
      {"lock_contended_32", "ns", bench::lock_contended<spin, 32>},
      {"lock_acquire_contended_2", "ns", bench::lock_contended<spin, 2>},
      {"lock_acquire_contended", "ns", bench::lock_contended<spin, 8>},
      {"lock_acquire_contended_32", "ns", bench::lock_contended<spin, 32>},
      {"lock_fair", "ns", bench::lock_contended<fair, 2>},
      {"executor_submit", "ns", bench::executor_submit<tbb_executor, 1>},
      {"executor_submit_8", "ns", bench::executor_submit<tbb_executor, 8>},
  };
  return bench::row_program("oneTBB " TBB_VERSION_STRING, rows, argc, argv);
}
