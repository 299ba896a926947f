// ending_test.cpp: actors that end, or give up, while something is under way.
#include "house.hpp"

#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/compose.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <memory>
#include <stdexcept>
#include <variant>

namespace {

using namespace house;

struct begin {
  using reply = void;
};
struct wait_for_it {};
struct break_down {};

/// Reads into its own memory from a socket on which nothing comes; several at once.
class reader : public troupe::actor<reader> {
public:
  explicit reader(int fd) : fd_(fd) {}

  void on_start() {
    socket_.emplace(troupe::io::executor_of(self()));
    socket_->assign(tcp::v4(), fd_);
  }
  void on(begin) {
    self().tell(wait_for_it{});
    self().tell(wait_for_it{});
  }
  troupe::task<> on(wait_for_it) {
    std::string whole(100, ' ');
    asio::steady_timer never(troupe::io::executor_of(self()),
                             asio::steady_timer::time_point::max());
    auto reads = asio::async_read(*socket_, asio::buffer(bytes_), use_actor);
    auto waits = never.async_wait(use_actor);
    auto sleeps = troupe::sleep(1h);
    co_await troupe::when_all(std::move(reads), std::move(waits), std::move(sleeps));
    ADD_FAILURE() << "resumed";
  }
  void on(break_down) { throw std::runtime_error("broken"); }

private:
  int fd_;
  std::optional<tcp::socket> socket_;
  std::array<char, 100> bytes_;
};

template <class End>
void ends_by(troupe::actor_system& sys, End end) {
  line l;
  {
    const auto r = sys.spawn<reader>(l.far.release());
    r.ask(begin{}).within(patience).get();
    end(r);
    wait_for_the_end_of_all(sys);
  }
  std::array<char, 1> byte;
  asio::error_code error;
  l.near.read_some(asio::buffer(byte), error);
  EXPECT_EQ(error, asio::error::eof) << "its socket has been closed";
}

TEST(Ending, ByStopCancelsWhatIsUnderWay) {
  everywhere([](auto& sys) { ends_by(sys, [](const auto& r) { r.stop(); }); });
}
TEST(Ending, ByKillCancelsWhatIsUnderWay) {
  everywhere([](auto& sys) { ends_by(sys, [](const auto& r) { r.kill(); }); });
}
TEST(Ending, ByAFailureCancelsWhatIsUnderWay) {
  everywhere([](auto& sys) { ends_by(sys, [](const auto& r) { r.tell(break_down{}); }); });
}
TEST(Ending, OfTheSystemCancelsWhatIsUnderWay) {
  everywhere([](auto& sys) {
    line l;
    const auto r = sys.template spawn<reader>(l.far.release());
    r.ask(begin{}).within(patience).get();
    EXPECT_TRUE(sys.shutdown(60s).clean());
    EXPECT_EQ(sys.counters().alive(), 0U);
  });
}

struct race {
  using reply = int;
};

/// Losers of when_any: the socket is as it was, and nothing is lost.
class gives_up : public troupe::actor<gives_up> {
public:
  explicit gives_up(int fd) : fd_(fd) {}
  troupe::task<int> on(race) {
    tcp::socket socket(troupe::io::executor_of(self()));
    socket.assign(tcp::v4(), fd_);
    std::array<char, 3> bytes{};
    for (int i = 0; i < 20; ++i) {
      auto reads = asio::async_read(socket, asio::buffer(bytes), use_actor);
      auto sleeps = troupe::sleep(std::chrono::microseconds(50 * i));
      const auto first = co_await troupe::when_any(std::move(reads), std::move(sleeps));
      EXPECT_EQ(first.index(), 1U) << "nothing has been sent";
    }
    asio::steady_timer soon(troupe::io::executor_of(self()), 1ms);
    auto reads = asio::async_read(socket, asio::buffer(bytes), use_actor);
    auto waits = soon.async_wait(use_actor);
    const auto first = co_await troupe::when_any(std::move(reads), std::move(waits));
    co_return static_cast<int>(first.index());
  }

private:
  int fd_;
};

TEST(WhenAny, CancelsTheOperationsThatLose) {
  everywhere([](auto& sys) {
    line l;
    EXPECT_EQ(sys.template spawn<gives_up>(l.far.release()).ask(race{}).within(patience).get(), 1);
  });
}

/// Gets a byte just when it is told to end.
class receiver : public troupe::actor<receiver> {
public:
  explicit receiver(int fd) : fd_(fd) {}
  void on_start() {
    socket_.emplace(troupe::io::executor_of(self()));
    socket_->assign(tcp::v4(), fd_);
  }
  void on(begin) { self().tell(wait_for_it{}); }
  troupe::task<> on(wait_for_it) {
    char byte = 0;
    const auto n = co_await socket_->async_read_some(asio::buffer(&byte, 1), use_actor_result);
    EXPECT_TRUE(!n || byte == 'x');
  }

private:
  int fd_;
  std::optional<tcp::socket> socket_;
};

TEST(Ending, DoesNotComeWhileAnUnreferencedActorWaitsForItsPeer) {
  everywhere([](auto& sys) {
    line l;
    sys.template spawn<receiver>(l.far.release()).ask(begin{}).within(patience).get();
    EXPECT_TRUE(sys.drain());  // which does not wait for sockets
    EXPECT_EQ(sys.counters().alive(), 1U);
  });
}

TEST(Ending, MayMeetTheEndOfTheOperationItCancels) {
  everywhere([](auto& sys) {
    for (int i = 0; i < 100; ++i) {
      line l;
      const auto r = sys.template spawn<receiver>(l.far.release());
      r.ask(begin{}).within(patience).get();
      if (i % 2 == 0) {
        l.near.send(asio::buffer("x", 1));
        r.kill();
      } else {
        r.stop();
        l.near.send(asio::buffer("x", 1));
      }
    }
    wait_for_the_end_of_all(sys);
  });
}

/// A composed operation that does not look whether it is cancelled, and begins anew, three times.
template <class Token>
auto never_listens(asio::steady_timer& timer, Token token) {
  return asio::async_compose<Token, void(asio::error_code)>(
      [&timer, left = 3](auto& self, const asio::error_code& = {}) mutable {
        timer.expires_after(1h);
        if (left-- > 0)
          timer.async_wait(std::move(self));
        else
          self.complete({});
      },
      token, timer);
}

class stubborn : public troupe::actor<stubborn> {
public:
  void on(begin) { self().tell(wait_for_it{}); }
  troupe::task<> on(wait_for_it) {
    asio::steady_timer timer(troupe::io::executor_of(self()));
    co_await never_listens(timer, use_actor);
  }
};

TEST(Ending, CancelsOperationsComposedByUsers) {
  everywhere([](auto& sys) {
    const auto s = sys.template spawn<stubborn>();
    s.ask(begin{}).within(patience).get();
    s.stop();
    wait_for_the_end_of_all(sys);
  });
}

TEST(Ending, OfAProcessDestroysItWhereItWaits) {
  everywhere([](auto& sys) {
    line l;
    const auto p = sys.spawn(
        [](troupe::inbox<wait_for_it> in, int fd) -> troupe::task<> {
          tcp::socket socket(troupe::io::this_actor());
          socket.assign(tcp::v4(), fd);
          (void)co_await in.next();
          char byte = 0;
          for (;;) (void)co_await socket.async_read_some(asio::buffer(&byte, 1), use_actor_result);
        },
        l.far.release());
    p.tell(wait_for_it{});
    EXPECT_TRUE(sys.drain());
  });
}

// --- the executor itself

struct where_am_i {
  using reply = bool;
};
class host : public troupe::actor<host> {
public:
  bool on(where_am_i) { return troupe::io::this_actor() == troupe::io::executor_of(self()); }
};

TEST(Executor, RunsFunctionsOfOtherThreadsInTheActorsTurns) {
  everywhere([](auto& sys) {
    const auto h = sys.template spawn<host>();
    EXPECT_TRUE(h.ask(where_am_i{}).get());
    const auto cell = h.cell_();
    std::atomic<int> ran{0};
    for (int i = 0; i < 100; ++i)
      asio::post(troupe::io::executor_of(h), [&ran, cell] {
        EXPECT_EQ(troupe::detail::running_cell(), cell);
        ran.fetch_add(1, std::memory_order_relaxed);
      });
    h.ask(where_am_i{}).get();
    EXPECT_EQ(ran.load(std::memory_order_relaxed), 100);
  });
}

TEST(Executor, DestroysUnrunWhatComesAfterTheEnd) {
  everywhere([](auto& sys) {
    auto h = sys.template spawn<host>();
    const troupe::io::executor e = troupe::io::executor_of(h);
    h.kill();
    wait_for_the_end_of_all(sys);
    const auto token = std::make_shared<int>(0);
    asio::post(e, [token] { ADD_FAILURE() << "run after the end"; });
    EXPECT_TRUE(sys.drain());
    EXPECT_EQ(token.use_count(), 1);
    h = {};
    EXPECT_TRUE(sys.drain());
    asio::post(e, [token] { ADD_FAILURE() << "run in a cell that is free"; });
    EXPECT_EQ(token.use_count(), 1);
  });
}

TEST(Executor, OfAnEmptyRefIsRefused) {
  EXPECT_THROW((void)troupe::io::executor_of(troupe::ref<host>()), std::invalid_argument);
  EXPECT_THROW((void)troupe::io::this_actor(), std::logic_error);
}

struct lambdas {
  using reply = void;
};
/// Plain handlers, as Asio's own programs have them.
class plain : public troupe::actor<plain> {
public:
  explicit plain(std::shared_ptr<int> token) : token_(std::move(token)) {}
  void on(lambdas, troupe::reply_to<lambdas> over) {
    timer_.emplace(troupe::io::executor_of(self()), 1ms);
    timer_->async_wait(
        [this, over = std::move(over), token = token_](const asio::error_code&) mutable {
          EXPECT_EQ(troupe::io::this_actor(), timer_->get_executor());
          over();
          timer_->expires_after(1h);
          timer_->async_wait(
              [token](const asio::error_code&) { ADD_FAILURE() << "run after the end"; });
        });
  }

private:
  std::shared_ptr<int> token_;
  std::optional<asio::steady_timer> timer_;
};

TEST(Executor, RunsPlainHandlersInTurnsAndDestroysThoseLeftAtTheEnd) {
  const auto token = std::make_shared<int>(0);
  everywhere([&](auto& sys) {
    sys.template spawn<plain>(token).ask(lambdas{}).within(patience).get();
    wait_for_the_end_of_all(sys);
  });
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
