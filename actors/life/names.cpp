// names.cpp: from a name to an address, and why not.
#include <troupe/actors/life/names.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/names/name_table.hpp>

#include <algorithm>

namespace troupe {

std::string_view to_string(put_name what) noexcept {
  switch (what) {
    case put_name::registered: return "registered";
    case put_name::taken: return "taken";
    case put_name::ended: return "ended";
    case put_name::empty_name: return "empty_name";
    case put_name::too_long: return "too_long";
    case put_name::stranger: return "stranger";
  }
  return "unknown";
}

name_registry actor_system::names() const noexcept { return name_registry(*core_); }

std::vector<named_actor> name_registry::list() const { return core_->names.list(); }

namespace detail {
namespace {

/// What somebody else said may be long, and is cut.
std::string quoted(std::string_view name) {
  return '"' + std::string(name.substr(0, name_size_max)) + '"';
}

name_error unknown(std::string_view name) {
  return {name_errc::unknown, "troupe: nobody has the name " + quoted(name)};
}

name_error lacks(std::string_view name, const known_message& missing,
                 std::span<const known_message> takes) {
  std::string text = "troupe: " + quoted(name) + " was put without `" + std::string(missing.name) +
                     "`: its address takes ";
  if (takes.empty()) text += "nothing";
  std::string_view between;
  for (const known_message& m : takes) {
    text.append(between).append("`").append(m.name).append("`");
    between = ", ";
  }
  return {name_errc::lacks_message, std::move(text)};
}

}  // namespace

put_name put_named(core& system, std::string_view name, const address_sheet& owner) {
  if (name.empty()) return put_name::empty_name;
  if (name.size() > name_size_max) return put_name::too_long;
  if (owner.owner == nullptr) return put_name::ended;
  if (&core_at(*owner.owner) != &system) return put_name::stranger;
  return system.names.put(name, owner);
}

handle find_named(core& system, std::string_view name, std::span<const known_message> wanted,
                  std::span<std::uint8_t> at, const protocol_entry*& table, name_error* why) {
  const auto found = system.names.find(name, wanted, at);
  if (found && found->missing < wanted.size()) {
    if (why != nullptr) *why = lacks(name, wanted[found->missing], found->takes);
    return {};
  }
  // Not under the lock: it may have ended, and even been freed (C4).
  if (found && acquire_living(*found->owner, found->id)) {
    handle owner = handle::adopt(*found->owner, found->incarnation);
    if (found->incarnation == 0 || found->incarnation == incarnation_of(*found->owner)) {
      table = found->table;
      return owner;
    }
  }
  if (why != nullptr) *why = unknown(name);
  return {};
}

bool erase_name(core& system, std::string_view name) noexcept { return system.names.erase(name); }

}  // namespace detail
}  // namespace troupe
