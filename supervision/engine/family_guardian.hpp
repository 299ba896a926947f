// family_guardian.hpp: what a family does with its children.
//
//   Before   family.hpp, and what its children tell.      After   child.cpp starts and stops them.
//   Called   in the family's turns.
//   Holds    a record of each child, found by its actor. They do not wait for one another: each is
//            started, restarted and ended by itself; at the end all together, in one time.
#pragma once

#include <troupe/supervision/engine/child.hpp>
#include <troupe/supervision/family.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace troupe::detail {

class family_guardian final : public guardian {
public:
  family_guardian(cell& mine, const family_spec& spec);

  void start(start_member_request m, reply_to<start_member_request> to);
  void terminate(const child_name& which, reply_to<terminate_request> to);

  [[nodiscard]] std::vector<child_info> children() const;
  [[nodiscard]] child_counts count() const;
  [[nodiscard]] supervision_result<child_spec> spec_of(const child_name& which) const;

  // guardian
  void begun(child& c) override;
  void ended(child& c, child_state before, const exit_reason& why) override;
  void due(child& c) override { attempt(static_cast<member&>(c)); }
  [[nodiscard]] handle find(std::string_view) const override { return {}; }
  [[nodiscard]] supervisor_address address_at(const handle& place) const noexcept override;

private:
  void stop_all() override;  ///< D6
  void let_go(child& c) override { remove(static_cast<member&>(c)); }
  void show_children(tree_snapshot& shown) const override;

  struct member : child {
    using child::child;
    std::uint64_t known_as = 0;              ///< in the table by actor
    reply_to<start_member_request> starter;  ///< empty: it has been answered
    std::vector<reply_to<terminate_request>> terminators;
  };
  struct last_call : alarm {
    explicit last_call(family_guardian& f) noexcept;
    family_guardian& of;
  };
  static const alarm_ops last_call_ops;

  /// @returns why not
  [[nodiscard]] std::optional<exit_reason> try_start(member& m);
  void judge(member& m);
  void attempt(member& m);
  void start_failed(member& m, const exit_reason& why);
  void stopped(member& m, const exit_reason& why);
  void remove(member& m);
  void learn_id(member& m);
  void leave_if_empty();
  [[nodiscard]] member* find_member(const child_name& which);

  const family_spec spec_;
  const std::shared_ptr<const child_spec> each_;
  std::map<std::uint64_t, member> list_;  ///< by number
  std::unordered_map<std::uint64_t, member*> by_id_;
  std::uint64_t next_number_ = 0;
  last_call last_call_;
  std::size_t with_actor_ = 0;  ///< as it winds down
  std::size_t unexpected_ = 0;
};

}  // namespace troupe::detail
