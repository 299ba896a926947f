// waiters_on.hpp: a crowd that waits on one condition.
//
//   Before   condition tests notify some.      After   its journal says who went on, and how.
//   Holds    a lock and a condition; players that wait; how many do, counted under the lock.
#pragma once

#include "contenders.hpp"

#include <memory>
#include <string>
#include <vector>

namespace contest {

/// Each says its number when it goes on: "3", "3:timeout", "3!" if a holder has died meanwhile.
class crowd {
public:
  explicit crowd(scenario::world& w) : l(w.system(), {.name = "l"}), c(l), world_(w) {}

  /// So many more, one after the other.
  void add(int many, troupe::classic::wait_time t = forever) {
    for (int i = 0; i < many; ++i) {
      const long before = begun_->read();
      all.push_back(world_.spawn<player>(wrote));
      all.back().tell<play>(scene_of(std::to_string(all.size() - 1), t));
      eventually(world_, [&] { return begun_->read() == before + 1; });
      static_cast<void>(l.acquire());  // it has given it up: it waits
    }
  }
  void notify(std::size_t n) {
    const auto held = l.acquire();
    EXPECT_EQ(c.notify(held, n), wait_errc::ok);
  }
  void notify_all() {
    const auto held = l.acquire();
    EXPECT_EQ(c.notify_all(held), wait_errc::ok);
  }
  /// Returns when so many lines are written, and the lock is free.
  void until_woken(std::size_t many) {
    eventually(world_, [&] { return wrote->lines().size() >= many && !l.locked(); });
    EXPECT_EQ(wrote->lines().size(), many) << wrote->text();
  }
  /// How many have not gone on.
  [[nodiscard]] long left() {
    const auto held = l.acquire();
    return *waiting_;
  }
  /// The lock, if so many still wait.
  [[nodiscard]] lock_hold try_hold_with(long many) {
    auto held = l.acquire();
    return *waiting_ == many && contest::waiting(world_, "l") == 0 ? std::move(held) : lock_hold();
  }

  lock l;
  condition c;
  journal_ptr wrote = make_journal();
  std::vector<ref<player>> all;

private:
  [[nodiscard]] scene scene_of(std::string name, troupe::classic::wait_time t) const {
    return [lr = lock::ref(l), cr = condition::ref(c), name, t, begun = begun_,
            waits = waiting_](player& me) -> task<> {
      auto got = co_await lr.acquire();
      ++*waits;
      begun->add();
      const auto end = co_await cr.wait(*got, t);
      if (end != wait_errc::closed) --*waits;  // else there is no lock any more
      me.say(name + (end == wait_errc::ok ? "" : ":" + text_of(end)) +
             (got->owner_died() ? "!" : ""));
    };
  }

  scenario::world& world_;
  std::shared_ptr<tally> begun_ = std::make_shared<tally>();
  std::shared_ptr<long> waiting_ = std::make_shared<long>(0);  // touched under the lock
};

}  // namespace contest
