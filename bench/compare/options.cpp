// options.cpp: words in, options out, or a text that says what is wrong with them.
#include "options.hpp"

#include "row.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <thread>

namespace compare {
namespace {

constexpr int repetitions_max = 1'000;
constexpr int workers_max = 1'024;
constexpr double scale_max = 1'000;

template <class Number>
Number number_in(const std::string& option, const std::string& text, Number max) {
  Number n{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, n);
  if (error != std::errc{} || stop != end || !(n > 0) || n > max) {
    std::ostringstream what;
    what << option << " needs a number above 0 and at most " << max << ", not '" << text << "'";
    throw wrong_arguments(what.str());
  }
  return n;
}

std::string names_of_rows() {
  std::string names;
  for (const row& r : all_rows()) names += (names.empty() ? "" : ", ") + std::string(r.name);
  return names;
}

std::vector<const row*> rows_named(const std::string& list) {
  std::vector<const row*> chosen;
  std::istringstream in(list);
  for (std::string name; std::getline(in, name, ',');) {
    const row* r = find_row(name);
    if (r == nullptr)
      throw wrong_arguments("there is no row '" + name + "'; the rows are " + names_of_rows());
    if (std::find(chosen.begin(), chosen.end(), r) == chosen.end()) chosen.push_back(r);
  }
  if (chosen.empty()) throw wrong_arguments("--only needs rows, separated by commas");
  std::sort(chosen.begin(), chosen.end());  // pointers into one array: the order of the table
  return chosen;
}

bool takes_value(const std::string& option) {
  return option == "--only" || option == "--repetitions" || option == "--workers" ||
         option == "--scale" || option == "--json";
}

void set(options& o, const std::string& option, const std::string& value) {
  if (option == "--only") o.rows = rows_named(value);
  if (option == "--repetitions") o.repetitions = number_in(option, value, repetitions_max);
  if (option == "--workers") o.workers = number_in(option, value, workers_max);
  if (option == "--scale") o.scale = number_in(option, value, scale_max);
  if (option == "--json") o.json = value;
}

}  // namespace

options read_options(const std::vector<std::string>& words) {
  options o;
  for (const row& r : all_rows()) o.rows.push_back(&r);
  o.json = TROUPE_SOURCE_DIR "/build/bench/results.json";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& option = words[i];
    if (option == "--list") {
      o.list = true;
    } else if (option == "--help") {
      o.help = true;
    } else if (option == "--packages") {
      o.packages = true;
    } else if (!takes_value(option)) {
      throw wrong_arguments("unknown option '" + option + "'");
    } else if (i + 1 == words.size()) {
      throw wrong_arguments(option + " needs a value");
    } else {
      set(o, option, words[++i]);
    }
  }
  if (o.json.empty()) throw wrong_arguments("--json needs a file name");
  if (o.workers == 0)
    o.workers = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return o;
}

std::string usage() {
  return "usage: compare [options]\n"
         "Measures troupe and its peers in turn, each in processes of its own, and prints the\n"
         "medians beside each other. Ratios above 1 mean that ours is better.\n"
         "\n"
         "  --list             print the rows, and who takes part\n"
         "  --only ROW[,ROW]   measure these rows only\n"
         "  --repetitions N    how often each program measures each row (5)\n"
         "  --workers N        worker threads of every program (one for each CPU)\n"
         "  --scale X          multiply the amount of work by X (1)\n"
         "  --json FILE        where the results go (build/bench/results.json)\n"
         "  --packages         print the Debian packages that the peers of these rows need\n"
         "  --help             this text\n"
         "\n"
         "Exit codes: 0 measured, 1 ours is absent or failed in a row, 2 wrong arguments.\n";
}

}  // namespace compare
