// 59_task_not_awaited.cpp: a task that is called as if it were a function.
//
// must warn: a task runs when it is awaited: co_await it
#include "../common.hpp"

troupe::task<> store(deposit d);

troupe::task<> look(deposit d) {
  store(d);
  co_return;
}
