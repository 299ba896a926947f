// execution.hpp: runs a program's virtual threads, one operation at a time.
//
//   Before   explorer.cpp.   After   fiber.cpp changes stacks, a chooser picks the next thread.
//   Called   run_once: the searching code. point, fail and the rest: through point.hpp.
//   Holds    fibers (kept from run to run), the present run's state, threads, quarantine, trace.
//   Rules    X1  A failed execution is abandoned as it stands: nothing on its stacks is unwound,
//                and the object must be kept for ever.
//            X2  After every run that does not fail, nothing of it is left.
#pragma once

#include "explorer.hpp"
#include "fiber.hpp"
#include "names.hpp"
#include "schedules.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace model::detail {

/// See the sign on the door. A resource.
class execution {
public:
  execution(std::size_t steps_max, bool split, chooser& schedules, bool traced);
  execution(const execution&) = delete;
  execution& operator=(const execution&) = delete;
  /// @pre no run has failed (X1).
  ~execution();

  /// Runs `what` from its set-up to its end.
  /// @returns false if it failed; then failure() says why, and no other run may follow.
  [[nodiscard]] bool run_once(program what);

  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  [[nodiscard]] const std::string& interleaving() const noexcept { return interleaving_; }
  [[nodiscard]] const std::vector<std::uint8_t>& schedule() const noexcept { return schedule_; }

  /// The execution that runs now, or null.
  [[nodiscard]] static execution* running() noexcept;

  // What point.hpp and run offer.
  void point(const operation& next, condition until, bool yields);
  void point_after();
  [[noreturn]] void fail(std::string statement);
  [[noreturn]] void fail_in_signal(const char* statement);
  [[nodiscard]] bool traced() const noexcept { return traced_; }
  void note(const void* object, texts text);
  [[nodiscard]] object_names& names() noexcept { return names_; }
  void name_object(const void* object, std::size_t bytes, const char* name);
  [[nodiscard]] unsigned this_thread() const noexcept { return current_; }
  void own(void* object, void (*destroy)(void*)) { owned_.push_back({object, destroy}); }
  void add_thread(callable body);
  void add_end(callable body) { ends_.push_back(body); }
  void quarantine(void* storage, std::size_t alignment);
  void count_tracked(int change) noexcept { tracked_ += change; }

private:
  struct virtual_thread;
  struct owned {
    void* object;
    void (*destroy)(void*);
  };
  struct freed {
    void* storage;
    std::size_t alignment;
  };

  static void main_body(void* self);
  static void thread_body(void* thread);
  void run_program();
  void call(callable body);
  void finish_state();
  void switch_to(fiber& to);
  void describe_failure();
  void go_on();
  [[nodiscard]] unsigned decide();
  [[noreturn]] void fail_all(std::string statement);
  [[nodiscard]] thread_set ready_threads();
  [[nodiscard]] thread_set polite(thread_set ready) const;
  void remember_yield(virtual_thread& thread);
  void remember_step(unsigned chosen, thread_set ready);
  [[nodiscard]] std::string standing();

  // Fixed for all runs.
  const std::size_t steps_max_;
  const bool split_;
  const bool traced_;
  chooser& schedules_;
  fiber home_;
  std::unique_ptr<fiber> main_;
  std::vector<std::unique_ptr<virtual_thread>> threads_;  // a pool; thread_count_ are in use
  bool ending_ = false;

  // Of this run.
  program program_{};
  fiber* active_ = &home_;
  unsigned thread_count_ = 0;
  unsigned started_ = 0;
  unsigned live_ = 0;
  unsigned current_ = no_thread;
  unsigned last_ = threads_max;
  bool quiet_ = true;  // set-up, end, predicates: operations are no points
  bool yielded_ = false;
  int tracked_ = 0;
  std::vector<owned> owned_;
  std::vector<callable> ends_;
  std::vector<freed> freed_;
  std::vector<std::uint8_t> schedule_;
  const char* signalled_ = nullptr;
  std::string failure_;
  std::string interleaving_;
  object_names names_;
};

}  // namespace model::detail
