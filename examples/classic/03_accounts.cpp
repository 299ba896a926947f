// 03_accounts.cpp: a lock that its owner takes again: accounts, and two transfers that cross.
//
//   Notice   transfer() holds both accounts and calls withdraw() and deposit(), which take the same
//            locks again: an rlock allows that. Transfers that cross take their two locks in one
//            order, so none waits for the other for ever.
#include <troupe/actors/classic/prelude.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace classic = troupe::classic;

class account {
public:
  account(troupe::actor_system& sys, int number, long balance)
      : lock_(sys), number_(number), balance_(balance) {}

  bool withdraw(long amount) {
    const auto held = lock_.acquire();
    if (balance_ < amount) return false;
    balance_ -= amount;
    return true;
  }
  void deposit(long amount) {
    const auto held = lock_.acquire();
    balance_ += amount;
  }
  long balance() {
    const auto held = lock_.acquire();
    return balance_;
  }

  /// All or nothing: nobody sees the money on the way.
  static bool transfer(account& from, account& to, long amount) {
    account* first = &from;
    account* second = &to;
    if (second->number_ < first->number_) std::swap(first, second);
    const auto one = first->lock_.acquire();
    const auto other = second->lock_.acquire();
    if (!from.withdraw(amount)) return false;
    to.deposit(amount);
    return true;
  }

private:
  classic::rlock lock_;
  const int number_;
  long balance_;
};

int main() {
  troupe::actor_system sys;
  account anna(sys, 1, 1000), ben(sys, 2, 1000);

  std::printf("500 from Anna to Ben: %s\n",
              account::transfer(anna, ben, 500) ? "done" : "not enough");
  std::printf("600 from Anna to Ben: %s\n",
              account::transfer(anna, ben, 600) ? "done" : "not enough");
  {
    classic::thread there(sys, [&] {
      for (int i = 0; i < 1000; ++i) account::transfer(anna, ben, 1);
    });
    classic::thread back(sys, [&] {
      for (int i = 0; i < 500; ++i) account::transfer(ben, anna, 1);
    });
    there.start();
    back.start();
  }  // joins them
  std::printf("together: %ld\n", anna.balance() + ben.balance());

  // What was taken twice is released twice, and by its owner only.
  classic::rlock lock(sys);
  auto once = lock.acquire();
  auto again = lock.acquire();
  once.release();
  std::printf("released once:  %s\n", lock.locked() ? "held" : "free");
  again.release();
  std::printf("released twice: %s\n", lock.locked() ? "held" : "free");
  std::printf("once more:      %s\n", std::string(to_string(lock.release())).c_str());
}

// It prints:
//
//   500 from Anna to Ben: done
//   600 from Anna to Ben: not enough
//   together: 2000
//   released once:  held
//   released twice: free
//   once more:      not_held
