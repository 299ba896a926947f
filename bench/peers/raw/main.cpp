// main.cpp: the table of the rows without a runtime.
#include "rows.hpp"

int main(int argc, char** argv) {
  constexpr bench::entry rows[] = {
      {"cross_core_spin", "ns", bench::raw_words},
      {"cross_core_park", "us", bench::futex},
  };
  return bench::row_program("two pinned threads", rows, argc, argv);
}
