// requests.cpp: requests on their way there and back.
#include <troupe/actors/engine/requests.hpp>

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/operation.hpp>
#include <troupe/actors/engine/alarms.hpp>
#include <troupe/actors/engine/assert.hpp>
#include <troupe/actors/engine/callers/inline_turn.hpp>
#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/engine/cycles.hpp>
#include <troupe/actors/engine/life.hpp>
#include <troupe/actors/engine/pool.hpp>
#include <troupe/actors/engine/scheduling/futex.hpp>
#include <troupe/actors/engine/stash.hpp>

#include <exception>
#include <new>

namespace troupe::detail {
namespace {

/// R1: from here on its reply is late.
void settle(cell& asker, request_block& r) noexcept {
  if (r.is_set()) asker.extras->alarms.remove(r);
  --asker.extras->asks;
  here->counted.add(count::settled);
  if (asker.extras->blocked_on == &r) asker.extras->blocked_on = nullptr;
  if (asker.extras->exclusive == &r) {
    asker.extras->exclusive = nullptr;
    end_stash(asker, stash_exclusive);
    asker.commands.fetch_or(command_time, std::memory_order_relaxed);  // others may be due
  }
}

// --- the ways back

/// The thread may be gone already: then the block is destroyed here.
void back_to_thread(request_block& r) noexcept {
  publish_chain();  // what the handler has told comes before what the thread does with the answer
  const ask_ops& home = *r.home;
  // release: what was written into the block. The thread may free it at once; only its address is
  // used after this.
  const auto before = r.waiter.exchange(static_cast<std::uint32_t>(waiter_state::answered),
                                        std::memory_order_acq_rel);
  if (before != static_cast<std::uint32_t>(waiter_state::gone)) return wake_waiter(r.waiter);
  if (!r.dropped) count_dead_letter(*r.system, nullptr, r.asked_message, dead_reason::late);
  home.drop(nullptr, r, dead_reason::late);
}

void back_to_cell(request_block& r) noexcept {
  r.ops = r.home;
  r.incarnation = 0;
  r.flags = envelope::reserved;
  deliver_reserved(*r.asker, r);
}

std::string whom(std::string_view message, const body_ops* asked_class, std::uint64_t id,
                 std::string_view verb = "ask") {
  std::string s = std::string(verb) + " of `" + std::string(message) + "`";
  if (asked_class != nullptr)
    s += " to " + std::string(asked_class->actor) + " #" + std::to_string(id);
  return s;
}

std::string_view verb_of(const request_block& r) noexcept { return r.is_offer ? "send" : "ask"; }

std::string milliseconds(duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) + " ms";
}

ask_errc code_of(dead_reason why) noexcept {
  switch (why) {
    case dead_reason::full: return ask_errc::full;
    case dead_reason::no_memory: return ask_errc::no_memory;
    case dead_reason::expired: return ask_errc::timeout;
    case dead_reason::cancelled:
    case dead_reason::late: return ask_errc::cancelled;
    case dead_reason::unroutable: return ask_errc::not_handled;
    case dead_reason::ended:
    case dead_reason::restarted:
    case dead_reason::empty: break;
  }
  return ask_errc::down;
}

std::string_view explanation(ask_errc code) noexcept {
  switch (code) {
    case ask_errc::timeout: return ": its deadline had passed before it was handled";
    case ask_errc::full: return ": the mailbox is full";
    case ask_errc::cancelled: return ": the asker has ended or gave up";
    case ask_errc::self_ask: return ": an actor cannot wait for itself: call the function";
    case ask_errc::no_reply: return ": the handler let go of its reply_to without answering";
    case ask_errc::no_memory: return ": there is no memory";
    default: return "";
  }
}

/// Words for a failed request, if there is memory for them. `by` is the actor that failed it.
std::unique_ptr<ask_error> describe_failure(const request_block& r, ask_errc code, cell* by,
                                            dead_reason why) noexcept {
  try {
    std::string text = by != nullptr ? whom(r.asked_message, by->ops, by->id, verb_of(r))
                                     : whom(r.asked_message, r.asked_class, r.asked_id, verb_of(r));
    exit_reason reason;
    if (code == ask_errc::down && why == dead_reason::empty) {
      text += ": the handle is empty";
      reason = exit_kind::gone;
    } else if (code == ask_errc::down && by != nullptr) {
      reason = end_of(*by);
      text += ": it has ended: " + reason.to_string();
    } else if (why == dead_reason::unroutable) {
      text.append(": ").append(why_unroutable(*by));
    } else {
      text += explanation(code);
    }
    return std::make_unique<ask_error>(code, std::move(text), std::move(reason));
  } catch (...) {
    return nullptr;
  }
}

/// Answers that the handler has not answered.
void let_go(request_block& r) noexcept {
  if (r.has_value) return send_back(r);
  r.details = describe_failure(r, ask_errc::no_reply, nullptr, dead_reason::ended);
  send_back(r);
}

/// The turn knows soon why.
void keep_orphan(envelope& e) noexcept {
  e.next.store(here->orphans, std::memory_order_relaxed);
  here->orphans = &e;
}

// --- the asker's deadline

time_point half_way(scheduler& sched, const request_block& r) noexcept {
  const time_point half = sched.deadline_in(r.waits / 2);
  if (half < r.until) return half;
  const time_point now = sched.now();  // its own asker has less time left
  return now + std::max(r.until - now, duration{}) / 2;
}

void expire(cell& asker, alarm& a) {
  auto& r = static_cast<request_block&>(a);
  if (!r.is_half_over) {
    r.is_half_over = true;
    put_alarm(asker, r, r.until);
    return look_for_cycle(asker, r);
  }
  settle(asker, r);
  here->deadline = r.inherited;
  r.cancelled.store(true, std::memory_order_relaxed);
  r.home->expire(
      r, ask_error(ask_errc::timeout, whom(r.asked_message, r.asked_class, r.asked_id, verb_of(r)) +
                                          ": no reply within " + milliseconds(r.waits) +
                                          describe_cycle(r)));
}

/// The continuation is destroyed, nobody is called.
void forget(cell& asker, alarm& a) noexcept {
  auto& r = static_cast<request_block&>(a);
  settle(asker, r);
  r.home->forget(r);
  r.cancelled.store(true, std::memory_order_relaxed);
}

}  // namespace

