// adapters.hpp: the rows of queues, locks and executors: the same work on ours and on every peer.
//
//   Before   a program names the types that it measures in its table of rows.
//   After    the row's value, after a warm-up; a sum that is wrong fails the row.
//   Holds    what is measured, for one row.
//   Rules    Queue     producer(), consumer(): for one thread each, with put(number) and get()
//            Lock      add_one(): ++ of a number under the lock; sum(): that number
//            Executor  sum_of(first, last): submits a task for each number from `first` to `last`,
//                      that gives it, and adds up what they gave
//            They are built from the workers, an Executor from the submitting threads too.
#pragma once

#include "row_program.hpp"
#include "threads.hpp"
#include "workload.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace bench {

/// Each element put and got by the same thread: the time of both.
template <class Queue>
double queue_put_get(const order& o) {
  Queue queue(o.workers);
  auto in = queue.producer();
  auto out = queue.consumer();
  const auto run = [&](std::uint64_t count) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 1; i <= count; ++i) {
      in.put(i);
      sum += out.get();
    }
    require(sum == sum_to(count), "the sum of what was got");
  };
  run(warm_up(o.work));
  return ns_each(seconds([&] { run(o.work); }), o.work);
}

/// One half of the threads puts, the other half gets: millions of elements a second.
template <class Queue, unsigned threads>
double queue_handover(const order& o) {
  static_assert(threads % 2 == 0);
  constexpr unsigned producers = threads / 2;
  Queue queue(o.workers);
  const auto run = [&](std::uint64_t each) {
    std::vector<std::uint64_t> sums(producers);
    const double took = seconds_on_threads(threads, [&](unsigned number) {
      if (number < producers) {
        auto in = queue.producer();
        for (std::uint64_t i = 1; i <= each; ++i) in.put(i);
      } else {
        auto out = queue.consumer();
        std::uint64_t sum = 0;
        for (std::uint64_t i = 1; i <= each; ++i) sum += out.get();
        sums[number - producers] = sum;
      }
    });
    require(std::accumulate(sums.begin(), sums.end(), std::uint64_t{0}) == producers * sum_to(each),
            "the sum of what was got");
    return took;
  };
  const std::uint64_t each = share_of(o.work, producers);
  run(warm_up(each));
  return millions(run(each), each * producers);
}

/// A number raised under a lock by some threads: the time for each step.
template <class Lock, unsigned threads>
double lock_contended(const order& o) {
  Lock lock(o.workers);
  const auto run = [&](std::uint64_t each) {
    const std::uint64_t before = lock.sum();
    const double took = seconds_on_threads(threads, [&](unsigned) {
      for (std::uint64_t i = 0; i < each; ++i) lock.add_one();
    });
    require(lock.sum() - before == threads * each, "the number under the lock");
    return took;
  };
  const std::uint64_t each = share_of(o.work, threads);
  run(warm_up(each));
  return ns_each(run(each), each * threads);
}

template <class Lock>
double lock_uncontended(const order& o) {
  return lock_contended<Lock, 1>(o);
}

/// Submits a batch of tasks, takes their results, and so on: the time for each task.
template <class Executor, unsigned threads>
double executor_submit(const order& o) {
  Executor executor(o.workers, threads);
  const auto run = [&](std::uint64_t each) {
    std::vector<std::uint64_t> sums(threads);
    const double took = seconds_on_threads(threads, [&](unsigned number) {
      std::uint64_t sum = 0;
      for (std::uint64_t first = 1; first <= each; first += batch)
        sum += executor.sum_of(first, std::min(each, first + batch - 1));
      sums[number] = sum;
    });
    require(std::accumulate(sums.begin(), sums.end(), std::uint64_t{0}) == threads * sum_to(each),
            "the sum of the results");
    return took;
  };
  const std::uint64_t each = share_of(o.work, threads);
  run(warm_up(each));
  return ns_each(run(each), each * threads);
}

/// sum_of() for executors whose `submit(number)` gives a future that `result` reads.
template <class Submit, class Result>
std::uint64_t sum_of_futures(std::uint64_t first, std::uint64_t last, const Submit& submit,
                             const Result& result) {
  std::vector<decltype(submit(first))> given;
  given.reserve(last - first + 1);
  for (std::uint64_t i = first; i <= last; ++i) given.push_back(submit(i));
  std::uint64_t sum = 0;
  for (auto& future : given) sum += result(future);
  return sum;
}

}  // namespace bench
