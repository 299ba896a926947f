// registry.hpp: the supervision trees of a system.
//
//   Before   start() puts a tree in.
//   After    paths, snapshots and the end of the system find it here.
//   Called   any thread.
//   Holds    a handle to the top of each tree: so a tree lives without anybody who refers to it.
#pragma once

#include <troupe/actors/shutdown.hpp>
#include <troupe/actors/system.hpp>
#include <troupe/supervision/engine/book.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::detail {

/// Who wants to know that a tree has ended.
class end_listener {
public:
  end_listener(const end_listener&) = delete;
  end_listener& operator=(const end_listener&) = delete;
  virtual ~end_listener() = default;
  /// @thread any
  virtual void tree_ended(const exit_reason& why) noexcept = 0;

protected:
  end_listener() = default;
};

class registry final : public system_extension, private shutdown_step {
public:
  explicit registry(actor_system& sys);
  ~registry() override;
  [[nodiscard]] static registry& of(actor_system& sys);

  /// Takes the name for a tree that is about to begin.
  /// @returns false: a tree of that name runs already, `taken` is its top
  [[nodiscard]] bool take_name(const std::string& name, std::shared_ptr<end_listener> listener,
                               actor_id& taken);
  void put_top(const std::string& name, const supervisor_address& top);
  void free_name(const std::string& name) noexcept;
  /// Its top stops, or has ended: its name is free. The second time nothing happens.
  void remove_tree(actor_id top, const exit_reason& why) noexcept;
  [[nodiscard]] supervisor_address find(std::string_view path);

  void add_book(actor_id of, const std::shared_ptr<book>& b);
  void remove_book(actor_id of) noexcept;
  [[nodiscard]] std::shared_ptr<book> book_of(actor_id who);

  void show_in(system_snapshot& shown) const override;

private:
  struct tree {
    std::string name;
    supervisor_address top;
    std::shared_ptr<end_listener> listener;
    time_point since{};
  };
  [[nodiscard]] std::string_view name() const noexcept override { return "supervision trees"; }
  void stop(time_point deadline, shutdown_report& report) noexcept override;
  [[nodiscard]] handle find_below(handle at, std::string_view path);
  [[nodiscard]] tree* find_tree(std::string_view name);

  actor_system& sys_;
  mutable std::mutex mutex_;
  std::vector<tree> trees_;  ///< in the order of their start
  std::map<actor_id, std::shared_ptr<book>> books_;
};

}  // namespace troupe::detail
