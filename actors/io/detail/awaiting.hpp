// awaiting.hpp: the coroutine's side of an operation of Asio's, and its handler.
//
//   Before   use_actor.hpp: an operation is awaited.
//   After    Asio calls the handler in a turn of the actor.
//   Called   in the actor's turns; the handler: where pending.hpp says.
//   Holds    the results, until they are taken.
#pragma once

#include <troupe/actors/io/close_on_exec.hpp>
#include <troupe/actors/io/detail/pending.hpp>
#include <troupe/actors/io/executor.hpp>
#include <troupe/actors/result.hpp>

#include <asio/error.hpp>
#include <asio/error_code.hpp>

#include <coroutine>
#include <exception>
#include <new>
#include <optional>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

namespace troupe::io::detail {

/// Several values as one: none is void, one is itself.
template <class... Ts>
struct packed {
  using type = std::tuple<Ts...>;
};
template <>
struct packed<> {
  using type = void;
};
template <class T>
struct packed<T> {
  using type = T;
};

template <class T, class... Ts>
T unpack(std::tuple<Ts...>&& all) {
  if constexpr (sizeof...(Ts) == 1)
    return std::get<0>(std::move(all));
  else if constexpr (sizeof...(Ts) > 1)
    return std::move(all);
}

/// What a handler is given, taken apart: an error in front, or none.
template <class... Ts>
struct given {
  static constexpr bool has_error = false;
  using value_type = typename packed<Ts...>::type;
  using values = std::tuple<Ts...>;

  template <class... As>
  explicit given(As&&... as) : all(std::forward<As>(as)...) {}
  void rethrow() const noexcept {}

  values all;
};
template <class... Ts>
struct given<asio::error_code, Ts...> {
  static constexpr bool has_error = true;
  using value_type = typename packed<Ts...>::type;

  template <class... As>
  explicit given(const asio::error_code& ec, As&&... as)
      : error(ec), all(std::forward<As>(as)...) {}
  void rethrow() const {
    if (error) throw std::system_error(error);
  }

  asio::error_code error;
  std::tuple<Ts...> all;
};
template <class... Ts>
struct given<std::exception_ptr, Ts...> {
  static constexpr bool has_error = false;
  using value_type = typename packed<Ts...>::type;

  template <class... As>
  explicit given(std::exception_ptr e, As&&... as)
      : thrown(std::move(e)), all(std::forward<As>(as)...) {}
  void rethrow() const {
    if (thrown != nullptr) std::rethrow_exception(thrown);
  }

  std::exception_ptr thrown;
  std::tuple<Ts...> all;
};

/// The end of an operation: a value, or an exception.
template <class... Ts>
struct outcome_thrown {
  using given_type = given<Ts...>;
  using value_type = typename given_type::value_type;
  static value_type take(given_type&& g) {
    g.rethrow();
    return unpack<value_type>(std::move(g.all));
  }
  static value_type take_abandoned() {
    throw std::system_error(asio::error::make_error_code(asio::error::operation_aborted),
                            "troupe: the operation was dropped by what it was begun on");
  }
};

/// The end of an operation: a value, or its error.
template <class... Ts>
struct outcome_as_result : outcome_thrown<Ts...> {};
template <class... Ts>
struct outcome_as_result<asio::error_code, Ts...> {
  using given_type = given<asio::error_code, Ts...>;
  using value_type = result<typename given_type::value_type, asio::error_code>;
  static value_type take(given_type&& g) {
    if (g.error) return value_type(g.error);
    if constexpr (sizeof...(Ts) == 0)
      return value_type();
    else
      return value_type(unpack<typename given_type::value_type>(std::move(g.all)));
  }
  static value_type take_abandoned() {
    return value_type(asio::error::make_error_code(asio::error::operation_aborted));
  }
};

/// Memory of operations: from where messages have theirs.
template <class T>
struct operation_memory {
  using value_type = T;
  operation_memory() noexcept = default;
  template <class U>
  operation_memory(const operation_memory<U>&) noexcept {}
  [[nodiscard]] T* allocate(std::size_t n) {
    void* const memory = troupe::detail::allocate(n * sizeof(T), alignof(T));
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) noexcept { troupe::detail::deallocate(memory); }
  friend bool operator==(const operation_memory&, const operation_memory&) noexcept { return true; }
};

/// What Asio calls at the end, once; destroyed uncalled it says so.
template <class Awaiting>
class completion {
public:
  using executor_type = executor;
  using cancellation_slot_type = asio::cancellation_slot;
  using allocator_type = operation_memory<void>;

  completion(Awaiting& to, executor e) noexcept : to_(&to), executor_(std::move(e)) {}
  completion(completion&& other) noexcept
      : to_(std::exchange(other.to_, nullptr)), executor_(std::move(other.executor_)) {}
  completion& operator=(completion&&) = delete;
  ~completion() {
    if (to_ != nullptr) to_->abandoned();
  }

  [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] allocator_type get_allocator() const noexcept { return {}; }
  [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
    return to_->slot();
  }

  template <class... As>
  void operator()(As&&... as) {
    std::exchange(to_, nullptr)->complete(std::forward<As>(as)...);
  }

private:
  Awaiting* to_;
  executor executor_;
};

/// The awaiter: in the coroutine's frame.
template <class Outcome, class Initiation, class... Args>
class awaiting : public pending {
public:
  awaiting(Initiation& initiation, std::tuple<Args...>& args) noexcept
      : initiation_(initiation), args_(args) {}

  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    troupe::detail::open_books(owner());
    std::apply(
        [&](Args&... args) {
          std::move(initiation_)(completion<awaiting>(*this, executor(&owner())),
                                 std::move(args)...);
        },
        args_);
    begun();
  }
  auto await_resume() {
    if (!given_) return Outcome::take_abandoned();
    return Outcome::take(std::move(*given_));
  }

private:
  friend completion<awaiting>;

  template <class... As>
  void complete(As&&... as) {
    given_.emplace(std::forward<As>(as)...);
    std::apply([](auto&... each) { (close_if_socket(each), ...); }, given_->all);
    came();
  }
  /// Nobody will call: what it was begun on is gone.
  void abandoned() noexcept { came_elsewhere(); }
  /// Sockets that were accepted: children of fork() have no use for them.
  template <class T>
  static void close_if_socket(T& value) noexcept {
    if constexpr (requires { value.native_handle(); }) close_on_exec(value);
  }

  Initiation& initiation_;
  std::tuple<Args...>& args_;
  std::optional<typename Outcome::given_type> given_;
};

}  // namespace troupe::io::detail
