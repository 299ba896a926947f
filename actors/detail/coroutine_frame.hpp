// coroutine_frame.hpp: what coroutines and partners are made of: frames, and what co_yield does.
//
//   Before   the compiler asks the promise of a coroutine type what to do.
//   After    coroutine.hpp resumes the frame.
//   Holds    a frame: one owner, memory as that of messages.
//   Rules    F1  While a body runs its frame is not resumed again (an exception), and not destroyed
//                (the program ends): what would go on has gone.
#pragma once

#include <troupe/actors/detail/hazard.hpp>

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace troupe {

template <class Yield, class Send>
class coroutine;

namespace detail {

/// Frames lie where messages lie.
struct frame_memory {
  /// @throws std::bad_alloc
  [[nodiscard]] static void* operator new(std::size_t bytes);
  static void operator delete(void* memory) noexcept;
};

/// Ends the program: a coroutine or a partner was destroyed by its own body (F1).
[[noreturn]] void refuse_to_end_running() noexcept;

enum class coroutine_misuse : std::uint8_t { running, not_begun, waits_for_a_value };
/// @throws std::logic_error that says what to do
[[noreturn]] void refuse_resume(coroutine_misuse why);

/// Owns a frame. The promise tells whether it runs.
template <class Promise>
class frame_owner {
public:
  frame_owner() noexcept = default;
  explicit frame_owner(Promise& p) noexcept
      : handle_(std::coroutine_handle<Promise>::from_promise(p)) {}
  frame_owner(frame_owner&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  frame_owner& operator=(frame_owner&& other) noexcept {
    frame_owner old(std::move(other));
    std::swap(handle_, old.handle_);
    return *this;
  }
  ~frame_owner() {
    if (!handle_) return;
    if (handle_.promise().is_running()) refuse_to_end_running();
    handle_.destroy();
  }

  [[nodiscard]] bool done() const noexcept {
    return !handle_ || (!handle_.promise().is_running() && handle_.done());
  }
  [[nodiscard]] std::coroutine_handle<Promise> handle() const noexcept { return handle_; }
  /// Null: there is no frame.
  [[nodiscard]] Promise* promise() const noexcept { return handle_ ? &handle_.promise() : nullptr; }

private:
  std::coroutine_handle<Promise> handle_;
};

// --- what there can be coroutines of

template <class Yield>
inline constexpr bool can_be_given =
    !std::is_rvalue_reference_v<Yield> && !std::is_const_v<Yield> && !std::is_array_v<Yield>;
template <class Send>
inline constexpr bool can_be_sent =
    std::is_void_v<Send> ||
    (std::is_object_v<Send> && !std::is_const_v<Send> && std::is_move_constructible_v<Send>);

/// What begin() gives where there is no range: the compiler then says why, and nothing else.
template <class Yield>
struct no_iterator {
  Yield operator*() const;
  void operator++();
  bool operator==(std::default_sentinel_t) const;
};

// --- co_yield

/// A co_yield awaits too: of what it builds in its expression g++ 12 destroys aggregates twice.
template <class Yield>
consteval void refuse_aggregate() {
  static_assert(!is_hazard_from<std::remove_cvref_t<Yield>>,
                "troupe: g++ 12 destroys an aggregate that is built in a co_yield twice: give the "
                "type a constructor, or name the value first and copy it: co_yield name;");
}

/// What a co_yield waits with: stops the body, and brings what was sent.
template <class Send>
struct resumption {
  std::add_pointer_t<Send>& sent;
  [[nodiscard]] static bool await_ready() noexcept { return false; }
  static void await_suspend(std::coroutine_handle<>) noexcept {}
  [[nodiscard]] Send await_resume() const { return std::move(*sent); }
};
template <>
struct resumption<void> : std::suspend_always {};

/// Where the value of a send() stands while the body takes it.
template <class Send>
struct inlet {
  std::add_pointer_t<Send> sent = nullptr;
  bool begun = false;
  [[nodiscard]] resumption<Send> stop() noexcept {
    begun = true;
    return {sent};
  }
};
template <>
struct inlet<void> {
  [[nodiscard]] static resumption<void> stop() noexcept { return {}; }
};

/// What co_yield takes, and where next() waits for it: `out` is the caller's own result.
template <class Yield, class Send>
struct outlet : inlet<Send> {
  using item = std::optional<Yield>;
  item* out = nullptr;

  [[nodiscard]] resumption<Send> yield_value(Yield&& value) {
    refuse_aggregate<Yield>();
    out->emplace(std::move(value));
    return this->stop();
  }
  [[nodiscard]] resumption<Send> yield_value(const Yield& value) {
    static_assert(std::is_copy_constructible_v<Yield>,
                  "troupe: this value cannot be copied: co_yield std::move(value)");
    if constexpr (std::is_copy_constructible_v<Yield>) out->emplace(value);
    return this->stop();
  }
};

template <class Yield, class Send>
struct outlet<Yield&, Send> : inlet<Send> {
  using item = Yield*;
  item* out = nullptr;

  [[nodiscard]] resumption<Send> yield_value(Yield& value) noexcept {
    *out = std::addressof(value);
    return this->stop();
  }
  /// A temporary lives until the body goes on.
  [[nodiscard]] resumption<Send> yield_value(std::remove_const_t<Yield>&& value) noexcept
    requires std::is_const_v<Yield>
  {
    refuse_aggregate<Yield>();
    *out = std::addressof(value);
    return this->stop();
  }
};

struct nothing {};

template <class Send>
struct outlet<void, Send> : inlet<Send> {
  using item = bool;
  item* out = nullptr;

  [[nodiscard]] resumption<Send> yield_value(nothing) noexcept {
    *out = true;
    return this->stop();
  }
};

template <class Yield, class Send>
struct coroutine_promise : outlet<Yield, Send>, frame_memory {
  std::exception_ptr failure;

  [[nodiscard]] bool is_running() const noexcept { return this->out != nullptr; }

  coroutine<Yield, Send> get_return_object() noexcept { return coroutine<Yield, Send>(*this); }
  static std::suspend_always initial_suspend() noexcept { return {}; }
  static std::suspend_always final_suspend() noexcept { return {}; }
  static void return_void() noexcept {}
  void unhandled_exception() noexcept { failure = std::current_exception(); }

  template <class T>
  std::suspend_never await_transform(T&&) {
    static_assert(std::is_void_v<T>,
                  "troupe: a coroutine<> gives values with co_yield and never awaits: co_await "
                  "belongs in a task<>");
    return {};
  }
};

}  // namespace detail
}  // namespace troupe
