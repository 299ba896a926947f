// 130_pool_move_only.cpp: an argument for the members of a pool that cannot be copied.
//
// must fail: troupe: spawn_pool: every member is built from the same arguments, so they must be
// copyable must name: opener must name: std::unique_ptr<int>
#include "../common.hpp"

class opener : public troupe::actor<opener> {
public:
  explicit opener(std::unique_ptr<int> only) : only_(std::move(only)) {}

private:
  std::unique_ptr<int> only_;
};

auto open(troupe::actor_system& sys) {
  return sys.spawn_pool<opener>({.size = 2}, std::make_unique<int>(1));
}
