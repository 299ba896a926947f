// rows.hpp: rows on Asio alone: one context, one thread, handlers.
#pragma once

#include "../../common/row_program.hpp"

namespace bench {

double echo_rtt(const order&);

}  // namespace bench
