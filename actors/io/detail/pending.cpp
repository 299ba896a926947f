// pending.cpp: an operation of Asio's that a coroutine waits for, without its types.
#include <troupe/actors/io/detail/pending.hpp>

#include <troupe/actors/io/detail/handler_job.hpp>

namespace troupe::io::detail {

pending::pending() noexcept : outside_operation(&cancel) {
  home_.ops = &home_ops;
  home_.flags = envelope::reserved | envelope::detached;  // it is a part of this
  home_.who = this;
}

const troupe::detail::envelope_ops pending::home_ops{
    [](cell&, envelope& e) { static_cast<homecoming&>(e).who->back(); }, nullptr,
    "the end of an operation of Asio's", troupe::detail::envelope_kind::reply};

void pending::cancel(outside_operation& o) noexcept {
  static_cast<pending&>(o).stop_.emit(asio::cancellation_type::terminal);
}

/// acq_rel: what came, to the turn that takes it home.
void pending::meet() noexcept {
  if (met_.fetch_add(1, std::memory_order_acq_rel) == 1)
    troupe::detail::deliver_reserved(owner(), home_);
}

void pending::begun() noexcept {
  begin();
  meet();
}

void pending::came() {
  if (leave_handler(owner())) return back();
  meet();
}

}  // namespace troupe::io::detail
