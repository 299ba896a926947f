// echo_rtt.cpp: a TCP round trip over loopback between two actors.
#include "../common/echo.hpp"
#include "../common/workload.hpp"
#include "rows.hpp"
#include <troupe/actors/io/prelude.hpp>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <optional>
#include <utility>

namespace bench {
namespace {

using asio::ip::tcp;
using troupe::io::use_actor;
using troupe::io::use_actor_result;

struct serve {};
struct visit {
  using reply = std::uint64_t;
  std::uint64_t trips;
};
struct where {
  using reply = unsigned short;
};

class server : public troupe::actor<server> {
public:
  void on_start() {
    acceptor_.emplace(troupe::io::executor_of(self()), echo::any_port());
    self().tell(serve{});
  }
  unsigned short on(where) { return acceptor_->local_endpoint().port(); }
  troupe::task<> on(serve) {
    auto socket = co_await acceptor_->async_accept(use_actor);
    socket.set_option(tcp::no_delay(true));
    echo::text bytes{};
    for (;;) {
      const auto n = co_await socket.async_read_some(asio::buffer(bytes), use_actor_result);
      if (!n) co_return;
      co_await asio::async_write(socket, asio::buffer(bytes.data(), *n), use_actor);
    }
  }

private:
  std::optional<tcp::acceptor> acceptor_;
};

class visitor : public troupe::actor<visitor> {
public:
  explicit visitor(unsigned short port) : port_(port) {}
  troupe::task<> on_start() {
    socket_.emplace(troupe::io::executor_of(self()));
    co_await socket_->async_connect(echo::at(port_), use_actor);
    socket_->set_option(tcp::no_delay(true));
  }
  troupe::task<std::uint64_t> on(visit v) {
    echo::text bytes{};
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < v.trips; ++i) {
      echo::write_number(bytes, i);
      co_await asio::async_write(*socket_, asio::buffer(bytes), use_actor);
      co_await asio::async_read(*socket_, asio::buffer(bytes), use_actor);
      sum += echo::number_in(bytes);
    }
    co_return sum;
  }

private:
  unsigned short port_;
  std::optional<tcp::socket> socket_;
};

}  // namespace

double echo_rtt(const order& o) {
  troupe::actor_system sys({.workers = o.workers});
  const auto s = sys.spawn<server>();
  const auto v = sys.spawn<visitor>(s.ask(where{}).get());
  const auto run = [&](std::uint64_t trips) {
    const std::uint64_t sum = v.ask<visit>(trips).within(patience).get();
    require(sum == echo::sum_of(trips), "the sum of what came back");
  };
  run(warm_up(o.work));
  return seconds([&] { run(o.work); }) * 1e6 / static_cast<double>(o.work);
}

}  // namespace bench
