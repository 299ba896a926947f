// run.hpp: the main function of a service.
//
//   Before   main has built a system and a tree.      After   main returns the exit code.
//   Called   by an ordinary thread, which waits.
#pragma once

#include <troupe/supervision/start.hpp>

#include <string>

namespace troupe {

/// What run() returns, for main to return. A second signal ends the program at once with 128 plus
/// its number.
enum run_exit : int {
  run_stopped = 0,    ///< a signal came, or the tree was stopped; everything ended in time
  run_gave_up = 1,    ///< the tree gave up: a child failed more often than it may
  run_not_built = 2,  ///< the tree is invalid, or a child could not be started
  run_stuck = 3       ///< it was stopped, but somebody did not end by the deadline
};

/// How run() runs. Every field has a default.
struct run_options {
  std::string name{};  ///< of the tree, see start()
  /// How long the tree, then the rest of the system, may take to stop after the first signal.
  duration shutdown_deadline = std::chrono::seconds(10);
};

/// Starts the tree, serves until SIGTERM or SIGINT come or until the tree gives up, stops it in
/// reverse order, then the system, and says on stderr what a person wants to know: which child
/// failed, how often, why, when, and its last messages. While it runs the two signals are its own;
/// what they did before is put back.
/// @returns a run_exit
/// @throws ask_failed(would_block_worker) inside a turn, std::bad_alloc; std::logic_error if
///   another run() runs in this process
int run(actor_system& sys, const child_start& tree, const run_options& options = {});

}  // namespace troupe
