// view.cpp: what an adapter looks like at one moment.
#include <troupe/actors/classic/detail/view.hpp>

namespace troupe::classic::detail {

void add_waiters(adapter_view& to, const line& from) {
  for (const operation* op = from.front(); op != nullptr; op = op->after)
    to.waiters.push_back({op->by, op->number, op->since});
}

}  // namespace troupe::classic::detail