constinit const alarm_ops deadline_ops{&expire, &forget};

// --- what the turn and the life cycle call

void answer_orphans(cell& c, context& x, dead_reason why) noexcept {
  while (envelope* const e = x.orphans) {
    x.orphans = static_cast<envelope*>(e->next.load(std::memory_order_relaxed));
    if (e->ops->kind == envelope_kind::operation)
      e->ops->drop(&c, *e, why);
    else if (why == dead_reason::ended)
      drop_request(&c, static_cast<request_block&>(*e), why);
    else
      let_go(static_cast<request_block&>(*e));
  }
}

bool take_offer(request_block& r) noexcept {
  auto expected = static_cast<std::uint32_t>(waiter_state::waiting);
  return r.waiter.compare_exchange_strong(
      expected, static_cast<std::uint32_t>(waiter_state::answered), std::memory_order_relaxed);
}

// --- what runtime.hpp promises of this

void ask_from_actor(cell& asker, cell* to, request_block& r, duration within) noexcept {
  scheduler& sched = *core_at(asker).sched;
  r.system = &core_at(asker);
  r.asker = &asker;
  r.way_back = &back_to_cell;
  r.waits = std::max(within, duration{});
  r.inherited = here->deadline;
  if (to != nullptr) {
    r.asked_class = to->ops;
    r.asked_id = to->id;
    r.asked = to;
  }
  ++asker.extras->away;
  ++asker.extras->asks;
  here->counted.add(count::asked);
  if (!asker.lives()) {  // in on_stop nobody is left to wait for a reply
    settle(asker, r);
    r.home->forget(r);
    return r.ops->drop(nullptr, r, dead_reason::cancelled);
  }
  r.until = std::min(sched.deadline_in(r.waits), here->deadline);
  put_alarm(asker, r, begin_blocking(asker, r) ? half_way(sched, r) : r.until);
  if (to == &asker) r.error = ask_errc::self_ask;
  if (to == nullptr || to == &asker) return r.ops->drop(nullptr, r, dead_reason::empty);
  if (!r.is_offer) return deliver(*to, r);
  publish_chain();  // F1: in line, whatever the capacity
  if (to->box.push(&r)) schedule(*to);
}

void cancel_request(request_block& r) noexcept {
  settle(*r.asker, r);
  r.cancelled.store(true, std::memory_order_relaxed);
}

alarm* only_alarm(const cell& c) noexcept {
  return c.extras != nullptr ? c.extras->exclusive : nullptr;
}

bool withdraw_offer(request_block& r) noexcept {
  auto expected = static_cast<std::uint32_t>(waiter_state::waiting);
  return r.waiter.compare_exchange_strong(expected, static_cast<std::uint32_t>(waiter_state::gone),
                                          std::memory_order_relaxed);
}

void make_exclusive(cell& asker, request_block& r) noexcept {
  asker.extras->exclusive = &r;
  begin_stash(asker, stash_exclusive);
}

bool settle_request(cell& asker, request_block& r) noexcept {
  --asker.extras->away;
  if (!r.is_set()) return false;
  settle(asker, r);
  here->deadline = r.inherited;
  return true;
}

void send_back(request_block& r) noexcept { r.way_back(r); }

void fail_request(request_block& r, ask_error error) noexcept {
  r.error = error.code();
  r.details.reset(new (std::nothrow) ask_error(std::move(error)));
  send_back(r);
}

