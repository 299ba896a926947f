// watch.cpp: the adapters of a system, and the actor that looks for circles of waiters.
#include <troupe/actors/classic/detail/watch.hpp>

#include <troupe/actors/classic/detail/call.hpp>
#include <troupe/actors/classic/detail/circles.hpp>
#include <troupe/actors/life/seat.hpp>
#include <troupe/actors/task.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace troupe::classic::detail {
namespace {

constexpr char kind[] = "adapters";

std::string label(const handle& adapter) {
  const std::string_view name = troupe::detail::label_of(*adapter.get());
  return name.empty() ? "lock #" + std::to_string(troupe::detail::id_of(*adapter.get()))
                      : "lock \"" + std::string(name) + '"';
}

}  // namespace

/// A look that a coroutine waits for.
struct awaited_look : look {
  struct any_body {
    void leave(operation&, leaving) noexcept {}
  };
  using body = any_body;
  using value_type = std::optional<adapter_view>;
  explicit awaited_look(const envelope_ops* step) noexcept : look(*step) {}
  [[nodiscard]] static value_type refused(wait_errc) noexcept { return std::nullopt; }
  [[nodiscard]] value_type take(const handle&) noexcept {
    if (outcome_of(*this) != wait_errc::ok) return std::nullopt;
    return std::move(view);
  }
  void discard(const handle&) const noexcept {}
};

/// Ends the wait of a number, if it is still one.
struct break_sender : break_op {
  explicit break_sender(const envelope_ops& step, std::uint64_t of) noexcept : break_op(step, of) {}
};

struct begin_looking {};
struct look_now {};

/// Looks at all locks from time to time, while somebody waits for one.
class circle_finder : public actor<circle_finder> {
public:
  explicit circle_finder(std::shared_ptr<adapter_book> book) noexcept : book_(std::move(book)) {}

  void on(begin_looking) {
    has_begun_ = true;
    if (!looks_) looks_ = self().every(book_->settings().look_every, look_now{});
  }
  task<> on(look_now) {
    if (is_busy_) co_return;  // the last look has not ended
    is_busy_ = true;
    has_begun_ = false;
    book_->end_looks();  // who begins to wait from here on says so
    std::vector<wait_edge> now;
    for (const watched& one : book_->all()) {
      if (one.break_wait == nullptr) continue;
      const handle adapter = one.place.lock();
      if (adapter.get() == nullptr) continue;
      awaited<awaited_look, const envelope_ops*> looking(adapter, forever, one.look);
      const auto seen = co_await looking;
      if (seen) add_edges(now, *seen, adapter);
    }
    judge(now);
    if (now.empty() && !has_begun_ && looks_) {
      looks_->cancel();
      looks_.reset();
    } else {
      book_->note_wait();
    }
    before_ = std::move(now);
    is_busy_ = false;
  }

private:
  static void add_edges(std::vector<wait_edge>& to, const adapter_view& seen,
                        const handle& adapter) {
    for (const agent& holder : seen.holders)
      for (const waiter_view& w : seen.waiters)
        to.push_back({w.who, holder, troupe::detail::id_of(*adapter.get()), w.number, seen.held_as,
                      w.since, label(adapter)});
  }
  /// V1.
  void judge(const std::vector<wait_edge>& now) {
    for (const auto& circle : circles_in(lasting(before_, now))) {
      const wait_edge& last = last_to_wait(circle);
      if (is_reported(last)) continue;
      reported_.push_back(last);
      cell& own = troupe::detail::own_cell(this);
      write_log(own, log_level::warning, describe_circle(circle, own));
      if (book_->settings().deadlock_is_error) end_wait(last);
    }
    std::erase_if(reported_, [&](const wait_edge& r) {
      return std::none_of(now.begin(), now.end(), [&](const auto& e) { return e.is_still(r); });
    });
  }
  [[nodiscard]] bool is_reported(const wait_edge& e) const {
    return std::any_of(reported_.begin(), reported_.end(),
                       [&](const auto& r) { return e.is_still(r); });
  }
  void end_wait(const wait_edge& e) {
    for (const watched& one : book_->all())
      if (one.place.id() == e.adapter)
        if (const handle adapter = one.place.lock(); adapter.get() != nullptr)
          static_cast<void>(post<break_sender>(adapter, *one.break_wait, e.number));
  }

