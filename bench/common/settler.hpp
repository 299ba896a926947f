// settler.hpp: an actor that spawns very many others in batches, and holds them.
#pragma once

#include "workload.hpp"
#include <troupe/actors/prelude.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace bench {

struct populate {
  using reply = void;
  std::uint64_t count;
};

/// Answers when all have been spawned, each from `args`.
template <class Resident, class... Args>
class settler : public troupe::actor<settler<Resident, Args...>> {
  using settler::actor::self;
  struct more {};

public:
  explicit settler(Args... args) : args_(std::move(args)...) {}
  void on(populate p, troupe::reply_to<populate> settled) {
    settled_.emplace(std::move(settled));
    left_ = p.count;
    held_.reserve(held_.size() + left_);
    spawn_batch();
  }
  void on(more) { spawn_batch(); }

private:
  void spawn_batch() {
    auto& system = self().system();
    const auto spawn = [&](const Args&... each) {
      return system.template spawn<Resident>(each...);
    };
    for (auto n = std::min(left_, batch); n > 0; --n, --left_)
      held_.push_back(std::apply(spawn, args_));
    if (left_ > 0)
      self().tell(more{});
    else
      (*std::exchange(settled_, std::nullopt))();
  }

  std::tuple<Args...> args_;
  std::uint64_t left_ = 0;
  std::vector<troupe::ref<Resident>> held_;
  std::optional<troupe::reply_to<populate>> settled_;
};

}  // namespace bench
