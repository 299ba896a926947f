// contestant.cpp: the table of contestants, and the first question to each.
#include "contestant.hpp"

#include "child.hpp"
#include "row.hpp"

#include <algorithm>
#include <sstream>
#include <unistd.h>

namespace compare {
namespace {

#ifndef TROUPE_BENCH_MIMALLOC
#define TROUPE_BENCH_MIMALLOC ""
#endif

struct candidate {
  const char* name;
  const char* program;
  const char* variant;
  bool with_mimalloc;
  const char* only;
  const char* when_absent;
};

constexpr const char* caf_package = "not built: CAF 0.17 not found (libcaf-dev)";
constexpr const char* mimalloc = TROUPE_BENCH_MIMALLOC;

constexpr candidate candidates[] = {
    {"ours", "troupe_rows", "", false, "", "not built"},
    {"caf_0.17_stealing", "caf_rows", "stealing", false, "", caf_package},
    {"caf_0.17_sharing", "caf_rows", "sharing", false, "", caf_package},
    // For fairness once with an allocator like ours, where messages are freed on another thread.
    {"caf_0.17_stealing_mimalloc", "caf_rows", "stealing", true, "one_producer", caf_package},
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void ask_who_it_is(contestant& c) {
  const outcome about = run_child({.words = {c.program, "--about"}, .preload = c.preload});
  const outcome list = run_child({.words = {c.program, "--list"}, .preload = c.preload});
  c.absent = about.failure.empty() ? list.failure : about.failure;
  if (!c.absent.empty()) return;
  const auto said = lines_of(about.output);
  c.about = said.empty() ? "" : said.front();
  c.rows = lines_of(list.output);
}

}  // namespace

bool contestant::measures(const row& r) const {
  const bool knows = std::find(rows.begin(), rows.end(), r.name) != rows.end();
  return absent.empty() && knows && (only.empty() || only == r.name);
}

bool contestant::is_ours() const { return name == "ours"; }

std::vector<contestant> find_contestants(const std::string& folder) {
  std::vector<contestant> found;
  for (const candidate& from : candidates) {
    contestant c{.name = from.name,
                 .program = folder + "/" + from.program,
                 .variant = from.variant,
                 .preload = from.with_mimalloc ? mimalloc : "",
                 .only = from.only};
    if (access(c.program.c_str(), X_OK) != 0)
      c.absent = from.when_absent;
    else if (from.with_mimalloc && access(mimalloc, R_OK) != 0)
      c.absent = "mimalloc not found (libmimalloc-dev)";  // LD_PRELOAD would only warn
    else
      ask_who_it_is(c);
    found.push_back(std::move(c));
  }
  return found;
}

}  // namespace compare
