// 24_local.cpp: one value for each thread, or for each actor.
//
//   Notice   the functions below take no student, and yet each thread sees its own; nothing is
//            locked. Inside actors the value belongs to the actor, whichever worker runs it.
#include <troupe/actors/classic/prelude.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace classic = troupe::classic;

struct student {
  std::string name = "nobody";
  int pages = 0;
};
const classic::local<student> here;

void read_a_page() { ++here->pages; }
std::string who_am_i() { return here->name + ", pages read: " + std::to_string(here->pages); }

struct page {};
struct about {
  using reply = std::string;
};

class reader : public troupe::actor<reader> {
public:
  explicit reader(std::string name) : name_(std::move(name)) {}
  void on_start() { here->name = name_; }
  void on(page) { read_a_page(); }
  std::string on(about) { return who_am_i(); }

private:
  std::string name_;
};

int main() {
  troupe::actor_system sys({.workers = 1});  // both actors below run on one thread
  classic::guarded<std::vector<std::string>> told(sys);
  {
    const auto study = [&](std::string name, int pages) {
      here->name = std::move(name);
      for (int i = 0; i < pages; ++i) read_a_page();
      told.with([text = who_am_i()](auto& all) { all.push_back(text); });
    };
    classic::thread anna(sys, study, "Anna", 30), ben(sys, study, "Ben", 4);
    anna.start();
    ben.start();
  }
  auto lines = told.with([](auto& all) { return all; });
  std::sort(lines.begin(), lines.end());
  for (const auto& line : lines) std::puts(line.c_str());

  const auto carl = sys.spawn<reader>("Carl"), dora = sys.spawn<reader>("Dora");
  for (int i = 0; i < 3; ++i) carl.tell(page{});
  dora.tell(page{});
  std::puts(carl.ask<about>().get().c_str());
  std::puts(dora.ask<about>().get().c_str());
  std::puts(who_am_i().c_str());
}

// It prints:
//
//   Anna, pages read: 30
//   Ben, pages read: 4
//   Carl, pages read: 3
//   Dora, pages read: 1
//   nobody, pages read: 0
