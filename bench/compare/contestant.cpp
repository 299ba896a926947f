// contestant.cpp: the table of contestants, and the first question to each.
#include "contestant.hpp"

#include "child.hpp"

#include <algorithm>
#include <unistd.h>

namespace compare {
namespace {

#ifndef TROUPE_BENCH_MIMALLOC
#define TROUPE_BENCH_MIMALLOC ""
#endif

struct peer_package {
  peer_kind kind;
  const char* name;
  const char* debian;
};

constexpr peer_package packages[] = {
    {caf, "CAF 0.17", "libcaf-dev"},   {go, "Go", "golang-go"},
    {erlang, "Erlang", "erlang-base"}, {greenlet, "greenlet", "python3-greenlet"},
    {asio, "Asio", "libasio-dev"},     {moodycamel, "moodycamel", "libconcurrentqueue-dev"},
    {tbb, "oneTBB", "libtbb-dev"},     {python, "Python", "python3"},
};

struct candidate {
  const char* name;
  peer_kind kind;
  const char* program;
  const char* variant;
  bool with_mimalloc;
  const char* only;
};

constexpr const char* mimalloc = TROUPE_BENCH_MIMALLOC;

constexpr candidate candidates[] = {
    {"ours", no_peer, "troupe_rows", "", false, ""},
    {"caf_0.17_stealing", caf, "caf_rows", "stealing", false, ""},
    {"caf_0.17_sharing", caf, "caf_rows", "sharing", false, ""},
    // For fairness once with an allocator like ours, where messages are freed on another thread.
    {"caf_0.17_stealing_mimalloc", caf, "caf_rows", "stealing", true, "one_producer"},
    {"go", go, "go_rows", "", false, ""},
    {"erlang", erlang, "erlang_rows", "", false, ""},
    {"greenlet", greenlet, "greenlet_rows", "", false, ""},
    {"asio", asio, "asio_rows", "", false, ""},
    {"std_mutex", std_mutex, "std_mutex_rows", "", false, ""},
    {"moodycamel", moodycamel, "moodycamel_rows", "", false, ""},
    {"tbb", tbb, "tbb_rows", "", false, ""},
    {"python", python, "python_rows", "", false, ""},
    {"raw_words", raw, "raw_rows", "", false, "cross_core_spin"},
    {"futex", raw, "raw_rows", "", false, "cross_core_park"},
    {"unobserved", own, "troupe_rows", "unobserved", false, "observe_cost"},
    {"unsupervised", own, "troupe_rows", "unsupervised", false, "supervised_spawn"},
    {"erlang_unsupervised", erlang, "erlang_rows", "unsupervised", false, "supervised_spawn"},
};

std::string why_not_built(peer_kind kind) {
  for (const peer_package& p : packages)
    if (p.kind == kind)
      return std::string("not built: ") + p.name + " not found (" + p.debian + ")";
  return "not built";
}

void ask_who_it_is(contestant& c) {
  const outcome about = run_child({.words = {c.program, "--about"}, .preload = c.preload});
  c.absent = about.failure;
  c.about = about.output.substr(0, about.output.find('\n'));
}

}  // namespace

bool contestant::measures(const row& r) const {
  const bool has_row = is_ours() || (r.peers & kind) != 0;
  return absent.empty() && has_row && (only.empty() || only == r.name);
}

bool contestant::is_ours() const { return kind == no_peer; }

std::vector<contestant> find_contestants(const std::string& folder) {
  std::vector<contestant> found;
  for (const candidate& from : candidates) {
    contestant c{.name = from.name,
                 .kind = from.kind,
                 .program = folder + "/" + from.program,
                 .variant = from.variant,
                 .preload = from.with_mimalloc ? mimalloc : "",
                 .only = from.only};
    if (access(c.program.c_str(), X_OK) != 0)
      c.absent = why_not_built(from.kind);
    else if (from.with_mimalloc && access(mimalloc, R_OK) != 0)
      c.absent = "mimalloc not found (libmimalloc-dev)";  // LD_PRELOAD would only warn
    else
      ask_who_it_is(c);
    found.push_back(std::move(c));
  }
  return found;
}

std::string packages_for(std::span<const row* const> rows) {
  std::string names;
  for (const peer_package& p : packages)
    if (std::any_of(rows.begin(), rows.end(),
                    [&](const row* r) { return (r->peers & p.kind) != 0; }))
      names += std::string(p.debian) + "\n";
  return names;
}

}  // namespace compare
