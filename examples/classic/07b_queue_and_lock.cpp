// 07b_queue_and_lock.cpp: one queue and one lock, used by four threads and two actors.
//
//   Notice   the threads block, the actors await. A queue and a lock become queue::ref and
//            lock::ref by themselves. An actor that ends with the lock in its hand releases it.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
namespace classic = troupe::classic;

struct job {
  int no;
};
struct total {
  using reply = long;
};

class consumer : public troupe::actor<consumer> {
public:
  consumer(classic::queue<job>::ref jobs, classic::lock::ref print)
      : jobs_(std::move(jobs)), print_(std::move(print)) {}
  troupe::task<> on_start() {
    for (;;) {
      auto j = co_await jobs_.get();
      if (!j) co_return;  // shut down
      sum_ += j->no;
      auto held = co_await print_.acquire(1s);
      if (held && held->owner_died()) std::puts("(the one before died)");
    }
  }
  long on(total) { return sum_; }

private:
  classic::queue<job>::ref jobs_;
  classic::lock::ref print_;
  long sum_ = 0;
};

int main() {
  troupe::actor_system sys;
  classic::queue<job> jobs(sys, 16);
  classic::lock print(sys);
  auto a = sys.spawn<consumer>(jobs, print);  // queue -> queue::ref, by itself
  auto b = sys.spawn<consumer>(jobs, print);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          if (jobs.put({t * 10 + i}, 2s) != classic::wait_errc::ok) return;
          auto held = print.acquire();
          std::printf("%d\n", t);
        }
      });
  }
  jobs.shutdown();
  return a.ask(total{}).get() + b.ask(total{}).get() >= 0 ? 0 : 1;
}

// It prints, in any order:
//
//   0
//   0
//   0
//   0
//   0
//   0
//   0
//   0
//   0
//   0
//   1
//   1
//   1
//   1
//   1
//   1
//   1
//   1
//   1
//   1
//   2
//   2
//   2
//   2
//   2
//   2
//   2
//   2
//   2
//   2
//   3
//   3
//   3
//   3
//   3
//   3
//   3
//   3
//   3
//   3
