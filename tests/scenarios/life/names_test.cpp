// names_test.cpp: who has a name, who finds it, and when it is free again.
//
//   Note     fault 44: two owners race; a name does not outlive a crash.
#include "../cast.hpp"
#include "../lives.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace scenario;
using troupe::exit_kind;
using troupe::name_errc;
using troupe::put_name;

using mortal_address = troupe::address<step, echo, fail, leave>;

put_name put(world& w, std::string_view name, const troupe::ref<mortal>& a) {
  return w.system().names().put(name, mortal_address(a));
}
template <class... Ms>
troupe::address<Ms...> find(world& w, std::string_view name) {
  return w.system().names().find<Ms...>(name);
}

SCENARIO(Names, WhatIsPutIsFoundWithAnyPartOfItsProtocol) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  EXPECT_EQ(put(w, "bank", a), put_name::registered);
  const auto all = find<fail, leave, echo, step>(w, "bank");  // in another order
  EXPECT_EQ(all, a);
  EXPECT_EQ(all.ask<echo>(7).get(), 7);
  find<step>(w, "bank").tell<step>(3);
  EXPECT_EQ((find<echo, step>(w, "bank").ask<echo>(8).get()), 8);
  EXPECT_TRUE(find<>(w, "bank"));
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.3");
}

SCENARIO(Names, WhatIsNotPutIsNotFound) {
  auto a = w.spawn<mortal>(make_journal(), "a");
  EXPECT_EQ(put(w, "bank", a), put_name::registered);
  for (const char* const name : {"", "ban", "bank ", "Bank", "banks"}) {
    EXPECT_FALSE(find<echo>(w, name)) << name;
  }
  const auto r = w.system().names().try_find<echo>("bunk");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, name_errc::unknown);
  EXPECT_EQ(r.error().text, "troupe: nobody has the name \"bunk\"");
}

SCENARIO(Names, AMessageThatWasNotPutIsNamedInTheRefusal) {
  const auto names = w.system().names();
  auto a = w.spawn<mortal>(make_journal(), "a");
  EXPECT_EQ(names.put("part", troupe::address<echo, step>(a)), put_name::registered);
  EXPECT_EQ(names.put("none", troupe::address<>(a)), put_name::registered);
  EXPECT_FALSE((names.find<step, fail>("part"))) << "the actor handles it, but that was not said";
  const auto r = names.try_find<step, fail>("part");
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, name_errc::lacks_message);
  EXPECT_EQ(r.error().text,
            "troupe: \"part\" was put without `scenario::fail`: its address takes "
            "`scenario::echo`, `scenario::step`");
  EXPECT_TRUE(cast::says(names.try_find<echo>("none").error().text, "takes nothing"));
  EXPECT_TRUE((names.try_find<step, echo>("part")));
}

SCENARIO(Names, OfANarrowedAddressTheMessagesKeepTheirHandlers) {
  const mortal_address wide = w.spawn<mortal>(make_journal(), "a");
  const troupe::address<echo, leave> narrow = wide;  // the second and the last of its table
  EXPECT_EQ(w.system().names().put("n", narrow), put_name::registered);
  const auto found = find<leave, echo>(w, "n");
  EXPECT_EQ(found.ask<echo>(5).get(), 5);
  found.tell<leave>(exit_kind::user);
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
}

