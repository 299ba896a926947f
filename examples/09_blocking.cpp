// 09_blocking.cpp: work that blocks, beside actors that must not.
//
//   Notice   a handler that blocks would keep its core. blocking(f, args...) runs f on a thread of
//            its own sort, and the actor goes on handling messages; f knows nothing of the actor,
//            so it shares nothing with it.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

/// A library from a time before actors: it waits, and throws.
std::string old_catalogue(const std::string& title, const std::shared_future<void>& opened) {
  opened.wait();
  if (title == "Atlantis") throw std::runtime_error("never returned");
  return title + ", third shelf";
}

struct look_up {
  std::string title;
};
struct status {
  using reply = std::string;
};

class librarian : public troupe::actor<librarian> {
public:
  explicit librarian(std::shared_future<void> opened) : opened_(std::move(opened)) {}

  troupe::task<> on(look_up l) {
    ++searching_;
    try {
      const auto place = co_await troupe::blocking(old_catalogue, l.title, opened_);
      found_.insert(place);
    } catch (const std::runtime_error& e) {  // what f throws, co_await throws
      found_.insert(l.title + ", " + e.what());
    }
    --searching_;
  }

  std::string on(status) const {
    std::string text = std::to_string(searching_) + " searched for";
    for (const auto& f : found_) text += "; " + f;
    return text;
  }

private:
  std::shared_future<void> opened_;
  int searching_ = 0;
  std::set<std::string> found_;
};

int main() {
  troupe::actor_system sys({.blocking_threads = 2});  // as many calls may block at once
  std::promise<void> morning;
  const auto l = sys.spawn<librarian>(morning.get_future().share());

  for (const char* const title : {"Emma", "Ulysses", "Atlantis"}) l.tell<look_up>(title);

  // Two calls block and one waits for a thread; the librarian answers at once.
  std::printf("at night: %s\n", l.ask(status{}).get().c_str());

  morning.set_value();
  sys.drain();  // until handlers that wait for blocking work have gone on, too
  std::printf("at noon: %s\n", l.ask(status{}).get().c_str());
}

// It prints:
//
//   at night: 3 searched for
//   at noon: 0 searched for; Atlantis, never returned; Emma, third shelf; Ulysses, third shelf
