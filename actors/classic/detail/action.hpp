// action.hpp: a function of the user's that is kept.
//
//   Before   options of barrier.hpp, executor.hpp.      After   whoever has a copy calls it.
//   Holds    the function, shared by all copies.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace troupe::classic::detail {

/// A function that is kept, or none.
class action {
public:
  action() noexcept = default;
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, action> && std::is_invocable_v<F&>)
  action(F f)
      : kept_(std::make_shared<F>(std::move(f))),
        run_([](void* kept) { (*static_cast<F*>(kept))(); }) {}
  [[nodiscard]] explicit operator bool() const noexcept { return run_ != nullptr; }
  void operator()() const { run_(kept_.get()); }

private:
  std::shared_ptr<void> kept_;
  void (*run_)(void*) = nullptr;
};

}  // namespace troupe::classic::detail