SCENARIO(Names, WithoutSenseAreRefusedByName) {
  const std::string longest(troupe::name_size_max, 'x');
  auto a = w.spawn<mortal>(make_journal(), "a");
  auto dead = w.spawn<mortal>(make_journal(), "dead");
  dead.kill();
  w.settle();
  own_system other;
  auto stranger = other->spawn<mortal>(make_journal(), "b");
  EXPECT_EQ(put(w, "", a), put_name::empty_name);
  EXPECT_EQ(put(w, longest + "x", a), put_name::too_long);
  EXPECT_EQ(put(w, "x", {}), put_name::ended);
  EXPECT_EQ(put(w, "x", dead), put_name::ended);
  EXPECT_EQ(put(w, "x", stranger), put_name::stranger);
  EXPECT_TRUE(w.system().names().list().empty());
  EXPECT_EQ(put(w, longest, a), put_name::registered);
  EXPECT_EQ(find<echo>(w, longest), a);
  EXPECT_EQ(put(w, std::string_view("a\0b", 3), a), put_name::registered) << "any bytes";
  EXPECT_FALSE(find<echo>(w, "a"));
  EXPECT_LT(w.system().names().try_find<echo>(std::string(100'000, 'y')).error().text.size(), 400U);
  for (const auto what : {put_name::registered, put_name::taken, put_name::ended,
                          put_name::empty_name, put_name::too_long, put_name::stranger})
    EXPECT_NE(to_string(what), "unknown");
}

SCENARIO(Names, AreTakenOnceAndMayBeErased) {
  const auto names = w.system().names();
  auto a = w.spawn<mortal>(make_journal(), "a");
  auto b = w.spawn<mortal>(make_journal(), "b");
  EXPECT_EQ(put(w, "x", a), put_name::registered);
  EXPECT_EQ(put(w, "x", b), put_name::taken);
  EXPECT_EQ(put(w, "x", a), put_name::taken);
  EXPECT_EQ(put(w, "y", a), put_name::registered) << "an actor may have several";
  EXPECT_TRUE(names.erase("x"));
  EXPECT_FALSE(names.erase("x"));
  EXPECT_EQ(put(w, "x", b), put_name::registered);
  EXPECT_EQ(find<echo>(w, "x"), b);
  EXPECT_EQ(find<echo>(w, "y"), a);
  const auto all = names.list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "x");
  EXPECT_EQ(all[0].who, b.id());
  EXPECT_EQ(all[0].class_name, "scenario::mortal");
  EXPECT_EQ(all[1].name, "y");
  EXPECT_EQ(all[1].who, a.id());
}

SCENARIO(Names, OneOfThoseThatRaceGetsIt) {
  constexpr std::size_t names = 20;
  constexpr int racers = 4;
  std::vector<troupe::ref<mortal>> all;
  std::atomic<int> won{0};
  std::atomic<int> taken{0};
  for (int i = 0; i < racers; ++i) all.push_back(w.spawn<mortal>(make_journal(), "a"));
  cast::at_once(racers, [&](int i) {
    for (std::size_t n = 0; n < names; ++n) {
      const auto got = put(w, std::to_string(n), all[static_cast<std::size_t>(i)]);
      (got == put_name::registered ? won : taken).fetch_add(1, std::memory_order_relaxed);
      EXPECT_TRUE(got == put_name::registered || got == put_name::taken) << to_string(got);
    }
  });
  EXPECT_EQ(won.load(std::memory_order_relaxed), static_cast<int>(names));
  EXPECT_EQ(taken.load(std::memory_order_relaxed), static_cast<int>(names) * (racers - 1));
  EXPECT_EQ(w.system().names().list().size(), names);
}

// --- the end of the owner

SCENARIO(Names, DieWithTheirOwnerHoweverItEnds) {
  std::vector<troupe::ref<mortal>> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(w.spawn<mortal>(make_journal(), "a"));
    EXPECT_EQ(put(w, std::to_string(i), all.back()), put_name::registered);
    EXPECT_EQ(put(w, "also " + std::to_string(i), all.back()), put_name::registered);
  }
  all[0].stop();
  all[1].kill();
  all[2].tell<fail>("x");
  all[3].tell<leave>(exit_kind::user);
  all[4] = {};
  w.settle();
  EXPECT_TRUE(w.system().names().list().empty());
  const auto next = w.spawn<mortal>(make_journal(), "next");
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(find<echo>(w, std::to_string(i)));
    EXPECT_EQ(put(w, std::to_string(i), next), put_name::registered);
  }
}

SCENARIO(Names, KeepNobodyAliveButWhatIsFoundDoes) {
  const auto j = make_journal();
  auto a = w.spawn<mortal>(j, "a");
  EXPECT_EQ(put(w, "x", a), put_name::registered);
  auto found = find<echo>(w, "x");
  a = {};
  w.settle();
  EXPECT_EQ(found.ask<echo>(1).get(), 1);
  EXPECT_EQ(j->text(), "a.start");
  found = {};
  w.settle();
  EXPECT_EQ(j->text(), "a.start a.stop(unreferenced) a.gone");
  EXPECT_FALSE(find<echo>(w, "x"));
  EXPECT_EQ(w.counters().cells_made, w.counters().cells_freed);
}

