// reply.hpp: the right to answer one request.
//
//   Before   actor_ops.hpp gives it to a handler on(M, reply_to<M>).
//   After    the reply travels to the asker in the request's own memory.
//   Holds    the request, until it is answered, failed, forwarded or dropped.
#pragma once

#include <troupe/actors/detail/request_block.hpp>

#include <type_traits>
#include <utility>

namespace troupe {

/// The right, and the duty, to answer one request: now, later, or by handing it on. Move-only. One
/// that goes away unanswered answers `ask_errc::no_reply`, so a request always ends.
/// @thread whoever holds it, one at a time; it may be sent to another actor.
template <class M>
class reply_to {
  static_assert(is_request<M>,
                "troupe: reply_to<M> needs an M that names its reply: using reply = R;");
  using value = reply_t<M>;

public:
  /// Nobody waits: the message was told, not asked. Answers go nowhere.
  reply_to() noexcept = default;
  explicit reply_to(detail::request_of<M>& r) noexcept : request_(&r) {}
  reply_to(reply_to&& other) noexcept : request_(std::exchange(other.request_, nullptr)) {}
  reply_to& operator=(reply_to&& other) noexcept {
    reply_to(std::move(other)).swap(*this);
    return *this;
  }
  ~reply_to() {
    if (request_ != nullptr) detail::orphan_request(*request_);
  }

  /// Whether somebody waits for the answer.
  [[nodiscard]] explicit operator bool() const noexcept { return request_ != nullptr; }
  // For the library: this is the answer, which is given when this object goes; kept by an actor to
  // its end, when that has ended.
  void put_(detail::stored_reply<reply_t<M>> answer) noexcept {
    if (request_ != nullptr) request_->put_reply(std::move(answer));
  }

  /// Answers. @cost no allocation; one push into the asker's mailbox
  template <class V = value>
  void operator()(V&& answer) {
    constexpr bool fits = !std::is_void_v<value> && std::is_convertible_v<V, value>;
    static_assert(
        fits,
        "troupe: reply_to<M> takes what M names as its reply: reply(value), and reply() if "
        "that is void");
    if constexpr (fits)
      if (request_ != nullptr) {
        value v(std::forward<V>(answer));  // may throw: the request is still here then
        auto* const r = std::exchange(request_, nullptr);
        r->put_reply(std::move(v));
        detail::send_back(*r);
      }
  }
  void operator()() noexcept
    requires(std::is_void_v<value>)
  {
    if (auto* r = std::exchange(request_, nullptr)) {
      r->put_reply({});
      detail::send_back(*r);
    }
  }

  /// Answers that there will be no value.
  void fail(ask_error error) noexcept {
    if (auto* r = std::exchange(request_, nullptr)) detail::fail_request(*r, std::move(error));
  }

  /// Lets `other` answer in this one's place: the request travels on with its deadline, with `m` in
  /// it.
  template <class To>
  void forward(const To& other, M m);

private:
  void swap(reply_to& other) noexcept { std::swap(request_, other.request_); }

  detail::request_of<M>* request_ = nullptr;
};

/// A request and the right to answer it, kept together.
template <class M>
struct asked {
  M message;
  reply_to<M> reply;
};

}  // namespace troupe
