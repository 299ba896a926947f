// target.hpp: what can be done with every handle.
//
//   Before   ref, address and self() derive from it and say which messages they take.
//   After    runtime.hpp queues the envelope that is made here.
//   Called   any thread. tell and try_tell never block and never throw of themselves.
//   Cost     tell: one allocation, one move of the message, one exchange.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/detail/refuse.hpp>
#include <troupe/actors/request.hpp>

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace troupe {

/// Tells, tries, sends and asks. `Self` is the handle's type; it knows its cell and, per message,
/// the handler.
///
/// What a sender did before `tell` is visible to the handler. Messages of one sender to one
/// receiver arrive in order while the receiver lives. Delivery is at most once: what cannot be
/// delivered becomes a dead letter.
template <class Self>
class target {
  template <bool Ask, class Message, class Written, class... Fields>
  [[nodiscard]] static consteval detail::why judge() {
    if (Ask && !is_request<Message>) return detail::why::no_reply_type;
    if (constexpr auto w = detail::judge_message<Written, Message>(); w != detail::why::fine)
      return w;
    if (constexpr auto w = Self::template judge_<Message>(); w != detail::why::fine) return w;
    return std::is_constructible_v<Message, Fields...> ? detail::why::fine
                                                       : detail::why::wrong_fields;
  }

public:
  /// Sends a message. Write std::move(m) for one that cannot be copied.
  /// @throws only what copying the message throws, before anything is sent
  template <class T>
  void tell(T&& m) const {
    using message = std::decay_t<T>;
    if constexpr (constexpr auto w = judge<false, message, T, T>(); w == detail::why::fine)
      post(message(std::forward<T>(m)));
    else
      detail::refuse<w, Self, message>();
  }

  /// Builds the message from its fields and sends it: `acc.tell<deposit>(50)`.
  template <class M, class... Fields>
  void tell(Fields&&... fields) const {
    if constexpr (constexpr auto w = judge<false, M, M, Fields...>(); w == detail::why::fine)
      post(M(std::forward<Fields>(fields)...));
    else
      detail::refuse<w, Self, M>();
  }

  /// Takes a place in the mailbox first (has it ended? is there room?): unless `queued` is
  /// returned, `m` is untouched.
  /// @note afterwards the actor may still end before it handles `m`, which is then a dead letter.
  template <class M>
  [[nodiscard]] tell_status try_tell(M& m) const noexcept {
    if constexpr (constexpr auto w = judge<false, M, M, M>(); w == detail::why::fine) {
      detail::cell* to = self().cell_();
      const auto seen = detail::try_reserve(to, self().incarnation_(),
                                            *self().template entry_<M>().tell, std::addressof(m));
      if (seen != tell_status::queued) return seen;
      if (auto* const e = envelope_with(std::move(m))) {
        detail::deliver_to_place(*to, *e);
        return tell_status::queued;
      }
      detail::unreserve(*to);
      return tell_status::full;
    } else {
      detail::refuse<w, Self, M>();
      return tell_status::closed;
    }
  }

  /// Sends a message as soon as there is room: `co_await to.send<line>(text)`, in a coroutine
  /// handler. Nothing is sent before it is awaited.
  template <class T>
  auto send(T&& m) const {
    return sending_of<std::decay_t<T>, T, detail::is_hazard_from<T>>(std::forward<T>(m));
  }
  template <class M, class... Fields>
  auto send(Fields&&... fields) const {
    return sending_of<M, M, (detail::is_hazard_from<Fields> || ...)>(
        std::forward<Fields>(fields)...);
  }

  /// A request. Nothing is sent before it is ended by co_await, `.then(this, f)` or `.get()`;
  /// failures throw ask_failed.
  template <class T>
  auto ask(T&& m) const {
    return request_for<false, std::decay_t<T>, T, detail::is_hazard_from<T>>(std::forward<T>(m));
  }
  template <class M, class... Fields>
  auto ask(Fields&&... fields) const {
    return request_for<false, M, M, (detail::is_hazard_from<Fields> || ...)>(
        std::forward<Fields>(fields)...);
  }

  /// The same with failures as values: each ending gives result<R>.
  template <class T>
  auto try_ask(T&& m) const {
    return request_for<true, std::decay_t<T>, T, detail::is_hazard_from<T>>(std::forward<T>(m));
  }
  template <class M, class... Fields>
  auto try_ask(Fields&&... fields) const {
    return request_for<true, M, M, (detail::is_hazard_from<Fields> || ...)>(
        std::forward<Fields>(fields)...);
  }

private:
  [[nodiscard]] const Self& self() const noexcept { return static_cast<const Self&>(*this); }

  template <class M>
  void post(M&& m) const noexcept {
    detail::cell* const to = self().cell_();
    const detail::envelope_ops& ops = *self().template entry_<M>().tell;
    if (to == nullptr) return detail::dead_letter(nullptr, ops.message, dead_reason::empty);
    if (auto* const e = envelope_with(std::forward<M>(m))) return detail::deliver(*to, *e);
    detail::dead_letter(to, ops.message, dead_reason::no_memory);
  }

  /// Null if there is no memory; then `m` is untouched.
  template <class M>
  [[nodiscard]] detail::envelope* envelope_with(M&& m) const noexcept {
    using envelope = detail::message_envelope<M>;
    void* const memory = detail::allocate(sizeof(envelope), alignof(envelope));
    if (memory == nullptr) return nullptr;
    auto* const e = ::new (memory) envelope(std::forward<M>(m));
    e->ops = self().template entry_<M>().tell;
    e->incarnation = self().incarnation_();
    return e;
  }

  template <class M, class Written, bool Hazard, class... Fields>
  [[nodiscard]] auto sending_of(Fields&&... fields) const {
    if constexpr (constexpr auto w = judge<false, M, Written, Fields...>();
                  w == detail::why::fine) {
      return send_operation<M, Hazard>(detail::handle(self().cell_(), self().incarnation_()),
                                       self().template entry_<M>(),
                                       M(std::forward<Fields>(fields)...));
    } else {
      detail::refuse<w, Self, M>();
      return detail::refused_request{};
    }
  }

  template <bool Try, class M, class Written, bool Hazard, class... Fields>
  [[nodiscard]] auto request_for(Fields&&... fields) const {
    if constexpr (constexpr auto w = judge<true, M, Written, Fields...>(); w == detail::why::fine) {
      return request<M, Try, Hazard>(detail::handle(self().cell_(), self().incarnation_()),
                                     self().template entry_<M>().ask,
                                     M(std::forward<Fields>(fields)...));
    } else {
      detail::refuse<w, Self, M>();
      return detail::refused_request{};
    }
  }
};

template <class M>
template <class To>
void reply_to<M>::forward(const To& other, M m) {
  if constexpr (constexpr auto w = To::template judge_<M>(); w == detail::why::fine) {
    auto* const r = std::exchange(request_, nullptr);
    if (r == nullptr) return other.tell(std::move(m));
    r->put_message(std::move(m));
    r->flags = detail::envelope::detached;  // what it counted for is behind it
    r->ops = other.template entry_<M>().ask;
    r->incarnation = other.incarnation_();
    if (detail::cell* const to = other.cell_())
      detail::deliver(*to, *r);
    else
      r->ops->drop(nullptr, *r, dead_reason::empty);
  } else {
    detail::refuse<w, To, M>();
  }
}

}  // namespace troupe
