// 15_own_thread.cpp: an actor that may block, because it has a thread of its own.
//
//   Notice   the panel answers while the meter waits for its device, though there is one worker
//            only. blocking() of 09 is for a call now and then; own_thread for a library that
//            wants all its calls from one thread, and for handlers that ask with .get().
#include <troupe/actors/prelude.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <unistd.h>

// --- what the two say to each other

struct unit {
  using reply = std::string;
};
struct shown {
  using reply = int;
};
struct show {};
struct measure {
  using reply = std::string;
};

// --- a device, whose driver knows nothing of actors: read() blocks until it has measured

class device {
public:
  device() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
  }
  device(const device&) = delete;
  device& operator=(const device&) = delete;
  ~device() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  [[nodiscard]] char read() const {
    char degrees = 0;
    return ::read(ends_[0], &degrees, 1) == 1 ? degrees : '\0';
  }
  void measured(char degrees) const {
    if (::write(ends_[1], &degrees, 1) != 1) std::perror("device");
  }

private:
  std::array<int, 2> ends_{};
};

/// Calls the driver, always from the same thread.
class meter : public troupe::actor<meter> {
public:
  meter(const device& d, troupe::address<unit> panel) : device_(d), panel_(std::move(panel)) {}
  std::string on(measure) {
    const int degrees = device_.read();                               // blocks
    return std::to_string(degrees) + " " + panel_.ask<unit>().get();  // so does this
  }

private:
  const device& device_;
  troupe::address<unit> panel_;
};

/// Shows what is measured, and answers at any time.
class panel : public troupe::actor<panel> {
public:
  void on(const troupe::address<measure>& m) { meter_ = m; }
  troupe::task<> on(show) {
    const std::string text = co_await meter_.ask<measure>();
    std::printf("measured: %s\n", text.c_str());
    ++shown_;
  }
  int on(shown) const { return shown_; }
  std::string on(unit) const { return "degrees"; }

private:
  troupe::address<measure> meter_;
  int shown_ = 0;
};

int main() {
  const device thermometer;
  troupe::actor_system sys({.workers = 1});
  const auto p = sys.spawn<panel>();
  const auto m = sys.spawn<meter>({.name = "thermometer", .own_thread = true}, thermometer, p);
  p.tell(troupe::address<measure>(m));

  p.tell<show>();  // the meter blocks in its driver
  std::printf("shown so far: %d\n", p.ask<shown>().get());
  thermometer.measured(21);
  sys.drain();
  std::printf("shown so far: %d\n", p.ask<shown>().get());
  for (const auto& t : sys.own_threads())
    std::printf("troupe-own-%d belongs to %s\n", t.number, t.actor.c_str());
}

// It prints:
//
//   shown so far: 0
//   measured: 21 degrees
//   shown so far: 1
//   troupe-own-0 belongs to meter "thermometer" #2
