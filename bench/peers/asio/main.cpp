// main.cpp: the table of the rows on Asio alone.
#include "rows.hpp"

int main(int argc, char** argv) {
  constexpr bench::entry rows[] = {
      {"echo_rtt", "us", bench::echo_rtt},
  };
  return bench::row_program("Asio, one thread", rows, argc, argv);
}
