// samples.hpp: rows, contestants and results made by hand.
#pragma once

#include <troupe/bench/compare/tournament.hpp>

#include <string>
#include <utility>

namespace samples {

inline compare::row row_named(std::string_view name,
                              compare::better best = compare::better::smaller) {
  return {.name = name,
          .unit = "ns",
          .best = best,
          .work = 100,
          .workers = 0,
          .peers = compare::caf,
          .what = "a sample"};
}

inline compare::contestant contestant_named(std::string name,
                                            compare::peer_kind kind = compare::caf) {
  return {.name = std::move(name),
          .kind = kind,
          .program = "",
          .variant = "",
          .preload = "",
          .only = ""};
}

inline const compare::contestant ours = contestant_named("ours", compare::no_peer);
inline const compare::contestant peer = contestant_named("peer");

inline compare::standing standing_of(const compare::contestant& who, compare::series values) {
  return {&who, std::move(values), ""};
}

/// The result of a row that ours and one peer have measured.
inline compare::row_result result_of(const compare::row& what, compare::series of_ours,
                                     compare::series of_peer) {
  return {
      .what = &what,
      .workers = 2,
      .work = 100,
      .standings = {standing_of(ours, std::move(of_ours)), standing_of(peer, std::move(of_peer))}};
}

}  // namespace samples
