// 22b_fetch.cpp: several pages at once, from a web server of a few lines.
//
//   Notice   the server answers nobody before three have asked: so three fetches are under way at
//            once, on one worker. Any operation of Asio's can be awaited; nothing is patched.
#include <troupe/actors/classic/prelude.hpp>
#include <troupe/actors/io/prelude.hpp>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using asio::ip::tcp;
using troupe::io::executor_of;
using troupe::io::use_actor;
using troupe::io::use_actor_result;
namespace classic = troupe::classic;
namespace green = troupe::classic::green;

// --- a web server of a few lines

struct serve {};

class connection : public troupe::actor<connection> {
public:
  connection(tcp::socket s, classic::barrier::ref three)
      : socket_(std::move(s)), three_(std::move(three)) {}
  troupe::task<> on(serve) {
    std::string head;  // GET /path HTTP/1.0
    co_await asio::async_read_until(socket_, asio::dynamic_buffer(head), "\r\n\r\n", use_actor);
    (void)co_await three_.wait();
    const std::string path = head.substr(4, head.find(' ', 4) - 4);
    const std::string page = "HTTP/1.0 200 OK\r\n\r\nthis is " + path;
    co_await asio::async_write(socket_, asio::buffer(page), use_actor);
    self().stop();
  }

private:
  tcp::socket socket_;
  classic::barrier::ref three_;
};

struct where {
  using reply = tcp::endpoint;
};

class server : public troupe::actor<server> {
public:
  explicit server(classic::barrier::ref three) : three_(std::move(three)) {}
  void on_start() {
    acceptor_.emplace(executor_of(self()), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    self().tell(serve{});
  }
  tcp::endpoint on(where) { return acceptor_->local_endpoint(); }
  troupe::task<> on(serve) {
    for (;;) {
      tcp::socket s = co_await acceptor_->async_accept(use_actor);
      self().spawn<connection>(std::move(s), three_).tell(serve{});
    }
  }

private:
  classic::barrier::ref three_;
  std::optional<tcp::acceptor> acceptor_;
};

// --- who fetches; sockets belong to an actor

struct fetch {
  using reply = std::string;
  std::string path;
};

class browser : public troupe::actor<browser> {
public:
  explicit browser(tcp::endpoint at) : server_(std::move(at)) {}
  troupe::task<std::string> on(fetch f) {
    tcp::socket s(executor_of(self()));
    co_await s.async_connect(server_, use_actor);
    const std::string request = "GET " + f.path + " HTTP/1.0\r\n\r\n";
    co_await asio::async_write(s, asio::buffer(request), use_actor);
    std::string page;
    (void)co_await asio::async_read(s, asio::dynamic_buffer(page), use_actor_result);  // all
    co_return page.substr(page.find("\r\n\r\n") + 4);
  }

private:
  tcp::endpoint server_;
};

/// A greenlet has no sockets of its own; it asks who has.
troupe::task<std::string> visit(troupe::address<fetch> web, std::string path) {
  auto page = web.ask<fetch>(path);
  co_return co_await page;
}

int main() {
  troupe::actor_system sys({.workers = 1});
  classic::barrier three(sys, 3);
  const auto b = sys.spawn<browser>(sys.spawn<server>(three).ask<where>().get());
  std::vector<green::greenlet<std::string>> visits;
  for (const char* const path : {"/", "/news", "/weather"})
    visits.push_back(green::spawn(sys, visit, troupe::address<fetch>(b), std::string(path)));
  for (const auto& v : visits) std::puts(v.value().c_str());
}

// It prints:
//
//   this is /
//   this is /news
//   this is /weather
