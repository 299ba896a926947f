// 16_events.cpp: what happens to actors, for a program that wants to know; and whose log it is.
//
//   Notice   a reader gets every event from its beginning on, in order, and is told if it was too
//            slow. Nobody pays for events that nobody reads. What people should see without
//            asking, failures and the first dead letters, goes to the log: stderr, unless the
//            program has one of its own.
#include <troupe/actors/events/log.hpp>
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;

struct bake {
  int degrees;
};
struct baked {
  using reply = int;
};

class oven : public troupe::actor<oven> {
public:
  void on(bake b) {
    if (b.degrees > 300) throw std::range_error("burnt");
    ++loaves_;
  }
  int on(baked) const { return loaves_; }

private:
  int loaves_ = 0;
};

/// The log of this program: kept, and printed at its end. Any thread may write.
class journal : public troupe::log_sink {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "journal"; }
  void write(troupe::log_level level, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::string(to_string(level)) + ": " + std::string(text));
  }
  void print() const {
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines_) std::printf("%s\n", line.c_str());
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

int main() {
  const auto log = std::make_shared<journal>();
  // One worker: it remembers all that it handled. Four events kept are plenty here.
  troupe::actor_system sys({.workers = 1, .sink = log, .events_kept = 4});

  auto events = sys.events();  // from now on
  auto left = sys.spawn<oven>({.name = "left"});
  left.tell<bake>(180);
  left.tell<bake>(400);

  std::printf("what happened:\n");
  while (const auto e = events.next(10s)) {  // waits; in a test on a stage it runs the actors
    std::printf("  %s\n", e->to_string().c_str());
    if (e->kind == troupe::event_kind::stopped) break;
  }

  left.tell<bake>(180);  // nobody bakes it
  std::printf("and then:\n  %s\n", events.next().value().to_string().c_str());

  // Whoever does not keep up is told so.
  for (int i = 0; i < 3; ++i) (void)sys.spawn<oven>().ask(baked{}).get();
  sys.drain();
  const auto kept = events.take_all();
  std::printf("of three ovens more: %zu events, %llu missed\n", kept.size(),
              static_cast<unsigned long long>(events.missed()));

  std::printf("the journal:\n");
  log->print();
}

// It prints:
//
//   what happened:
//     spawned oven "left" #1
//     started oven "left" #1
//     failed oven "left" #1: failed(std::range_error, "burnt")
//     stopped oven "left" #1: failed(std::range_error, "burnt")
//   and then:
//     dead_letter of `bake` to oven "left" #1: ended
//   of three ovens more: 4 events, 5 missed
//   the journal:
//   error: oven "left" #1 failed: failed(std::range_error, "burnt"); its last messages: bake, bake
//   warning: dead letter 1: `bake` to oven "left" #1, which has ended
