// inline_turn.cpp: turns of adapters that ordinary threads run themselves, and the ends of
// operations.
//
//   Source   delegation: Fatourou and Kallimanis, "Revisiting the combining synchronization
//            technique" (PPoPP 2012).
#include <troupe/actors/engine/callers/inline_turn.hpp>

#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/requests.hpp>
#include <troupe/actors/engine/scheduling/futex.hpp>

#include <exception>
#include <fstream>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace troupe::detail {
namespace {

constexpr std::uint64_t is_thread = std::uint64_t{1} << 63;
constexpr unsigned thread_id_bits = 22;  // the kernel's are smaller than 2^22

/// What an ordinary thread is to adapters. Beside `here` the only thread_local: an operation must
/// know who performs it, and whether it stands inside a turn.
struct thread_state {
  inline_turn* turn = nullptr;
  std::uint64_t id = 0;
};
thread_local constinit thread_state me;

std::uint64_t new_thread_id() noexcept {
  static std::atomic<std::uint64_t> threads{0};
  const auto kernel_id = static_cast<std::uint64_t>(syscall(SYS_gettid));
  return is_thread | ((threads.fetch_add(1, std::memory_order_relaxed) + 1) << thread_id_bits) |
         kernel_id;
}

std::string thread_name(std::uint64_t kernel_id) {
  std::ifstream file("/proc/self/task/" + std::to_string(kernel_id) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

/// How long a thread looks at its operation before it sleeps: some microseconds.
unsigned spins() noexcept {
  static const unsigned count = std::thread::hardware_concurrency() > 1 ? 200 : 0;
  return count;
}

inline void relax() noexcept { __builtin_ia32_pause(); }

void retire(link* l) noexcept {
  if (l != nullptr) deallocate(static_cast<envelope*>(l));
}

/// M3, as in turn.cpp; the caller has a handle.
void look_again(cell& c) noexcept {
  if (c.commands.load(std::memory_order_seq_cst) != 0 && c.box.wake()) schedule(c);
}

/// What a worker does to its own counters.
void count_turn(cell& c, unsigned operations) noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  c.turns.store(c.turns.load(relaxed) + 1, relaxed);
  c.handled.store(c.handled.load(relaxed) + operations, relaxed);
}

[[nodiscard]] bool can_run_here(const cell& c) noexcept {
  return c.commands.load(std::memory_order_relaxed) == 0 && c.at() == phase::running;
}

/// The thread's own operation is out of the mailbox afterwards: its memory is the thread's again.
/// A sender that stands between exchange and link is waited for: it has a few instructions to go.
void take_out(cell& c, operation& own) noexcept {
  link* retired = nullptr;
  while (!c.box.detach(&own, retired)) std::this_thread::yield();
  retire(retired);
}

/// Who posted an operation, and waits for nothing, is told once it is out of the mailbox: it may
/// be freed then.
class tells_at_the_end {
public:
  explicit tells_at_the_end(operation& own) noexcept
      : tells_(own.tell != nullptr &&
               own.state.load(std::memory_order_relaxed) == operation::answered),
        own_(own) {}
  tells_at_the_end(const tells_at_the_end&) = delete;
  tells_at_the_end& operator=(const tells_at_the_end&) = delete;
  ~tells_at_the_end() {
    if (tells_) own_.tell(own_);
  }

private:
  const bool tells_;
  operation& own_;
};

/// I3. Everything before it has left the mailbox, so its thread begins a turn as one that has found
/// the idle mark does.
[[nodiscard]] bool gives_turn_to(operation& op, cell& c, unsigned& served) noexcept {
  if (op.tell != nullptr || op.state.load(std::memory_order_relaxed) != operation::under_way)
    return false;
  count_turn(c, served);  // before the turn is given up
  served = 0;
  std::uint32_t expected = operation::under_way;
  // release: what this turn has done, to the next.
  return op.state.compare_exchange_strong(expected, operation::has_turn, std::memory_order_acq_rel,
                                          std::memory_order_relaxed);
}

/// Others' operations. @returns false: a worker is to go on
[[nodiscard]] bool serve_others(cell& c, unsigned& served) noexcept {
  for (;;) {
    if (!can_run_here(c)) return false;
    link* const next = c.box.front();
    link* retired = nullptr;
    if (next == nullptr) {
      count_turn(c, served);  // before the turn is given up
      if (!c.box.try_idle(retired)) {
        served = 0;
        if (c.box.front() == nullptr) return false;
        continue;
      }
      retire(retired);
      look_again(c);
      return true;
    }
    if (next == &c.unreferenced || served >= others_limit) return false;
    auto& e = static_cast<envelope&>(*next);
    if (e.ops->kind != envelope_kind::operation) return false;
    if (served >= others_max && gives_turn_to(static_cast<operation&>(e), c, served)) return true;
    if (!c.box.detach(next, retired)) return false;
    retire(retired);
    ++served;
    e.ops->run(c, e);
  }
}

}  // namespace

// --- turns

inline_turn::inline_turn(cell& c) noexcept : cell_(c) { me.turn = this; }

inline_turn::~inline_turn() {
  me.turn = nullptr;
  for (std::size_t i = 0; i < waits_; ++i) wake_waiter(*words_[i]);
}

void inline_turn::wake_later(const std::atomic<std::uint32_t>& word) noexcept {
  if (waits_ == words_.size()) return wake_waiter(word);
  words_[waits_++] = &word;
}

inline_turn* inline_turn::current() noexcept { return me.turn; }

void run_inline(cell& c, operation& own) noexcept {
  inline_turn turn(c);
  if (!can_run_here(c)) return schedule(c);
  own.in_own_turn = true;
  own.ops->run(c, own);
  own.in_own_turn = false;  // from here on others may answer it, if this turn has not
  const tells_at_the_end news(own);
  count_turn(c, 1);
  if (c.box.try_idle_behind(&own)) return look_again(c);
  take_out(c, own);
  unsigned served = 0;
  if (serve_others(c, served)) return;
  count_turn(c, served);
  schedule(c);
}

// --- operations

void begin_operation(cell& adapter, operation& op) noexcept {
  const core& system = core_at(adapter);
  if (is_forked(system)) return op.ops->drop(nullptr, op, dead_reason::ended);
  if (here != nullptr) return deliver_reserved(adapter, op);
  if (!adapter.box.push(&op)) return;
  if (me.turn == nullptr && system.sched->has_threads())
    run_inline(adapter, op);
  else
    schedule(adapter);
}

void answer(operation& op) noexcept {
  if (op.in_own_turn) return op.state.store(operation::answered, std::memory_order_relaxed);
  if (op.tell != nullptr) return op.tell(op);
  const std::atomic<std::uint32_t>& word = op.state;
  // release: what the turn has written for the thread. It may go on at once: only the address of
  // the word is used after this.
  if (op.state.exchange(operation::answered, std::memory_order_acq_rel) != operation::parked)
    return;
  if (me.turn != nullptr)
    me.turn->wake_later(word);
  else
    wake_waiter(word);
}

void send_home(operation& op, const envelope_ops& arrives) noexcept {
  cell& home = *op.home;
  op.ops = &arrives;
  op.flags = envelope::detached | envelope::reserved;
  deliver_reserved(home, op);
}

bool nudge(operation& op) noexcept {
  if (op.tell != nullptr || op.in_own_turn) return false;
  std::uint32_t expected = operation::parked;
  if (!op.state.compare_exchange_strong(expected, operation::nudged, std::memory_order_acq_rel))
    return false;
  if (me.turn != nullptr)
    me.turn->wake_later(op.state);
  else
    wake_waiter(op.state);
  return true;
}

namespace {

/// What its thread sees when it looks. Runs the turn if it was given that.
[[nodiscard]] std::uint32_t look_at(cell& adapter, operation& op) noexcept {
  // acquire: what the turn that answers has written, or the one that was given up.
  const std::uint32_t seen = op.state.load(std::memory_order_acquire);
  if (seen != operation::has_turn) return seen;
  op.state.store(operation::under_way, std::memory_order_relaxed);
  run_inline(adapter, op);
  return op.state.load(std::memory_order_acquire);
}

/// From `from`, where nobody else has changed it.
bool change(operation& op, std::uint32_t from, std::uint32_t to) noexcept {
  return op.state.compare_exchange_strong(from, to, std::memory_order_acq_rel,
                                          std::memory_order_relaxed);
}

}  // namespace

wait_end wait_for(cell& adapter, operation& op, time_point deadline) noexcept {
  if (op.state.load(std::memory_order_acquire) == operation::answered) return wait_end::answered;
  change(op, operation::elsewhere, operation::under_way);
  scheduler& sched = *core_at(adapter).sched;
  publish_chain();  // this thread stops here
  for (unsigned i = sched.has_threads() ? spins() : 0;; --i) {
    if (look_at(adapter, op) == operation::answered) return wait_end::answered;
    if (i == 0) break;
    relax();
  }
  for (;;) {
    if (change(op, operation::under_way, operation::parked))
      sched.wait_while(op.state, operation::parked, deadline);
    if (look_at(adapter, op) == operation::answered) return wait_end::answered;
    if (change(op, operation::nudged, operation::under_way)) return wait_end::nudged;
    // It must not be given a turn while its thread looks at the operation that ends the wait.
    if (change(op, operation::parked, operation::elsewhere)) return wait_end::late;
  }
}

bool is_in_turn() noexcept { return me.turn != nullptr || running_cell() != nullptr; }

bool takes_operations(const cell& adapter) noexcept { return adapter.lives(); }

bool has_threads(cell& adapter) noexcept { return core_at(adapter).sched->has_threads(); }

std::string_view class_of(const cell& c) noexcept { return c.ops->actor; }

time_point time_in(cell& adapter) noexcept { return core_at(adapter).sched->now(); }

// --- who

agent current_agent() noexcept {
  if (const cell* const c = running_cell()) return {c->id, c->ops};
  if (me.id == 0) me.id = new_thread_id();
  return {me.id, nullptr};
}

std::string describe(const agent& who, cell& in) {
  if (who.id == 0) return "nobody";
  if (who.actor != nullptr) {
    std::string found;
    core_at(in).blocks.for_each([&](cell& c) {
      if (!found.empty() || !acquire(c, who.id)) return;
      found = describe(c);
      release(c);
    });
    if (!found.empty()) return found;
    return std::string(who.actor->actor) + " #" + std::to_string(who.id) + ", which has ended";
  }
  const std::uint64_t kernel_id = who.id & ((std::uint64_t{1} << thread_id_bits) - 1);
  return "thread " + std::to_string(kernel_id) + " \"" + thread_name(kernel_id) + '"';
}

}  // namespace troupe::detail
