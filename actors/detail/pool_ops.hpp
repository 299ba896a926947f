// pool_ops.hpp: what a pool has to know of a message in order to choose a member.
//
//   Before   pool.hpp and address.hpp take these tables.
//   After    engine/pool.cpp asks for the key and for copies; the member's turn runs the rest.
//   Called   key, copy: by the sender's thread.
//   Holds    static tables, one per actor class and message type, as in actor_ops.hpp.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>

#include <concepts>
#include <cstdint>
#include <new>
#include <string_view>  // std::hash
#include <type_traits>

namespace troupe {

/// What a message is routed by in a pool with routing::hash: its member `key()`, which gives
/// anything that std::hash takes. Specialise it for message types that are not yours:
/// `template <> struct troupe::key_of<their::put> { static int of(const their::put& m); };`
template <class M>
struct key_of {};
template <class M>
  requires requires(const M& m) { m.key(); }
struct key_of<M> {
  static decltype(auto) of(const M& m) { return m.key(); }
};

/// Whether a message has a key.
template <class M>
concept keyed = requires(const M& m) {
  {
    std::hash<std::remove_cvref_t<decltype(key_of<M>::of(m))>>{}(key_of<M>::of(m))
  } -> std::convertible_to<std::size_t>;
};

template <class A>
struct pool;  // what reports call one: `troupe::pool<fetcher>`

namespace detail {

/// How a message for a pool is handled, and by what it is routed.
struct pool_ops : envelope_ops {
  const void* (*payload)(const envelope&) noexcept;
  /// The hash of the message's key. @returns false: it has none, or key() threw
  bool (*key)(const void* message, std::uint64_t& hash) noexcept;
  /// An envelope with a copy, for the same handler. @returns null: there is no memory, or the copy
  /// threw. Is null itself if the message cannot be copied, or is asked.
  envelope* (*copy)(const void* message, const pool_ops& ops) noexcept;
};

template <class M>
bool key_hash([[maybe_unused]] const void* message, [[maybe_unused]] std::uint64_t& hash) noexcept {
  if constexpr (keyed<M>) {
    try {
      const M& m = *static_cast<const M*>(message);
      hash = std::hash<std::remove_cvref_t<decltype(key_of<M>::of(m))>>{}(key_of<M>::of(m));
      return true;
    } catch (...) {  // then it cannot be routed, and is refused with a line that says so
    }
  }
  return false;
}

template <class M>
envelope* copy_message(const void* message, const pool_ops& ops) noexcept {
  using made = message_envelope<M>;
  void* const memory = allocate(sizeof(made), alignof(made));
  if (memory == nullptr) return nullptr;
  try {
    auto* const e = ::new (memory) made(M(*static_cast<const M*>(message)));
    e->ops = &ops;
    return e;
  } catch (...) {  // a dead letter
    deallocate(memory);
    return nullptr;
  }
}

template <class M>
[[nodiscard]] consteval auto copy_function() -> decltype(pool_ops::copy) {
  if constexpr (std::is_copy_constructible_v<M>)
    return &copy_message<M>;
  else
    return nullptr;
}

template <class M>
const void* told_message(const envelope& e) noexcept {
  return &static_cast<const message_envelope<M>&>(e).payload;
}
template <class M>
const void* asked_message(const envelope& e) noexcept {
  return static_cast<const request_of<M>&>(e).place();
}

template <class A, class M>
inline constexpr pool_ops pool_tell_ops_for = {tell_ops_for<A, M>, &told_message<M>, &key_hash<M>,
                                               copy_function<M>()};
template <class A, class M>
inline constexpr pool_ops pool_ask_ops_for = {ask_ops_for<A, M>, &asked_message<M>, &key_hash<M>,
                                              nullptr};

template <class A, class M>
[[nodiscard]] consteval protocol_entry pool_entry_for() {
  if constexpr (is_request<M>)
    return {&pool_tell_ops_for<A, M>, &pool_ask_ops_for<A, M>, &offer_ops_for<A, M>};
  else
    return {&pool_tell_ops_for<A, M>, nullptr, &offer_ops_for<A, M>};
}

/// There is no object in a pool's own cell.
template <class A>
inline constexpr body_ops pool_body_for = {type_name<pool<A>>(), 0, nullptr,
                                           [](cell&, const exit_reason&) {}, [](cell&) noexcept {}};

}  // namespace detail
}  // namespace troupe
