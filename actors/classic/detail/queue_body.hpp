// queue_body.hpp: the actor behind the queues.
//
//   Before   queue.hpp sends operations.      After   their callers go on.
//   Called   steps: in its turns.
//   Holds    the elements, in a store that says which comes out first; who waits to put, to get, to
//            join.
//   Rules    Q1  Nobody waits to put while there is room, nor to get while there is something: what
//                comes goes on to who waits longest.
#pragma once

#include <troupe/actors/classic/detail/gates.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::classic::detail {

/// What `maxsize` 0 means.
inline constexpr std::size_t queue_size_max = std::size_t{1} << 30;

/// First in, first out.
template <class T>
class fifo_store {
public:
  void put(T&& x) { kept_.push_back(std::move(x)); }
  /// Back where it came from.
  void put_back(T&& x) { kept_.push_front(std::move(x)); }
  [[nodiscard]] T take() noexcept {
    T x(std::move(kept_.front()));
    kept_.pop_front();
    return x;
  }
  [[nodiscard]] std::size_t size() const noexcept { return kept_.size(); }
  void clear() noexcept { kept_.clear(); }

private:
  std::deque<T> kept_;
};

/// Last in, first out.
template <class T>
class lifo_store {
public:
  void put(T&& x) { kept_.push_back(std::move(x)); }
  void put_back(T&& x) { kept_.push_back(std::move(x)); }
  [[nodiscard]] T take() noexcept {
    T x(std::move(kept_.back()));
    kept_.pop_back();
    return x;
  }
  [[nodiscard]] std::size_t size() const noexcept { return kept_.size(); }
  void clear() noexcept { kept_.clear(); }

private:
  std::vector<T> kept_;
};

/// The lowest first; of equal ones the first that came.
template <class T, class Less>
class priority_store {
  struct entry {
    T value;
    std::int64_t order;
  };
  struct comes_later {
    [[nodiscard]] bool operator()(const entry& a, const entry& b) const {
      const Less less{};
      if (less(b.value, a.value)) return true;
      return !less(a.value, b.value) && b.order < a.order;
    }
  };

public:
  void put(T&& x) { insert(std::move(x), ++last_); }
  void put_back(T&& x) { insert(std::move(x), --first_); }
  [[nodiscard]] T take() noexcept {
    std::pop_heap(kept_.begin(), kept_.end(), comes_later());
    T x(std::move(kept_.back().value));
    kept_.pop_back();
    return x;
  }
  [[nodiscard]] std::size_t size() const noexcept { return kept_.size(); }
  void clear() noexcept { kept_.clear(); }

private:
  void insert(T&& x, std::int64_t order) {
    kept_.push_back(entry{std::move(x), order});
    std::push_heap(kept_.begin(), kept_.end(), comes_later());
  }

  std::vector<entry> kept_;
  std::int64_t last_ = 0;
  std::int64_t first_ = 0;
};

template <class T, class Store>
class queue_body;

/// Moves from `*item` when it is in, and not before.
template <class T, class Store>
struct put_op : plain_op<queue_body<T, Store>> {
  static constexpr std::string_view name = "put() into a queue";
  explicit put_op(T* from) noexcept
      : plain_op<queue_body<T, Store>>(step_ops<&queue_body<T, Store>::put>), item(from) {}
  T* item;
};
/// The same with the element in it.
template <class T, class Store>
struct owning_put_op : put_op<T, Store> {
  explicit owning_put_op(T&& x) noexcept : put_op<T, Store>(&own), own(std::move(x)) {}
  T own;
};

template <class T, class Store>
struct get_op : operation {
  using body = queue_body<T, Store>;
  using value_type = result<T, wait_errc>;
  static constexpr std::string_view name = "get() from a queue";
  get_op() noexcept : operation(step_ops<&body::get>) {}
  [[nodiscard]] static value_type refused(wait_errc why) noexcept { return why; }
  [[nodiscard]] value_type take(const handle&) noexcept {
    if (!item) return outcome_of(*this);
    return *std::move(item);
  }
  void discard(const handle& to) noexcept;
  static void look_again(cell&, operation&) noexcept {}
  std::optional<T> item;
};

/// Puts back what nobody is left to take.
template <class T, class Store>
struct put_back_op : plain_op<queue_body<T, Store>> {
  explicit put_back_op(T&& x) noexcept
      : plain_op<queue_body<T, Store>>(step_ops<&queue_body<T, Store>::put_back>),
        item(std::move(x)) {}
  T item;
};

enum class queue_change : std::uint8_t { task_done, shutdown, terminate };
template <class T, class Store>
struct queue_change_op : plain_op<queue_body<T, Store>> {
  static constexpr std::string_view name = "task_done() or shutdown() of a queue";
  explicit queue_change_op(queue_change what) noexcept
      : plain_op<queue_body<T, Store>>(step_ops<&queue_body<T, Store>::change>), change(what) {}
  queue_change change;
};

template <class T, class Store>
struct join_op : plain_op<queue_body<T, Store>> {
  static constexpr std::string_view name = "join() of a queue";
  join_op() noexcept : plain_op<queue_body<T, Store>>(step_ops<&queue_body<T, Store>::join>) {}
};

