// cycles.cpp: actors that wait for one another in a circle.
#include <troupe/actors/engine/cycles.hpp>

#include <troupe/actors/engine/stash.hpp>

#include <new>

namespace troupe::detail {
namespace {

struct probe : envelope {
  std::uint64_t initiator = 0;  ///< the actor that wants to know
  std::uint64_t number = 0;     ///< tells its probes apart
  unsigned actors = 0;          ///< that it has been to
};

void run_probe(cell& c, envelope& e);
constexpr envelope_ops probe_ops{&run_probe, nullptr, "probe for a cycle", envelope_kind::control};

void send_probe(const request_block& r, std::uint64_t initiator, std::uint64_t number,
                unsigned actors) noexcept {
  if (r.asked == nullptr || !acquire(*r.asked, r.asked_id)) return;
  if (void* const memory = allocate(sizeof(probe), alignof(probe))) {
    auto* const p = ::new (memory) probe;
    p->ops = &probe_ops;
    p->flags = envelope::reserved;
    p->initiator = initiator;
    p->number = number;
    p->actors = actors;
    deliver_reserved(*r.asked, *p);
  }
  release(*r.asked);
}

void run_probe(cell& c, envelope& e) {
  const auto& p = static_cast<probe&>(e);
  if (c.extras == nullptr || c.extras->blocked_on == nullptr) return;
  if (c.id == p.initiator) {
    c.extras->blocked_on->cycle = p.actors;
  } else if (c.extras->last_probe != p.number) {
    c.extras->last_probe = p.number;
    send_probe(*c.extras->blocked_on, p.initiator, p.number, p.actors + 1);
  }
}

}  // namespace

bool begin_blocking(cell& asker, request_block& r) noexcept {
  const unsigned reasons = asker.extras->stashes_for;
  if ((reasons & (stash_start | stash_exclusive | stash_busy)) == 0) return false;
  asker.extras->blocked_on = &r;
  r.is_half_over = false;
  return true;
}

void look_for_cycle(cell& asker, const request_block& r) noexcept {
  const auto when = static_cast<std::uint64_t>(r.until.time_since_epoch().count());
  send_probe(r, asker.id, asker.id ^ when << 16U, 1);
}

std::string describe_cycle(const request_block& r) {
  if (r.cycle == 0) return {};
  return ": " + std::to_string(r.cycle) + " actors wait for one another in a cycle";
}

}  // namespace troupe::detail
