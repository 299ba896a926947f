// list_guardian.hpp: what a supervisor of a list does with its children.
//
//   Before   list.hpp, and what its children tell.      After   child.cpp starts and stops them.
//   Called   in the supervisor's turns.
//   Holds    its children in the order of their start; one plan under way; what waits for the end
//            of that, in the order of its coming, as in the mailbox of Erlang's supervisor.
//   Rules    P1  One plan at a time: some are stopped, the last first, each gone before the next is
//                told; then some are started, each begun before the next.
//            P2  Nothing waits in a handler: what a child does brings the plan on.
#pragma once

#include <troupe/supervision/engine/child.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::detail {

struct add_order {
  child_spec spec;
  reply_to<start_child_request> to;
};
struct terminate_order {
  child_name which;
  reply_to<terminate_request> to;
};
struct restart_order {
  child_name which;
  reply_to<restart_request> to;
};
struct delete_order {
  child_name which;
  reply_to<delete_request> to;
};
/// A child has ended by itself, or has waited long enough.
struct ended_order {
  std::uint64_t who;  ///< its number: it may be gone when this is carried out
};
struct due_order {
  std::uint64_t who;
};

class list_guardian final : public guardian {
public:
  using order =
      std::variant<ended_order, due_order, add_order, terminate_order, restart_order, delete_order>;

  list_guardian(cell& mine, const supervisor_spec& spec);

  /// Starts all; then the gate opens. start_error() tells the rest.
  void begin();
  [[nodiscard]] start_gate& gate() noexcept { return gate_; }
  /// Why it has not begun; nothing: it has.
  [[nodiscard]] const std::optional<exit_reason>& start_error() const noexcept { return error_; }

  /// To be done when what came before is.
  template <class Order>
  void put(Order o) {
    if (is_winding_down()) return refuse(o);
    add_waiting(std::move(o));
    go_on();
  }
  [[nodiscard]] std::vector<child_info> children() const;
  [[nodiscard]] child_counts count() const;
  [[nodiscard]] supervision_result<child_spec> spec_of(const child_name& which) const;

  // guardian
  void begun(child& c) override;
  void ended(child& c, child_state before, const exit_reason& why) override;
  void due(child& c) override { put(due_order{c.number()}); }
  [[nodiscard]] handle find(std::string_view id) const override;
  [[nodiscard]] supervisor_address address_at(const handle& place) const noexcept override;

private:
  void stop_all() override;  ///< D1
  void let_go(child& c) override { c.rest(); }
  void show_children(tree_snapshot& shown) const override;

  enum class purpose : std::uint8_t { boot, restart, add, start_again, terminate, wind_down };
  struct plan {
    purpose what;
    std::vector<child*> stops{};   ///< the one at the end is next
    std::vector<child*> starts{};  ///< the same
    std::variant<std::monostate, reply_to<start_child_request>, reply_to<restart_request>,
                 reply_to<terminate_request>>
        to{};
  };

  // What waits.
  /// Built in its place: of a variant that is moved there g++ 12 at -O3 takes members of the other
  /// alternatives for uninitialised.
  template <class Order>
  void add_waiting(Order o) {
    waiting_.emplace_back(std::in_place_type<Order>, std::move(o));
  }
  /// Who has asked hears that it stops.
  template <class Order>
  void refuse(Order& o) const {
    if constexpr (requires { o.to; }) o.to(is_stopping());
  }
  void go_on();
  void carry_out(order o);
  void carry_out_add(add_order o);
  void carry_out_terminate(terminate_order o);
  void carry_out_restart(restart_order o);
  void carry_out_delete(delete_order o);
  void judge(child& c);
  void attempt(child& c);
  void shut_down_if_significant(bool was_significant);

  // The plan.
  [[nodiscard]] bool advance();
  [[nodiscard]] bool try_start(child& c);
  void finish();
  void stopped(child& c, const exit_reason& why);
  void start_failed(child& c, const exit_reason& why);
  void answer_start(child& c);
  void plan_restart(child& c);
  void end();

  // The list.
  child& add(const child_spec& spec);
  void remove(child& c);
  [[nodiscard]] child* find_child(const child_name& which) const;
  [[nodiscard]] child* find_child(std::uint64_t number);

  const supervisor_spec spec_;           ///< without the children
  std::map<std::uint64_t, child> list_;  ///< by number: in the order of their start
  std::unordered_map<std::string_view, child*> by_id_;
  std::uint64_t next_number_ = 0;
  std::unique_ptr<plan> plan_;  ///< null: none is under way
  std::deque<order> waiting_;
  struct opener : alarm {
    explicit opener(start_gate& g) noexcept;
    start_gate& gate;
  };
  static const alarm_ops opener_ops;

  start_gate gate_;
  opener opens_{gate_};
  bool is_working_ = false;
  bool has_begun_ = false;
  std::optional<exit_reason> error_;
};

}  // namespace troupe::detail
