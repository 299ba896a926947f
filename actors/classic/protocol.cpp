// protocol.cpp: what waits at adapters on behalf of those who ask.
#include <troupe/actors/classic/protocol.hpp>

#include <troupe/actors/system.hpp>

namespace troupe::classic {
namespace detail {

task<result<lock_hold, wait_errc>> lock_door::on(acquire m) {
  auto acquires = lock_.acquire(m.within);
  auto got = co_await acquires;
  co_return got;
}

task<wait_errc> lock_door::on(release m) {
  awaited<release_op, std::uint64_t> releases(lock_.handle_(), forever, m.token);
  const wait_errc end = co_await releases;
  co_return end;
}

task<wait_errc> semaphore_door::on(take_permit m) {
  awaited<permit_op> takes(body_, m.within);
  const wait_errc end = co_await takes;
  co_return end;
}

task<wait_errc> semaphore_door::on(give_permits m) {
  awaited<permits_op, std::ptrdiff_t> gives(body_, forever, m.count);
  const wait_errc end = co_await gives;
  co_return end;
}

task<bool> event_door::on(await_event m) {
  auto waits = event_.wait(m.within);
  const bool seen = co_await waits;
  co_return seen;
}

semaphore_address semaphore_address_of(const handle& body) {
  return troupe::detail::system_of(*body.get()).spawn<semaphore_door>(door_options(), body);
}

}  // namespace detail

lock_address address_of(const lock& l) {
  return troupe::detail::system_of(*l.handle_().get())
      .spawn<detail::lock_door>(detail::door_options(), lock::ref(l));
}

event_address address_of(const event& e) {
  return troupe::detail::system_of(*e.handle_().get())
      .spawn<detail::event_door>(detail::door_options(), event::ref(e));
}

}  // namespace troupe::classic
