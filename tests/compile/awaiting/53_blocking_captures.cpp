// 53_blocking_captures.cpp: a blocking job that captures what may be gone when it runs.
//
// must fail: troupe: blocking(f) runs on another thread and may outlive the actor: capture nothing
#include "../common.hpp"

troupe::task<> store(std::string path) {
  auto job = troupe::blocking([&path] { return path.size(); });
  co_await job;
}
