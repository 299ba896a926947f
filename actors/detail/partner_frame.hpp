// partner_frame.hpp: the frames of two that hand control to one another, and the pair they are.
//
//   Before   the compiler asks the promise of partner what to do.
//   After    partner.cpp: hand_over resumes whoever the pair says is running.
//   Called   by the thread that is in hand_over.
//   Rules    H1, H2 (partner.hpp): a switch names who runs next and suspends; nothing is resumed
//            from a body.
#pragma once

#include <troupe/actors/detail/coroutine_frame.hpp>

#include <array>
#include <coroutine>
#include <exception>
#include <type_traits>

namespace troupe {

class partner;

namespace detail {

struct partner_promise;

/// Two partners while hand_over runs them; it lies on the stack of its caller.
struct pair {
  partner_promise* running;                 // null: one of them has ended
  std::array<partner_promise*, 2> members;  // null: has ended before, or was destroyed meanwhile
  std::exception_ptr failure{};             // what left a body

  pair(partner_promise& first, partner_promise* second) noexcept;
  pair(const pair&) = delete;
  pair& operator=(const pair&) = delete;
  ~pair();
};

/// What switch_to names. Null: a partner without a body.
struct switch_operation {
  partner_promise* to;
};

/// Why a switch from `from` to `to` cannot be. @throws switch_failed
[[noreturn]] void refuse_switch(const partner_promise& from, const partner_promise* to);

struct partner_promise : frame_memory {
  pair* in = nullptr;  // while hand_over runs its pair

  partner_promise() noexcept = default;
  partner_promise(const partner_promise&) = delete;
  partner_promise& operator=(const partner_promise&) = delete;
  ~partner_promise();

  [[nodiscard]] bool is_running() const noexcept { return in != nullptr && in->running == this; }

  partner get_return_object() noexcept;
  static std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept {
    in->running = nullptr;
    return {};
  }
  static void return_void() noexcept {}
  void unhandled_exception() noexcept { in->failure = std::current_exception(); }

  [[nodiscard]] std::suspend_always await_transform(switch_operation op) {
    if (op.to == nullptr || op.to->in != in || op.to == this) [[unlikely]]
      refuse_switch(*this, op.to);
    in->running = op.to;
    return {};
  }
  template <class T>
  std::suspend_never await_transform(T&&) {
    static_assert(std::is_void_v<T>,
                  "troupe: a partner awaits nothing but co_await switch_to(other)");
    return {};
  }
  template <class T>
  std::suspend_never yield_value(T&&) {
    static_assert(std::is_void_v<T>,
                  "troupe: a partner gives no values: hand them over in a variable that both know, "
                  "or declare a coroutine<Yield>");
    return {};
  }
};

}  // namespace detail
}  // namespace troupe
