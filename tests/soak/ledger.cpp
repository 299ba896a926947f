// ledger.cpp: the books of one phase.
#include "ledger.hpp"

#include <algorithm>

namespace soak {
namespace {

constexpr std::size_t wrongs_kept = 20;
constexpr std::size_t waiting_named = 20;

}  // namespace

void ledger::wrong(std::string what) {
  const std::lock_guard hold(mutex_);
  if (wrongs_.size() < wrongs_kept) wrongs_.push_back(std::move(what));
}

std::vector<std::string> ledger::wrongs() const {
  const std::lock_guard hold(mutex_);
  return wrongs_;
}

void ledger::under_way(troupe::actor_id to, int by) noexcept {
  place& p = waiting_[to.value() % places];
  p.who.store(to.value(), std::memory_order_relaxed);
  p.messages.fetch_add(by, std::memory_order_relaxed);
}

std::string ledger::waiting() const {
  std::string text;
  std::size_t named = 0, more = 0;
  for (const place& p : waiting_) {
    const auto messages = p.messages.load(std::memory_order_relaxed);
    if (messages == 0) continue;
    if (named == waiting_named) {
      ++more;
      continue;
    }
    ++named;
    text += "\n    actor #" + std::to_string(p.who.load(std::memory_order_relaxed)) + ": " +
            std::to_string(messages) + " messages not handled";
  }
  if (more != 0) text += "\n    and " + std::to_string(more) + " others";
  return text.empty() ? "\n    nobody" : text;
}

}  // namespace soak
