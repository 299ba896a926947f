// thread.cpp: functions on threads of their own.
#include <troupe/actors/classic/thread.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::classic {
namespace detail {

/// Those that run. Shared with them: one that never ends outlives its system.
class running_threads {
public:
  void add(std::shared_ptr<thread_state> one) {
    const std::lock_guard lock(mutex_);
    running_.push_back(std::move(one));
  }
  void remove(const thread_state& one) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase_if(running_, [&](const auto& s) { return s.get() == &one; });
  }
  [[nodiscard]] std::vector<std::shared_ptr<thread_state>> all() const {
    const std::lock_guard lock(mutex_);
    return running_;
  }
  [[nodiscard]] std::uint64_t next_number() noexcept {
    return numbers_.fetch_add(1, std::memory_order_relaxed) + 1;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<thread_state>> running_;
  std::atomic<std::uint64_t> numbers_{0};
};

struct thread_state {
  thread_state(actor_system& sys, std::shared_ptr<running_threads> l, thread_options o, action what)
      : system(sys),
        list(std::move(l)),
        name(o.name.empty() ? "thread-" + std::to_string(list->next_number()) : std::move(o.name)),
        daemon(o.daemon),
        function(std::move(what)),
        ended(sys, {.name = "end of " + name}) {}

  actor_system& system;  ///< until it is started
  const std::shared_ptr<running_threads> list;
  const std::string name;
  const bool daemon;
  action function;
  event ended;
  std::atomic<bool> started{false};
  std::atomic<bool> alive{false};
  std::atomic<long> ident{0};
};

namespace {

constexpr char kind[] = "classic threads";

class thread_list final : public system_extension {
public:
  void show_in(system_snapshot&) const override {}  // they are actors, and shown as such
  [[nodiscard]] static const std::shared_ptr<running_threads>& of(actor_system& sys) {
    return static_cast<thread_list&>(
               sys.extension(kind,
                             [](actor_system&) -> std::unique_ptr<system_extension> {
                               return std::make_unique<thread_list>();
                             }))
        .threads_;
  }

private:
  std::shared_ptr<running_threads> threads_ = std::make_shared<running_threads>();
};

long kernel_id() noexcept { return static_cast<long>(syscall(SYS_gettid)); }

struct begin_thread {};

/// Runs one function, then ends.
class thread_actor : public actor<thread_actor> {
public:
  explicit thread_actor(std::shared_ptr<thread_state> s) noexcept : state_(std::move(s)) {}
  ~thread_actor() {
    state_->alive.store(false, std::memory_order_release);
    state_->list->remove(*state_);
    try {
      event::ref(state_->ended).set();
    } catch (const std::bad_alloc&) {  // who joins finds it out by is_alive()
    }
  }

  void on(begin_thread) {
    pthread_setname_np(pthread_self(), state_->name.substr(0, 15).c_str());
    state_->ident.store(kernel_id(), std::memory_order_release);
    const action f = std::exchange(state_->function, {});
    self().stop();
    f();
  }

private:
  std::shared_ptr<thread_state> state_;
};

}  // namespace
}  // namespace detail

std::shared_ptr<detail::thread_state> thread::make(actor_system& sys, thread_options o,
                                                   detail::action f) {
  return std::make_shared<detail::thread_state>(sys, detail::thread_list::of(sys), std::move(o),
                                                std::move(f));
}

thread::~thread() {
  if (state_ == nullptr || state_->daemon || !is_alive()) return;
  if (state_->ident.load(std::memory_order_acquire) == detail::kernel_id()) return;
  if (!troupe::detail::is_in_turn()) static_cast<void>(state_->ended.wait());
}

void thread::start() {
  if (state_->started.exchange(true, std::memory_order_acq_rel))
    throw wait_failed(wait_errc::started_before, "start() of a thread");
  state_->alive.store(true, std::memory_order_release);
  state_->list->add(state_);
  try {
    const auto made = state_->system.spawn<detail::thread_actor>(
        spawn_options{.name = state_->name, .own_thread = true}, state_);
    made.tell(detail::begin_thread{});
  } catch (...) {
    state_->list->remove(*state_);
    state_->alive.store(false, std::memory_order_release);
    state_->started.store(false, std::memory_order_release);
    throw;
  }
}

wait_errc thread::join(wait_time t) {
  if (!state_->started.load(std::memory_order_acquire))
    throw wait_failed(wait_errc::not_started, "join() of a thread");
  if (state_->ident.load(std::memory_order_acquire) == detail::kernel_id() && is_alive())
    throw wait_failed(wait_errc::self_join, "join() of a thread");
  if (t.is_negative()) return wait_errc::negative_timeout;
  try {
    return state_->ended.wait(t) ? wait_errc::ok : wait_errc::timeout;
  } catch (const wait_failed& e) {
    return e.code();
  }
}

bool thread::is_alive() const noexcept { return state_->alive.load(std::memory_order_acquire); }
const std::string& thread::name() const noexcept { return state_->name; }
long thread::ident() const noexcept { return state_->ident.load(std::memory_order_acquire); }
bool thread::daemon() const noexcept { return state_->daemon; }

std::vector<thread_info> enumerate(actor_system& sys) {
  std::vector<thread_info> all;
  for (const auto& s : detail::thread_list::of(sys)->all())
    all.push_back({s->name, s->ident.load(std::memory_order_acquire), s->daemon});
  return all;
}

std::size_t active_count(actor_system& sys) { return detail::thread_list::of(sys)->all().size(); }

thread_info current_thread() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return {name, detail::kernel_id(), false};
}

}  // namespace troupe::classic
