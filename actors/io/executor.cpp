// executor.cpp: an actor, as Asio's executors are.
#include <troupe/actors/io/executor.hpp>

#include <troupe/actors/engine/activities.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/scheduling/sleeper.hpp>
#include <troupe/actors/engine/scheduling/worker.hpp>

namespace troupe::io {

namespace {

[[nodiscard]] troupe::detail::sleeper& reactor_of(const troupe::detail::cell& c,
                                                  std::size_t worker) noexcept {
  return *troupe::detail::core_at(c).sched->reactor(worker);
}

/// This one, if it is one of the system's; else one that the actor's id decides.
[[nodiscard]] std::size_t choose_worker(const troupe::detail::cell& c) noexcept {
  const troupe::detail::context* const x = troupe::detail::here;
  if (x != nullptr && x->on != nullptr && x->system == &troupe::detail::core_at(c))
    return x->on->number();
  return static_cast<std::size_t>(c.id % 256);
}

[[nodiscard]] troupe::detail::cell* checked(troupe::detail::cell* c) {
  if (c == nullptr)
    throw std::invalid_argument("troupe: io::executor_of an empty ref: there is no actor");
  troupe::detail::refuse_if_forked(troupe::detail::core_at(*c));  // its reactor is the parent's too
  if (troupe::detail::core_at(*c).sched->reactor(0) == nullptr) throw real_io_refused();
  return c;
}

}  // namespace

real_io_refused::real_io_refused()
    : std::logic_error(
          "troupe: sockets, signals and real timers are refused on a stage (kit::stage): what "
          "comes "
          "from outside cannot be replayed from a seed. Test the protocol with messages there, and "
          "this actor in an actor_system") {}

executor::executor(troupe::detail::cell* c)
    : cell_(checked(c)),
      id_(c->id),
      incarnation_(c->incarnation_now()),
      worker_(static_cast<std::uint16_t>(choose_worker(*c))) {}

executor::executor(const executor& other) noexcept
    : cell_(other.cell_),
      id_(other.id_),
      incarnation_(other.incarnation_),
      worker_(other.worker_),
      may_run_now_(other.may_run_now_),
      is_tracked_(other.is_tracked_) {
  if (is_tracked_) expect();
}

executor::executor(executor&& other) noexcept
    : cell_(other.cell_),
      id_(other.id_),
      incarnation_(other.incarnation_),
      worker_(other.worker_),
      may_run_now_(other.may_run_now_),
      is_tracked_(std::exchange(other.is_tracked_, false)) {}

executor& executor::operator=(executor other) noexcept {
  std::swap(cell_, other.cell_);
  std::swap(id_, other.id_);
  std::swap(incarnation_, other.incarnation_);
  std::swap(worker_, other.worker_);
  std::swap(may_run_now_, other.may_run_now_);
  std::swap(is_tracked_, other.is_tracked_);
  return *this;
}

executor executor::with(bool may_run_now, bool is_tracked) const noexcept {
  executor e(*this);
  e.may_run_now_ = may_run_now;
  if (is_tracked && !e.is_tracked_) e.expect();
  if (!is_tracked && e.is_tracked_) e.end_expecting();
  e.is_tracked_ = is_tracked;
  return e;
}

void executor::expect() noexcept { reactor_of(*cell_, worker_).expect_one(); }
void executor::end_expecting() noexcept { reactor_of(*cell_, worker_).expect_one_less(); }

asio::io_context& executor::query(asio::execution::context_t) const noexcept {
  return reactor_of(*cell_, worker_).io();
}

executor this_actor() {
  troupe::detail::cell* const c = troupe::detail::running_cell();
  if (c == nullptr)
    throw std::logic_error(
        "troupe: io::this_actor() outside a turn: it stands for the actor that runs. On an "
        "ordinary "
        "thread use io::executor_of(ref)");
  return executor(c);
}

namespace detail {

bool post(cell& c, std::uint64_t id, envelope& job) noexcept {
  if (!troupe::detail::acquire(c, id)) return false;
  troupe::detail::deliver_reserved(c, job);
  troupe::detail::release(c);
  return true;
}

handler_scope::handler_scope(cell& c, std::uint32_t incarnation) noexcept
    : cell_(c),
      may_run_(c.at() < troupe::detail::phase::vacant &&
               (incarnation == 0 || incarnation == c.incarnation_now())) {
  troupe::detail::here->in_handler = may_run_;
}

handler_scope::~handler_scope() {
  if (!std::exchange(troupe::detail::here->in_handler, false)) return;
  troupe::detail::remind_operations(cell_);  // it was a step of a composed operation, or its own
}

inline_scope::inline_scope(const cell& c) noexcept : may_run_(leave_handler(c)) {}

inline_scope::~inline_scope() {
  if (may_run_) troupe::detail::here->in_handler = true;
}

bool leave_handler(const cell& c) noexcept {
  return troupe::detail::running_cell() == &c &&
         std::exchange(troupe::detail::here->in_handler, false);
}

}  // namespace detail
}  // namespace troupe::io
