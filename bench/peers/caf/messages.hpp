// messages.hpp: the messages of CAF's side, announced the way CAF 0.17 wants it.
//
//   Rules    Each has the fields of its namesake in bench/ours; control messages answer a number.
#pragma once

#include <caf/all.hpp>

#include <cstdint>

static_assert(CAF_VERSION / 100 == 17, "written for CAF 0.17");

namespace bench {

using number = std::uint64_t;

struct ball {
  number left;
};
struct play {
  number hops;
};
struct item {
  number value;
};
struct produce {
  number count;
  caf::actor to;
};
struct gather {
  number each;
};
struct more {};
struct hello {};
struct populate {
  number count;
};
struct hatch {
  number count;
};
struct question {
  number n;
};
struct interview {
  number questions;
};
struct visit {};
struct tour {};
struct sum {
  number value;
};
struct grow {
  number leaves;
};
struct flood_request {
  number sender;
};
struct flood_answer {};

template <class F>
auto inspect(F& f, ball& m) {
  return f(m.left);
}
template <class F>
auto inspect(F& f, play& m) {
  return f(m.hops);
}
template <class F>
auto inspect(F& f, item& m) {
  return f(m.value);
}
template <class F>
auto inspect(F& f, produce& m) {
  return f(m.count, m.to);
}
template <class F>
auto inspect(F& f, gather& m) {
  return f(m.each);
}
template <class F>
auto inspect(F& f, more&) {
  return f();
}
template <class F>
auto inspect(F& f, hello&) {
  return f();
}
template <class F>
auto inspect(F& f, populate& m) {
  return f(m.count);
}
template <class F>
auto inspect(F& f, hatch& m) {
  return f(m.count);
}
template <class F>
auto inspect(F& f, question& m) {
  return f(m.n);
}
template <class F>
auto inspect(F& f, interview& m) {
  return f(m.questions);
}
template <class F>
auto inspect(F& f, visit&) {
  return f();
}
template <class F>
auto inspect(F& f, tour&) {
  return f();
}
template <class F>
auto inspect(F& f, sum& m) {
  return f(m.value);
}
template <class F>
auto inspect(F& f, grow& m) {
  return f(m.leaves);
}
template <class F>
auto inspect(F& f, flood_request& m) {
  return f(m.sender);
}
template <class F>
auto inspect(F& f, flood_answer&) {
  return f();
}

}  // namespace bench

CAF_BEGIN_TYPE_ID_BLOCK(bench, first_custom_type_id)
CAF_ADD_TYPE_ID(bench, (bench::ball))
CAF_ADD_TYPE_ID(bench, (bench::play))
CAF_ADD_TYPE_ID(bench, (bench::item))
CAF_ADD_TYPE_ID(bench, (bench::produce))
CAF_ADD_TYPE_ID(bench, (bench::gather))
CAF_ADD_TYPE_ID(bench, (bench::more))
CAF_ADD_TYPE_ID(bench, (bench::hello))
CAF_ADD_TYPE_ID(bench, (bench::populate))
CAF_ADD_TYPE_ID(bench, (bench::hatch))
CAF_ADD_TYPE_ID(bench, (bench::question))
CAF_ADD_TYPE_ID(bench, (bench::interview))
CAF_ADD_TYPE_ID(bench, (bench::visit))
CAF_ADD_TYPE_ID(bench, (bench::tour))
CAF_ADD_TYPE_ID(bench, (bench::sum))
CAF_ADD_TYPE_ID(bench, (bench::grow))
CAF_ADD_TYPE_ID(bench, (bench::flood_request))
CAF_ADD_TYPE_ID(bench, (bench::flood_answer))
CAF_END_TYPE_ID_BLOCK(bench)
