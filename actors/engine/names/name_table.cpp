// name_table.cpp: who has which name.
#include <troupe/actors/engine/names/name_table.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/engine/begins/seat.hpp>

#include <algorithm>

namespace troupe::detail {
namespace {

/// X4: given to whoever sits there, not to one incarnation.
bool is_of_seat(std::uint32_t incarnation, const cell& owner) noexcept {
  return incarnation == 0 && is_seat(owner);
}

}  // namespace

put_name name_table::put(std::string_view name, const address_sheet& a) {
  cell& owner = *a.owner;
  const std::lock_guard held(mutex_);
  if (by_name_.contains(name)) return put_name::taken;
  const record known{&owner, owner.id, a.incarnation, a.table, a.takes, 0};
  const auto place =
      by_name_.try_emplace(std::string(name), entry{known, {a.at.begin(), a.at.end()}}).first;
  try {
    by_owner_.emplace(&owner, place);
  } catch (...) {
    by_name_.erase(place);
    throw;
  }
  expect_the_late(owner);
  // Either the end finds the mark, and waits for the lock to forget the name; or it was before.
  const auto marks = owner.marks.fetch_or(mark_named, std::memory_order_acq_rel);
  if (is_of_seat(a.incarnation, owner)) {
    if ((marks & (mark_retired | mark_abandoned)) == 0 && owner.at() != phase::ended)
      return put_name::registered;
  } else if ((marks & (mark_ended | mark_abandoned)) == 0 &&
             (a.incarnation == 0 || a.incarnation == owner.incarnation_now())) {
    return put_name::registered;
  }
  by_owner_.erase(&owner);
  by_name_.erase(place);
  return put_name::ended;
}

std::optional<name_table::record> name_table::find(std::string_view name,
                                                   std::span<const known_message> wanted,
                                                   std::span<std::uint8_t> at) noexcept {
  const std::lock_guard held(mutex_);
  const auto place = by_name_.find(name);
  if (place == by_name_.end()) return std::nullopt;
  const entry& e = place->second;
  record found = e.known;
  for (; found.missing < wanted.size(); ++found.missing) {
    const auto same = [&](const known_message& m) { return m.tag == wanted[found.missing].tag; };
    const auto one = std::find_if(found.takes.begin(), found.takes.end(), same);
    if (one == found.takes.end()) break;
    at[found.missing] = e.at[static_cast<std::size_t>(one - found.takes.begin())];
  }
  return found;
}

bool name_table::erase(std::string_view name) noexcept {
  const std::lock_guard held(mutex_);
  const auto place = by_name_.find(name);
  if (place == by_name_.end()) return false;
  const auto [first, last] = by_owner_.equal_range(place->second.known.owner);
  by_owner_.erase(std::find_if(first, last, [&](const auto& o) { return o.second == place; }));
  by_name_.erase(place);
  return true;
}

std::vector<named_actor> name_table::list() {
  std::vector<named_actor> all;
  const std::lock_guard held(mutex_);
  all.reserve(by_name_.size());
  for (const auto& [name, e] : by_name_)
    all.push_back({name, actor_id(e.known.id), e.known.owner->ops->actor});
  return all;
}

void name_table::forget(cell& owner, bool all) noexcept {
  const std::lock_guard held(mutex_);
  const auto [first, last] = by_owner_.equal_range(&owner);
  bool is_left = false;
  for (auto one = first; one != last;) {
    const auto name = one->second;
    const bool stays = !all && is_of_seat(name->second.known.incarnation, owner);
    is_left = is_left || stays;
    if (stays) {
      ++one;
    } else {
      one = by_owner_.erase(one);
      by_name_.erase(name);
    }
  }
  if (!is_left) owner.marks.fetch_and(0xFFU & ~unsigned{mark_named}, std::memory_order_acq_rel);
}

void name_table::hand_over(cell& from, cell& to) noexcept {
  const std::lock_guard held(mutex_);
  for (auto one = by_owner_.find(&from); one != by_owner_.end(); one = by_owner_.find(&from)) {
    auto node = by_owner_.extract(one);
    node.key() = &to;
    node.mapped()->second.known.owner = &to;
    node.mapped()->second.known.id = to.id;
    by_owner_.insert(std::move(node));
    expect_the_late(to);
    to.marks.fetch_or(mark_named, std::memory_order_acq_rel);
  }
}

}  // namespace troupe::detail
