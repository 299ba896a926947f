// console.hpp: the three standard streams of a program that checks what it writes.
//
//   Called   main's thread.
//   Holds    what stands in the progress line on standard error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace word_count {

/// Puts a stand-in, which refuses to be used, in the place of each standard stream that is closed:
/// otherwise the next file opened gets its number, and the results would be written there. And a
/// write into a closed pipe shall be an error, not a signal.
void guard_standard_streams();

/// Writes all of `text` to standard output.
/// @returns 0, or the errno of the write that failed
[[nodiscard]] int print(std::string_view text);

/// Messages and the progress line, on standard error.
class console {
public:
  console();
  console(const console&) = delete;
  console& operator=(const console&) = delete;
  ~console() { clear(); }

  /// Counts what was read; shows it now and then, if a terminal is there to see it.
  void add(std::size_t bytes);
  /// `word_count: about: text`; without `about` only the text.
  void complain(std::string_view about, std::string_view text);
  /// Takes the progress line away.
  void clear();

private:
  bool terminal_;
  bool shown_ = false;
  std::uint64_t bytes_ = 0;
  std::uint64_t next_;
};

}  // namespace word_count
