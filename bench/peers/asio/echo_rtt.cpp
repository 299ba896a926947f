// echo_rtt.cpp: a TCP round trip over loopback between two handlers on one thread.
#include "../../common/echo.hpp"
#include "../../common/workload.hpp"
#include "rows.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <thread>

namespace bench {
namespace {

using asio::ip::tcp;

void check(const asio::error_code& error, const char* what) { require(!error, what); }

class server {
public:
  explicit server(asio::io_context& io) : acceptor_(io, echo::any_port()), socket_(io) {
    acceptor_.async_accept(socket_, [this](const asio::error_code& error) {
      check(error, "accept");
      socket_.set_option(tcp::no_delay(true));
      read();
    });
  }
  [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }

private:
  void read() {
    socket_.async_read_some(asio::buffer(bytes_), [this](const asio::error_code& error, auto n) {
      if (error) return;
      write(n);
    });
  }
  void write(std::size_t n) {
    asio::async_write(socket_, asio::buffer(bytes_.data(), n),
                      [this](const asio::error_code& error, std::size_t) {
                        check(error, "write of the server");
                        read();
                      });
  }

  tcp::acceptor acceptor_;
  tcp::socket socket_;
  echo::text bytes_{};
};

class visitor {
public:
  visitor(asio::io_context& io, unsigned short port) : io_(io), socket_(io) {
    socket_.connect(echo::at(port));
    socket_.set_option(tcp::no_delay(true));
  }
  /// Its end is that of the context.
  void begin(std::uint64_t trips) {
    number_ = sum_ = 0;
    trips_ = trips;
    write();
  }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

private:
  void write() {
    echo::write_number(bytes_, number_);
    asio::async_write(socket_, asio::buffer(bytes_),
                      [this](const asio::error_code& error, std::size_t) {
                        check(error, "write of the visitor");
                        read();
                      });
  }
  void read() {
    asio::async_read(socket_, asio::buffer(bytes_),
                     [this](const asio::error_code& error, std::size_t) {
                       check(error, "read of the visitor");
                       sum_ += echo::number_in(bytes_);
                       if (++number_ < trips_) return write();
                       io_.stop();
                     });
  }

  asio::io_context& io_;
  tcp::socket socket_;
  echo::text bytes_{};
  std::uint64_t number_ = 0;
  std::uint64_t trips_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace

double echo_rtt(const order& o) {
  asio::io_context io;
  server s(io);
  visitor v(io, s.port());
  const auto run = [&](std::uint64_t trips) {
    v.begin(trips);
    io.restart();
    // As on the side of actors, the thread that asks sleeps until all is over.
    std::thread loop([&] { io.run(); });
    loop.join();
    require(v.sum() == echo::sum_of(trips), "the sum of what came back");
  };
  run(warm_up(o.work));
  return seconds([&] { run(o.work); }) * 1e6 / static_cast<double>(o.work);
}

}  // namespace bench
