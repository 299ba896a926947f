// 14_names.cpp: actors that are found by name.
//
//   Notice   two banks want one name, and exactly one gets it: the other sees that there is nothing
//            to do, and ends with start_result::ignore(). The name goes with its owner, whatever
//            ends it. Who finds it says which messages it will send, and gets an address for them.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <string>
#include <utility>

struct deposit {
  long amount;
};
struct balance {
  using reply = long;
};
struct withdraw {
  long amount;
};

class bank : public troupe::actor<bank> {
public:
  using protocol = troupe::address<deposit, balance>;  // what others may find it for

  explicit bank(std::string motto) : motto_(std::move(motto)) {}

  troupe::start_result on_start() {
    const auto got = self().system().names().put("bank", self());
    if (got != troupe::put_name::registered) {
      std::printf("%s: %s\n", motto_.c_str(), std::string(to_string(got)).c_str());
      return troupe::start_result::ignore();
    }
    std::printf("%s: open\n", motto_.c_str());
    return troupe::start_result::ok();
  }
  void on(deposit d) { balance_ += d.amount; }
  void on(withdraw w) { balance_ -= w.amount; }  // of this the protocol says nothing
  long on(balance) const { return balance_; }

private:
  std::string motto_;
  long balance_ = 0;
};

int main() {
  troupe::actor_system sys;
  const auto names = sys.names();

  auto first = sys.spawn<bank>("we came first");
  sys.drain();
  const auto second = sys.spawn<bank>("we came second");
  sys.drain();

  names.find<deposit>("bank").tell<deposit>(50);
  std::printf("balance %ld\n", names.find<balance>("bank").ask(balance{}).get());
  if (const auto found = names.try_find<deposit, withdraw>("bank"); !found)
    std::printf("%s\n", found.error().text.c_str());

  first.kill();
  sys.drain();
  if (const auto found = names.try_find<deposit>("bank"); !found)
    std::printf("%s\n", found.error().text.c_str());

  // The name is free for who comes next.
  const auto third = sys.spawn<bank>("we came last");
  sys.drain();
  std::printf("balance %ld\n", names.find<balance>("bank").ask(balance{}).get());
}

// It prints:
//
//   we came first: open
//   we came second: taken
//   balance 50
//   troupe: "bank" was put without `withdraw`: its address takes `deposit`, `balance`
//   troupe: nobody has the name "bank"
//   we came last: open
//   balance 0
