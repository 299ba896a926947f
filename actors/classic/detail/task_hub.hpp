// task_hub.hpp: the actor behind futures: it knows which tasks wait, and who waits for tasks.
//
//   Before   executor.hpp and green.hpp put tasks in.      After   threads, or actors, run them.
//   Called   steps: in its turns. A task's function: on the thread that took it.
//   Holds    the tasks that have not begun, the threads that have nothing to do.
//   Rules    H1  A task begins once or is cancelled; `state` changes in the hub's turns only.
//            H2  What a task gives is written before its state says `finished`, and read after.
//            H3  Callbacks run on the thread that finished the task, or on that of who came late.
#pragma once

#include <troupe/actors/classic/detail/gates.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace troupe::classic::detail {

class task_hub;

enum class task_state : std::uint8_t { pending, running, cancelled, finished };

/// A function that is called once when a task has ended.
struct done_callback {
  done_callback* next = nullptr;
  /// Calls it, unless nobody is left to care, and destroys it.
  void (*end)(done_callback&, bool calls) noexcept = nullptr;
};

/// A task without its type. Shared by its futures, its hub and whoever runs it.
struct pool_task {
  pool_task() noexcept = default;
  pool_task(const pool_task&) = delete;
  pool_task& operator=(const pool_task&) = delete;
  virtual ~pool_task();

  /// Calls the function, and keeps what it gives or throws.
  virtual void run() noexcept = 0;

  std::atomic<std::uint32_t> shared{1};
  std::atomic<task_state> state{task_state::pending};
  std::exception_ptr thrown;

  // The hub's.
  pool_task* before = nullptr;
  pool_task* after = nullptr;
  done_callback* callbacks = nullptr;
  line waiters;
};

