// rows.hpp: CAF's rows, one function each: a system of its own, a warm-up, the measurement.
#pragma once

#include "../../common/row_program.hpp"

namespace bench {

double ping_pong(const order&);
double one_producer(const order&);
double eight_producers(const order&);
double spawn(const order&);
double spawn_end(const order&);
double ask_same_core(const order&);
double bytes_per_actor(const order&);
double skynet(const order&);
double savina_thread_ring(const order&);
double savina_counting(const order&);
double savina_fork_join_throughput(const order&);
double savina_big(const order&);
double idle_wakeups(const order&);
double flood_fairness(const order&);

}  // namespace bench
