// spawn.hpp: how actors come to be.
//
//   Before   the system, or an actor's self(), spawns.
//   After    the cell is attached; its first turn starts it.
//   Called   any thread on a system; in its turn on self().
//   Cost     one cell from the worker's own blocks; no lock on a worker.
//   Rules    N1  Prepare may throw and leaves nothing behind; attach never throws.
#pragma once

#include <troupe/actors/detail/actor_ops.hpp>
#include <troupe/actors/life/start_result.hpp>
#include <troupe/actors/options.hpp>
#include <troupe/actors/pool.hpp>
#include <troupe/actors/ref.hpp>

#include <stdexcept>
#include <type_traits>
#include <utility>

namespace troupe {

template <class A>
class actor;
class actor_system;

/// What spawn throws when the system has begun to shut down.
class system_closed : public std::runtime_error {
public:
  system_closed()
      : std::runtime_error("troupe: this system is shutting down: it takes no new actors") {}

protected:
  using std::runtime_error::runtime_error;
};

/// What spawn throws in a process that was forked from the one that built the system, and has not
/// called exec. Its threads do not exist there: what is told is not handled, an ask fails with
/// `down` at once, drain, shutdown and the destructor do nothing.
class system_forked : public system_closed {
public:
  system_forked()
      : system_closed(
            "troupe: this process was forked from the one that built the system, whose "
            "threads do not exist here: spawn in the parent, or build a new system") {}
};

namespace detail {

[[nodiscard]] actor_system& system_of(cell& c) noexcept;

template <class A, class... Args>
[[nodiscard]] consteval bool may_spawn() {
  constexpr bool is_actor = std::is_base_of_v<actor<A>, A> && std::is_convertible_v<A*, actor<A>*>;
  static_assert(is_actor,
                "troupe: an actor derives publicly from troupe::actor of itself: class x : public "
                "troupe::actor<x>");
  static_assert(!std::is_abstract_v<A>,
                "troupe: spawn: this actor class is abstract: spawn one that overrides its pure "
                "virtual functions");
  static_assert(std::is_abstract_v<A> || std::is_constructible_v<A, Args...>,
                "troupe: spawn: the actor's constructor does not take these arguments (see Args), "
                "or is private");
  if constexpr (is_actor && std::is_constructible_v<A, Args...>) {
    using started = typename given_by<started_by<A>>::type;
    constexpr bool starts = std::is_void_v<started> || std::is_same_v<started, start_result>;
    static_assert(starts,
                  "troupe: on_start returns void, or start_result to say more; to wait, task<> or "
                  "task<start_result>. What went wrong there is thrown");
    constexpr bool stops = handler_access::stops<A>();
    static_assert(stops,
                  "troupe: on_stop takes the reason: void on_stop(const troupe::exit_reason&)");
    return starts && stops;
  } else {
    return false;
  }
}

/// Gives an object its cell.
struct spawning {
  /// The cell's first handle is the caller's.
  template <class Body, class... Args>
  [[nodiscard]] static cell& build(core& system, const body_ops& ops, cell* parent,
                                   const spawn_options* options, Args&&... args) {
    struct abandons {
      cell* c;
      ~abandons() {
        if (c != nullptr) abandon(*c);
      }
    };
    cell& c = prepare(system, ops, parent, options);
    abandons unless_built{&c};
    construct_in<Body>(c, std::forward<Args>(args)...);
    unless_built.c = nullptr;
    attach(c);
    return c;
  }
  template <class A, class... Args>
  static ref<A> spawn(core& system, cell* parent, const spawn_options* options, Args&&... args) {
    return ref<A>(handle::adopt(
        build<A>(system, body_ops_for<A, actor<A>>, parent, options, std::forward<Args>(args)...)));
  }
  /// In inbox.hpp.
  template <class F, class... Args>
  static auto spawn_process(core& system, cell* parent, const spawn_options* options, F body,
                            Args... args);

