// lock.cpp: holds, and how locks are made.
#include <troupe/actors/classic/lock.hpp>

#include <troupe/actors/classic/detail/make.hpp>

namespace troupe::classic {
namespace detail {
namespace {

/// A hold that went while its actor was about to end, perhaps: the turn knows soon.
struct lost_hold : operation {
  lost_hold(handle of, std::uint64_t of_token) noexcept
      : operation(ops_of_lost), lock(std::move(of)), token(of_token) {}

  static void settle(cell*, envelope& e, dead_reason why) noexcept {
    auto& me = static_cast<lost_hold&>(e);
    const bool posted = post<release_op>(
        me.lock, me.token, why == dead_reason::ended ? release_by::death : release_by::end);
    static_cast<void>(posted);  // no memory: it stays held, and is seen in snapshot()
    me.~lost_hold();
    troupe::detail::deallocate(&me);
  }
  static constexpr envelope_ops ops_of_lost{nullptr, &settle, "a hold that was lost",
                                            envelope_kind::operation};

  handle lock;
  std::uint64_t token;
};

}  // namespace

void let_go_of(const handle& lock, std::uint64_t token, release_by why) noexcept {
  if (why == release_by::end && troupe::detail::is_being_lost())
    if (void* const memory = troupe::detail::allocate(sizeof(lost_hold), alignof(lost_hold)))
      return settle_later(*::new (memory) lost_hold(lock, token));
  if (troupe::detail::is_in_turn()) {
    static_cast<void>(post<release_op>(lock, token, why));  // no memory: as above
    return;
  }
  release_op op(token, why);
  begin_operation(*lock.get(), op);
  finish<lock_body>(*lock.get(), op);
}

handle make_lock(actor_system& sys, lock_kind kind, std::string name, bool fair,
                 std::shared_ptr<void> value) {
  return make_adapter<lock_body>(sys, std::move(name), kind, fair, std::move(value), book_of(sys));
}

lock_hold held_or_throw(result<lock_hold, wait_errc> got) {
  if (!got) throw wait_failed(got.error(), acquire_op::name);
  return *std::move(got);
}

}  // namespace detail

lock_hold::~lock_hold() {
  if (token_ != 0) detail::let_go_of(lock_, token_, detail::release_by::end);
}

wait_errc lock_hold::release() {
  if (token_ == 0) return wait_errc::not_held;
  if (troupe::detail::is_in_turn()) {
    detail::let_go_of(lock_, std::exchange(token_, 0), detail::release_by::end);
    return wait_errc::ok;
  }
  const wait_errc end = detail::call<detail::release_op>(lock_, forever, token_);
  if (end != wait_errc::not_owner) token_ = 0;
  return end;
}

void lock_hold::keep() noexcept { token_ = 0; }

}  // namespace troupe::classic