void drop_request(cell* by, request_block& r, dead_reason why) noexcept {
  if (r.has_value) return send_back(r);  // the answer was left with it
  if (r.error == ask_errc::no_reply) r.error = code_of(why);
  if (r.is_offer && r.error == ask_errc::timeout) r.error = ask_errc::full;
  if (r.error != ask_errc::self_ask) count_dead_letter(*r.system, by, r.asked_message, why);
  r.dropped = true;
  if (!r.cancelled.load(std::memory_order_relaxed))
    r.details = describe_failure(r, r.error, by, why);
  send_back(r);
}

void orphan_request(request_block& r) noexcept { is_being_lost() ? keep_orphan(r) : let_go(r); }

bool is_being_lost() noexcept {
  const bool in_turn = here != nullptr && here->running.load(std::memory_order_relaxed) != nullptr;
  return in_turn && (here->keeps_orphans || std::uncaught_exceptions() != 0);
}

void settle_later(operation& op) noexcept { keep_orphan(op); }

ask_error error_of(const request_block& r) {
  return r.details != nullptr ? *r.details : ask_error(r.error, std::string(to_string(r.error)));
}

ask_error empty_handle_error(std::string_view message) {
  return {ask_errc::down, whom(message, nullptr, 0) + ": the handle is empty", exit_kind::gone};
}

ask_error closed_error(std::string_view message, cell* to) {
  if (to == nullptr) return empty_handle_error(message);
  if (to->is_pool)
    return {ask_errc::not_handled,
            whom(message, to->ops, to->id, "send") + ": " + std::string(why_unroutable(*to))};
  const exit_reason why = to->at() > phase::stopping ? end_of(*to) : exit_reason();
  std::string text = whom(message, to->ops, to->id, "send") + ": it has ended";
  if (to->at() > phase::stopping) text += ": " + why.to_string();
  return {ask_errc::down, std::move(text), why};
}

ask_error timeout_error(std::string_view message, cell* to, duration within) {
  return {ask_errc::timeout,
          whom(message, to != nullptr ? to->ops : nullptr, to != nullptr ? to->id : 0) +
              ": no reply within " + milliseconds(within)};
}

void refuse_to_block(std::string_view what) {
  const cell* const c = running_cell();
  if (inline_turn::current() != nullptr || (c != nullptr && !has_own_thread(*c)))
    refuse_in_turn(what);
}

void refuse_in_turn(std::string_view what) {
  if (const inline_turn* const turn = inline_turn::current())
    throw ask_failed(ask_error(ask_errc::would_block_worker,
                               std::string(what) + " would wait inside a turn of " +
                                   describe(turn->of()) + ": what runs there waits for nothing"));
  const cell* const c = running_cell();
  if (c == nullptr) return;
  if (has_own_thread(*c))
    throw ask_failed(ask_error(ask_errc::would_block_worker,
                               std::string(what) + " would wait for the turn that calls it, in " +
                                   describe(*c) +
                                   ": call it on a thread that belongs to no actor"));
  const envelope_ops* const message = here->handling.load(std::memory_order_relaxed);
  std::string text = std::string(what) + " would block a worker, in " + describe(*c);
  if (message != nullptr) text += " handling `" + std::string(message->message) + "`";
  throw ask_failed(ask_error(ask_errc::would_block_worker,
                             text + ": co_await it, or use .then(this, f): they do not block"));
}

bool ask_and_wait(cell& to, request_block& r, duration within) noexcept {
  core& system = core_at(to);
  scheduler& sched = *system.sched;
  r.system = &system;
  r.way_back = &back_to_thread;
  r.waits = std::max(within, duration{});
  r.asked_class = to.ops;
  r.asked_id = to.id;
  time_point deadline = sched.deadline_in(r.waits);
  if (here != nullptr) deadline = std::min(deadline, here->deadline);  // of the request it serves
  r.when = deadline;
  r.until = deadline;
  counted(system, count::asked);
  if (is_forked(system)) {
    fail_request(r, {ask_errc::down,
                     whom(r.asked_message, to.ops, to.id) +
                         ": this process was forked from the one that runs its system",
                     exit_kind::gone});
  } else if (&to == running_cell()) {
    r.error = ask_errc::self_ask;
    r.ops->drop(nullptr, r, dead_reason::empty);
  } else {
    deliver(to, r);
    publish_chain();  // this thread stops here
  }
  sched.wait_while(r.waiter, static_cast<std::uint32_t>(waiter_state::waiting), deadline);
  auto expected = static_cast<std::uint32_t>(waiter_state::waiting);
  // acquire: what the answering thread wrote into the block.
  const bool late =
      r.waiter.compare_exchange_strong(expected, static_cast<std::uint32_t>(waiter_state::gone),
                                       std::memory_order_acq_rel, std::memory_order_acquire);
  counted(system, count::settled);
  return !late;
}

}  // namespace troupe::detail
