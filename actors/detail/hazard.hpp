// hazard.hpp: temporaries that g++ 12 destroys twice, and the text that refuses them.
//
//   Before   target.hpp asks about what the caller wrote.      After   operator co_await refuses.
#pragma once

#include <type_traits>

namespace troupe::detail {

// g++ before 13 destroys twice what is an aggregate temporary inside an expression that awaits.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
inline constexpr bool destroys_aggregates_twice = true;
#else
inline constexpr bool destroys_aggregates_twice = false;
#endif

/// Whether what the caller wrote is such a temporary.
template <class Written>
inline constexpr bool is_hazard_from =
    destroys_aggregates_twice && !std::is_lvalue_reference_v<Written> &&
    std::is_aggregate_v<std::remove_cvref_t<Written>> &&
    !std::is_trivially_destructible_v<std::remove_cvref_t<Written>>;

template <bool Hazard>
constexpr void refuse_hazard() noexcept {
  static_assert(!Hazard,
                "troupe: g++ 12 destroys an aggregate built inside a co_await expression twice. "
                "Name the message type instead: co_await x.ask<M>(fields...), or give the "
                "operation a name first: auto op = x.ask(...); co_await op;");
}

}  // namespace troupe::detail
