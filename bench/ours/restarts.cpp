// restarts.cpp: one child that fails again and again, and a supervisor that starts it again.
//
//   Rules    The clock is read in the handler just before it throws, and in the on_start of the
//            next incarnation: nothing of who told it to fail is clocked.
#include "../common/restarts.hpp"

#include "../common/roll_call.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"
#include <troupe/supervision/prelude.hpp>

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace bench {
namespace {

using clock = std::chrono::steady_clock;

struct fail {};
struct up {};

/// What the incarnations hand on; one of them lives at a time.
struct life_story {
  std::optional<clock::time_point> thrown;
  std::vector<double> took_us;

  void begins() {
    const auto now = clock::now();
    if (thrown) took_us.push_back(std::chrono::duration<double, std::micro>(now - *thrown).count());
  }
};

/// Fails when it is told to.
class victim : public troupe::actor<victim> {
public:
  victim(life_story* story, troupe::address<up> driver)
      : story_(story), driver_(std::move(driver)) {}
  void on_start() {
    story_->begins();
    driver_.tell(up{});
  }
  void on(fail) {
    story_->thrown = clock::now();
    throw std::runtime_error("it was told to fail");
  }

private:
  life_story* story_;
  troupe::address<up> driver_;
};

class driver : public troupe::actor<driver> {
public:
  driver(troupe::address<fail> victim, std::uint64_t restarts, roll_call* over)
      : victim_(std::move(victim)), left_(restarts), over_(over) {}
  void on(up) {
    if (left_-- > 0)
      victim_.tell(fail{});
    else
      over_->one_ended();
  }

private:
  troupe::address<fail> victim_;
  std::uint64_t left_;
  roll_call* over_;
};

/// What the lives of one that nobody needs to tell hand on.
struct countdown {
  std::uint64_t left;
  clock::time_point first, last;
  roll_call over;
};

/// Fails as long as there is something left.
class hopeless : public troupe::actor<hopeless> {
public:
  explicit hopeless(countdown* c) : count_(c) {}
  void on_start() {
    if (count_->first == clock::time_point()) count_->first = clock::now();
    if (count_->left > 0) return self().tell(fail{});
    count_->last = clock::now();
    count_->over.one_ended();
  }
  void on(fail) {
    --count_->left;
    throw std::runtime_error("it fails");
  }

private:
  countdown* count_;
};

/// A supervisor with this child, until `over`.
void supervise(troupe::actor_system& sys, troupe::child_spec child, roll_call& over) {
  auto tree = troupe::start(
      sys, troupe::supervisor_spec{.intensity = restarts::intensity, .children = {child}});
  require(tree.has_value(), "the tree did not start");
  over.wait();
  require(tree->stop().get().has_value(), "the tree did not stop");
}

troupe::system_options quiet(const order& o) { return {.workers = o.workers, .log = false}; }

void provoke(troupe::actor_system& sys, life_story& story, std::uint64_t restarts) {
  roll_call over;
  over.expect(1);
  story.thrown.reset();
  troupe::slot<victim> seat(sys, "victim");
  const auto by = sys.spawn<driver>(troupe::address<fail>(seat), restarts, &over);
  supervise(sys,
            {.id = "victim",
             .start = troupe::actor_of<victim>(&story, troupe::address<up>(by)),
             .at = seat},
            over);
}

double restart_percentile(const order& o, double percent) {
  life_story story;
  troupe::actor_system sys(quiet(o));
  const auto run = [&](std::uint64_t all) {
    story.took_us.clear();
    story.took_us.reserve(all);
    restarts::in_parts(all, restarts::of_a_tree, [&](auto n) { provoke(sys, story, n); });
    require(story.took_us.size() == all, "restarts were lost, or came by themselves");
  };
  run(warm_up(o.work));
  run(o.work);
  return restarts::percentile(std::move(story.took_us), percent);
}

}  // namespace

double restart_time(const order& o) { return restart_percentile(o, 50); }
double restart_time_p99(const order& o) { return restart_percentile(o, 99); }

double restarts_per_second(const order& o) {
  troupe::actor_system sys(quiet(o));
  const auto run = [&](std::uint64_t all) {
    clock::duration took{};
    restarts::in_parts(all, restarts::of_a_tree, [&](std::uint64_t n) {
      countdown count{.left = n, .first = {}, .last = {}, .over = {}};
      count.over.expect(1);
      supervise(sys, {.id = "hopeless", .start = troupe::actor_of<hopeless>(&count)}, count.over);
      took += count.last - count.first;
    });
    return static_cast<double>(all) / std::chrono::duration<double>(took).count();
  };
  run(warm_up(o.work));
  return run(o.work);
}

}  // namespace bench
