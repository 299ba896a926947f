// messages.hpp: what the parts of the pipeline say to each other.
//
//   main, who reads --chunk--> desk --piece--> splitters --words--> counters
//                   --finish->      ---------top_words------------>
//
//   Rules  W1  Every message is a request, and its reply is the credit for the next one: nobody
//              sends more than the receiver has promised to take, so memory is bounded.
//          W2  Nobody waits by the clock: a program that was stopped for an hour goes on. Should an
//              actor fail, its open requests fail, back to main.
#pragma once

#include "text.hpp"
#include "word_table.hpp"
#include <troupe/actors/prelude.hpp>

#include <memory>
#include <string>
#include <vector>

namespace word_count {

/// What comes out at the end.
struct summary {
  tally seen;
  ranking words;
};

/// To the desk: a piece of the input that ends between two words. Answered when a splitter has it:
/// then the next one may be read.
struct chunk {
  using reply = void;
  std::string text;
};

/// To a splitter. Answered when the counters have taken the words in it: the splitter's credit.
struct piece {
  using reply = tally;
  std::string text;
};

/// To a counter: words, and the text in which they stand, in lower case; all counters that have a
/// share look at the same text. Answered when they are counted.
struct words {
  using reply = void;
  std::shared_ptr<const std::string> text;
  std::vector<place> places;
};

/// To the desk: the input has ended. Answered when all of it is counted.
struct finish {
  using reply = summary;
  std::size_t top;
};

/// To a counter: its share of the list.
struct top_words {
  using reply = ranking;
  std::size_t top;
};

/// What main knows of the pipeline.
using pipeline = troupe::address<chunk, finish>;

/// For ask(...).within (W2).
inline constexpr troupe::duration any_time = troupe::duration::max();

}  // namespace word_count
