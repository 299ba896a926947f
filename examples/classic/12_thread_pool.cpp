// 12_thread_pool.cpp: a pool made by hand, of a queue and threads.
//
//   Notice   the limit of tasks is the size of the queue. close() lets everything be done,
//            terminate() only what has begun; every task is told its end, by its callback.
#include <troupe/actors/classic/prelude.hpp>

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace classic = troupe::classic;

enum class status { done, failed, dropped };

class pool {
public:
  using work = std::function<std::string()>;
  using callback = std::function<void(status, const std::string&)>;

  pool(troupe::actor_system& sys, int threads, int tasks_max) : tasks_(sys, tasks_max) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back(sys, [this] { serve(); }).start();
  }
  ~pool() { close(); }  // then its threads are joined

  /// Waits while there are too many. @returns false: it takes no more
  bool run(work w, callback c) {
    return tasks_.put({std::move(w), std::move(c)}) == classic::wait_errc::ok;
  }
  void close() { tasks_.shutdown(); }
  void terminate() {
    close();
    while (const auto t = tasks_.get_nowait()) t->end(status::dropped, "");
  }
  void join() {
    for (auto& t : threads_) t.join();
  }

private:
  struct task {
    work begin;
    callback end;
  };

  static std::pair<status, std::string> run(const work& w) {
    try {
      return {status::done, w()};
    } catch (const std::exception& e) {
      return {status::failed, e.what()};
    }
  }
  void serve() {
    while (const auto t = tasks_.get()) {
      const auto [end, text] = run(t->begin);
      t->end(end, text);
    }
  }

  classic::queue<task> tasks_;
  std::vector<classic::thread> threads_;
};

/// What became of each task, by number: they end in any order.
using ends = classic::guarded<std::map<int, std::string>>;

pool::callback note(ends& all, int task) {
  return [&all, task](status s, const std::string& text) {
    constexpr std::array names{"done: ", "failed: ", "dropped"};
    all.with([&](auto& m) { m[task] = names[static_cast<std::size_t>(s)] + text; });
  };
}
void print(const char* title, ends& all) {
  std::printf("%s", title);
  for (const auto& [task, text] : all.with([](auto& m) { return m; }))
    std::printf(" (%d) %s", task, text.c_str());
  std::puts("");
}

std::string half(int n) {
  if (n % 2 != 0) throw std::domain_error("odd");
  return std::to_string(n / 2);
}

int main() {
  troupe::actor_system sys;
  ends closed(sys), terminated(sys);
  pool calm(sys, 3, 4);
  for (int i = 1; i <= 5; ++i) calm.run([i] { return half(i); }, note(closed, i));
  calm.close();
  if (!calm.run([] { return half(6); }, note(closed, 6))) std::puts("a sixth task is refused");
  calm.join();
  print("after close():", closed);

  classic::semaphore begun(sys, 0);
  classic::event go_on(sys);
  pool hasty(sys, 2, 4);
  const auto slow = [&] {
    begun.release();
    go_on.wait();
    return "late";
  };
  for (int i = 1; i <= 5; ++i) hasty.run(slow, note(terminated, i));
  for (int i = 0; i < 2; ++i) begun.acquire();  // two have begun, three have not
  hasty.terminate();
  go_on.set();
  hasty.join();
  print("after terminate():", terminated);
}

// It prints:
//
//   a sixth task is refused
//   after close(): (1) failed: odd (2) done: 1 (3) failed: odd (4) done: 2 (5) failed: odd
//   after terminate(): (1) done: late (2) done: late (3) dropped (4) dropped (5) dropped
