// session.hpp: one CAF actor system for one row, and the ordinary thread that asks in it.
#pragma once

#include "../../common/row_program.hpp"
#include "messages.hpp"

#include <stdexcept>
#include <utility>

namespace bench {

/// Starts CAF with exactly `workers` threads and the scheduler `variant`: stealing or sharing.
/// `throughput` is how many messages an actor may handle in one go; 0: CAF's default, no limit.
class session {
public:
  explicit session(const order&, std::size_t throughput = 0);
  ~session();

  caf::actor_system& system() { return system_; }

  /// Sends a control message and waits for its number.
  /// @throws std::runtime_error when the actor answers with an error
  template <class M>
  number ask(const caf::actor& to, M message) {
    number answer = 0;
    self_->request(to, caf::infinite, std::move(message))
        .receive([&](number n) { answer = n; },
                 [&](caf::error& e) { throw std::runtime_error(system_.render(e)); });
    return answer;
  }

private:
  caf::actor_system_config config_;
  caf::actor_system system_;
  caf::scoped_actor self_;
};

}  // namespace bench
