// input.hpp: a file, or standard input, as chunks of text.
//
//   Before   main names a path.      After   main asks the desk to take each chunk.
//   Called   one ordinary thread: read(2) may block for ever on a pipe, and no worker shall.
//   Holds    an open file, and the letters that came after the last chunk.
#pragma once

#include <troupe/actors/result.hpp>

#include <cstddef>
#include <string>

namespace word_count {

inline constexpr std::size_t chunk_bytes = 64 * 1024;
inline constexpr std::size_t word_bytes_max = 1024 * 1024;

/// Why an input could not be counted, or not all of it; in words for people.
struct trouble {
  std::string text;
};

class input {
public:
  /// Opens `path`; "-" is standard input. Whether that worked, next() says.
  explicit input(const std::string& path);
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  ~input();

  /// The next chunk: up to `chunk_bytes` and what a word needs to end; never within a word. One of
  /// more than `word_bytes_max` letters is cut there, which is told at the end.
  /// @returns an empty text at the end; trouble after all that could be read has been returned
  [[nodiscard]] troupe::result<std::string, trouble> next();

private:
  [[nodiscard]] bool read_up_to(std::size_t size, std::string& text);
  void end(std::string why);

  int file_;
  bool first_ = true;
  bool ended_ = false;
  std::string rest_;     // letters of a word that goes on
  std::string trouble_;  // empty: none
};

}  // namespace word_count
