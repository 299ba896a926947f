// rows.hpp: our rows, one function each: a system of its own, a warm-up, the measurement.
#pragma once

#include "../common/row_program.hpp"
#include <troupe/actors/prelude.hpp>

#include <chrono>

namespace bench {

double ping_pong(const order&);
double one_producer(const order&);
double eight_producers(const order&);
double spawn(const order&);
double spawn_end(const order&);
double ask_same_core(const order&);
double ask_coroutine(const order&);
double bytes_per_actor(const order&);
double skynet(const order&);
double savina_thread_ring(const order&);
double savina_counting(const order&);
double savina_fork_join_throughput(const order&);
double savina_big(const order&);
double cross_core_spin(const order&);
double cross_core_park(const order&);
double idle_wakeups(const order&);
double flood_fairness(const order&);
double timers_1m_set(const order&);
double timers_1m_cancel(const order&);
double timers_1m_fire(const order&);
double coroutine_switch(const order&);
double echo_rtt(const order&);
double observe_cost(const order&);
double restart_time(const order&);
double restart_time_p99(const order&);
double restarts_per_second(const order&);
double supervised_spawn(const order&);
double family_100k(const order&);
double family_1k(const order&);

/// An ask from main that waits for a whole measurement must not meet the default deadline.
inline constexpr std::chrono::minutes patience{10};

}  // namespace bench
