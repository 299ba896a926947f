// signals_test.cpp: signals at any time, and programs that end by one.
#include "house.hpp"

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/signal_set.hpp>
#include <asio/write.hpp>

#include <csignal>
#include <cstdlib>
#include <spawn.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread>

extern char** environ;

namespace {

using namespace house;

// --- programs that end by a signal: each is a process of its own

/// Raises it as soon as run_until_signal listens. Detached: some of the programs leave by _exit.
void raise_soon(int number) {
  std::thread([number] {
    struct sigaction now{};
    do {
      std::this_thread::yield();
      ::sigaction(number, nullptr, &now);
    } while (now.sa_handler == SIG_DFL);
    ::kill(::getpid(), number);
  }).detach();
}

struct nothing {};
/// Raises a second one when it is told to stop.
class late_raiser : public troupe::actor<late_raiser> {
public:
  void on(nothing) {}
  void on_stop(const troupe::exit_reason&) { ::kill(::getpid(), SIGINT); }
};
/// Does not return.
class stuck : public troupe::actor<stuck> {
public:
  void on(nothing) {
    for (;;) std::this_thread::yield();
  }
};

class RunUntilSignal : public testing::Test {
protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

[[noreturn]] void clean_program(int number) {
  int code = -1;
  {
    troupe::actor_system sys({.workers = 2});
    const auto a = sys.spawn<stuck>();
    raise_soon(number);
    code = troupe::io::run_until_signal(sys, 60s);
  }
  std::exit(code);
}

TEST_F(RunUntilSignal, EndsCleanlyByTheFirst) {
  EXPECT_EXIT(clean_program(SIGTERM), testing::ExitedWithCode(troupe::io::exit_clean), "");
  EXPECT_EXIT(clean_program(SIGINT), testing::ExitedWithCode(troupe::io::exit_clean), "");
}

[[noreturn]] void impatient_program() {
  troupe::actor_system sys({.workers = 2});
  const auto a = sys.spawn<stuck>();
  a.tell(nothing{});
  const auto b = sys.spawn<late_raiser>();
  raise_soon(SIGTERM);
  std::exit(troupe::io::run_until_signal(sys, 1h));
}

TEST_F(RunUntilSignal, EndsAtOnceByTheSecond) {
  EXPECT_EXIT(impatient_program(), testing::ExitedWithCode(128 + SIGINT), "");
}

[[noreturn]] void stuck_program() {
  troupe::actor_system sys({.workers = 2});
  const auto a = sys.spawn<stuck>();
  a.tell(nothing{});
  raise_soon(SIGTERM);
  std::exit(troupe::io::run_until_signal(sys, 10ms) + 100);  // it does not return
}

TEST_F(RunUntilSignal, NamesWhoIsStuckAndLeavesWithAnotherCode) {
  EXPECT_EXIT(stuck_program(), testing::ExitedWithCode(troupe::io::exit_stuck), "stuck");
}

TEST_F(RunUntilSignal, LeavesNoHandlerBehind) {
  struct sigaction before{};
  ::sigaction(SIGTERM, nullptr, &before);
  EXPECT_EQ(before.sa_handler, SIG_DFL);
}

// --- signals that come in floods

struct serve {};
struct where {
  using reply = unsigned short;
};
class server : public troupe::actor<server> {
public:
  void on_start() {
    acceptor_.emplace(troupe::io::executor_of(self()), loopback());
    self().tell(serve{});
  }
  unsigned short on(where) { return acceptor_->local_endpoint().port(); }
  troupe::task<> on(serve) {
    tcp::socket socket = co_await acceptor_->async_accept(use_actor);
    std::array<char, 777> bytes;
    for (;;) {
      const auto n = co_await socket.async_read_some(asio::buffer(bytes), use_actor_result);
      if (!n) {
        EXPECT_EQ(n.error(), asio::error::eof) << n.error().message();
        co_return;
      }
      co_await asio::async_write(socket, asio::buffer(bytes.data(), *n), use_actor);
    }
  }

private:
  std::optional<tcp::acceptor> acceptor_;
};

struct fetch {
  using reply = bool;
  unsigned short port;
};
class client : public troupe::actor<client> {
public:
  troupe::task<bool> on(fetch f) {
    tcp::socket socket(troupe::io::executor_of(self()));
    const tcp::endpoint peer = loopback(f.port);
    co_await socket.async_connect(peer, use_actor);
    std::string much(400'000, 'z');
    for (std::size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>('a' + i % 26);
    std::string back(much.size(), ' ');
    auto writes = asio::async_write(socket, asio::buffer(much), use_actor);
    auto reads = asio::async_read(socket, asio::buffer(back), use_actor);
    co_await troupe::when_all(std::move(writes), std::move(reads));
    co_return back == much;
  }
};

/// SIGALRM every 200 microseconds, whose handler makes system calls return EINTR.
class storm {
public:
  storm() {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, &before_);
    const itimerval often{{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  storm(const storm&) = delete;
  storm& operator=(const storm&) = delete;
  ~storm() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }

private:
  struct sigaction before_{};
};

TEST(Signals, InAStormInterruptNothing) {
  everywhere([](troupe::actor_system& sys) {
    const storm around_us;
    const auto s = sys.spawn<server>();
    const auto c = sys.spawn<client>();
    EXPECT_TRUE(c.ask<fetch>(s.ask(where{}).get()).within(patience).get());
  });
}

struct look_after {
  using reply = int;
  int children;
};
/// Starts children, and waits until each has been seen to end.
class parent : public troupe::actor<parent> {
public:
  troupe::task<int> on(look_after l) {
    asio::signal_set ends(troupe::io::executor_of(self()), SIGCHLD);
    char name[] = "true";
    char* const words[] = {name, nullptr};
    int started = 0;
    for (int i = 0; i < l.children; ++i) {
      pid_t child = 0;
      started += ::posix_spawnp(&child, name, nullptr, nullptr, words, environ) == 0;
    }
    int seen = 0;
    while (seen < started) {
      (void)co_await ends.async_wait(use_actor);
      while (::waitpid(-1, nullptr, WNOHANG) > 0) ++seen;
    }
    co_return seen;
  }
};

TEST(Signals, OfChildrenThatEndInAFloodLoseNone) {
  world w(2);
  const auto p = w.sys->spawn<parent>();
  EXPECT_EQ(p.ask<look_after>(60).within(patience).get(), 60);
}

}  // namespace
