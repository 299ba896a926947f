// locals.hpp: values that belong to a thread or to an actor.
//
//   Before   classic/local.hpp asks.      After   their thread, or life.cpp, destroys them.
//   Called   local_value: any thread.
#pragma once

#include <memory>
#include <vector>

namespace troupe::detail {

/// Few, so in no order.
class local_values {
public:
  /// That of `key`, null at first. Those whose keys nobody else has any more go.
  /// @throws std::bad_alloc
  [[nodiscard]] std::shared_ptr<void>& of(const std::shared_ptr<const char>& key);

private:
  struct entry {
    std::shared_ptr<const char> key;
    std::shared_ptr<void> value;
  };
  std::vector<entry> all_;
};

/// The caller's own: the actor's in a turn, else the thread's. @throws std::bad_alloc
[[nodiscard]] std::shared_ptr<void>& local_value(const std::shared_ptr<const char>& key);

}  // namespace troupe::detail
