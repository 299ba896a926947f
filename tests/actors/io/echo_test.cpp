// echo_test.cpp: TCP through two actors.
#include <troupe/actors/io/prelude.hpp>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace {

using asio::ip::tcp;
using troupe::io::use_actor;

struct where {
  using reply = unsigned short;
};

class server : public troupe::actor<server> {
public:
  void on_start() {
    acceptor_.emplace(troupe::io::executor_of(self()),
                      tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  }
  troupe::task<unsigned short> on(where) { co_return acceptor_->local_endpoint().port(); }
  struct serve {};
  troupe::task<> on(serve) {
    auto socket = co_await acceptor_->async_accept(use_actor);
    std::array<char, 64> bytes;
    for (;;) {
      auto n = co_await socket.async_read_some(asio::buffer(bytes), troupe::io::use_actor_result);
      if (!n) co_return;
      co_await asio::async_write(socket, asio::buffer(bytes.data(), *n), use_actor);
    }
  }

private:
  std::optional<tcp::acceptor> acceptor_;
};

struct say {
  unsigned short port;
  std::string what;
  using reply = std::string;
};

class client : public troupe::actor<client> {
public:
  troupe::task<std::string> on(say s) {
    tcp::socket socket(troupe::io::executor_of(self()));
    const tcp::endpoint peer(asio::ip::address_v4::loopback(), s.port);
    co_await socket.async_connect(peer, use_actor);
    co_await asio::async_write(socket, asio::buffer(s.what), use_actor);
    std::string back(s.what.size(), ' ');
    co_await asio::async_read(socket, asio::buffer(back), use_actor);
    co_return back;
  }
};

TEST(UseActor, EchoesOverTcp) {
  troupe::actor_system sys;
  auto s = sys.spawn<server>();
  auto c = sys.spawn<client>();
  s.tell(server::serve{});
  const auto port = s.ask(where{}).get();
  EXPECT_EQ(c.ask(say{port, "hello"}).get(), "hello");
}

}  // namespace
