// word_table.hpp: how often each word was seen.
//
//   Before   a counter adds words.      After   its ranking goes into the summary.
//   Called   its owner only.
//   Holds    each distinct word once: its letters, and 48 to 96 bytes beside them; while it grows,
//            half as much again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace word_count {

/// A word and how often it occurs.
struct ranked {
  std::string word;
  std::uint64_t count;
};

/// The most frequent words of some, and how many different ones there are.
struct ranking {
  std::vector<ranked> top;
  std::size_t distinct = 0;

  /// Takes in the ranking of other words.
  void merge(ranking&& other);
  /// Brings the `n` most frequent to the front, ties in the order of the words; drops the rest.
  void cut(std::size_t n);
};

/// Counts words. An open table of slots with linear probing: the hash is known when a word arrives,
/// and most words are found at the first look.
class word_table {
public:
  word_table();

  void add(std::string_view word, std::uint32_t hash);
  [[nodiscard]] ranking top(std::size_t n) const;

private:
  struct slot {
    const char* letters = nullptr;  ///< null: free
    std::uint32_t length = 0;
    std::uint32_t hash = 0;
    std::uint64_t count = 0;
  };

  [[nodiscard]] slot& find(std::string_view word, std::uint32_t hash) noexcept;
  [[nodiscard]] const char* keep(std::string_view word);
  void grow();

  std::vector<slot> slots_;  ///< a power of two, at least half of them free
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<char[]>> letters_;
  char* room_ = nullptr;  ///< the rest of the last block
  std::size_t room_left_ = 0;
};

}  // namespace word_count
