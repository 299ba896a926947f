// place.cpp: seats that outlive the supervisors that fill them.
#include <troupe/actors/system.hpp>
#include <troupe/supervision/detail/child_start.hpp>

#include <utility>

namespace troupe::detail {

place::place(core& system, const body_ops& ops, const spawn_options& options)
    : system_(system),
      ops_(ops),
      options_(options),
      first_(make_seat(system, ops, &options_)),
      seat_(first_.get()) {}

place::~place() { give_up_seat(*seat()); }

bool place::occupy() noexcept { return !occupied_.exchange(true, std::memory_order_acq_rel); }
void place::leave() noexcept { occupied_.store(false, std::memory_order_release); }

void place::renew() {
  later_.reserve(later_.size() + 1);
  handle next = make_seat(system_, ops_, &options_);
  lead_on(*seat(), next);
  seat_.store(next.get(), std::memory_order_release);
  later_.push_back(std::move(next));
}

std::shared_ptr<place> make_place(actor_system& sys, const body_ops& ops,
                                  const spawn_options& options) {
  return std::make_shared<place>(sys.shared_core_(), ops, options);
}

}  // namespace troupe::detail
