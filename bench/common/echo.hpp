// echo.hpp: what the row echo_rtt has in common on every side.
#pragma once

#include <asio/ip/tcp.hpp>

#include <array>
#include <cstdint>
#include <cstring>

namespace bench::echo {

/// What goes to and fro: 64 bytes, with a number in front.
using text = std::array<char, 64>;

inline void write_number(text& bytes, std::uint64_t n) { std::memcpy(bytes.data(), &n, sizeof n); }
inline std::uint64_t number_in(const text& bytes) {
  std::uint64_t n = 0;
  std::memcpy(&n, bytes.data(), sizeof n);
  return n;
}

/// 0 + 1 + … for so many round trips.
constexpr std::uint64_t sum_of(std::uint64_t trips) { return trips * (trips - 1) / 2; }

inline asio::ip::tcp::endpoint at(unsigned short port) {
  return {asio::ip::address_v4::loopback(), port};
}
inline asio::ip::tcp::endpoint any_port() { return at(0); }

}  // namespace bench::echo
