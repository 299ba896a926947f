// session.cpp: CAF configured the same way for every row, and the configuration checked.
#include "session.hpp"

#include "savina_messages.hpp"

#include <caf/policy/work_sharing.hpp>
#include <caf/policy/work_stealing.hpp>
#include <caf/scheduler/coordinator.hpp>

namespace bench {
namespace {

caf::actor_system_config& configure(caf::actor_system_config& config, const order& o,
                                    std::size_t throughput) {
  require(o.variant == "stealing" || o.variant == "sharing",
          "CAF needs --variant stealing or --variant sharing");
  config.add_message_types<caf::id_block::bench>();
  config.add_message_types<caf::id_block::bench_savina>();
  config.set("scheduler.policy", caf::atom_from_string(o.variant));
  config.set("scheduler.max-threads", static_cast<std::size_t>(o.workers));
  if (throughput > 0) config.set("scheduler.max-throughput", throughput);
  return config;
}

template <class Policy>
bool schedules_by(caf::actor_system& system) {
  return dynamic_cast<caf::scheduler::coordinator<Policy>*>(&system.scheduler()) != nullptr;
}

}  // namespace

session::session(const order& o, std::size_t throughput)
    : system_(configure(config_, o, throughput)), self_(system_) {
  require(system_.scheduler().num_workers() == static_cast<std::size_t>(o.workers),
          "CAF did not take the number of workers");
  require(o.variant == "stealing" ? schedules_by<caf::policy::work_stealing>(system_)
                                  : schedules_by<caf::policy::work_sharing>(system_),
          "CAF did not take the scheduling policy");
  system_.await_actors_before_shutdown(false);  // players hold each other, residents stay
}

session::~session() = default;

}  // namespace bench
