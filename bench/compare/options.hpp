// options.hpp: the command line of compare.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace compare {

struct row;

struct options {
  std::vector<const row*> rows;  ///< in the order of the table
  int repetitions = 5;
  int workers = 0;  ///< worker threads of every program; read_options puts the CPUs for 0
  double scale = 1;
  std::string json;       ///< where results.json goes
  bool packages = false;  ///< print the packages of the peers, measure nothing
  bool list = false;
  bool help = false;
};

/// The command line is not understood; the text says which word, and what would do.
class wrong_arguments : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// @throws wrong_arguments
options read_options(const std::vector<std::string>& words);

std::string usage();

}  // namespace compare
