// actors.hpp: the three actors of the pipeline.
//
//   Before   main spawns a desk; the desk spawns the others.      After   main asks it to finish.
//   Called   by messages only; each handler runs alone in its actor.
//   Holds    at any time at most 2 chunks per worker, one waiting at the desk and one being read:
//            64 KiB each (one with a long word up to 1 MiB), and 12 bytes per word in it. Beside
//            them the distinct words (word_table.hpp).
#pragma once

#include "messages.hpp"

#include <cstddef>
#include <optional>
#include <queue>
#include <vector>

namespace word_count {

/// Counts the words that fall to it.
class counter : public troupe::actor<counter> {
public:
  void on(const words& w);
  ranking on(top_words t) const { return table_.top(t.top); }

private:
  word_table table_;
};

/// Cuts text into words, and gives each to the counter that keeps it.
class splitter : public troupe::actor<splitter> {
public:
  explicit splitter(std::vector<troupe::address<words>> counters);
  void on(piece p, troupe::reply_to<piece> taken);

private:
  std::vector<troupe::address<words>> counters_;
};

/// Hands chunks to splitters that have credit, and puts the results together.
class desk : public troupe::actor<desk> {
public:
  /// `width` splitters, and as many counters.
  explicit desk(std::size_t width) : width_(width) {}
  void on_start();
  void on(chunk c, troupe::reply_to<chunk> handed_out);
  void on(finish f, troupe::reply_to<finish> done);

private:
  static constexpr std::size_t credits_each = 2;  // one in work, one that waits for it

  void hand_out();
  void collect(finish f, troupe::reply_to<finish> done);

  std::size_t width_;
  std::vector<troupe::ref<counter>> counters_;
  std::vector<troupe::ref<splitter>> splitters_;
  std::queue<std::size_t> credits_;              // the splitter that gave it
  std::queue<troupe::asked<chunk>> chunks_;      // at most one per reader: a reader waits
  std::optional<troupe::asked<finish>> finish_;  // until every credit is back
  tally seen_;
};

}  // namespace word_count
