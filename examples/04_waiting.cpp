// 04_waiting.cpp: handlers that wait, and what may change meanwhile.
//
//   Notice   while a handler waits in co_await, the actor handles other messages. So look at the
//            state again afterwards, or hold everything else back with exclusive. What is awaited
//            gets a name first: g++ 12 miscompiles co_await in a condition (task.hpp).
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

struct opening {
  using reply = long;
};
struct review {
  using reply = bool;  // whether it may be paid
  long amount;
};
struct withdraw {
  long amount;
};
struct withdraw_strictly {
  long amount;
};
struct statement {
  using reply = std::string;
};

class archive : public troupe::actor<archive> {
public:
  // A handler that waits is a coroutine: it returns task<reply> and takes its message by value.
  troupe::task<long> on(opening) {
    co_await troupe::sleep(5ms);  // no thread sleeps, only this handler
    co_return 100;
  }
};

/// Signs papers when so many lie on the desk.
class inspector : public troupe::actor<inspector> {
public:
  explicit inspector(std::size_t pile) : pile_(pile) {}

  void on(review, troupe::reply_to<review> reply) {
    desk_.push_back(std::move(reply));
    if (desk_.size() < pile_) return;
    for (auto& paper : desk_) paper(true);
    desk_.clear();
  }

private:
  std::size_t pile_;
  std::vector<troupe::reply_to<review>> desk_;
};

class account : public troupe::actor<account> {
public:
  account(troupe::address<opening> from, troupe::address<review> by)
      : archive_(std::move(from)), inspector_(std::move(by)) {}

  // It may wait too; messages are handled after it.
  troupe::task<> on_start() { balance_ = co_await archive_.ask<opening>(); }

  troupe::task<> on(withdraw w) {
    if (w.amount > balance_) co_return note("refused");
    const bool fine = co_await inspector_.ask<review>(w.amount);
    // Meanwhile another withdrawal may have been paid: what was true above need not be true here.
    if (!fine || w.amount > balance_) co_return note("refused at the second look");
    balance_ -= w.amount;
    note("paid");
  }

  troupe::task<> on(withdraw_strictly w) {
    if (w.amount > balance_) co_return note("refused");
    // Nothing else is handled until the reply is here: no second look, but nobody else is served.
    const bool fine = co_await exclusive(inspector_.ask<review>(w.amount));
    if (!fine) co_return note("refused by the inspector");
    balance_ -= w.amount;
    note("paid");
  }

  std::string on(statement) const { return history_ + "balance " + std::to_string(balance_); }

private:
  void note(const char* what) { history_ += std::string(what) + ", "; }

  troupe::address<opening> archive_;
  troupe::address<review> inspector_;
  long balance_ = 0;
  std::string history_;
};

int main() {
  troupe::actor_system sys;
  const auto old_papers = sys.spawn<archive>();

  const auto acc = sys.spawn<account>(old_papers, sys.spawn<inspector>(2U));
  acc.tell<withdraw>(80);
  acc.tell<withdraw>(80);
  sys.drain();
  std::printf("%s\n", acc.ask(statement{}).get().c_str());

  const auto strict = sys.spawn<account>(old_papers, sys.spawn<inspector>(1U));
  strict.tell<withdraw_strictly>(80);
  strict.tell<withdraw_strictly>(80);
  sys.drain();
  std::printf("%s\n", strict.ask(statement{}).get().c_str());
}

// It prints:
//
//   paid, refused at the second look, balance 20
//   paid, refused, balance 20
