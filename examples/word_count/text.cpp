// text.cpp: one walk over the bytes.
#include "text.hpp"

namespace word_count {
namespace {

/// FNV-1a, a byte at a time while the letters pass by; mixed at the end (murmur3's finalizer),
/// because the share is taken from the high bits and the place in a table from the low ones.
constexpr std::uint32_t hash_seed = 2166136261u;

std::uint32_t add(std::uint32_t hash, char c) noexcept {
  return (hash ^ static_cast<unsigned char>(c)) * 16777619u;
}

std::uint32_t mix(std::uint32_t hash) noexcept {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16);
}

}  // namespace

tally& tally::operator+=(const tally& other) noexcept {
  bytes += other.bytes;
  lines += other.lines;
  words += other.words;
  return *this;
}

split_text split(std::string& text, std::size_t shares) {
  split_text found{{.bytes = text.size()}, std::vector<std::vector<place>>(shares)};
  for (auto& share : found.shares) share.reserve(text.size() / shares / 6);  // 6: a usual word
  for (std::size_t i = 0; i < text.size();) {
    char c = letter(text[i]);
    if (c == 0) {
      if (text[i] == '\n') ++found.seen.lines;
      ++i;
      continue;
    }
    const std::size_t begin = i;
    std::uint32_t hash = hash_seed;
    do {
      text[i] = c;
      hash = add(hash, c);
      c = ++i < text.size() ? letter(text[i]) : '\0';
    } while (c != 0);
    hash = mix(hash);
    found.shares[(std::uint64_t{hash} * shares) >> 32].push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(i - begin), hash});
    ++found.seen.words;
  }
  return found;
}

}  // namespace word_count
