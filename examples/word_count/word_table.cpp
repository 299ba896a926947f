// word_table.cpp: slots, letters, and the order of the list.
#include "word_table.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace word_count {
namespace {

constexpr std::size_t first_slots = 1024;
constexpr std::size_t block_bytes = 32 * 1024;

}  // namespace

word_table::word_table() : slots_(first_slots) {}

void word_table::add(std::string_view word, std::uint32_t hash) {
  slot& s = find(word, hash);
  if (s.letters == nullptr) {
    s = {keep(word), static_cast<std::uint32_t>(word.size()), hash, 1};
    if (++used_ * 2 > slots_.size()) grow();
  } else {
    ++s.count;
  }
}

word_table::slot& word_table::find(std::string_view word, std::uint32_t hash) noexcept {
  for (std::size_t i = hash;; ++i) {
    slot& s = slots_[i & (slots_.size() - 1)];
    if (s.letters == nullptr) return s;
    if (s.hash == hash && std::string_view(s.letters, s.length) == word) return s;
  }
}

const char* word_table::keep(std::string_view word) {
  if (word.size() > room_left_) {
    room_left_ = std::max(block_bytes, word.size());
    letters_.push_back(std::make_unique_for_overwrite<char[]>(room_left_));
    room_ = letters_.back().get();
  }
  std::memcpy(room_, word.data(), word.size());
  room_left_ -= word.size();
  return std::exchange(room_, room_ + word.size());
}

void word_table::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const slot& s : old)
    if (s.letters != nullptr) find({s.letters, s.length}, s.hash) = s;
}

ranking word_table::top(std::size_t n) const {
  std::vector<const slot*> order;
  order.reserve(used_);
  for (const slot& s : slots_)
    if (s.letters != nullptr) order.push_back(&s);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(n, order.size()));
  std::partial_sort(order.begin(), middle, order.end(), [](const slot* a, const slot* b) {
    if (a->count != b->count) return a->count > b->count;
    return std::string_view(a->letters, a->length) < std::string_view(b->letters, b->length);
  });
  ranking r{{}, used_};
  for (auto s = order.cbegin(); s != middle; ++s)
    r.top.push_back({std::string((*s)->letters, (*s)->length), (*s)->count});
  return r;
}

void ranking::merge(ranking&& other) {
  std::move(other.top.begin(), other.top.end(), std::back_inserter(top));
  distinct += other.distinct;
}

void ranking::cut(std::size_t n) {
  std::sort(top.begin(), top.end(), [](const ranked& a, const ranked& b) {
    return a.count != b.count ? a.count > b.count : a.word < b.word;
  });
  if (top.size() > n) top.resize(n);
}

}  // namespace word_count
