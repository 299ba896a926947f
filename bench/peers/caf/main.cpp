// main.cpp: the table of CAF's rows.
#include "rows.hpp"

#include <caf/config.hpp>

#include <string>

int main(int argc, char** argv) {
  constexpr bench::entry rows[] = {
      {"ping_pong_ns", "ns", bench::ping_pong},
      {"one_producer", "M/s", bench::one_producer},
      {"eight_producers", "M/s", bench::eight_producers},
      {"spawn", "ns", bench::spawn},
      {"spawn_end", "ns", bench::spawn_end},
      {"ask_same_core", "ns", bench::ask_same_core},
      {"ask_coroutine", "ns", bench::ask_same_core},  // CAF has continuations only
      {"bytes_per_actor", "B", bench::bytes_per_actor},
      {"skynet", "ms", bench::skynet},
      {"savina_thread_ring", "ns", bench::savina_thread_ring},
      {"savina_counting", "ns", bench::savina_counting},
      {"savina_fork_join_throughput", "ns", bench::savina_fork_join_throughput},
      {"savina_big", "ns", bench::savina_big},
      {"idle_wakeups", "1/s", bench::idle_wakeups},
      {"flood_fairness", "share", bench::flood_fairness},
  };
  return bench::row_program("CAF, CAF_VERSION " + std::to_string(CAF_VERSION), rows, argc, argv);
}
