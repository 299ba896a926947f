// savina_messages.hpp: the messages of CAF's Savina rows.
//
//   Rules    Each has the fields of its namesake in bench/ours.
#pragma once

#include "messages.hpp"

#include <vector>

namespace bench {

struct token {
  number left;
  template <class F>
  friend auto inspect(F& f, token& m) {
    return f(m.left);
  }
};
struct retire_in_turn {
  number left;
  template <class F>
  friend auto inspect(F& f, retire_in_turn& m) {
    return f(m.left);
  }
};
struct increment {
  template <class F>
  friend auto inspect(F& f, increment&) {
    return f();
  }
};
struct retrieve {
  template <class F>
  friend auto inspect(F& f, retrieve&) {
    return f();
  }
};
struct job {
  template <class F>
  friend auto inspect(F& f, job&) {
    return f();
  }
};
struct ping {
  number sender;
  template <class F>
  friend auto inspect(F& f, ping& m) {
    return f(m.sender);
  }
};
struct pong {
  number sender;
  template <class F>
  friend auto inspect(F& f, pong& m) {
    return f(m.sender);
  }
};
struct retire {
  template <class F>
  friend auto inspect(F& f, retire&) {
    return f();
  }
};
struct finished {
  number pongs;
  template <class F>
  friend auto inspect(F& f, finished& m) {
    return f(m.pongs);
  }
};

}  // namespace bench

CAF_BEGIN_TYPE_ID_BLOCK(bench_savina, caf::id_block::bench::end)
CAF_ADD_TYPE_ID(bench_savina, (bench::token))
CAF_ADD_TYPE_ID(bench_savina, (bench::retire_in_turn))
CAF_ADD_TYPE_ID(bench_savina, (bench::increment))
CAF_ADD_TYPE_ID(bench_savina, (bench::retrieve))
CAF_ADD_TYPE_ID(bench_savina, (bench::job))
CAF_ADD_TYPE_ID(bench_savina, (bench::ping))
CAF_ADD_TYPE_ID(bench_savina, (bench::pong))
CAF_ADD_TYPE_ID(bench_savina, (bench::retire))
CAF_ADD_TYPE_ID(bench_savina, (bench::finished))
CAF_END_TYPE_ID_BLOCK(bench_savina)
