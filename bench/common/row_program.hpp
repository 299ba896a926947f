// row_program.hpp: the small command line that every measured C++ program shares.
//
//   Before   compare starts `PROGRAM ROW --workers N --work COUNT [--variant V]`.
//   After    the row's function runs: warm-up, then the measurement. Printed: `value unit`.
//   Rules    Exit codes: 0 measured, 1 the row failed (why: stderr), 2 wrong arguments.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bench {

/// What to measure: how many worker threads, how much work, and which variant of the program.
struct order {
  int workers = 1;
  std::uint64_t work = 1;
  std::string variant;
};

/// One row a program can measure.
struct entry {
  std::string_view name;
  std::string_view unit;
  double (*measure)(const order&);
};

/// The main function of a measured program. `about` says what is measured, with its version.
/// Other forms: `--list` prints the rows it has, `--about` prints `about` and how it was compiled.
int row_program(std::string_view about, std::span<const entry> rows, int argc, char** argv);

/// Fails the row when what was computed is not what must come out.
/// @throws std::runtime_error naming `what`
void require(bool holds, std::string_view what);

/// Wall-clock seconds that `f()` takes.
template <class F>
double seconds(F&& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Nanoseconds for each of `count`, and millions a second.
inline double ns_each(double seconds, std::uint64_t count) {
  return seconds * 1e9 / static_cast<double>(count);
}
inline double millions(double seconds, std::uint64_t count) {
  return static_cast<double>(count) / seconds / 1e6;
}

}  // namespace bench
