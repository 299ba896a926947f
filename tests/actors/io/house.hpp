// house.hpp: a system for tests of I/O, in which nothing may be left at the end.
#pragma once

#include <troupe/actors/detail/runtime.hpp>
#include <troupe/actors/io/prelude.hpp>

#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace house {

using asio::ip::tcp;
using troupe::io::use_actor;
using troupe::io::use_actor_result;
using namespace std::chrono_literals;

inline tcp::endpoint loopback(unsigned short port = 0) {
  return {asio::ip::address_v4::loopback(), port};
}

/// A system on so many workers. Its end checks that no actor, cell or envelope is left.
class world {
public:
  explicit world(int workers) : envelopes_(troupe::detail::live_envelopes()) {
    sys.emplace(troupe::system_options{.workers = workers, .pin = false, .log = false});
  }
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  ~world() {
    const auto report = sys->shutdown(60s);
    EXPECT_TRUE(report.clean()) << report.to_string();
    const auto c = sys->counters();
    EXPECT_EQ(c.alive(), 0U) << "actors that have not ended";
    EXPECT_EQ(c.cells_made, c.cells_freed) << "cells that have not been freed";
    sys.reset();
    EXPECT_EQ(troupe::detail::live_envelopes(), envelopes_) << "envelopes or frames left";
  }

  std::optional<troupe::actor_system> sys;

private:
  std::int64_t envelopes_;
};

/// On 1, 2 and 4 workers.
template <class F>
void everywhere(F f) {
  for (const int workers : {1, 2, 4}) {
    SCOPED_TRACE(std::to_string(workers) + " workers");
    world w(workers);
    f(*w.sys);
    if (testing::Test::HasFailure()) return;
  }
}

/// A question to an actor that is not answered before `patience`: the test's own limit ends it.
inline constexpr auto patience = 100s;

/// Whether nobody of this system lives any more. Gives way until it is so: the test's limit ends
/// it.
inline void wait_for_the_end_of_all(troupe::actor_system& sys) {
  while (sys.counters().alive() != 0) (void)sys.drain();
}

/// Connected sockets of this thread's, without a runtime.
class line {
public:
  line() : near(io_), far(io_) {
    tcp::acceptor acceptor(io_, loopback());
    near.connect(acceptor.local_endpoint());
    acceptor.accept(far);
  }

private:
  asio::io_context io_;

public:
  tcp::socket near;
  tcp::socket far;
};

}  // namespace house
