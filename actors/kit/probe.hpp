// probe.hpp: the other side of the actor under test.
//
//   Before   a test gives probe.address() to it.
//   After    the test takes what arrived, and answers.
//   Called   by the thread that owns the stage.
//   Holds    what has arrived and has not been taken.
#pragma once

#include <troupe/actors/kit/stage.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe::kit {

namespace probing {

template <class M>
struct item {
  using type = M;
};
template <class M>
  requires is_request<M>
struct item<M> {
  using type = asked<M>;
};

template <class... Ms>
using mailbag = std::deque<std::variant<typename item<Ms>::type...>>;

/// One handler; the actor inherits one per message.
template <class Bag, class M>
class catches {
public:
  void on(M m)
    requires(!is_request<M>)
  {
    bag_->push_back(std::move(m));
  }
  void on(M m, reply_to<M> reply)
    requires is_request<M>
  {
    bag_->push_back(asked<M>{std::move(m), std::move(reply)});
  }

protected:
  explicit catches(std::shared_ptr<Bag> bag) : bag_(std::move(bag)) {}

private:
  std::shared_ptr<Bag> bag_;
};

template <class... Ms>
class catcher : public actor<catcher<Ms...>>, public catches<mailbag<Ms...>, Ms>... {
public:
  explicit catcher(std::shared_ptr<mailbag<Ms...>> bag) : catches<mailbag<Ms...>, Ms>(bag)... {}
  using catches<mailbag<Ms...>, Ms>::on...;
};

}  // namespace probing

/// Takes every message of `Ms...` and keeps it for the test. A request is taken as
/// `asked<M>{message, reply}`.
template <class... Ms>
class probe {
  using bag = probing::mailbag<Ms...>;

public:
  explicit probe(stage& on)
      : stage_(on),
        bag_(std::make_shared<bag>()),
        actor_(on.spawn<probing::catcher<Ms...>>(bag_)),
        to_(actor_) {}

  [[nodiscard]] const troupe::address<Ms...>& address() const noexcept { return to_; }
  operator const troupe::address<Ms...>&() const noexcept { return to_; }

  /// Settles the stage, then takes the oldest M that has arrived; nothing if there is none.
  template <class M>
  [[nodiscard]] auto take() {
    using taken = typename probing::item<M>::type;
    stage_.settle();
    std::optional<taken> found;
    for (auto i = bag_->begin(); i != bag_->end(); ++i)
      if (auto* const m = std::get_if<taken>(&*i)) {
        found.emplace(std::move(*m));
        bag_->erase(i);
        break;
      }
    return found;
  }

  /// Settles the stage. @returns whether nothing is left to be taken
  [[nodiscard]] bool empty() {
    stage_.settle();
    return bag_->empty();
  }

private:
  stage& stage_;
  std::shared_ptr<bag> bag_;
  ref<probing::catcher<Ms...>> actor_;
  troupe::address<Ms...> to_;
};

}  // namespace troupe::kit
