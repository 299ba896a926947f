// instructions.cpp: fixed work on one worker, for valgrind to count.
//
//   Before   guard.py runs `instructions METRIC OPERATIONS` under callgrind, twice.
//   After    the difference of both counts, by the difference of operations, is the metric.
//   Called   the worker counts from the first operation to the last; the main thread sleeps then.
//   Rules    One worker: no watchdog, no stealing, nobody to wake. What is left repeats.
#include <troupe/actors/prelude.hpp>

#include <gnu/libc-version.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace {

/// What an actor sends or spawns in one turn, before it goes on by a message to itself.
constexpr std::uint64_t batch = 100;
/// Valgrind is slow: the default deadline of an ask would cut the work short.
constexpr std::chrono::hours patience{1};

/// On, then off. Nothing happens without callgrind.
void toggle_counting() noexcept { CALLGRIND_TOGGLE_COLLECT; }

/// Asked of the actor that works: the reply comes when all operations are done.
struct work {
  using reply = void;
  std::uint64_t operations;
};

/// What the actors that work have in common: they begin, and at some time they are done.
class labour {
protected:
  void begin(work w, troupe::reply_to<work> over) {
    left_ = w.operations;
    over_.emplace(std::move(over));
    toggle_counting();
  }
  void done() {
    toggle_counting();
    (*std::exchange(over_, std::nullopt))();
  }
  std::uint64_t left_ = 0;

private:
  std::optional<troupe::reply_to<work>> over_;
};

// --- ping_pong_hop: one message between two actors, each of which wakes the other

struct ball {
  std::uint64_t left;
};
struct meet {
  troupe::address<ball> other;
};

class player : public troupe::actor<player>, labour {
public:
  void on(meet m) { other_ = std::move(m.other); }
  void on(work w, troupe::reply_to<work> over) {
    begin(w, std::move(over));
    other_.tell<ball>(left_ - 1);
  }
  void on(ball b) {
    if (b.left > 0)
      other_.tell<ball>(b.left - 1);
    else
      done();
  }

private:
  troupe::address<ball> other_;
};

troupe::address<work> ping_pong(troupe::actor_system& sys) {
  auto server = sys.spawn<player>();
  auto returner = sys.spawn<player>();
  server.tell<meet>(returner);
  returner.tell<meet>(server);
  return server;
}

// --- tell: one producer, one mailbox

struct more {};
struct last {};
struct item {
  std::uint64_t value;
};

class sink : public troupe::actor<sink> {
public:
  explicit sink(troupe::address<last> to) : to_(std::move(to)) {}
  void on(item i) {
    if (i.value == 1) to_.tell(last{});
  }

private:
  troupe::address<last> to_;
};

class producer : public troupe::actor<producer>, labour {
public:
  void on(work w, troupe::reply_to<work> over) {
    to_ = self().spawn<sink>(self());
    begin(w, std::move(over));
    send_batch();
  }
  void on(more) { send_batch(); }
  void on(last) { done(); }

private:
  void send_batch() {
    for (auto n = std::min(left_, batch); n > 0; --n) to_.tell<item>(left_--);
    if (left_ > 0) self().tell(more{});
  }
  troupe::address<item> to_;
};

// --- ask: a request and its reply, one after the other

struct question {
  using reply = std::uint64_t;
  std::uint64_t n;
};

class answerer : public troupe::actor<answerer> {
public:
  std::uint64_t on(question q) { return q.n - 1; }
};

class asker : public troupe::actor<asker>, labour {
public:
  void on(work w, troupe::reply_to<work> over) {
    to_ = self().spawn<answerer>();
    begin(w, std::move(over));
    ask(left_);
  }

private:
  void ask(std::uint64_t left) {
    to_.ask<question>(left).within(patience).then(this, [this](std::uint64_t now_left) {
      if (now_left > 0)
        ask(now_left);
      else
        done();
    });
  }
  troupe::address<question> to_;
};

// --- spawn_end: a whole life: spawned, one message handled, unreferenced, destroyed

struct hello {};

class mayfly : public troupe::actor<mayfly> {
public:
  explicit mayfly(std::uint64_t* alive) : alive_(alive) {}
  ~mayfly() { --*alive_; }
  void on(hello) {}

private:
  std::uint64_t* alive_;
};

class breeder : public troupe::actor<breeder>, labour {
public:
  void on(work w, troupe::reply_to<work> over) {
    begin(w, std::move(over));
    spawn_batch();
  }
  void on(more) { spawn_batch(); }

private:
  void spawn_batch() {
    auto& system = self().system();
    for (auto n = std::min(left_, batch); n > 0; --n, --left_) {
      ++*alive_;
      system.spawn<mayfly>(alive_.get()).tell(hello{});
    }
    if (left_ > 0 || *alive_ > 0)  // one thread runs them all
      self().tell(more{});
    else
      done();
  }
  std::unique_ptr<std::uint64_t> alive_ = std::make_unique<std::uint64_t>(0);
};

// --- the table

template <class A>
troupe::address<work> one(troupe::actor_system& sys) {
  return sys.spawn<A>();
}

struct metric {
  std::string_view name;
  troupe::address<work> (*prepare)(troupe::actor_system&);
};
constexpr metric metrics[] = {
    {"ping_pong_hop", ping_pong},
    {"tell", one<producer>},
    {"ask_round_trip", one<asker>},
    {"spawn_end", one<breeder>},
};

void measure(const metric& m, std::uint64_t operations) {
  troupe::actor_system sys({.workers = 1});
  const auto actor = m.prepare(sys);
  actor.ask<work>(operations).within(patience).get();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (argc == 2 && first == "--list") {
    for (const metric& m : metrics) std::printf("%s\n", m.name.data());
    return 0;
  }
  if (argc == 2 && first == "--about") {
    std::printf("compiler %s, glibc %s\n", __VERSION__, gnu_get_libc_version());
    return 0;
  }
  const auto operations = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const auto* const m = std::find_if(std::begin(metrics), std::end(metrics),
                                     [&](const metric& each) { return each.name == first; });
  if (m == std::end(metrics) || operations == 0 || operations % 2 != 0) {
    std::fprintf(stderr,
                 "usage: instructions --list | --about | METRIC OPERATIONS (an even number)\n");
    return 2;
  }
  measure(*m, operations);
  return 0;
}
