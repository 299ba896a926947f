// run_until_signal.cpp: main of a service: until it is told to end.
#include <troupe/actors/io/run_until_signal.hpp>

#include <troupe/actors/life/stop_signals.hpp>

#include <cstdio>
#include <unistd.h>

namespace troupe::io {

int run_until_signal(actor_system& sys, duration deadline) {
  const detail::stop_signals ours("run_until_signal");
  ours.rings()->wait();
  const shutdown_report report = sys.shutdown(deadline);
  if (report.clean()) return exit_clean;
  std::fprintf(stderr, "troupe: shutdown waited in vain for %s\n", report.to_string().c_str());
  if (!report.workers_left) return exit_stuck;
  std::fflush(nullptr);
  ::_exit(exit_stuck);
}

}  // namespace troupe::io
