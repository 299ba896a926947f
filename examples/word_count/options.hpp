// options.hpp: the command line.
//
//   Before   main's arguments.      After   main does what is asked.
#pragma once

#include <troupe/actors/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace word_count {

/// How the program ends.
enum exit_code : int {
  all_counted = 0,
  input_failed = 1,  ///< some input was not counted, or not all of it
  wrong_usage = 2,
  output_failed = 3,  ///< the results could not be written
  count_failed = 4    ///< an actor has failed, or a thread could not be had
};

struct options {
  std::size_t top = 10;
  int workers = 0;  ///< 0: one per CPU
  bool help = false;
  std::vector<std::string> paths{};
};

/// What is wrong with a command line.
struct usage_error {
  std::string text;
};

/// @returns the options, with "-" for standard input if no path is given
[[nodiscard]] troupe::result<options, usage_error> parse(int argc, char** argv);

[[nodiscard]] std::string_view help_text() noexcept;

}  // namespace word_count
