// text.hpp: what a word is, and which words a text holds.
//
//   Before   a splitter owns a text.      After   the counters look at its words.
//   Called   any thread: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace word_count {

/// A word is a run of ASCII letters, taken in lower case. Every other byte separates words.
inline constexpr auto lower_case = [] {
  std::array<char, 256> letters{};  // 0: not a letter
  for (unsigned char c = 'a'; c <= 'z'; ++c) {
    letters[c] = static_cast<char>(c);
    letters[static_cast<std::size_t>(c - 'a' + 'A')] = static_cast<char>(c);
  }
  return letters;
}();

/// The letter that `byte` is, in lower case; 0 if it separates words.
[[nodiscard]] constexpr char letter(char byte) noexcept {
  return lower_case[static_cast<unsigned char>(byte)];
}

/// Where a word stands in its text.
struct place {
  std::uint32_t at;
  std::uint32_t length;
  std::uint32_t hash;
};

/// What was seen of a text.
struct tally {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;  ///< ends of lines, as `wc -l` counts
  std::uint64_t words = 0;

  tally& operator+=(const tally& other) noexcept;
};

struct split_text {
  tally seen;
  std::vector<std::vector<place>> shares;
};

/// Finds the words of `text`, writes them in lower case where they stand, and deals them out by
/// their hash: a word falls into the same share in every text.
/// @pre text.size() < 2^32
[[nodiscard]] split_text split(std::string& text, std::size_t shares);

}  // namespace word_count