template <class T, class Store>
struct size_op : number_op<queue_body<T, Store>> {
  static constexpr std::string_view name = "qsize() of a queue";
  size_op() noexcept
      : number_op<queue_body<T, Store>>(step_ops<&queue_body<T, Store>::tell_size>) {}
};

template <class T, class Store>
class queue_body : public actor<queue_body<T, Store>> {
public:
  explicit queue_body(std::size_t capacity) noexcept : capacity_(capacity) {}
  ~queue_body() {
    for (line* const l : {&putters_, &getters_, &joiners_}) answer_all(*l, wait_errc::closed);
  }

  void put(put_op<T, Store>& op) noexcept {
    if (is_shut_) return answer(op, wait_errc::queue_shut_down);
    if (operation* const getter = getters_.pop_front()) {  // Q1: then there is nothing before it
      ++unfinished_;
      give(static_cast<get_op<T, Store>&>(*getter), std::move(*op.item));
      return answer(op, wait_errc::ok);
    }
    if (store_.size() < capacity_) return answer(op, keep(*op.item));
    if (!op.may_wait) return answer(op, wait_errc::queue_full);
    wait_in(putters_, op);
  }

  void get(get_op<T, Store>& op) noexcept {
    if (store_.size() != 0) {
      give(op, store_.take());
      return admit_putter();
    }
    if (is_shut_) return answer(op, wait_errc::queue_shut_down);
    if (!op.may_wait) return answer(op, wait_errc::queue_empty);
    wait_in(getters_, op);
  }

  void put_back(put_back_op<T, Store>& op) noexcept {
    if (operation* const getter = getters_.pop_front())
      give(static_cast<get_op<T, Store>&>(*getter), std::move(op.item));
    else if (!is_terminated_)
      try {
        store_.put_back(std::move(op.item));
      } catch (...) {  // no memory: it is lost
        --unfinished_;
      }
    answer(op, wait_errc::ok);
  }

  void change(queue_change_op<T, Store>& op) noexcept {
    if (op.change == queue_change::task_done) {
      if (unfinished_ == 0) return answer(op, wait_errc::too_many);
      if (--unfinished_ == 0) answer_all(joiners_, wait_errc::ok);
      return answer(op, wait_errc::ok);
    }
    shut_down(op.change == queue_change::terminate);
    answer(op, wait_errc::ok);
  }

  void join(join_op<T, Store>& op) noexcept {
    if (unfinished_ == 0) return answer(op, wait_errc::ok);
    if (!op.may_wait) return answer(op, wait_errc::timeout);
    wait_in(joiners_, op);
  }

  void tell_size(size_op<T, Store>& op) noexcept {
    op.number = store_.size();
    answer(op, wait_errc::ok);
  }

  void leave(operation& op, leaving) noexcept {
    const line* const from = op.in;
    op.in->remove(op);
    answer(op, from == &putters_   ? wait_errc::queue_full
               : from == &getters_ ? wait_errc::queue_empty
                                   : wait_errc::timeout);
  }

  void show(adapter_view& view) const {
    view.state = std::to_string(store_.size()) +
                 (capacity_ == queue_size_max ? "" : " of " + std::to_string(capacity_)) +
                 " in it" + (is_shut_ ? ", shut down" : "");
    for (const line* const l : {&putters_, &getters_, &joiners_}) add_waiters(view, *l);
  }

private:
  [[nodiscard]] wait_errc keep(T& item) noexcept {
    try {
      store_.put(std::move(item));
    } catch (...) {
      return wait_errc::no_memory;
    }
    ++unfinished_;
    return wait_errc::ok;
  }
  void give(get_op<T, Store>& to, T&& x) noexcept {
    to.item.emplace(std::move(x));
    answer(to, wait_errc::ok);
  }
  void admit_putter() noexcept {
    if (store_.size() >= capacity_) return;
    if (operation* const op = putters_.pop_front())
      answer(*op, keep(*static_cast<put_op<T, Store>&>(*op).item));
  }
  void wait_in(line& l, operation& op) noexcept {
    op.since = time_in(home_of(*this));
    op.number = ++last_wait_;
    l.push_back(op);
  }
  void shut_down(bool at_once) noexcept {
    is_shut_ = true;
    answer_all(putters_, wait_errc::queue_shut_down);
    if (at_once) {
      is_terminated_ = true;
      unfinished_ -= std::min(unfinished_, store_.size());
      store_.clear();
      if (unfinished_ == 0) answer_all(joiners_, wait_errc::ok);
    }
    answer_all(getters_, wait_errc::queue_shut_down);  // Q1: nothing is there
  }

  const std::size_t capacity_;
  Store store_;
  std::size_t unfinished_ = 0;  ///< put, and no task_done yet
  bool is_shut_ = false;
  bool is_terminated_ = false;
  std::uint64_t last_wait_ = 0;
  line putters_;
  line getters_;
  line joiners_;
};

template <class T, class Store>
void get_op<T, Store>::discard(const handle& to) noexcept {
  if (item) static_cast<void>(post<put_back_op<T, Store>>(to, *std::move(item)));
}

}  // namespace troupe::classic::detail
