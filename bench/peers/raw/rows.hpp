// rows.hpp: what there is below every runtime: two pinned threads and a word in memory.
#pragma once

#include "../../common/row_program.hpp"

namespace bench {

double raw_words(const order&);
double futex(const order&);

}  // namespace bench