  std::shared_ptr<adapter_book> book_;
  std::optional<timer_id> looks_;
  bool is_busy_ = false;
  bool has_begun_ = false;  ///< somebody has begun to wait since the last look began
  std::vector<wait_edge> before_;
  std::vector<wait_edge> reported_;
};

namespace {

/// Looks at one and waits for it. @returns false: it has ended
bool look_at(const watched& one, adapter_snapshot& shown) {
  const handle to = one.place.lock();
  if (to.get() == nullptr) return false;
  look op(*one.look);
  op.by = troupe::detail::current_agent();
  begin_operation(*to.get(), op);
  finish<void>(*to.get(), op);
  if (outcome_of(op) == wait_errc::closed) return false;
  shown.id = one.place.id();
  shown.class_name = troupe::detail::class_of(*to.get());
  shown.name = troupe::detail::label_of(*to.get());
  shown.state = std::move(op.view.state);
  for (const agent& who : op.view.holders) shown.holders.push_back(describe(who, *to.get()));
  for (const waiter_view& w : op.view.waiters) shown.waiters.push_back(describe(w.who, *to.get()));
  for (const agent& who : op.view.others)
    shown.waiters.push_back(describe(who, *to.get()) + " (for a condition)");
  return true;
}

class adapter_list final : public system_extension {
public:
  explicit adapter_list(actor_system& sys) {
    book->use(sys.spawn<circle_finder>(spawn_options{.name = "circles of waiters"}, book));
  }
  ~adapter_list() override { book->use({}); }
  void let_go() noexcept override { book->use({}); }
  void show_in(system_snapshot& shown) const override {
    if (troupe::detail::is_in_turn()) return;  // a look waits for the adapters' turns
    for (const watched& one : book->all())
      if (adapter_snapshot a; look_at(one, a)) shown.adapters.push_back(std::move(a));
  }
  const std::shared_ptr<adapter_book> book = std::make_shared<adapter_book>();
};

}  // namespace

// --- the book

void adapter_book::add(watched one) {
  const std::lock_guard lock(mutex_);
  if (listed_.size() >= strike_off_at_) {
    std::erase_if(listed_, [](const watched& w) { return w.place.lock().get() == nullptr; });
    strike_off_at_ = std::max<std::size_t>(64, 2 * listed_.size());
  }
  listed_.push_back(std::move(one));
}

std::vector<watched> adapter_book::all() {
  const std::lock_guard lock(mutex_);
  std::erase_if(listed_, [](const watched& w) { return w.place.lock().get() == nullptr; });
  return listed_;
}

watch_options adapter_book::settings() {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void adapter_book::set(watch_options o) {
  const std::lock_guard lock(mutex_);
  settings_ = o;
}

void adapter_book::use(ref<circle_finder> finder) {
  const std::lock_guard lock(mutex_);
  std::swap(finder_, finder);
}

void adapter_book::begin_looks() noexcept {
  if (looks_.exchange(true, std::memory_order_seq_cst)) return;
  const std::lock_guard lock(mutex_);
  if (finder_) finder_.tell(begin_looking{});
}

const std::shared_ptr<adapter_book>& book_of(actor_system& sys) {
  return static_cast<adapter_list&>(
             sys.extension(kind,
                           [](actor_system& s) -> std::unique_ptr<system_extension> {
                             return std::make_unique<adapter_list>(s);
                           }))
      .book;
}

void enlist(actor_system& sys, cell& adapter, const envelope_ops& look_ops,
            const envelope_ops* break_wait) {
  book_of(sys)->add({troupe::detail::weak_place(&adapter, 0), &look_ops, break_wait});
}

}  // namespace troupe::classic::detail

namespace troupe::classic {

void watch_waits(actor_system& sys, watch_options o) {
  if (o.look_every <= duration::zero())
    throw wait_failed(wait_errc::negative_timeout, "look_every of watch_waits()");
  detail::book_of(sys)->set(o);
}

}  // namespace troupe::classic
