// service.cpp: what service_test.py runs: troupe::run() in each of its endings.
#include <troupe/supervision/prelude.hpp>

#include <cstdio>
#include <cstring>
#include <semaphore>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using troupe::child_spec;

namespace {

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

struct fail_now {};

class part : public troupe::actor<part> {
public:
  part(std::string name, std::string mood) : name_(std::move(name)), mood_(std::move(mood)) {}
  void on_start() {
    if (mood_ == "refuses") throw std::runtime_error("no port is free");
    say("start " + name_);
    if (mood_ == "fails") self().tell(fail_now{});
    if (mood_ == "done") self().stop();
  }
  void on(fail_now) { throw std::runtime_error("disk full"); }
  void on_stop(const troupe::exit_reason& why) {
    say("stop " + name_ + " " + std::string(to_string(why.kind())));
    if (mood_ == "stuck") never_.acquire();
  }

private:
  static inline std::binary_semaphore never_{0};
  std::string name_;
  std::string mood_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string mood = argc > 1 ? argv[1] : "well";
  troupe::actor_system sys({.workers = 2, .pin = false});
  const bool ends = mood == "done";
  const int code = troupe::run(
      sys,
      troupe::supervisor_spec{
          .intensity = mood == "invalid" ? -1 : 1,
          .auto_shutdown = ends ? troupe::auto_shutdown_type::any_significant
                                : troupe::auto_shutdown_type::never,
          .children = {child_spec{.id = "first", .start = troupe::actor_of<part>("first", "well")},
                       child_spec{.id = "second",
                                  .start = troupe::actor_of<part>("second", mood),
                                  .restart = ends ? troupe::transient : troupe::permanent,
                                  .shutdown = troupe::stop_time::infinity(),
                                  .significant = ends}}},
      {.shutdown_deadline = mood == "stuck" ? troupe::duration(200ms) : troupe::duration(60s)});
  say("code " + std::to_string(code));
  return code;
}
