// 13_watching.cpp: who is told when an actor has ended.
//
//   Notice   watch(w) brings one `down` with the reason, behind everything that w has sent. link(w)
//            lets two end together when one fails; who traps exits hears of it instead.
//   Break    take the trap_exits line away: the foreman ends with its first crew.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace {

struct dig {
  int metres;
};
struct dug {
  int metres;
};

/// Digs until it meets rock.
class digger : public troupe::actor<digger> {
public:
  explicit digger(troupe::address<dug> foreman) : foreman_(std::move(foreman)) {}
  void on(dig d) {
    if (d.metres > 3) throw std::runtime_error("rock at 3 m");
    foreman_.tell<dug>(d.metres);
  }

private:
  troupe::address<dug> foreman_;
};

struct begin {};
struct done {
  using reply = int;
};

/// Works with one digger after the other.
class foreman : public troupe::actor<foreman> {
public:
  void on_start() { self().trap_exits(true); }
  void on(begin) { hire(); }
  void on(dug d) {
    std::printf("dug %d m\n", d.metres);
    total_ += d.metres;
  }
  void on(const troupe::down& d) {
    std::printf("digger ended: %s\n", d.reason.to_string().c_str());
    if (++lost_ < crews) return hire();
    answer();
  }
  void on(done, troupe::reply_to<done> reply) {
    waiting_ = std::move(reply);
    if (lost_ == crews) answer();
  }

private:
  static constexpr int crews = 2;

  void answer() {
    if (waiting_) waiting_(total_);
  }
  void hire() {
    digger_ = self().spawn<digger>(self());
    self().link(digger_);
    for (int metres = 2; metres < 5; ++metres) digger_.tell<dig>(metres);
  }

  troupe::ref<digger> digger_;
  troupe::reply_to<done> waiting_;
  int total_ = 0;
  int lost_ = 0;
};

/// Watches somebody else's actor.
class reporter : public troupe::actor<reporter> {
public:
  explicit reporter(troupe::ref<foreman> whom) : whom_(std::move(whom)) {}
  void on_start() { self().watch(whom_); }
  void on(const troupe::down& d) {
    std::printf("the foreman ended: %s\n", d.reason.to_string().c_str());
  }

private:
  troupe::ref<foreman> whom_;
};

}  // namespace

int main() {
  troupe::actor_system sys({.log = false});
  auto boss = sys.spawn<foreman>();
  auto press = sys.spawn<reporter>(boss);
  sys.drain();  // from here on it watches
  boss.tell(begin{});
  std::printf("total %d m\n", boss.ask(done{}).get());
  boss.stop({troupe::exit_kind::user, 7, "no diggers left"});
  sys.drain();  // until the reporter has heard of it
}

// It prints:
//
//   dug 2 m
//   dug 3 m
//   digger ended: failed(std::runtime_error, "rock at 3 m")
//   dug 2 m
//   dug 3 m
//   digger ended: failed(std::runtime_error, "rock at 3 m")
//   total 10 m
//   the foreman ended: user(7, "no diggers left")
