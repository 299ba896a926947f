#!/usr/bin/python3
"""python_rows: queue.Queue, threading.Lock and concurrent.futures: the work of common/adapters.hpp.

The interpreter is Debian's own, whose threads take turns.
"""
import concurrent.futures
import platform
import queue
import sys
import threading
import time

from row_program import main, require, sum_to, warm_up

BATCH = 1000


def seconds_on_threads(count, function):
    """Seconds from when all threads stand ready until the last has ended."""
    ready = threading.Barrier(count + 1)
    go = threading.Event()

    def begin(number):
        ready.wait()
        go.wait()
        function(number)

    threads = [threading.Thread(target=begin, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    go.set()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def queue_put_get(work, _workers):
    numbers = queue.Queue()

    def run(count):
        total = 0
        start = time.perf_counter()
        for i in range(1, count + 1):
            numbers.put(i)
            total += numbers.get()
        took = time.perf_counter() - start
        require(total == sum_to(count), "the sum of what was got")
        return took

    run(warm_up(work))
    return run(work) * 1e9 / work


def queue_handover(threads):
    producers = threads // 2

    def measure(work, _workers):
        numbers = queue.Queue()

        def run(each):
            sums = [0] * producers

            def body(number):
                if number < producers:
                    for i in range(1, each + 1):
                        numbers.put(i)
                else:
                    total = 0
                    for _ in range(each):
                        total += numbers.get()
                    sums[number - producers] = total

            took = seconds_on_threads(threads, body)
            require(sum(sums) == producers * sum_to(each), "the sum of what was got")
            return took

        each = max(work // producers, 1)
        run(warm_up(each))
        return each * producers / run(each) / 1e6

    return measure


def lock_contended(threads):
    def measure(work, _workers):
        lock = threading.Lock()

        def run(each):
            total = 0

            def body(_number):
                nonlocal total
                for _ in range(each):
                    with lock:
                        total += 1

            took = seconds_on_threads(threads, body)
            require(total == threads * each, "the number under the lock")
            return took

        each = max(work // threads, 1)
        run(warm_up(each))
        return run(each) * 1e9 / (each * threads)

    return measure


def executor_submit(threads):
    def measure(work, workers):
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:

            def run(each):
                sums = [0] * threads

                def body(number):
                    total = 0
                    for first in range(1, each + 1, BATCH):
                        batch = range(first, min(each, first + BATCH - 1) + 1)
                        given = [pool.submit(lambda i: i, i) for i in batch]
                        total += sum(future.result() for future in given)
                    sums[number] = total

                took = seconds_on_threads(threads, body)
                require(sum(sums) == threads * sum_to(each), "the sum of the results")
                return took

            each = max(work // threads, 1)
            run(warm_up(each))
            return run(each) * 1e9 / (each * threads)

    return measure


ROWS = {
    "queue_put_get": ("ns", queue_put_get),
    "queue_handover": ("M/s", queue_handover(2)),
    "queue_handover_8": ("M/s", queue_handover(8)),
    "queue_handover_32": ("M/s", queue_handover(32)),
    "lock_uncontended": ("ns", lock_contended(1)),
    "lock_contended_2": ("ns", lock_contended(2)),
    "lock_contended": ("ns", lock_contended(8)),
    "lock_contended_32": ("ns", lock_contended(32)),
    "lock_acquire_contended_2": ("ns", lock_contended(2)),
    "lock_acquire_contended": ("ns", lock_contended(8)),
    "lock_acquire_contended_32": ("ns", lock_contended(32)),
    "executor_submit": ("ns", executor_submit(1)),
    "executor_submit_8": ("ns", executor_submit(8)),
}


if __name__ == "__main__":
    sys.exit(main(f"Python {platform.python_version()}", ROWS))
