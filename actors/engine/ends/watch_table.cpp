// watch_table.cpp: watches by the actor that is watched, and ends on their way along links.
#include <troupe/actors/engine/ends/watch_table.hpp>

#include <utility>

namespace troupe::detail {
namespace {

void unlink(watch_block& b, watch_block*& first) noexcept {
  (b.before != nullptr ? b.before->after : first) = b.after;
  if (b.after != nullptr) b.after->before = b.before;
  b.before = b.after = nullptr;
  b.in_table = false;
}

/// The list `rest`, turned round.
watch_block* reversed(watch_block* rest) noexcept {
  watch_block* first = nullptr;
  while (rest != nullptr) {
    watch_block* const next = std::exchange(rest->after, first);
    first = std::exchange(rest, next);
  }
  return first;
}

}  // namespace

watch_table::shard& watch_table::shard_of(const cell& c) noexcept {
  const auto address = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(&c));
  return shards_[((address >> 6) * 0x9E37'79B9'7F4A'7C15ULL) >> 58];
}

bool watch_table::put(watch_block& b, std::uint32_t incarnation) {
  cell& target = *b.target;
  shard& s = shard_of(target);
  const std::lock_guard lock(s.mutex);
  if (incarnation != 0 && incarnation != target.incarnation_now()) return false;
  const auto place = s.watched.try_emplace(&target, nullptr).first;
  // B1. acq_rel: with the end's own.
  const auto marks = target.marks.fetch_or(mark_watched, std::memory_order_acq_rel);
  if ((marks & (mark_ended | mark_abandoned)) != 0) {
    if (place->second == nullptr) s.watched.erase(place);
    return false;
  }
  b.after = place->second;
  if (b.after != nullptr) b.after->before = &b;
  b.in_table = true;
  place->second = &b;
  return true;
}

bool watch_table::take_out(watch_block& b) noexcept {
  shard& s = shard_of(*b.target);
  const std::lock_guard lock(s.mutex);
  if (!b.in_table) return false;
  const auto place = s.watched.find(b.target);
  unlink(b, place->second);
  if (place->second == nullptr) s.watched.erase(place);
  return true;
}

watch_block* watch_table::take_all(const cell& target) noexcept {
  shard& s = shard_of(target);
  const std::lock_guard lock(s.mutex);
  const auto place = s.watched.find(&target);
  if (place == s.watched.end()) return nullptr;
  watch_block* const all = place->second;
  s.watched.erase(place);
  for (watch_block* b = all; b != nullptr; b = b->after) {
    b->in_table = false;
    b->before = nullptr;
  }
  return reversed(all);
}

void watch_table::put_exit(watch_block& b) noexcept {
  shard& s = shard_of(*b.watcher);
  const std::lock_guard lock(s.mutex);
  b.after = s.exits;
  s.exits = &b;
}

watch_block* watch_table::take_exits(const cell& c) noexcept {
  shard& s = shard_of(c);
  const std::lock_guard lock(s.mutex);
  watch_block* mine = nullptr;
  for (watch_block** at = &s.exits; *at != nullptr;) {
    watch_block& b = **at;
    if (b.watcher != &c) {
      at = &b.after;
      continue;
    }
    *at = b.after;  // the last that came is the first here: `mine` comes out in their order
    b.after = mine;
    mine = &b;
  }
  return mine;
}

void watch_table::begin_incarnation(cell& c) noexcept {
  const std::lock_guard lock(shard_of(c).mutex);
  c.incarnation.store(c.incarnation_now() + 1, std::memory_order_relaxed);
  constexpr unsigned stay = mark_said_full | mark_weak | mark_named | mark_keeps | mark_retired;
  c.marks.fetch_and(stay, std::memory_order_acq_rel);
}

}  // namespace troupe::detail
