// start_tree.hpp: a tree whose end somebody wants to know.
//
//   Before   start.cpp, run.cpp.      After   engine/registry.cpp keeps it.
#pragma once

#include <troupe/supervision/supervisor_ref.hpp>

#include <memory>
#include <string>

namespace troupe::detail {

class end_listener;

[[nodiscard]] supervision_result<supervisor_ref> start_tree(actor_system& sys,
                                                            const child_start& tree,
                                                            const std::string& name,
                                                            std::shared_ptr<end_listener> listener);

}  // namespace troupe::detail
