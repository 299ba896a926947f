// compare.cpp: runs our benchmark and the peers' in turn, and prints them beside each other.
//
//   Before   `./dev bench`, or a person.      After   a table, lines for machines, results.json.
//   Called   exit codes: 0 measured, 1 ours is absent or failed in a row, 2 wrong arguments.
#include "contestant.hpp"
#include "machine.hpp"
#include "options.hpp"
#include "report.hpp"
#include "results.hpp"
#include "row.hpp"
#include "tournament.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace compare;

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

std::vector<contestant> contestants_beside_us() {
  return find_contestants(std::filesystem::read_symlink("/proc/self/exe").parent_path().string());
}

int list() {
  for (const row& r : all_rows())
    std::printf("%-27s %-4s %s\n", std::string(r.name).c_str(), std::string(r.unit).c_str(),
                std::string(r.what).c_str());
  print("\n");
  for (const contestant& c : contestants_beside_us())
    std::printf("%-27s %s%s\n", c.name.c_str(), c.absent.empty() ? "" : "skipped: ",
                c.absent.empty() ? c.about.c_str() : c.absent.c_str());
  return 0;
}

int run(const options& o) {
  const machine m = this_machine();
  const std::vector<contestant> contestants = contestants_beside_us();
  print(preamble(m, o, contestants));
  std::fflush(stdout);

  std::vector<row_result> results;
  for (const row* r : o.rows) results.push_back(measure(*r, o, contestants));
  std::printf("\n%s\n%s", table(results).c_str(), machine_lines(results).c_str());
  write_file(o.json, results_json(m, o, contestants, results));
  std::printf("results: %s\n", o.json.c_str());

  const bool absent = !contestants.front().absent.empty();
  const bool failed = std::any_of(results.begin(), results.end(), [](const row_result& r) {
    return r.ours() != nullptr && !r.ours()->failure.empty();
  });
  return absent || failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const options o = read_options({argv + 1, argv + argc});
    if (o.packages) {
      if (!o.help && !o.list) print(packages_for(o.rows));
      return 0;
    }
    if (o.help) {
      print(usage());
      return 0;
    }
    return o.list ? list() : run(o);
  } catch (const wrong_arguments& e) {
    std::fprintf(stderr, "compare: %s\ncompare --help shows the options\n", e.what());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "compare: %s\n", e.what());
    return 1;
  }
}
