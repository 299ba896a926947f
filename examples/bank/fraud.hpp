// fraud.hpp: a check that was bought from somebody else, and crashes on some inputs.
#pragma once

#include "messages.hpp"

#include <stdexcept>

namespace bank {

class fraud : public troupe::actor<fraud> {
public:
  bool on(const is_fine& q) const {
    if (q.what.amount % 100 == 13) throw std::runtime_error("unlucky amount");
    return q.what.amount < 10'000;
  }
  void on(break_down) const { throw std::runtime_error("the fraud check was not paid"); }
};

}  // namespace bank
