// 56_foreign_awaitable.cpp: a task awaits something that knows nothing of actors.
//
// must fail: troupe: an actor awaits what troupe offers
// must name: somebody_elses
#include "../common.hpp"

struct somebody_elses {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 1; }
};

troupe::task<int> look() {
  int n = co_await somebody_elses();
  co_return n;
}
