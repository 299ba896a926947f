// gates.cpp: how semaphores, events and barriers are made.
#include <troupe/actors/classic/barrier.hpp>
#include <troupe/actors/classic/detail/make.hpp>
#include <troupe/actors/classic/event.hpp>
#include <troupe/actors/classic/semaphore.hpp>

namespace troupe::classic::detail {

handle make_semaphore(actor_system& sys, std::size_t value, bool bounded, options o) {
  return make_adapter<semaphore_body>(sys, std::move(o.name), value, bounded);
}

handle make_event(actor_system& sys, options o) {
  return make_adapter<event_body>(sys, std::move(o.name));
}

handle make_barrier(actor_system& sys, std::size_t parties, bool acts, std::string name) {
  if (parties == 0) throw wait_failed(wait_errc::bad_count, "a barrier's number of parties");
  return make_adapter<barrier_body>(sys, std::move(name), parties, acts);
}

}  // namespace troupe::classic::detail
