// row.cpp: the table. The amounts let the slowest program run for about two seconds.
#include "row.hpp"

namespace compare {
namespace {

constexpr std::uint16_t all = caf | go | erlang;
constexpr std::uint16_t locks = std_mutex | tbb | python;
constexpr std::uint16_t executors = locks;
constexpr std::uint16_t queues = locks | moodycamel;

constexpr row rows[] = {
    {"ping_pong_ns", "ns", better::smaller, 2'000'000, 0, all,
     "two actors, one message bouncing: time per message"},
    {"one_producer", "M/s", better::bigger, 4'000'000, 0, all,
     "one actor to one mailbox, until all messages are handled"},
    {"eight_producers", "M/s", better::bigger, 4'000'000, 0, all,
     "eight actors to one mailbox, until all messages are handled"},
    {"spawn", "ns", better::smaller, 200'000, 0, all,
     "an actor spawned by an actor, and held: the call"},
    {"spawn_end", "ns", better::smaller, 500'000, 0, all,
     "a whole life: spawned, one message handled, unreferenced, destroyed"},
    {"ask_same_core", "ns", better::smaller, 1'000'000, 1, caf,
     "request and reply between two actors on one worker: round trip"},
    {"ask_coroutine", "ns", better::smaller, 1'000'000, 1, caf,
     "the same in a loop of a coroutine: round trip"},
    {"bytes_per_actor", "B", better::smaller, 1'000'000, 0, all,
     "resident memory per idle actor, each after one message"},
    {"skynet", "ms", better::smaller, 1'000'000, 0, all,
     "a tree with ten children per actor and a million leaves, summed up"},
    {"savina_thread_ring", "ns", better::smaller, 2'000'000, 0, all,
     "a token goes round 100 actors, 100,000 hops an iteration: time per hop"},
    {"savina_counting", "ns", better::smaller, 5'000'000, 0, all,
     "one actor lets another count, 1,000,000 an iteration: time per message"},
    {"savina_fork_join_throughput", "ns", better::smaller, 6'000'000, 0, all,
     "a thread deals 10,000 messages to each of 60 actors an iteration: time per message"},
    {"savina_big", "ns", better::smaller, 4'800'000, 0, all,
     "120 actors, 20,000 pings each to random ones, with their pongs: time per message"},
    {"cross_core_spin", "ns", better::smaller, 100'000, 2, raw,
     "round trip between two actors on two workers that never sleep"},
    {"cross_core_park", "us", better::smaller, 2'000, 2, raw,
     "round trip between two actors on two workers that sleep meanwhile"},
    {"idle_wakeups", "1/s", better::smaller, 1'000'000, 0, caf,
     "how often threads wake up while a million actors have nothing to do"},
    {"flood_fairness", "share", better::bigger, 2'000'000, 0, caf,
     "the worst polite sender beside a flooding one: its share of what would be fair"},
    {"timers_1m_set", "ns", better::smaller, 1'000'000, 0, go | erlang,
     "a million timers of one actor, of one to two hours: to set one"},
    {"timers_1m_cancel", "ns", better::smaller, 1'000'000, 0, go | erlang,
     "the same: to cancel one"},
    {"timers_1m_fire", "ns", better::smaller, 1'000'000, 0, go | erlang,
     "a million that are due at one moment: from then until the last is handled, for each"},
    {"coroutine_switch", "ns", better::smaller, 10'000'000, 0, greenlet,
     "two partners that hand control to one another: time per switch"},
    {"echo_rtt", "us", better::smaller, 100'000, 1, asio,
     "64 bytes over TCP on loopback to an actor and back, on one worker: round trip"},
    {"observe_cost", "ns", better::smaller, 2'000'000, 0, own,
     "ping-pong with counters and recorder; the peer is the same without them"},
    {"restart_time", "us", better::smaller, 50'000, 0, erlang,
     "a supervised child fails: from the throw until the next one's on_start, the median"},
    {"restart_time_p99", "us", better::smaller, 50'000, 0, erlang,
     "the same: what 99 of 100 do not exceed"},
    {"restarts_per_second", "1/s", better::bigger, 100'000, 0, erlang,
     "a child that fails as soon as it has begun, again and again: restarts a second"},
    {"supervised_spawn", "ns", better::smaller, 100'000, 0, erlang | own,
     "a child of a family, until its on_start has run; beside it the same actor on its own"},
    {"family_100k", "ns", better::smaller, 100'000, 0, erlang,
     "100,000 children of one family, started and stopped: time per child"},
    {"family_1k", "ns", better::smaller, 100'000, 0, erlang,
     "the same in families of 1,000, one after the other: time per child"},
    {"queue_put_get", "ns", better::smaller, 1'000'000, 0, queues,
     "a queue: a thread puts each element and gets it: both"},
    {"queue_handover", "M/s", better::bigger, 2'000'000, 0, queues,
     "a queue, from one thread to another: elements a second"},
    {"queue_handover_8", "M/s", better::bigger, 1'000'000, 0, queues,
     "the same, from four threads to four"},
    {"queue_handover_32", "M/s", better::bigger, 400'000, 0, queues,
     "the same, from 16 threads to 16"},
    {"lock_uncontended", "ns", better::smaller, 5'000'000, 0, locks,
     "a lock that one thread uses: acquire and release"},
    {"lock_contended_2", "ns", better::smaller, 5'000'000, 0, locks,
     "two threads raise a number; ours with guarded::with: time per step of all"},
    {"lock_contended", "ns", better::smaller, 5'000'000, 0, locks, "the same, 8 threads"},
    {"lock_contended_32", "ns", better::smaller, 5'000'000, 0, locks, "the same, 32 threads"},
    {"lock_acquire_contended_2", "ns", better::smaller, 5'000'000, 0, locks,
     "two threads raise a number between acquire and release: time per step of all"},
    {"lock_acquire_contended", "ns", better::smaller, 5'000'000, 0, locks, "the same, 8 threads"},
    {"lock_acquire_contended_32", "ns", better::smaller, 5'000'000, 0, locks,
     "the same, 32 threads"},
    {"lock_fair", "ns", better::smaller, 1'000'000, 0, std_mutex | tbb,
     "the same, two threads, in the order in which they came; std::mutex keeps none"},
    {"executor_submit", "ns", better::smaller, 200'000, 0, executors,
     "1,000 small tasks submitted, then their results, and so on: time per task"},
    {"executor_submit_8", "ns", better::smaller, 200'000, 0, executors,
     "the same from 8 threads: time per task of all"},
};

}  // namespace

std::span<const row> all_rows() { return rows; }

const row* find_row(std::string_view name) {
  for (const row& r : rows)
    if (r.name == name) return &r;
  return nullptr;
}

}  // namespace compare
