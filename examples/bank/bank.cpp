// bank.cpp: a bank whose parts fail all the time, and whose books balance at the end.
//
//   Notice   no part tries to survive what it does not understand: it fails, is started again, and
//            reads what is true from the ledger. The tree says who is restarted with whom. The
//            customers' asks wait for a restart, and may be repeated, because a transfer has an id.
//   Usage    bank [transfers] [blows]: 10000 transfers, while the gremlin strikes 200 times.
#include "account.hpp"
#include "fraud.hpp"
#include "gremlin.hpp"
#include "ledger.hpp"
#include "load.hpp"
#include "teller.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

using namespace std::chrono_literals;
using troupe::child_spec;

namespace {

/// @returns -1: that is no number
int number(const char* text) {
  int n = -1;
  const char* const end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, n);
  return error == std::errc() && stopped == end && n > 0 ? n : -1;
}

struct temporary_file {
  std::string path =
      (std::filesystem::temp_directory_path() / ("bank-" + std::to_string(getpid()) + ".log"))
          .string();
  ~temporary_file() {
    std::error_code ignored;  // it is in the folder of temporary files
    std::filesystem::remove(path, ignored);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int transfers = argc > 1 ? number(argv[1]) : 10'000;
  const int blows = argc > 2 ? number(argv[2]) : 200;
  if (transfers < 0 || blows < 0 || argc > 3) {
    std::fprintf(stderr, "usage: bank [transfers] [blows], both at least 1\n");
    return 2;
  }
  const temporary_file file;
  const auto seen = std::make_shared<bank::tally>();
  const auto harm = std::make_shared<bank::damage>();
  troupe::actor_system sys({.log = false});  // what fails here fails on purpose

  troupe::slot<bank::ledger> books(sys, "ledger");
  troupe::slot<bank::fraud> guard(sys, "fraud");
  troupe::slot<bank::teller> desk(sys, "teller");
  bank::accounts all(sys, "accounts", {.intensity = 10'000, .period = 10s});

  const troupe::supervisor_spec front{
      .strategy = troupe::rest_for_one,
      .intensity = 10'000,
      .period = 10s,
      .children = {
          child_spec{.id = "accounts", .start = all},
          child_spec{.id = "teller",
                     .start = troupe::actor_of<bank::teller>(all, books, guard),
                     .at = desk},
      }};
  const troupe::supervisor_spec tree{
      .intensity = 10'000,
      .period = 10s,
      .auto_shutdown = troupe::auto_shutdown_type::any_significant,
      .children = {
          child_spec{.id = "ledger",
                     .start = troupe::actor_of<bank::ledger>(file.path),
                     .at = books,
                     .mailbox = troupe::mailbox_type::keep},
          child_spec{.id = "fraud",
                     .start = troupe::actor_of<bank::fraud>(),
                     .at = guard,
                     .backoff = troupe::exponential{.min = 1ms, .max = 20ms}},
          child_spec{.id = "front", .start = front},
          child_spec{.id = "customers",
                     .start = troupe::actor_of<bank::load>(desk, 10, transfers, seen),
                     .restart = troupe::transient,
                     .significant = true},
          child_spec{.id = "gremlin",
                     .start = troupe::actor_of<bank::gremlin>(books, guard, desk, all, blows, harm),
                     .restart = troupe::transient},
      }};
  const int result = troupe::run(sys, tree);

  std::printf("%d paid, %d refused, %d asked again; %llu restarts; the sum is %ld\n",
              seen->paid.load(std::memory_order_relaxed),
              seen->refused.load(std::memory_order_relaxed),
              seen->repeated.load(std::memory_order_relaxed),
              static_cast<unsigned long long>(sys.counters().restarted), seen->sum);
  return result != 0 ? result : seen->sum == 0 && seen->paid != 0 ? 0 : 1;
}
