// branch.hpp: one operand of when_all or when_any, running.
//
//   Before   gather.hpp makes one for each operand.
//   After    branch.cpp starts them, and resumes who waits for them.
//   Called   in turns of an actor.
//   Holds    branches are coroutines whose frames hold their operands.
#pragma once

#include <troupe/actors/detail/activity.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe::detail {

class joint;

/// A branch's run: an activity inside that of the one who waits.
struct branch_activity : activity {
  joint* waits = nullptr;
  std::size_t number = 0;
  bool is_over = false;
};

/// One operand, running.
class branch {
public:
  struct promise_type : promise_base {
    [[nodiscard]] branch get_return_object() noexcept {
      return branch(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    void return_void() const noexcept {}
    /// The branch catches what its operand throws.
    void unhandled_exception() const noexcept { std::terminate(); }

    branch_activity own;
  };

  branch() noexcept = default;
  explicit branch(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  branch(branch&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  branch& operator=(branch&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~branch() { destroy(); }

  void destroy() noexcept {
    if (frame_) std::exchange(frame_, nullptr).destroy();
  }
  [[nodiscard]] promise_type& promise() const noexcept { return frame_.promise(); }
  [[nodiscard]] std::coroutine_handle<> frame() const noexcept { return frame_; }

private:
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
using kept = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// What an operand gave.
template <class T>
struct branch_result {
  std::optional<kept<T>> value;
  std::exception_ptr thrown;

  [[nodiscard]] kept<T> take() {
    if (thrown != nullptr) std::rethrow_exception(std::move(thrown));
    return *std::move(value);
  }
};

template <class Op>
branch run_branch(Op op, branch_result<typename Op::value_type>& result) {
  try {
    if constexpr (std::is_void_v<typename Op::value_type>) {
      co_await std::move(op);
      result.value.emplace();
    } else {
      auto value = co_await std::move(op);
      result.value.emplace(std::move(value));
    }
  } catch (...) {
    result.thrown = std::current_exception();
  }
}

/// Who waits for branches: for all of them, or for the first.
class joint : public suspension {
protected:
  explicit joint(bool any) noexcept : any_(any) {}
  ~joint() = default;

  /// @returns whether it has to wait
  [[nodiscard]] bool start(branch* all, std::size_t count) noexcept;
  /// Destroys what is left of them. @returns the first that ended
  std::size_t finish(branch* all, std::size_t count) noexcept;
  /// @throws std::invalid_argument: when_any of nothing
  [[noreturn]] static void refuse_none();

private:
  static void branch_ended(activity& a) noexcept;
  void give_up_losers() noexcept;

  const bool any_;
  bool starting_ = true;
  branch* all_ = nullptr;
  std::size_t started_ = 0;
  std::size_t left_ = 0;  ///< that were started and are not over
  std::size_t winner_ = none;
  static constexpr std::size_t none = ~std::size_t{0};
};

}  // namespace troupe::detail
