// citizen.hpp: the actor of the soak, which does at random whatever an actor may do.
//
//   Before   strangers and other citizens spawn it, tell it, ask it.
//   After    the ledger knows each message, reply, child and end.
//   Rules    A citizen knows only those who were there before it, and its children know no more:
//            so refs make no cycle, and all end when the strangers let go of theirs. A child holds
//            its parent: who keeps refs of children has to be stopped.
#pragma once

#include "ledger.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace soak {

class citizen;

/// From whom an errand comes, if order matters: strangers number theirs.
inline constexpr std::size_t strangers_max = 4;
inline constexpr std::size_t nobody = strangers_max;

struct errand {  ///< goes on to others, `hops` times
  pass held;
  unsigned hops = 0;
  std::size_t from = nobody;
  std::uint64_t number = 0;
};
struct question {  ///< the answer is the number, if there is one
  using reply = std::uint64_t;
  pass held;
  std::uint64_t number = 0;
  unsigned hops = 0;
  bool prompt = false;  ///< to be answered at once, whatever the mood
};
enum class wish : std::uint8_t { fail, quit, answer_kept, let_go_of_children };
struct order {
  pass held;
  wish what;
};
using door = troupe::address<errand, question, order>;
struct present {  ///< a handle that travels; it is used and let go
  pass held;
  door whom;
};
struct birth {
  using reply = troupe::ref<citizen>;
  pass held;
};

class bad_birth : public std::runtime_error {
public:
  bad_birth() : std::runtime_error("a constructor that throws, as it should now and then") {}
};

/// The duty to answer one question. Whoever has it and ends loses it, which is a dead letter; that
/// it is let go on purpose is not.
class duty {
public:
  duty(ledger& books, troupe::reply_to<question> to) noexcept
      : books_(&books), to_(std::move(to)) {}
  duty(duty&&) noexcept = default;
  duty& operator=(duty&&) = delete;
  ~duty() {
    if (to_) books_->lost_replies.add();
  }
  void answer(std::uint64_t number) { to_(number); }
  void fail(troupe::ask_error error) noexcept { to_.fail(std::move(error)); }
  void let_go() noexcept { const auto unanswered = std::move(to_); }
  void forward(const door& other, question q) { to_.forward(other, std::move(q)); }

private:
  ledger* books_;
  troupe::reply_to<question> to_;
};

class citizen : public troupe::actor<citizen> {
public:
  /// @throws bad_birth now and then
  citizen(ledger& books, std::uint64_t seed, std::vector<door> known, bool keeps_children);
  ~citizen();

  void on_start();
  void on_stop(const troupe::exit_reason& why);
  void on(errand e);
  void on(question q, troupe::reply_to<question> to);
  void on(order o);
  void on(present p);
  troupe::ref<citizen> on(birth b);

private:
  struct kept {
    std::uint64_t number;
    duty owed;
  };
  [[nodiscard]] std::size_t pick(std::size_t n) { return random_() % n; }
  [[nodiscard]] bool once_in(std::size_t n) { return pick(n) == 0; }
  [[nodiscard]] const door& other() { return known_[pick(known_.size())]; }
  void check_order(const errand& e);
  void pass_on(unsigned hops);
  void hand_on(const question& q, duty owed);
  void ask(std::uint64_t number, unsigned hops, std::unique_ptr<duty> owed);
  [[nodiscard]] troupe::ref<citizen> have_child();

  ledger& books_;
  std::minstd_rand random_;
  std::vector<door> known_;
  const bool keeps_children_;
  std::vector<troupe::ref<citizen>> children_;
  std::vector<kept> kept_;
  std::array<std::uint64_t, strangers_max> last_from_{};
  std::uint64_t asked_ = 0;
  std::uint64_t outcomes_ = 0;
};

}  // namespace soak
