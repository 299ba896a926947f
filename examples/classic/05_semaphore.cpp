// 05_semaphore.cpp: at most five at a time.
//
//   Notice   twenty customers, five tables: a permit is a table. A bounded semaphore refuses to
//            have more tables than it began with.
#include <troupe/actors/classic/prelude.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace classic = troupe::classic;

constexpr int tables = 5;

struct room {
  int inside = 0;
  int most = 0;
  int served = 0;
};

int main() {
  troupe::actor_system sys;
  classic::bounded_semaphore free_tables(sys, tables);
  classic::guarded<room> seen(sys);
  classic::barrier five_sit(sys, tables);  // five eat together: so five are inside at once
  {
    const auto dine = [&] {
      free_tables.acquire();
      seen.with([](room& r) { r.most = std::max(r.most, ++r.inside); });
      (void)five_sit.wait();
      seen.with([](room& r) { --r.inside, ++r.served; });
      free_tables.release();
    };
    std::vector<classic::thread> customers;
    for (int i = 0; i < 20; ++i) customers.emplace_back(sys, dine).start();
  }  // joins them

  seen.with([](const room& r) { std::printf("served: %d, at once: %d\n", r.served, r.most); });
  std::printf("a sixth table: %s\n", std::string(to_string(free_tables.release())).c_str());

  for (int i = 0; i < tables; ++i) free_tables.acquire();
  std::printf("is there one left? %s\n", free_tables.try_acquire() ? "yes" : "no");
  free_tables.release(tables);  // all at once
  std::printf("and now? %s\n", free_tables.try_acquire() ? "yes" : "no");
}

// It prints:
//
//   served: 20, at once: 5
//   a sixth table: too_many
//   is there one left? no
//   and now? yes
