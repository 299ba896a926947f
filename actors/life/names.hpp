// names.hpp: actors that are found by name.
//
//   Before   an actor, or who has an address of it, puts a name.
//   After    others find the address. The name goes with the actor.
//   Called   any thread.
//   Cost     put, find, erase: a lock that the system's names share, and a search among them.
//   Rules    X1  One of those that put the same name at the same time gets it.
//            X2  A name is free before anybody hears that its owner has ended.
//            X3  Nobody gets an address that takes a message its actor does not handle.
#pragma once

#include <troupe/actors/address.hpp>
#include <troupe/actors/life/detail/naming.hpp>
#include <troupe/actors/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

class actor_system;

/// The longest name, in bytes.
inline constexpr std::size_t name_size_max = 255;

/// What became of a name, and what to do next.
enum class [[nodiscard]] put_name : std::uint8_t {
  registered,  ///< it is found from now on, until its owner ends or somebody erases it
  taken,       ///< it is somebody's already, the same actor's perhaps: choose another, or find() it
  ended,       ///< the actor has ended, or the handle is empty
  empty_name,  ///< a name has at least one byte
  too_long,    ///< and at most name_size_max
  stranger     ///< the actor lives in another system: put the name there
};

namespace detail {
put_name put_named(core& system, std::string_view name, const address_sheet& owner);
}

/// For people: "registered", "taken" …
[[nodiscard]] std::string_view to_string(put_name what) noexcept;

/// Why a name was not found.
enum class name_errc : std::uint8_t {
  unknown,       ///< nobody has it, or its owner stops
  lacks_message  ///< its owner was put with an address that does not take one of the messages
};

/// Why a name was not found: a code to decide by, a text for people that names the message.
struct name_error {
  name_errc code;
  std::string text;
};

/// A name, and whose it is.
struct named_actor {
  std::string name;
  actor_id who{};
  std::string_view class_name{};
};

/// The names of a system: `sys.names()`. Names keep nobody alive: an actor that nobody refers to
/// ends, and its names with it. An actor may have several.
///
/// When to use: for the few that are known to all: a log, a bank, a registry. When not: to hand an
/// address to those who are built with it.
/// @pre its system lives
class name_registry {
public:
  /// Lets `owner` be found. What can be found is what the address takes: `put("bank",
  /// bank_address(acc))`. A ref, a pool or self() will do if its class says so: `using protocol =
  /// troupe::address<deposit, balance>;`.
  /// @throws std::bad_alloc: nothing has changed
  template <class... Ms>
  put_name put(std::string_view name, const address<Ms...>& owner) const {
    return detail::put_named(*core_, name, detail::naming::sheet_of(owner));
  }
  template <class Handle>
  put_name put(std::string_view name, const Handle& owner) const {
    using actor_type = typename detail::actor_behind<Handle>::type;
    constexpr bool says_what_it_takes = requires { typename actor_type::protocol; };
    static_assert(
        says_what_it_takes,
        "troupe: a name is put with the messages that may be sent to whoever is found: put(name, "
        "troupe::address<Ms...>(owner)), or write `using protocol = troupe::address<Ms...>;` in "
        "the actor's class");
    if constexpr (says_what_it_takes)
      return put(name, typename actor_type::protocol(owner));
    else
      return put_name::ended;
  }

  /// Who has the name, if it takes these messages: `find<deposit, balance>("bank")`.
  /// @returns an empty address if nobody has it, or it does not: try_find says which
  template <class... Ms>
  [[nodiscard]] address<Ms...> find(std::string_view name) const noexcept {
    return detail::naming::find<Ms...>(*core_, name, nullptr);
  }
  /// The same, with the reason. @throws std::bad_alloc
  template <class... Ms>
  [[nodiscard]] result<address<Ms...>, name_error> try_find(std::string_view name) const {
    name_error why{};
    auto found = detail::naming::find<Ms...>(*core_, name, &why);
    if (found) return found;
    return why;
  }

  /// The name is free. @returns false: it was before
  bool erase(std::string_view name) const noexcept {
    return detail::erase_name(*core_, name);
  }  // NOLINT(modernize-use-nodiscard)
  /// All, in the order of their bytes. @throws std::bad_alloc
  [[nodiscard]] std::vector<named_actor> list() const;

private:
  friend actor_system;
  explicit name_registry(detail::core& system) noexcept : core_(&system) {}

  detail::core* core_;
};

}  // namespace troupe
