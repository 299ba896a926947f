// main.cpp: the table of our rows.
#include "adapters.hpp"
#include "rows.hpp"

int main(int argc, char** argv) {
  using bench::our_executor, bench::our_guarded, bench::our_queue;
  using our_lock = bench::our_lock<false>;
  using our_fair_lock = bench::our_lock<true>;
  constexpr bench::entry rows[] = {
      {"ping_pong_ns", "ns", bench::ping_pong},
      {"one_producer", "M/s", bench::one_producer},
      {"eight_producers", "M/s", bench::eight_producers},
      {"spawn", "ns", bench::spawn},
      {"spawn_end", "ns", bench::spawn_end},
      {"ask_same_core", "ns", bench::ask_same_core},
      {"ask_coroutine", "ns", bench::ask_coroutine},
      {"bytes_per_actor", "B", bench::bytes_per_actor},
      {"skynet", "ms", bench::skynet},
      {"savina_thread_ring", "ns", bench::savina_thread_ring},
      {"savina_counting", "ns", bench::savina_counting},
      {"savina_fork_join_throughput", "ns", bench::savina_fork_join_throughput},
      {"savina_big", "ns", bench::savina_big},
      {"cross_core_spin", "ns", bench::cross_core_spin},
      {"cross_core_park", "us", bench::cross_core_park},
      {"idle_wakeups", "1/s", bench::idle_wakeups},
      {"flood_fairness", "share", bench::flood_fairness},
      {"timers_1m_set", "ns", bench::timers_1m_set},
      {"timers_1m_cancel", "ns", bench::timers_1m_cancel},
      {"timers_1m_fire", "ns", bench::timers_1m_fire},
      {"coroutine_switch", "ns", bench::coroutine_switch},
      {"echo_rtt", "us", bench::echo_rtt},
      {"observe_cost", "ns", bench::observe_cost},
      {"restart_time", "us", bench::restart_time},
      {"restart_time_p99", "us", bench::restart_time_p99},
      {"restarts_per_second", "1/s", bench::restarts_per_second},
      {"supervised_spawn", "ns", bench::supervised_spawn},
      {"family_100k", "ns", bench::family_100k},
      {"family_1k", "ns", bench::family_1k},
      {"queue_put_get", "ns", bench::queue_put_get<our_queue>},
      {"queue_handover", "M/s", bench::queue_handover<our_queue, 2>},
      {"queue_handover_8", "M/s", bench::queue_handover<our_queue, 8>},
      {"queue_handover_32", "M/s", bench::queue_handover<our_queue, 32>},
      {"lock_uncontended", "ns", bench::lock_uncontended<our_lock>},
      {"lock_contended_2", "ns", bench::lock_contended<our_guarded, 2>},
      {"lock_contended", "ns", bench::lock_contended<our_guarded, 8>},
      {"lock_contended_32", "ns", bench::lock_contended<our_guarded, 32>},
      {"lock_acquire_contended_2", "ns", bench::lock_contended<our_lock, 2>},
      {"lock_acquire_contended", "ns", bench::lock_contended<our_lock, 8>},
      {"lock_acquire_contended_32", "ns", bench::lock_contended<our_lock, 32>},
      {"lock_fair", "ns", bench::lock_contended<our_fair_lock, 2>},
      {"executor_submit", "ns", bench::executor_submit<our_executor, 1>},
      {"executor_submit_8", "ns", bench::executor_submit<our_executor, 8>},
  };
  return bench::row_program("troupe " TROUPE_VERSION, rows, argc, argv);
}
