// row.hpp: the one table of what is measured.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace compare {

enum class better : std::uint8_t { smaller, bigger };

/// The kinds of peers, as bits: a row names those that have it.
enum peer_kind : std::uint16_t {
  no_peer = 0,
  caf = 1,
  go = 2,
  erlang = 4,
  raw = 8,
  own = 16,
  greenlet = 32,
  asio = 64,
  std_mutex = 128,
  moodycamel = 256,
  tbb = 512,
  python = 1024
};

/// One row: its unit, which direction is better, how much work every program gets, and who has it.
struct row {
  std::string_view name;
  std::string_view unit;
  better best;
  std::uint64_t work;   ///< messages, actors or round trips; times --scale
  int workers;          ///< 0: as the command line says; else this row is only defined for so many
  std::uint16_t peers;  ///< bits of peer_kind: these have the row, beside ours
  std::string_view what;
};

std::span<const row> all_rows();

/// @returns the row of that name, or null
const row* find_row(std::string_view name);

}  // namespace compare
