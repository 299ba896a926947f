// naming.hpp: an address taken apart, to be put together again for those who find it.
//
//   Before   life/names.hpp.      After   engine/names/name_table.cpp keeps the parts.
//   Holds    per address type a static list of its messages. The tables of an address are static
//            too, so they outlive whoever is found.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/detail/envelope.hpp>
#include <troupe/actors/detail/handle.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace troupe {

struct name_error;

namespace detail {

/// A message, told from others and named.
struct known_message {
  message_tag tag;
  std::string_view name;
};

template <class... Ms>
inline constexpr std::array<known_message, sizeof...(Ms)> messages_of = {
    known_message{&tag_of<Ms>, type_name<Ms>()}...};

/// An address in parts: where its actor lives, what it takes, and where each message stands in the
/// table of its class.
struct address_sheet {
  cell* owner;
  std::uint32_t incarnation;
  const protocol_entry* table;
  std::span<const known_message> takes;
  std::span<const std::uint8_t> at;
};

// In life/names.cpp.
/// Fills `at` with where the wanted messages stand. Says why there is none, if `why` is not null.
/// @throws std::bad_alloc, if `why` is not null
[[nodiscard]] handle find_named(core& system, std::string_view name,
                                std::span<const known_message> wanted, std::span<std::uint8_t> at,
                                const protocol_entry*& table, name_error* why);
bool erase_name(core& system, std::string_view name) noexcept;

/// Knows the parts of an address.
struct naming {
  template <class... Ms>
  [[nodiscard]] static address_sheet sheet_of(const address<Ms...>& a) noexcept {
    return {a.cell_(), a.incarnation_(), a.table_, messages_of<Ms...>, a.at_};
  }
  template <class... Ms>
  [[nodiscard]] static address<Ms...> find(core& system, std::string_view name, name_error* why) {
    address<Ms...> found;
    found.handle_ = find_named(system, name, messages_of<Ms...>, found.at_, found.table_, why);
    return found;
  }
};

}  // namespace detail
}  // namespace troupe
