// execution.cpp: points, decisions, failures.
//
//   Before   explorer.cpp; model types through point.hpp.   After   fiber.cpp, schedules.cpp.
//   Holds    who runs now (the OS thread's), see execution.hpp.
//   Rules    X3  A thread stands before its next operation whenever another one runs.
//            X4  Threads are all brought to their first operation before the first decision.
//            X5  A yielding thread waits for one step of another, and after its second yield for
//                those that could have run all the while (Musuvathi, Qadeer: fair stateless model
//                checking, 2008): so a spinning loop cannot keep a search busy for ever.
#include "execution.hpp"

#include <cstdlib>
#include <exception>

namespace model::detail {

namespace {

thread_local execution* now_running = nullptr;

}  // namespace

struct execution::virtual_thread {
  virtual_thread(execution& its_owner, unsigned its_number)
      : owner(its_owner), number(its_number), stack(&execution::thread_body, this) {}

  execution& owner;
  const unsigned number;
  fiber stack;
  callable body;
  operation next;
  condition until;
  bool live = false;
  bool yields = false;       // until another one has made a step
  thread_set waits_for = 0;  // after a yield: these first, as long as they can go on
  thread_set starved = 0;    // could have run ever since the last yield
};

execution::execution(std::size_t steps_max, bool split, chooser& schedules, bool traced)
    : steps_max_(steps_max),
      split_(split),
      traced_(traced),
      schedules_(schedules),
      main_(std::make_unique<fiber>(&execution::main_body, this)) {}

execution::~execution() {
  ending_ = true;  // every body returns, which lets the sanitizers forget its stack
  for (auto& thread : threads_) switch_to(thread->stack);
  switch_to(*main_);
}

execution* execution::running() noexcept { return now_running; }

bool execution::run_once(program what) {
  program_ = what;
  thread_count_ = started_ = live_ = 0;
  current_ = no_thread;
  last_ = threads_max;
  quiet_ = true;
  yielded_ = false;
  schedule_.clear();
  now_running = this;
  switch_to(*main_);
  now_running = nullptr;
  describe_failure();
  return failure_.empty();
}

void execution::main_body(void* self) {
  auto& here = *static_cast<execution*>(self);
  while (!here.ending_) {
    here.run_program();
    here.switch_to(here.home_);
  }
  here.active_ = &here.home_;
}

void execution::thread_body(void* thread) {
  auto& self = *static_cast<virtual_thread*>(thread);
  execution& here = self.owner;
  while (!here.ending_) {
    here.call(self.body);
    self.live = false;
    --here.live_;
    here.go_on();
  }
  here.active_ = &here.home_;
}

void execution::run_program() {
  run made(*this);
  try {
    program_.call(program_.object, made);
  } catch (const std::exception& error) {
    fail(joined({"exception in the set-up: ", error.what()}));
  } catch (...) {
    fail("exception in the set-up");
  }
  if (thread_count_ != 0) {
    live_ = thread_count_;
    quiet_ = false;
    go_on();
    quiet_ = true;
    current_ = no_thread;
  }
  for (std::size_t i = 0; i < ends_.size(); ++i) call(ends_[i]);
  finish_state();
}

void execution::call(callable body) {
  try {
    body.call(body.object);
  } catch (const std::exception& error) {
    fail(joined({"exception: ", error.what()}));
  } catch (...) {
    fail("exception");
  }
}

void execution::finish_state() {
  ends_.clear();
  while (!owned_.empty()) {
    const owned last = owned_.back();
    owned_.pop_back();
    last.destroy(last.object);
  }
  for (const freed& block : freed_) {
    ::operator delete(block.storage, std::align_val_t{block.alignment});
  }
  freed_.clear();
  if (tracked_ != 0) {
    fail(joined({"tracked objects not destroyed: ", std::to_string(tracked_)}));
  }
}

void execution::switch_to(fiber& to) {
  fiber& from = *active_;
  active_ = &to;
  from.switch_to(to);
}

void execution::add_thread(callable body) {
  if (thread_count_ == threads_max) fail("more than 32 threads");
  if (!quiet_ || started_ != 0) fail("a thread can be added in the set-up only");
  if (thread_count_ == threads_.size()) {
    threads_.push_back(std::make_unique<virtual_thread>(*this, thread_count_));
  }
  virtual_thread& thread = *threads_[thread_count_++];
  thread.body = body;
  thread.next = {};
  thread.until = {};
  thread.live = true;
  thread.yields = false;
  thread.waits_for = thread.starved = 0;
}

void execution::point(const operation& next, condition until, bool yields) {
  if (quiet_) {
    if (until.holds == nullptr || until.holds(until.argument)) return;
    fail(joined({next.what, " would wait for ever: no thread is running"}));
  }
  virtual_thread& self = *threads_[current_];
  self.next = next;
  self.until = until;
  if (yields) remember_yield(self);
  go_on();
}

void execution::point_after() {
  if (split_ && !quiet_) point({nullptr, "the code after it"}, {}, false);
}

// Lets whoever is next go on: a thread not yet started (X4), the one the schedule says, or the end.
void execution::go_on() {
  const unsigned before = current_;
  if (started_ < thread_count_) {
    current_ = started_++;
  } else if (live_ == 0) {
    switch_to(*main_);
    return;
  } else {
    current_ = decide();
  }
  if (current_ != before) switch_to(threads_[current_]->stack);
}

unsigned execution::decide() {
  const thread_set ready = ready_threads();
  if (ready == 0) fail_all("deadlock: no thread can go on");
  if (schedule_.size() == steps_max_) {
    fail_all(joined({"no end within ", std::to_string(steps_max_), " steps"}));
  }
  const thread_set eligible = yielded_ ? polite(ready) : ready;
  const bool may_stay = last_ < threads_max && (eligible & only(last_)) != 0;
  const unsigned chosen = schedules_.choose(
      {.step = schedule_.size(), .last = last_, .may_stay = may_stay, .eligible = eligible});
  if (chosen == refused) {
    fail_all("the program left the schedule: it has changed, or is not deterministic");
  }
  schedule_.push_back(static_cast<std::uint8_t>(chosen));
  last_ = chosen;
  if (yielded_) remember_step(chosen, ready);
  return chosen;
}

thread_set execution::ready_threads() {
  thread_set ready = 0;
  quiet_ = true;
  for (unsigned i = 0; i < thread_count_; ++i) {
    const virtual_thread& thread = *threads_[i];
    if (!thread.live) continue;
    const condition& until = thread.until;
    if (until.holds == nullptr || until.holds(until.argument)) ready |= only(i);
  }
  quiet_ = false;
  return ready;
}

// The ready threads without those that let others go first (X5); all, if nobody else is left.
thread_set execution::polite(thread_set ready) const {
  thread_set patient = 0;
  thread_set eligible = 0;
  for (unsigned i = 0; i < thread_count_; ++i) {
    if ((ready & only(i)) == 0) continue;
    if (threads_[i]->yields) continue;
    patient |= only(i);
    if ((threads_[i]->waits_for & ready) == 0) eligible |= only(i);
  }
  if (eligible != 0) return eligible;
  return patient != 0 ? patient : ready;
}

void execution::remember_yield(virtual_thread& thread) {
  yielded_ = true;
  thread.yields = true;
  thread.waits_for |= thread.starved;
  thread.starved = ready_threads() & ~only(thread.number);
}

void execution::remember_step(unsigned chosen, thread_set ready) {
  for (unsigned i = 0; i < thread_count_; ++i) {
    virtual_thread& thread = *threads_[i];
    thread.waits_for &= ~only(chosen);
    thread.starved &= ready & ~only(chosen);
    if (i != chosen) thread.yields = false;
  }
  threads_[chosen]->yields = false;
}

void execution::fail(std::string statement) {
  failure_ = std::move(statement);
  switch_to(home_);
  std::abort();  // nobody comes back to an abandoned execution (X1)
}

// No memory is to be taken in a signal handler.
void execution::fail_in_signal(const char* statement) {
  signalled_ = statement;
  switch_to(home_);
  std::abort();
}

void execution::fail_all(std::string statement) {
  current_ = no_thread;
  fail(std::move(statement));
}

void execution::describe_failure() {
  if (signalled_ != nullptr) failure_ = signalled_;
  if (failure_.empty()) return;
  if (current_ != no_thread) failure_ += joined({" (in thread ", std::to_string(current_), ")"});
  if (traced_) interleaving_ += standing();
}

// Where the threads other than the failing one are.
std::string execution::standing() {
  std::string text;
  for (unsigned i = 0; i < started_; ++i) {
    const virtual_thread& thread = *threads_[i];
    if (!thread.live || i == current_) continue;
    const void* const object = thread.next.object;
    text += joined({"  t", std::to_string(i), thread.until.holds != nullptr ? " waits in " : " at ",
                    object != nullptr ? names_.of(object) : "", object != nullptr ? "." : "",
                    thread.next.what, "\n"});
  }
  return text;
}

void execution::note(const void* object, texts text) {
  const bool in_main = current_ == no_thread;
  if (quiet_ && !in_main) return;  // a predicate's own operations
  interleaving_ += joined({"  ", in_main ? "main" : "t", in_main ? "" : std::to_string(current_),
                           ": ", object != nullptr ? names_.of(object) : "",
                           object != nullptr ? "." : "", joined(text), "\n"});
}

void execution::name_object(const void* object, std::size_t bytes, const char* name) {
  if (traced_) names_.add(object, bytes, name);
}

void execution::quarantine(void* storage, std::size_t alignment) {
  freed_.push_back({storage, alignment});
}

}  // namespace model::detail
