// echo_test.cpp: TCP connections between actors.
#include "house.hpp"

#include <asio/buffer.hpp>
#include <asio/connect.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <vector>

namespace {

using namespace house;

struct where {
  using reply = unsigned short;
};
struct serve {};

/// One connection: gives back what it gets, until its peer says that there is no more.
class connection : public troupe::actor<connection> {
public:
  explicit connection(tcp::socket socket) : socket_(std::move(socket)) {}
  troupe::task<> on(serve) {
    std::array<char, 1000> bytes;
    for (;;) {
      auto n = co_await socket_.async_read_some(asio::buffer(bytes), use_actor_result);
      if (!n) {
        EXPECT_EQ(n.error(), asio::error::eof);
        co_await asio::async_write(socket_, asio::buffer("bye", 3), use_actor);
        co_return;
      }
      co_await asio::async_write(socket_, asio::buffer(bytes.data(), *n), use_actor);
    }
  }

private:
  tcp::socket socket_;
};

class server : public troupe::actor<server> {
public:
  void on_start() {
    acceptor_.emplace(troupe::io::executor_of(self()), loopback());
    self().tell(serve{});
  }
  unsigned short on(where) { return acceptor_->local_endpoint().port(); }
  troupe::task<> on(serve) {
    for (;;) {
      tcp::socket socket = co_await acceptor_->async_accept(use_actor);
      EXPECT_NE(::fcntl(socket.native_handle(), F_GETFD) & FD_CLOEXEC, 0);
      self().spawn<connection>(std::move(socket)).tell(serve{});
    }
  }

private:
  std::optional<tcp::acceptor> acceptor_;
};

struct say {
  using reply = std::string;
  std::string what;
};

class client : public troupe::actor<client> {
public:
  explicit client(unsigned short port) : server_(loopback(port)) {}
  /// Says it, then that there is no more, and gives what came back.
  troupe::task<std::string> on(say s) {
    tcp::socket socket(troupe::io::executor_of(self()));
    troupe::io::open(socket, tcp::v4());
    co_await socket.async_connect(server_, use_actor);
    co_await asio::async_write(socket, asio::buffer(s.what), use_actor);
    socket.shutdown(tcp::socket::shutdown_send);
    std::string back;
    const auto end =
        co_await asio::async_read(socket, asio::dynamic_buffer(back), use_actor_result);
    EXPECT_EQ(end.error(), asio::error::eof);
    co_return back;
  }

private:
  tcp::endpoint server_;
};

TEST(Tcp, EchoesWhatIsSentAlsoToAPeerThatHasClosedItsHalf) {
  everywhere([](troupe::actor_system& sys) {
    const auto s = sys.spawn<server>();
    const auto c = sys.spawn<client>(s.ask(where{}).get());
    EXPECT_EQ(c.ask<say>("hello").within(patience).get(), "hellobye");
    const std::string much(300'000, 'x');
    EXPECT_EQ(c.ask<say>(much).within(patience).get(), much + "bye");
  });
}

struct say_all {
  using reply = std::size_t;
  std::size_t count;
};

/// Many clients at once.
class crowd : public troupe::actor<crowd> {
public:
  explicit crowd(unsigned short port) : port_(port) {}
  troupe::task<std::size_t> on(say_all s) {
    std::vector<troupe::ref<client>> clients;
    for (std::size_t i = 0; i < s.count; ++i) clients.push_back(self().spawn<client>(port_));
    std::vector<troupe::request<say, false>> asks;
    for (std::size_t i = 0; i < s.count; ++i)
      asks.push_back(clients[i].ask<say>(std::to_string(i)).within(patience));
    const auto all = co_await troupe::when_all(std::move(asks));
    std::size_t right = 0;
    for (std::size_t i = 0; i < s.count; ++i) right += all[i] == std::to_string(i) + "bye";
    co_return right;
  }

private:
  unsigned short port_;
};

TEST(Tcp, ManyConnectionsAreServedAtOnce) {
  everywhere([](troupe::actor_system& sys) {
    const auto s = sys.spawn<server>();
    const auto c = sys.spawn<crowd>(s.ask(where{}).get());
    EXPECT_EQ(c.ask<say_all>(std::size_t{150}).within(patience).get(), 150U);
  });
}

struct fetch {
  using reply = std::string;
  unsigned short port;
};

/// Composed operations whose conditions look where they run.
class careful : public troupe::actor<careful> {
public:
  troupe::task<std::string> on(fetch f) {
    const auto* const me = troupe::detail::running_cell();
    std::size_t looked = 0;
    const auto in_turn = [me, &looked] {
      EXPECT_EQ(troupe::detail::running_cell(), me) << "an intermediate handler outside the turns";
      ++looked;
    };
    tcp::socket socket(troupe::io::executor_of(self()));
    const std::vector<tcp::endpoint> peers{loopback(f.port)};
    const auto each = [&in_turn](const asio::error_code&, const tcp::endpoint&) {
      in_turn();
      return true;
    };
    const auto connected = co_await asio::async_connect(socket, peers, each, use_actor);
    EXPECT_EQ(connected, peers.front());

    const std::string much(2'000'000, 'y');
    std::string back(much.size(), ' ');
    const auto some = [&in_turn](const asio::error_code& error, std::size_t) -> std::size_t {
      in_turn();
      return error ? 0 : 65'536;
    };
    auto writes = asio::async_write(socket, asio::buffer(much), some, use_actor);
    auto reads = asio::async_read(socket, asio::buffer(back), some, use_actor);
    const auto sizes = co_await troupe::when_all(std::move(writes), std::move(reads));
    EXPECT_EQ(std::get<0>(sizes), much.size());
    EXPECT_EQ(back, much);
    EXPECT_GT(looked, 2 * much.size() / 65'536);

    co_await asio::async_write(socket, asio::buffer("one line\nmore", 13), use_actor);
    std::string text;
    const std::size_t n =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(text), '\n', use_actor);
    co_return text.substr(0, n);
  }
};

TEST(Tcp, IntermediateHandlersOfComposedOperationsRunInTheActorsTurns) {
  everywhere([](troupe::actor_system& sys) {
    const auto s = sys.spawn<server>();
    const auto c = sys.spawn<careful>();
    EXPECT_EQ(c.ask<fetch>(s.ask(where{}).get()).within(patience).get(), "one line\n");
  });
}

TEST(Tcp, AnErrorThatIsNotExpectedEndsTheActorAndIsItsReason) {
  world w(2);
  unsigned short closed = 0;
  {
    asio::io_context io;
    closed = tcp::acceptor(io, loopback()).local_endpoint().port();
  }
  const auto c = w.sys->spawn<client>(closed);
  const auto refused = c.try_ask<say>("hello").within(patience).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), troupe::ask_errc::down);
  EXPECT_EQ(refused.error().reason(), troupe::exit_kind::failed);
  EXPECT_NE(refused.error().reason().text().find("refused"), std::string::npos);
}

}  // namespace
