// book.hpp: what others may read of a supervisor while it works.
//
//   Before   guardians keep one each.      After   snapshots and paths read it.
//   Called   show, find: any thread. The rest: in the guardian's turns.
//   Rules    B1  A guardian changes its list, and what is written of a child's end, under the lock
//                of its book; what it reads itself needs no lock.
//            B2  A book outlives its guardian, and is empty then.
#pragma once

#include <troupe/actors/life/tree.hpp>
#include <troupe/supervision/detail/messages.hpp>

#include <memory>
#include <mutex>
#include <string_view>

namespace troupe::detail {

class guardian;

class book {
public:
  explicit book(const guardian& of) noexcept : of_(&of) {}

  [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }
  /// The guardian is gone.
  void close() noexcept {
    const std::lock_guard lock(mutex_);
    of_ = nullptr;
  }

  /// Numbers of the supervisor, and its children. @throws std::bad_alloc
  void show(tree_snapshot& shown);
  /// Where the child of that id sits; empty: there is none. @throws std::bad_alloc
  [[nodiscard]] handle find(std::string_view id);
  /// Of the supervisor, which sits there; empty: it is gone.
  [[nodiscard]] supervisor_address address_at(const handle& place);

private:
  std::mutex mutex_;
  const guardian* of_;
};

}  // namespace troupe::detail
