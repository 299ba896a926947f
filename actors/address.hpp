// address.hpp: a reference by protocol: the messages it takes.
//
//   Before   made from a ref, a pool, from self(), or from an address that takes more.
//   After    target.hpp sends through its table.
//   Called   any thread; one address object by one thread at a time.
//   Holds    a counted cell, a table of the class's handlers, one index byte per message.
#pragma once

#include <troupe/actors/pool.hpp>
#include <troupe/actors/ref.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace troupe {

template <class A>
class self_ref;
template <class... Ms>
class address;

namespace detail {

struct naming;

/// `Source` is ref<A>, or pool_ref<A>.
template <class Source, class... Ms>
inline constexpr protocol_entry table_for[sizeof...(Ms) + 1] = {Source::template entry_<Ms>()...};

template <class M, class... Ms>
inline constexpr bool one_of = (std::is_same_v<M, Ms> || ...);

template <class M, class... Ms>
[[nodiscard]] consteval std::uint8_t index_of() {
  std::uint8_t at = 0;
  std::uint8_t i = 0;
  ((std::is_same_v<M, Ms> ? at = i : i, ++i), ...);
  return at;
}

/// The table for these messages; those that its actor does not handle are refused one by one.
template <class Handle, class Source, class... Ms>
[[nodiscard]] constexpr const protocol_entry* table_from() noexcept {
  if constexpr (((Handle::template judge_<Ms>() == why::fine) && ...)) {
    return table_for<Source, Ms...>;
  } else {
    (refuse<Handle::template judge_<Ms>(), Handle, Ms>(), ...);
    return nullptr;
  }
}

}  // namespace detail

/// A reference to whatever takes these messages: `using room = troupe::address<join, say, leave>;`.
/// Converts from refs and pools whose class handles them all and from addresses that take at least
/// these, in any order. A value.
template <class... Ms>
class [[nodiscard]] address : public target<address<Ms...>>,
                              public detail::identified<address<Ms...>> {
  static_assert(sizeof...(Ms) <= 255, "troupe: an address takes at most 255 messages");

public:
  address() noexcept = default;

  // Not constrained, so that the compiler says which message is missing.
  template <class A>
  address(const ref<A>& r) noexcept
      : handle_(r.cell_(), r.incarnation_()),
        table_(detail::table_from<ref<A>, ref<A>, Ms...>()),
        at_(in_order()) {}
  template <class A>
  address(const self_ref<A>& me) noexcept
      : handle_(me.cell_(), me.incarnation_()),
        table_(detail::table_from<self_ref<A>, ref<A>, Ms...>()),
        at_(in_order()) {}
  template <class A>
  address(const pool_ref<A>& p) noexcept
      : handle_(p.cell_(), p.incarnation_()),
        table_(detail::table_from<pool_ref<A>, pool_ref<A>, Ms...>()),
        at_(in_order()) {}
  template <class... Ns>
    requires((sizeof...(Ns) > 0) && (detail::one_of<Ms, Ns...> && ...) &&
             !std::is_same_v<address<Ns...>, address>)
  address(const address<Ns...>& wider) noexcept
      : handle_(wider.handle_),
        table_(wider.table_),
        at_{wider.at_[detail::index_of<Ms, Ns...>()]...} {}

  // For the library.
  address(detail::handle h, const detail::protocol_entry* table) noexcept
      : handle_(std::move(h)), table_(table), at_(in_order()) {}
  [[nodiscard]] detail::cell* cell_() const noexcept { return handle_.get(); }
  [[nodiscard]] std::uint32_t incarnation_() const noexcept { return handle_.incarnation(); }
  template <class M>
  [[nodiscard]] static consteval detail::why judge_() {
    return detail::one_of<M, Ms...> ? detail::why::fine : detail::why::not_in_address;
  }
  template <class M>
  [[nodiscard]] detail::protocol_entry entry_() const noexcept {
    return table_ == nullptr ? detail::nowhere<M> : table_[at_[detail::index_of<M, Ms...>()]];
  }

private:
  template <class...>
  friend class address;
  friend detail::naming;

  using indices = std::array<std::uint8_t, sizeof...(Ms)>;
  [[nodiscard]] static constexpr indices in_order() noexcept {
    indices at{};
    for (std::size_t i = 0; i < at.size(); ++i) at[i] = static_cast<std::uint8_t>(i);
    return at;
  }

  detail::handle handle_;
  const detail::protocol_entry* table_ = nullptr;
  indices at_{};
};

}  // namespace troupe
