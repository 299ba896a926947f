// row_program.cpp: arguments in, one row measured, one line out.
#include "row_program.hpp"

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

#ifdef __OPTIMIZE__
constexpr const char* optimised = "optimised";
#else
constexpr const char* optimised = "NOT optimised";
#endif
#ifdef __clang__
constexpr const char* compiler = "clang++";
#else
constexpr const char* compiler = "g++";
#endif

struct refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Number>
Number positive(std::string_view option, std::string_view text) {
  Number n{};
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, n);
  if (error != std::errc{} || stop != end || n <= 0)
    throw refused(std::string(option) + " needs a positive number, not '" + std::string(text) +
                  "'");
  return n;
}

const entry& row_named(std::span<const entry> rows, std::string_view name) {
  for (const entry& row : rows)
    if (row.name == name) return row;
  throw refused("there is no row '" + std::string(name) + "' here; --list prints those there are");
}

order read_options(std::span<const std::string_view> words) {
  order o;
  bool has_work = false;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (i + 1 == words.size()) throw refused(std::string(words[i]) + " needs a value");
    const std::string_view option = words[i], value = words[i + 1];
    if (option == "--workers")
      o.workers = positive<int>(option, value);
    else if (option == "--work")
      o.work = positive<std::uint64_t>(option, value), has_work = true;
    else if (option == "--variant")
      o.variant = value;
    else
      throw refused("unknown option '" + std::string(option) + "'");
  }
  if (!has_work) throw refused("--work COUNT is missing");
  return o;
}

void run(std::string_view about, std::span<const entry> rows, std::span<std::string_view> words) {
  if (words.empty()) throw refused("a row is missing; --list prints those there are");
  if (words[0] == "--list") {
    for (const entry& row : rows) std::printf("%s\n", std::string(row.name).c_str());
  } else if (words[0] == "--about") {
    std::printf("%s, %s %s, %s\n", std::string(about).c_str(), compiler, __VERSION__, optimised);
  } else {
    const entry& row = row_named(rows, words[0]);
    const order o = read_options(words.subspan(1));
    std::printf("%.6g %s\n", row.measure(o), std::string(row.unit).c_str());
  }
}

}  // namespace

void require(bool holds, std::string_view what) {
  if (!holds) throw std::runtime_error(std::string(what));
}

int row_program(std::string_view about, std::span<const entry> rows, int argc, char** argv) {
  std::vector<std::string_view> words(argv + 1, argv + argc);
  try {
    run(about, rows, words);
    return 0;
  } catch (const refused& e) {
    std::fprintf(stderr,
                 "%s: %s\nusage: %s ROW --work COUNT [--workers N] [--variant V]"
                 " | --list | --about\n",
                 argv[0], e.what(), argv[0]);
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", argv[0], e.what());
    return 1;
  }
}

}  // namespace bench
