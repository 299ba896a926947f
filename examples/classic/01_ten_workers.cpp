// 01_ten_workers.cpp: ten workers show themselves.
//
//   Notice   where join() stands decides what runs at once: behind each start() one worker at a
//            time, behind all of them ten. Without any, the end of the object waits; that of a
//            daemon does not.
#include <troupe/actors/classic/prelude.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

using namespace std::chrono_literals;
namespace classic = troupe::classic;

using names = std::vector<std::string>;

/// Ten threads that have not begun yet.
template <class F>
std::vector<classic::thread> ten(troupe::actor_system& sys, F f) {
  std::vector<classic::thread> workers;
  for (int i = 0; i < 10; ++i)
    workers.emplace_back(sys, classic::thread_options{.name = "w" + std::to_string(i)}, f);
  return workers;
}

void join_behind_each_start(troupe::actor_system& sys) {
  std::printf("one after the other:");
  const auto show = [] { std::printf(" %s", classic::current_thread().name.c_str()); };
  for (auto& worker : ten(sys, show)) {
    worker.start();
    worker.join();
  }
  std::puts("");
}

void join_behind_all_starts(troupe::actor_system& sys) {
  classic::guarded<names> here(sys);
  const auto count = [&] { std::printf("at once: %zu threads\n", classic::active_count(sys)); };
  // Nobody passes it before ten have come; so all of them run at once.
  classic::barrier all_here(sys, 10, {.action = count});
  auto workers = ten(sys, [&] {
    here.with([name = classic::current_thread().name](names& n) { n.push_back(name); });
    (void)all_here.wait();
  });
  for (auto& worker : workers) worker.start();
  for (auto& worker : workers) worker.join();

  auto came = here.with([](names& n) { return n; });
  std::sort(came.begin(), came.end());
  std::printf("from %s to %s\n", came.front().c_str(), came.back().c_str());
}

void no_join(troupe::actor_system& sys) {
  classic::event go(sys);
  {
    classic::thread foreground(sys, [&] {
      go.wait();
      std::puts("the foreground thread is done");
    });
    foreground.start();
    std::puts("main goes on");
    go.set();
  }  // its end waits for it
  std::puts("and so does main now");
}

void daemon(troupe::actor_system& sys, classic::event& never) {
  classic::thread_options o{.name = "daemon", .daemon = true};
  classic::thread d(sys, o, [&] { never.wait(); });
  d.start();
}  // and does not wait

int main() {
  troupe::actor_system sys({.log = false});  // else it tells that the daemon was cut short
  classic::event never(sys);

  join_behind_each_start(sys);
  join_behind_all_starts(sys);
  no_join(sys);
  daemon(sys, never);
  for (const auto& left : classic::enumerate(sys))
    std::printf("left: %s%s\n", left.name.c_str(), left.daemon ? ", nobody waits for it" : "");
  sys.shutdown(1s);
}

// It prints:
//
//   one after the other: w0 w1 w2 w3 w4 w5 w6 w7 w8 w9
//   at once: 10 threads
//   from w0 to w9
//   main goes on
//   the foreground thread is done
//   and so does main now
//   left: daemon, nobody waits for it
