// echo.cpp: a server with an actor for each connection, and a client, in one process.
//
//   echo [text ...]    sends each text over a loopback connection of its own, prints what comes
//   back
#include <troupe/actors/io/prelude.hpp>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using asio::ip::tcp;
using troupe::io::use_actor;
using troupe::io::use_actor_result;

struct serve {};

/// One connection. When its peer has gone nothing is pending any more, and it ends by itself.
class connection : public troupe::actor<connection> {
public:
  explicit connection(tcp::socket socket) : socket_(std::move(socket)) {}

  troupe::task<> on(serve) {
    std::array<char, 4096> bytes;
    for (;;) {
      auto n = co_await socket_.async_read_some(asio::buffer(bytes), use_actor_result);
      if (!n) co_return;
      co_await asio::async_write(socket_, asio::buffer(bytes.data(), *n), use_actor);
    }
  }

private:
  tcp::socket socket_;
};

struct where {
  using reply = unsigned short;
};

/// Accepts; each connection is a child, which fails alone.
class server : public troupe::actor<server> {
public:
  void on_start() {
    const troupe::io::executor here = troupe::io::executor_of(self());
    acceptor_.emplace(here, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    troupe::io::close_on_exec(*acceptor_);
    self().tell(serve{});
  }
  unsigned short on(where) { return acceptor_->local_endpoint().port(); }

  troupe::task<> on(serve) {
    for (;;) {
      tcp::socket socket = co_await acceptor_->async_accept(use_actor);
      self().spawn<connection>(std::move(socket)).tell(serve{});
    }
  }

private:
  std::optional<tcp::acceptor> acceptor_;
};

struct say {
  using reply = std::string;
  std::string text;
};

class client : public troupe::actor<client> {
public:
  explicit client(unsigned short port) : server_(asio::ip::address_v4::loopback(), port) {}

  troupe::task<std::string> on(say s) {
    tcp::socket socket(troupe::io::executor_of(self()));
    troupe::io::open(socket, tcp::v4());
    co_await socket.async_connect(server_, use_actor);
    co_await asio::async_write(socket, asio::buffer(s.text), use_actor);
    std::string back(s.text.size(), '\0');
    co_await asio::async_read(socket, asio::buffer(back), use_actor);
    co_return back;
  }

private:
  tcp::endpoint server_;
};

}  // namespace

int main(int argc, char** argv) try {
  std::vector<std::string> texts(argv + 1, argv + argc);
  if (texts.empty()) texts = {"hello", "world"};

  troupe::actor_system sys;
  const auto s = sys.spawn<server>();
  const auto c = sys.spawn<client>(s.ask(where{}).get());
  for (const std::string& text : texts) std::printf("%s\n", c.ask<say>(text).get().c_str());
} catch (const std::exception& e) {
  std::fprintf(stderr, "echo: %s\n", e.what());
  return 1;
}
