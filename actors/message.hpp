// message.hpp: what is a message, and what is its reply.
//
//   Before   users write structs.      After   handler.hpp matches them, target.hpp sends them.
//   Holds    nothing: all of it happens in the compiler.
#pragma once

#include <chrono>
#include <string_view>
#include <type_traits>

namespace troupe {

/// Every length of time in the interface; std::chrono literals convert.
using duration = std::chrono::nanoseconds;

/// A point on the system's monotonic clock, which under the test kit is a manual one.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

/// The reply that a message names. Specialise it for message types that are not yours:
/// `template <> struct troupe::reply_of<their::query> { using type = int; };`
template <class M>
struct reply_of {};
template <class M>
  requires requires { typename M::reply; }
struct reply_of<M> {
  using type = typename M::reply;
};

/// The reply's type; void means "tell me when it is done".
template <class M>
using reply_t = typename reply_of<M>::type;

/// Whether a message names its reply, so that it can be asked.
template <class M>
inline constexpr bool is_request = requires { typename reply_of<M>::type; };

namespace detail {

/// The type's name as the compiler writes it.
template <class T>
[[nodiscard]] consteval std::string_view type_name() {
  constexpr std::string_view whole = __PRETTY_FUNCTION__;
  constexpr std::string_view key = "T = ";
  constexpr auto begin = whole.find(key) + key.size();
  constexpr auto next = whole.find(';', begin);  // g++ goes on with other names; clang ends here
  constexpr auto end = next != whole.npos ? next : whole.rfind(']');
  return whole.substr(begin, end - begin);
}

}  // namespace detail
}  // namespace troupe