  template <class A, class... Args>
  static pool_ref<A> spawn_pool(core& system, cell* parent, const pool_options& options,
                                const Args&... args) {
    const auto build = [&](cell& c) { construct_in<A>(c, args...); };
    using builder = decltype(build);
    cell& c = make_pool(
        system, parent, options, pool_body_for<A>, body_ops_for<A, actor<A>>,
        [](cell& member, const void* with) { (*static_cast<builder*>(with))(member); }, &build);
    return pool_ref<A>(handle::adopt(c));
  }
};

/// What can be a process: a function object, or a function.
template <class F>
concept process_like = requires { &F::operator(); } ||
                       (std::is_pointer_v<F> && std::is_function_v<std::remove_pointer_t<F>>);

}  // namespace detail

/// What can create actors: the system, whose actors are roots, and self(), whose actors end with
/// their parent.
template <class Host>
class spawner {
public:
  /// Builds an `A` from `args` on this thread and lets it live.
  /// @returns its first ref. An actor that nobody refers to, and that waits for nothing, ends.
  /// @throws what A's constructor throws, std::bad_alloc, system_closed, bad_option; then nothing
  ///   was spawned
  template <class A, class... Args>
  [[nodiscard("an actor nobody refers to ends at once: keep the ref, or supervise it")]] ref<A>
  spawn(Args&&... args) {
    return create<A>(nullptr, std::forward<Args>(args)...);
  }
  template <class A, class... Args>
  [[nodiscard("an actor nobody refers to ends at once: keep the ref, or supervise it")]] ref<A>
  spawn(spawn_options options, Args&&... args) {  // NOLINT(performance-unnecessary-value-param)
    return create<A>(&options, std::forward<Args>(args)...);
  }

  /// Starts a process: `body` is a coroutine that takes its inbox and, by value, `args`; it
  /// captures nothing. It begins in the process's first turn.
  /// @returns the address of its inbox. When nobody has one any more, the inbox comes to its end.
  /// @throws std::bad_alloc, system_closed, bad_option, what moving the arguments throws
  template <detail::process_like F, class... Args>
  [[nodiscard("a process nobody can send to has a closed inbox: keep its address")]] auto spawn(
      F body, Args... args) {
    const Host& host = static_cast<const Host&>(*this);
    return detail::spawning::spawn_process(host.spawn_core(), host.spawn_parent(), nullptr,
                                           std::move(body), std::move(args)...);
  }
  template <detail::process_like F, class... Args>
  [[nodiscard("a process nobody can send to has a closed inbox: keep its address")]] auto spawn(
      const spawn_options& options, F body, Args... args) {
    const Host& host = static_cast<const Host&>(*this);
    return detail::spawning::spawn_process(host.spawn_core(), host.spawn_parent(), &options,
                                           std::move(body), std::move(args)...);
  }

  /// Builds `options.size` of `A`, each from copies of `args`, on this thread; they are children
  /// of the pool, which is a child of whoever spawns it.
  /// @returns its first reference. A pool that nobody refers to ends when its members have.
  /// @throws what A's constructor throws, std::bad_alloc, system_closed, bad_option; then nothing
  ///   was spawned
  template <class A, class... Args>
  [[nodiscard("a pool nobody refers to ends at once: keep the pool_ref")]] pool_ref<A> spawn_pool(
      const pool_options& options, const Args&... args) {
    constexpr bool can_copy = (std::is_copy_constructible_v<std::decay_t<const Args&>> && ...);
    static_assert(can_copy,
                  "troupe: spawn_pool: every member is built from the same arguments, so they must "
                  "be copyable: share what they are to share by a std::shared_ptr");
    const Host& host = static_cast<const Host&>(*this);
    if constexpr (can_copy)
      if constexpr (detail::may_spawn<A, const Args&...>())
        return detail::spawning::spawn_pool<A>(host.spawn_core(), host.spawn_parent(), options,
                                               args...);
    return pool_ref<A>();
  }

private:
  template <class A, class... Args>
  ref<A> create(const spawn_options* options, Args&&... args) {
    const Host& host = static_cast<const Host&>(*this);
    if constexpr (detail::may_spawn<A, Args...>())
      return detail::spawning::spawn<A>(host.spawn_core(), host.spawn_parent(), options,
                                        std::forward<Args>(args)...);
    else
      return ref<A>();
  }
};

}  // namespace troupe
