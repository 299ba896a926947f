// tracked.hpp: a base class for nodes whose life a model test watches.
//
//   Before   a test's node type derives from it.   After   point.hpp.
//   Called   on a virtual thread, or in the program's set-up and end.
//   Rules    T1  What an execution constructs it also destroys; the explorer checks it at the end.
//            T2  Storage freed by delete is not used again before the end of the execution.
//   Blind    A plain field of a destroyed node can be read unnoticed: call touch() before.
#pragma once

#include "point.hpp"

#include <cstddef>
#include <new>

namespace model {

/// Base of a node: finds nodes that are leaked, destroyed twice, or touched when destroyed.
///
///     struct node : model::tracked { model::atomic<node*> next{nullptr}; };
///
/// The atomics inside a destroyed node refuse every operation without help from touch().
class tracked {
public:
  tracked() noexcept { detail::count_tracked(+1); }
  tracked(const tracked& other) noexcept {
    other.touch();
    detail::count_tracked(+1);
  }
  tracked& operator=(const tracked& other) noexcept {
    touch();
    other.touch();
    return *this;
  }
  ~tracked() {
    life_.require("second destruction");
    detail::count_tracked(-1);
  }

  /// Fails the execution if this node has been destroyed.
  void touch() const noexcept { life_.require("use"); }

  static void* operator new(std::size_t bytes) {
    return detail::quarantined_new(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  }
  static void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return detail::quarantined_new(bytes, static_cast<std::size_t>(alignment));
  }
  static void* operator new(std::size_t, void* place) noexcept { return place; }
  static void operator delete(void* storage, std::size_t bytes) noexcept {
    detail::quarantined_delete(storage, bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  }
  static void operator delete(void* storage, std::size_t bytes,
                              std::align_val_t alignment) noexcept {
    detail::quarantined_delete(storage, bytes, static_cast<std::size_t>(alignment));
  }

private:
  detail::life_mark life_;
};

}  // namespace model
