// name_table.hpp: who has which name.
//
//   Before   life/names.cpp for those who put and find; life.cpp when an actor ends.
//   After    nobody: it calls nothing that could come back.
//   Called   any thread.
//   Holds    names, and what an address is made of; no handles. Its owners' cells stay, since the
//            names go first.
//   Rules    X1, X2: life/names.hpp.
//            X4  A name that was given to a seat is its own over all incarnations, and of the seat
//                that comes after an abandoned one.
#pragma once

#include <troupe/actors/engine/cell.hpp>
#include <troupe/actors/life/detail/naming.hpp>
#include <troupe/actors/life/names.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::detail {

class name_table {
public:
  /// @pre the caller has a handle to the owner @throws std::bad_alloc: nothing has changed
  put_name put(std::string_view name, const address_sheet& owner);

  /// What is known of the owner of a name, who may have ended by now.
  struct record {
    cell* owner;
    std::uint64_t id;
    std::uint32_t incarnation;
    const protocol_entry* table;
    std::span<const known_message> takes;
    std::size_t missing;  ///< the first of the wanted that it does not take; or how many they are
  };
  /// Writes into `at` where the wanted messages stand.
  [[nodiscard]] std::optional<record> find(std::string_view name,
                                           std::span<const known_message> wanted,
                                           std::span<std::uint8_t> at) noexcept;
  bool erase(std::string_view name) noexcept;
  [[nodiscard]] std::vector<named_actor> list();
  /// Its names are free: all, or those of this incarnation. @thread the turn that ends it
  void forget(cell& owner, bool all) noexcept;
  /// X4. @pre `to` is known to nobody else
  void hand_over(cell& from, cell& to) noexcept;

private:
  struct entry {
    record known;
    std::vector<std::uint8_t> at;
  };
  using names = std::map<std::string, entry, std::less<>>;
  using owners = std::unordered_multimap<const cell*, names::iterator>;

  std::mutex mutex_;
  names by_name_;
  owners by_owner_;
};

}  // namespace troupe::detail