/// Has a child with a name; when it stops, the child has ended.
class namer : public troupe::actor<namer> {
public:
  explicit namer(journal_ptr j) : journal_(std::move(j)) {}
  void on_start() {
    child_ = self().spawn<mortal>(make_journal(), "child");
    const auto got = self().system().names().put("child", mortal_address(child_));
    journal_->note(std::string(to_string(got)));
  }
  void on_stop(const troupe::exit_reason&) {
    const auto names = self().system().names();
    journal_->note(names.list().empty() ? "free" : "still there");
    journal_->note(std::string(to_string(names.put("child", mortal_address(child_)))));
    journal_->note(std::string(to_string(names.put("mine", troupe::address<note_of>(self())))));
    journal_->note(names.find<note_of>("mine") ? "found" : "not found");
  }
  struct note_of {};
  void on(note_of) {}

private:
  journal_ptr journal_;
  troupe::ref<mortal> child_;
};

SCENARIO(Names, AreFreeBeforeAnybodyHearsOfTheEnd) {
  const auto j = make_journal();
  auto p = w.spawn<namer>(j);
  w.settle();
  EXPECT_TRUE(find<echo>(w, "child"));
  p.stop();
  w.settle();
  EXPECT_EQ(j->text(), "registered free ended registered not found")
      << "what stops may still put a name, but is not found, and the name goes with it";
  EXPECT_TRUE(w.system().names().list().empty());
}

/// Takes a name over when its owner has ended.
class heir : public troupe::actor<heir> {
public:
  explicit heir(journal_ptr j) : journal_(std::move(j)) {}
  void on_start() { self().watch(self().system().names().find<echo>("throne")); }
  void on(const troupe::down& d) {
    const auto names = self().system().names();
    journal_->note(d.reason.to_string());
    journal_->note(names.find<echo>("throne") ? "still there" : "free");
    journal_->note(std::string(to_string(names.put("throne", troupe::address<echo>(self())))));
  }
  int on(echo e) const { return -e.n; }

private:
  journal_ptr journal_;
};

SCENARIO(Names, AreFreeWhenTheDownOfTheirOwnerComes) {
  for (const bool killed : {false, true}) {
    const auto j = make_journal();
    auto king = w.spawn<mortal>(make_journal(), "king");
    EXPECT_EQ(put(w, "throne", king), put_name::registered);
    auto next = w.spawn<heir>(j);
    w.settle();
    killed ? king.kill() : king.stop();
    w.settle();
    EXPECT_EQ(j->text(), std::string(killed ? "killed" : "normal") + " free registered");
    EXPECT_EQ(find<echo>(w, "throne").ask<echo>(3).get(), -3);
    next = {};
    w.settle();
  }
}

/// Looks at its own name while it stops.
class looks : public troupe::actor<looks> {
public:
  explicit looks(journal_ptr j) : journal_(std::move(j)) {}
  ~looks() { journal_->note(std::to_string(names_->list().size())); }
  void on_start() {
    names_ = self().system().names();
    EXPECT_EQ(names_->put("x", troupe::address<step>(self())), put_name::registered);
  }
  void on_stop(const troupe::exit_reason&) {
    journal_->note(names_->find<step>("x") ? "found" : "not found");
    const auto other = self().system().spawn<mortal>(make_journal(), "other");
    journal_->note(std::string(to_string(names_->put("x", mortal_address(other)))));
  }
  void on(step) {}

private:
  journal_ptr journal_;
  std::optional<troupe::name_registry> names_;
};

SCENARIO(Names, OfOneThatStopsAreNotFoundAndNotYetFree) {
  const auto j = make_journal();
  auto a = w.spawn<looks>(j);
  a.stop();
  w.settle();
  EXPECT_EQ(j->text(), "not found taken 1");
  EXPECT_TRUE(w.system().names().list().empty());
}

// --- all kinds of owners

struct ping {
  using reply = int;
  int n = 0;
};

class speaks : public troupe::actor<speaks> {
public:
  using protocol = troupe::address<ping>;
  explicit speaks(int n) : number_(n) {}
  void on_start() {
    if (number_ != 0) return;
    EXPECT_EQ(self().system().names().put("self", self()), put_name::registered);
  }
  int on(ping p) const { return p.n + number_; }

private:
  int number_;
};