/// A counted pointer to a task.
template <class T>
class task_ptr {
public:
  task_ptr() noexcept = default;
  /// Takes over a count.
  explicit task_ptr(T* owned) noexcept : task_(owned) {}
  [[nodiscard]] static task_ptr share(T* t) noexcept {
    if (t != nullptr) t->shared.fetch_add(1, std::memory_order_relaxed);
    return task_ptr(t);
  }
  task_ptr(const task_ptr& other) noexcept : task_ptr(share(other.task_)) {}
  task_ptr(task_ptr&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  template <class U>
  task_ptr(task_ptr<U>&& other) noexcept : task_(other.release()) {}
  task_ptr& operator=(task_ptr other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~task_ptr() {
    // acq_rel: what the others did with it comes before its end.
    if (task_ != nullptr && task_->shared.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete task_;
  }
  [[nodiscard]] T* get() const noexcept { return task_; }
  [[nodiscard]] T* release() noexcept { return std::exchange(task_, nullptr); }
  T* operator->() const noexcept { return task_; }
  T& operator*() const noexcept { return *task_; }
  [[nodiscard]] explicit operator bool() const noexcept { return task_ != nullptr; }

private:
  T* task_ = nullptr;
};
using any_task = task_ptr<pool_task>;

/// Tasks, each counted, in the order in which they came.
class task_list {
public:
  void push_back(any_task t) noexcept {
    pool_task* const one = t.release();
    one->before = last_;
    one->after = nullptr;
    (last_ != nullptr ? last_->after : first_) = one;
    last_ = one;
    ++size_;
  }
  /// @pre it is in this list
  [[nodiscard]] any_task remove(pool_task& t) noexcept {
    (t.before != nullptr ? t.before->after : first_) = t.after;
    (t.after != nullptr ? t.after->before : last_) = t.before;
    --size_;
    return any_task(&t);
  }
  [[nodiscard]] any_task pop_front() noexcept {
    return first_ != nullptr ? remove(*first_) : any_task();
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  pool_task* first_ = nullptr;
  pool_task* last_ = nullptr;
  std::size_t size_ = 0;
};

/// Puts a task in. @returns whether one thread more is wanted
struct submit_op : plain_op<task_hub> {
  static constexpr std::string_view name = "submit() to an executor";
  using value_type = result<bool, wait_errc>;
  /// `runs_already`: and not here.
  explicit submit_op(any_task t, bool runs_already = false) noexcept;
  [[nodiscard]] static value_type refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] value_type take(const handle&) const noexcept {
    if (outcome_of(*this) != wait_errc::ok) return outcome_of(*this);
    return wants_thread;
  }
  any_task task;
  bool runs_elsewhere;
  bool wants_thread = false;
};

/// A thread wants the next; null: there is none any more.
struct next_op : operation {
  using body = task_hub;
  using value_type = any_task;
  static constexpr std::string_view name = "a thread of an executor";
  next_op() noexcept;
  [[nodiscard]] static any_task refused(wait_errc) noexcept { return {}; }
  [[nodiscard]] any_task take(const handle&) noexcept { return std::move(next); }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}
  any_task next;
};

/// A task has been run.
struct finish_op : plain_op<task_hub> {
  static constexpr std::string_view name = "the end of a task";
  explicit finish_op(any_task t) noexcept;
  any_task task;
};

struct await_task_op : plain_op<task_hub> {
  static constexpr std::string_view name = "waiting for a future";
  explicit await_task_op(any_task t) noexcept;
  any_task task;
};

/// Cancels a task that has not begun. @returns ok; timeout: it has
struct cancel_op : plain_op<task_hub> {
  static constexpr std::string_view name = "cancel() of a future";
  explicit cancel_op(any_task t) noexcept;
  any_task task;
};

/// @returns timeout: the task has ended before, call it here
struct callback_op : plain_op<task_hub> {
  static constexpr std::string_view name = "add_done_callback() of a future";
  callback_op(any_task t, done_callback& f) noexcept;
  any_task task;
  done_callback& callback;
};

/// From now on none is taken. Gives those that were cancelled: their callbacks are to be called.
struct end_op : operation {
  using body = task_hub;
  using value_type = task_list;
  static constexpr std::string_view name = "shutdown() of an executor";
  explicit end_op(bool cancel) noexcept;
  [[nodiscard]] static task_list refused(wait_errc) noexcept { return {}; }
  [[nodiscard]] task_list take(const handle&) const noexcept { return cancelled; }
  void discard(const handle&) const noexcept {}
  static void look_again(cell&, operation&) noexcept {}
  bool cancels;
  task_list cancelled;
};

/// There is no thread for a task: it is taken back, and the thread is not waited for.
struct no_thread_op : plain_op<task_hub> {
  static constexpr std::string_view name = "submit() to an executor";
  explicit no_thread_op(any_task t) noexcept;
  any_task task;
};

/// Waits until a hub that is shut has no thread any more.
struct join_hub_op : plain_op<task_hub> {
  static constexpr std::string_view name = "shutdown() of an executor";
  join_hub_op() noexcept;
};

class task_hub : public actor<task_hub> {
public:
  /// As many threads may run its tasks.
  explicit task_hub(std::size_t threads_max) noexcept : threads_max_(threads_max) {}
  ~task_hub();

  void submit(submit_op& op) noexcept;
  void next(next_op& op) noexcept;
  void finish(finish_op& op) noexcept;
  void await(await_task_op& op) noexcept;
  void cancel(cancel_op& op) noexcept;
  void add_callback(callback_op& op) noexcept;
  void end(end_op& op) noexcept;
  void join(join_hub_op& op) noexcept;
  void forgo_thread(no_thread_op& op) noexcept;
  void leave(operation& op, leaving why) noexcept;
  void show(adapter_view& view) const;

private:
  void end_task(pool_task& t, task_state as, wait_errc for_waiters) noexcept;
  void begin(any_task t) noexcept;
  void lose_threads(std::size_t count) noexcept;

  const std::size_t threads_max_;
  std::size_t threads_ = 0;
  bool is_shut_ = false;
  task_list pending_;
  task_list running_;
  std::uint64_t last_wait_ = 0;
  line idle_;
  line joiners_;
};

/// Calls what was added to a task that has ended. @thread whoever has ended it
void call_back(pool_task& t) noexcept;

}  // namespace troupe::classic::detail
