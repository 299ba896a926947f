// options.cpp: the command line, by getopt_long.
#include "options.hpp"

#include <charconv>
#include <getopt.h>

namespace word_count {
namespace {

constexpr std::string_view help =
    R"(usage: word_count [--top N] [--workers N] [--] [FILE ...]

Counts words on all cores, and prints the most frequent ones, totals, time, and each worker's share.
Without FILE, or for the FILE -, it reads standard input.

  --top N      print the N most frequent words (10); equal ones in alphabetical order
  --workers N  use N worker threads (one per CPU)
  --help       print this text

A word is a run of the letters A-Z and a-z, counted in lower case; every other byte, those of
letters beyond ASCII too, separates words. A word of more than 1 MiB is cut there, and that is told.
A file with a zero byte in its first 64 KiB is binary data, and skipped. What was read before an
error is counted. Memory does not grow with the input, only with the number of different words.

Exit code: 0 all was counted; 1 some input was not, or not all of it; 2 wrong usage; 3 the results
could not be written; 4 the count itself failed, as when no thread can be had.
)";

template <class T>
bool read_number(std::string_view text, T least, T& number) {
  T n{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size() || n < least) return false;
  number = n;
  return true;
}

}  // namespace

std::string_view help_text() noexcept { return help; }

troupe::result<options, usage_error> parse(int argc, char** argv) {
  static constexpr option known[] = {{"top", required_argument, nullptr, 't'},
                                     {"workers", required_argument, nullptr, 'w'},
                                     {"help", no_argument, nullptr, 'h'},
                                     {}};
  options o;
  opterr = 0;  // the messages are ours
  for (;;) {
    const int at = optind;
    const int c = getopt_long(argc, argv, "-:h", known, nullptr);  // -: paths come as 1, in order
    if (c == -1) break;
    const std::string value = optarg != nullptr ? optarg : "";
    switch (c) {
      case 1: o.paths.push_back(value); break;
      case 'h': o.help = true; break;
      case 't':
        if (!read_number(value, std::size_t{0}, o.top))
          return usage_error{"--top takes a number, not '" + value + "'"};
        break;
      case 'w':
        if (!read_number(value, 1, o.workers))
          return usage_error{"--workers takes a number from 1, not '" + value + "'"};
        break;
      case ':': return usage_error{std::string(argv[at]) + " needs a number"};
      default: return usage_error{"wrong option '" + std::string(argv[at]) + "'"};
    }
  }
  o.paths.insert(o.paths.end(), argv + optind, argv + argc);
  if (o.paths.empty()) o.paths.emplace_back("-");
  return o;
}

}  // namespace word_count
