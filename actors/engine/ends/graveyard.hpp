// graveyard.hpp: actors that were killed and have not ended.
//
//   Before   life.cpp: an actor is killed.     After   whoever waits for its end is told of it.
//   Called   as each line says.
//   Holds    what people are told of them, until their handler or outside operation is back.
//   Rules    G1  An actor is abandoned or has ended, whichever its marks show first: its watchers
//                and its parent are told once.
//            G2  What an abandoned actor is made of stays until nothing uses it any more.
#pragma once

#include <troupe/actors/message.hpp>
#include <troupe/actors/snapshot.hpp>

#include <mutex>
#include <string>
#include <vector>

namespace troupe::detail {

class cell;

class graveyard {
public:
  /// Without memory it is not listed.
  void add(grave_snapshot g) noexcept;
  void remove(const cell& c) noexcept;
  [[nodiscard]] std::vector<grave_snapshot> all() const;

private:
  mutable std::mutex mutex_;
  std::vector<grave_snapshot> graves_;
};

/// A killed actor that has not ended is abandoned after the system's kill_limit.
/// @thread its turn @pre it is stopping
void set_last_call(cell& c) noexcept;
void cancel_last_call(cell& c) noexcept;

/// Tells those that watch it and its parent that it was killed, and lets nothing in any more.
/// `doing`: what it has not come back from. @thread any that has reach to it, or its turn
void abandon_body(cell& c, std::string doing) noexcept;

}  // namespace troupe::detail
