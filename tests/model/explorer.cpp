// explorer.cpp: the search, and what it says when it has found something.
//
//   Before   explorer.hpp.   After   schedules.cpp, execution.cpp.
//   Holds    failed executions, for ever: their half-done threads cannot be unwound (X1).
#include "explorer.hpp"

#include "execution.hpp"

#include <csignal>
#include <cstdio>
#include <memory>
#include <vector>

// Null unless a sanitizer is linked in.
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace model {

namespace detail {

namespace {

constexpr std::string_view split_prefix = "split ";

// Says where a search stood when a sanitizer ends the process.
void tell_schedule() {
  if (const execution* const here = execution::running(); here != nullptr) {
    std::fprintf(stderr, "model: the schedule so far is \"%s\"\n",
                 schedule_text(here->schedule()).c_str());
  }
}

// A failed assertion of the shipped code, or an exception out of a noexcept function, ends in an
// abort, a null pointer in a fault; for the time of a search they fail the execution instead.
class crash_trap {
public:
  crash_trap() {
    struct sigaction trap{};
    trap.sa_handler = &crash_trap::caught;
    trap.sa_flags = SA_NODEFER;
    sigaction(SIGABRT, &trap, &abort_before_);
    sigaction(SIGSEGV, &trap, &fault_before_);
    if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(&tell_schedule);
  }
  crash_trap(const crash_trap&) = delete;
  crash_trap& operator=(const crash_trap&) = delete;
  ~crash_trap() {
    sigaction(SIGABRT, &abort_before_, nullptr);
    sigaction(SIGSEGV, &fault_before_, nullptr);
  }

private:
  static void caught(int signal) {
    if (execution* const here = execution::running(); here != nullptr) {
      here->fail_in_signal(signal == SIGABRT
                               ? "abort was called: its reason stands in the error output"
                               : "segmentation fault");
    }
    std::signal(signal, SIG_DFL);  // not the program's: once more, and then for good
  }
  struct sigaction abort_before_{};
  struct sigaction fault_before_{};
};

void abandon(std::unique_ptr<execution> failed) {
  static std::vector<std::unique_ptr<execution>>& abandoned =
      *new std::vector<std::unique_ptr<execution>>;  // never destroyed, nor what is in it
  abandoned.push_back(std::move(failed));
}

// One schedule, written down.
void tell(const std::vector<std::uint8_t>& schedule, const options& how, program what,
          report& found) {
  follow chooser(schedule);
  auto once = std::make_unique<execution>(how.steps_max, how.split, chooser, true);
  if (once->run_once(what)) return;
  found.failure = once->failure();
  found.interleaving = once->interleaving();
  found.schedule = joined({how.split ? split_prefix : "", schedule_text(once->schedule())});
  abandon(std::move(once));
}

// The failed execution is repeated in order to be written down: the search itself takes no notes.
void tell_again(std::unique_ptr<execution> failed, const options& how, program what,
                report& found) {
  const std::string failure = failed->failure();
  const std::vector<std::uint8_t> schedule = failed->schedule();
  abandon(std::move(failed));
  tell(schedule, how, what, found);
  if (found.failure == failure) return;
  found.failure = joined({failure, "; not deterministic: the same schedule once more gave \"",
                          found.ok() ? "no failure" : found.failure, "\""});
}

void search_depth_first(const options& how, program what, report& found) {
  depth_first chooser(how.preemptions);
  auto runs = std::make_unique<execution>(how.steps_max, how.split, chooser, false);
  while (found.executions < how.executions_max) {
    ++found.executions;
    if (!runs->run_once(what)) return tell_again(std::move(runs), how, what, found);
    if (chooser.ended_early()) {
      found.failure = "the program left the schedule: it is not deterministic";
      return;
    }
    if (!chooser.next()) {
      found.complete = true;
      return;
    }
  }
}

void search_at_random(const options& how, program what, report& found) {
  random_walk chooser(how.seed);
  auto runs = std::make_unique<execution>(how.steps_max, how.split, chooser, false);
  while (found.random_executions < how.random_runs) {
    ++found.executions;
    ++found.random_executions;
    chooser.next();
    if (!runs->run_once(what)) return tell_again(std::move(runs), how, what, found);
  }
}

// The middle of a very long interleaving says little: it is a loop.
std::string shortened(const std::string& interleaving) {
  constexpr std::size_t shown_bytes = 6'000;  // at either end
  if (interleaving.size() <= 2 * shown_bytes) return interleaving;
  const std::size_t first = interleaving.find('\n', shown_bytes) + 1;
  const std::size_t last = interleaving.find('\n', interleaving.size() - shown_bytes) + 1;
  return joined({std::string_view(interleaving).substr(0, first),
                 "  ... all of it in report.interleaving\n",
                 std::string_view(interleaving).substr(last)});
}

}  // namespace

report explore_program(const options& how, program what) {
  const crash_trap trap;
  report found;
  found.seed = how.seed;
  search_depth_first(how, what, found);
  if (found.ok()) search_at_random(how, what, found);
  return found;
}

report replay_program(std::string_view schedule, program what) {
  const crash_trap trap;
  report found;
  options how;
  how.split = schedule.starts_with(split_prefix);
  if (how.split) schedule.remove_prefix(split_prefix.size());
  std::vector<std::uint8_t> steps;
  if (!parse_schedule(schedule, steps)) {
    found.failure = joined({"not a schedule: ", schedule});
    return found;
  }
  if (how.steps_max < steps.size()) how.steps_max = steps.size();
  found.executions = 1;
  tell(steps, how, what, found);
  return found;
}

std::string joined(texts pieces) {
  std::string line;
  for (const std::string_view piece : pieces) line += piece;
  return line;
}

void point(operation next, condition until) noexcept {
  if (execution* const here = execution::running(); here != nullptr) {
    here->point(next, until, false);
  }
}

void yield_point() noexcept {
  if (execution* const here = execution::running(); here != nullptr) {
    here->point({nullptr, "yield"}, {}, true);
    if (here->traced()) here->note(nullptr, {"yield"});
  }
}

void point_after() noexcept {
  if (execution* const here = execution::running(); here != nullptr) here->point_after();
}

void fail(std::string statement) noexcept {
  if (execution* const here = execution::running(); here != nullptr) {
    here->fail(std::move(statement));
  }
  std::fprintf(stderr, "model: %s, outside of any execution\n", statement.c_str());
  std::abort();
}

bool tracing() noexcept {
  const execution* const here = execution::running();
  return here != nullptr && here->traced();
}

void note(const void* object, texts text) {
  if (execution* const here = execution::running(); here != nullptr) here->note(object, text);
}

std::string word_text(std::uint64_t word) {
  execution* const here = execution::running();
  return here != nullptr ? here->names().of_word(word) : std::to_string(word);
}

std::string address_text(const void* address) {
  execution* const here = execution::running();
  return here != nullptr ? here->names().of(address) : "?";
}

void name_object(const void* object, std::size_t bytes, const char* name) {
  if (execution* const here = execution::running(); here != nullptr) {
    here->name_object(object, bytes, name);
  }
}

unsigned this_thread() noexcept {
  const execution* const here = execution::running();
  return here != nullptr ? here->this_thread() : no_thread;
}

void* quarantined_new(std::size_t bytes, std::size_t alignment) {
  return ::operator new(bytes, std::align_val_t{alignment});
}

void quarantined_delete(void* storage, std::size_t bytes, std::size_t alignment) noexcept {
  execution* const here = execution::running();
  if (here == nullptr) return ::operator delete(storage, std::align_val_t{alignment});
  constexpr int nobody = 0xdd;
  std::memset(storage, nobody, bytes);
  here->quarantine(storage, alignment);
}

void count_tracked(int change) noexcept {
  if (execution* const here = execution::running(); here != nullptr) here->count_tracked(change);
}

}  // namespace detail

void run::own(void* object, void (*destroy)(void*)) { execution_.own(object, destroy); }
void run::add_thread(detail::callable body) { execution_.add_thread(body); }
void run::add_end(detail::callable body) { execution_.add_end(body); }

std::string report::text() const {
  const std::string effort = detail::joined(
      {std::to_string(executions - random_executions), " executions depth first",
       complete ? " (all within the bound), " : " (not all), ", std::to_string(random_executions),
       " at random with seed ", std::to_string(seed)});
  if (ok()) return detail::joined({effort, ": no failure\n"});
  return detail::joined({"model: ", failure, "\nfound after ", effort, "\n",
                         detail::shortened(interleaving), "replay: model::replay(\"", schedule,
                         "\", program)\n"});
}

}  // namespace model
