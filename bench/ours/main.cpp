// main.cpp: the table of our rows.
#include "rows.hpp"

int main(int argc, char** argv) {
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
  };
  return bench::row_program("troupe " TROUPE_VERSION, rows, argc, argv);
}