SCENARIO(Names, OfRefsPoolsAndSelfAreWhatTheirClassSays) {
  const auto names = w.system().names();
  const auto me = w.spawn<speaks>(0);
  const auto other = w.spawn<speaks>(1);
  const auto pool = w.system().spawn_pool<speaks>({.size = 3}, 2);
  w.settle();
  EXPECT_EQ(names.put("ref", other), put_name::registered);
  EXPECT_EQ(names.put("pool", pool), put_name::registered);
  EXPECT_EQ(find<ping>(w, "self").ask<ping>(10).get(), 10);
  EXPECT_EQ(find<ping>(w, "ref").ask<ping>(10).get(), 11);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(find<ping>(w, "pool").ask<ping>(10).get(), 12);
}

SCENARIO(Names, OfAProcessGoWithIt) {
  const auto names = w.system().names();
  auto p = w.system().spawn([](troupe::inbox<ping, step> in) -> troupe::task<> {
    while (auto item = co_await in.next())
      troupe::match(
          std::move(*item), [](troupe::asked<ping> a) { a.reply(a.message.n); }, [](step) {});
  });
  EXPECT_EQ(names.put("p", p), put_name::registered);
  auto found = find<ping>(w, "p");
  p = {};
  w.settle();
  EXPECT_EQ(found.ask<ping>(4).get(), 4);
  found = {};
  w.settle();
  EXPECT_FALSE(find<ping>(w, "p"));
  EXPECT_TRUE(names.list().empty());
}

// --- races

SCENARIO(Names, ANameIsFoundWithItsOwnerOrNotAtAll) {
  constexpr int lives = 30;
  std::atomic<bool> over{false};
  const auto look = [&](int) {
    do {
      if (const auto found = find<echo, ping>(w, "x")) ADD_FAILURE() << "it never takes a ping";
      if (const auto found = find<echo>(w, "x")) {
        const auto answer = found.try_ask<echo>(static_cast<int>(found.id().value())).get();
        EXPECT_TRUE(!answer || *answer == static_cast<int>(found.id().value()));
      }
    } while (world::real && !over.load(std::memory_order_acquire));
  };
  const auto own = [&](int) {
    for (int i = 0; i < lives; ++i) {
      auto a = w.spawn<mortal>(make_journal(), "a");
      const auto got = put(w, "x", a);
      EXPECT_TRUE(got == put_name::registered || got == put_name::taken);
      if (i % 3 == 0) a.stop();
      if (i % 3 == 1) a.kill();
      a = {};
      if (!world::real) look(0);
    }
  };
  std::atomic<int> owners{2};
  cast::at_once(4, [&](int i) {
    if (i >= 2) return look(i);
    own(i);
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1)
      over.store(true, std::memory_order_release);
  });
  w.settle();
  EXPECT_TRUE(w.system().names().list().empty()) << "a name has outlived its owner";
}

SCENARIO(Names, APutThatRacesWithTheEndLeavesNothing) {
  constexpr int lives = 30;
  for (int i = 0; i < lives; ++i) {
    auto a = w.spawn<mortal>(make_journal(), "a");
    cast::at_once(2, [&](int who) {
      if (who == 0) return a.kill();
      const auto got = put(w, "x", a);
      EXPECT_TRUE(got == put_name::registered || got == put_name::ended) << to_string(got);
    });
    w.settle();
    ASSERT_TRUE(w.system().names().list().empty());
  }
}

SCENARIO(Names, AShutdownEndsThemAll) {
  std::vector<troupe::ref<mortal>> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(w.spawn<mortal>(make_journal(), "a"));
    EXPECT_EQ(put(w, std::to_string(i), all.back()), put_name::registered);
  }
  EXPECT_TRUE(w.shutdown(std::chrono::seconds(60)).clean());
  EXPECT_TRUE(w.system().names().list().empty());
  EXPECT_EQ(put(w, "x", all[0]), put_name::ended);
  EXPECT_FALSE(find<echo>(w, "1"));
}

TEST(NamesInBulk, ManyNamesOfManyOwnersGoOneByOne) {
  constexpr int owners = 20'000;
  own_system sys;
  std::vector<troupe::ref<mortal>> all;
  for (int i = 0; i < owners; ++i) {
    all.push_back(sys->spawn<mortal>(make_journal(), "a"));
    ASSERT_EQ(sys->names().put(std::to_string(i), mortal_address(all.back())),
              put_name::registered);
  }
  all.resize(owners / 2);
  sys.settle();
  EXPECT_EQ(sys->names().list().size(), owners / 2U);
  all.clear();
  sys.settle();
  EXPECT_TRUE(sys->names().list().empty());
}

}  // namespace
