// locals.cpp: values that belong to a thread or to an actor.
#include <troupe/actors/life/detail/locals.hpp>

#include <troupe/actors/engine/core.hpp>

#include <algorithm>

namespace troupe::detail {

std::shared_ptr<void>& local_values::of(const std::shared_ptr<const char>& key) {
  for (entry& one : all_)
    if (one.key == key) return one.value;
  std::erase_if(all_, [](const entry& one) { return one.key.use_count() == 1; });
  return all_.emplace_back(entry{key, nullptr}).value;
}

std::shared_ptr<void>& local_value(const std::shared_ptr<const char>& key) {
  // A thread's own values are its own: what destroys them at its end is the language's.
  thread_local local_values of_thread;
  cell* const c = running_cell();
  if (c == nullptr) return of_thread.of(key);
  cell_extras& own = extras_of(*c);
  if (own.locals == nullptr) own.locals = std::make_unique<local_values>();
  return own.locals->of(key);
}

}  // namespace troupe::detail
