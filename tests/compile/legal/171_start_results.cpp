// 171_start_results.cpp: every form of an on_start.
//
// must compile
#include "../common.hpp"

using troupe::start_result;
using troupe::task;

struct says_nothing : troupe::actor<says_nothing> {
  void on_start() {}
};
struct waits : troupe::actor<waits> {
  task<> on_start() { co_return; }
};
class says : public troupe::actor<says> {
  friend troupe::handler_access;

public:
  explicit says(int port) : port_(port) {}

private:
  start_result on_start() const {
    if (port_ == 0) return start_result::ignore();
    if (port_ == 1) return start_result::ok();
    return start_result::ok("port " + std::to_string(port_));
  }
  int port_;
};
struct waits_and_says : troupe::actor<waits_and_says> {
  task<start_result> on_start() {
    co_await troupe::sleep(std::chrono::milliseconds(1));
    co_return start_result::ok("here");
  }
};

void use(troupe::actor_system& sys) {
  const auto a = sys.spawn<says_nothing>();
  const auto b = sys.spawn<waits>();
  const auto c = sys.spawn<says>(7);
  const auto d = sys.spawn<waits_and_says>();
}
