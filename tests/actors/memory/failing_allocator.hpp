// failing_allocator.hpp: memory that runs out when a test says so.
//
//   Before   the program is linked with --wrap for the functions of malloc that the library calls;
//            operator new is this program's own.
//   Called   by a test: `const shortage s(3);` — from this thread's fourth allocation on there is
//            no memory, until `s` is gone.
#pragma once

#include <cstddef>

namespace failing {

/// Which allocations fail.
enum class how : unsigned char {
  from_then_on,  ///< the nth and all that come after it
  once           ///< the nth alone
};

/// While it lives this thread's allocations fail, after the first `granted`.
class shortage {
public:
  explicit shortage(std::size_t granted, how h = how::from_then_on) noexcept;
  shortage(const shortage&) = delete;
  shortage& operator=(const shortage&) = delete;
  ~shortage();

  /// Whether one has failed: what was tried wants more than was granted.
  [[nodiscard]] bool was_felt() const noexcept;
};

}  // namespace failing
