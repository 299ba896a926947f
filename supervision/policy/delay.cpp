// delay.cpp: the wait before a restart, from the number of restarts so far.
#include <troupe/supervision/policy/delay.hpp>

#include <algorithm>

namespace troupe::detail {
namespace {

duration capped(const exponential& e, unsigned restarts) noexcept {
  duration d = e.min;
  for (; restarts != 0 && d < e.max; --restarts) {
    if (d > e.max / 2) return e.max;
    d *= 2;
  }
  return std::min(d, e.max);
}

/// Never more than the longest duration.
duration lengthened(duration d, double by) noexcept {
  constexpr auto most = static_cast<double>(duration::max().count());
  const double ticks = static_cast<double>(d.count()) * (1 + by);
  return ticks >= most ? duration::max() : duration(static_cast<duration::rep>(ticks));
}

}  // namespace

duration delay_before(const backoff_policy& how, unsigned restarts, double u) noexcept {
  if (const auto* same = std::get_if<fixed>(&how)) return same->delay;
  const auto* grows = std::get_if<exponential>(&how);
  if (grows == nullptr) return duration{};
  const duration d = capped(*grows, restarts);
  return grows->jitter > 0 ? lengthened(d, u * grows->jitter) : d;
}

duration resets_after(const backoff_policy& how) noexcept {
  const auto* grows = std::get_if<exponential>(&how);
  if (grows == nullptr) return duration::max();
  return grows->reset_after.value_or(grows->min / 2 + grows->max / 2);
}

}  // namespace troupe::detail
