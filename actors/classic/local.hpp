// local.hpp: one value for each thread, or for each actor.
//
//   Before   code that keeps something per thread.
//   After    the thread's end, or the actor's, destroys its value.
//   Called   any thread; get() gives the caller's own value, which nobody else sees.
//   Holds    a key; the values lie with their threads and actors.
#pragma once

#include <troupe/actors/life/detail/locals.hpp>

#include <memory>
#include <utility>

namespace troupe::classic {

/// One `T` per ordinary thread, and per actor inside actors, whichever thread runs them. Each is
/// built when it is first asked for, and destroyed at the end of its thread or actor.
///
/// When to use: code that is shared by threads and actors and keeps a cache or a buffer. When not:
/// an actor's own state is its members.
template <class T>
class local {
public:
  local() : local([] { return T(); }) {}
  /// Values begin as what `make()` gives.
  template <class F>
  explicit local(F make)
      : make_([](const void* f) -> std::shared_ptr<void> {
          return std::make_shared<T>((*static_cast<const F*>(f))());
        }),
        with_(std::make_shared<F>(std::move(make))) {}
  local(const local&) = delete;
  local& operator=(const local&) = delete;

  /// The caller's own. @throws what making it throws, std::bad_alloc
  [[nodiscard]] T& get() const {
    if (void* const mine = troupe::detail::local_value(key_).get()) return *static_cast<T*>(mine);
    std::shared_ptr<void> made = make_(with_.get());  // which may ask for others
    T& value = *static_cast<T*>(made.get());
    troupe::detail::local_value(key_) = std::move(made);
    return value;
  }
  T& operator*() const { return get(); }
  T* operator->() const { return &get(); }

private:
  std::shared_ptr<void> (*make_)(const void*);
  std::shared_ptr<void> with_;
  /// Its address names the values; they hold it, so that it names no others later.
  std::shared_ptr<const char> key_ = std::make_shared<char>('\0');
};

}  // namespace troupe::classic
