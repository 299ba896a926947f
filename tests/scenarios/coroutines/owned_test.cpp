// owned_test.cpp: what travels through awaits has one owner, and is destroyed once.
#include "players.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cast;

using book_ptr = std::shared_ptr<ledger>;
[[nodiscard]] book_ptr make_book() { return std::make_shared<ledger>(); }

struct parcel {  ///< cannot be copied; nobody counts it unless it has tickets
  std::unique_ptr<std::string> text{};
  std::vector<ticket> tickets{};
};
struct swap {
  using reply = parcel;
  parcel content;
};
struct with_letter {
  using reply = std::string;
  std::string text;
};

[[nodiscard]] parcel pack(const book_ptr& book, std::string text) {
  parcel p;
  p.text = std::make_unique<std::string>(std::move(text));
  p.tickets.emplace_back(book);
  p.tickets.emplace_back(book);
  return p;
}

constexpr auto long_text = "a text that is too long for the small buffer of a string";

/// Gives back what it gets: at once, after a while, or never.
class swapper : public troupe::actor<swapper> {
public:
  explicit swapper(troupe::ref<keeper> k) : keeper_(std::move(k)) {}
  task<parcel> on(swap s) {
    if (*s.content.text == "wait") co_await kept_by(keeper_, 1);
    if (*s.content.text == "throw") throw std::runtime_error("lost");
    co_return std::move(s.content);
  }
  task<> on(parcel p) {
    if (*p.text == "wait") co_await kept_by(keeper_, 2);
    ++taken_;
  }
  task<std::string> on(with_letter l) {
    co_await troupe::sleep(1us);
    co_return l.text + "!";
  }
  int on(how_many) const { return taken_; }

private:
  troupe::ref<keeper> keeper_;
  int taken_ = 0;
};

struct cast_of_three {
  explicit cast_of_three(scenario::world& w)
      : k(w.spawn<keeper>()), to(w.spawn<swapper>(k)), s(w), book(make_book()) {}
  troupe::ref<keeper> k;
  troupe::ref<swapper> to;
  stage_of_one s;
  book_ptr book;
};

SCENARIO(Owned, AMessageAndAReplyThatCannotBeCopied) {
  cast_of_three c(w);
  c.s.p
      .ask<perform>([to = c.to, book = c.book](player& me) -> task<> {
        auto content = pack(book, long_text);
        auto request = to.ask<swap>(std::move(content));
        parcel back = co_await request;
        me.say(*back.text);
        EXPECT_EQ(back.tickets.size(), 2U);
        EXPECT_EQ(ledger::read(book->destroyed), 0);
      })
      .get();
  EXPECT_EQ(c.s.text(), long_text);
  w.settle();
  expect_balanced(*c.book, 2);
}

SCENARIO(Owned, AStringInAndAnotherOut) {
  cast_of_three c(w);
  c.s.p.tell<play>([to = c.to](player& me) -> task<> {
    for (int i = 0; i < 3; ++i) {
      const std::string text = long_text + std::to_string(i);
      const std::string back = co_await to.ask<with_letter>(text);
      EXPECT_EQ(back, text + "!");
      const auto tried = co_await to.try_ask<with_letter>(text);
      me.say(tried ? "well" : code_of(tried));
    }
  });
  for (int i = 0; i < 6; ++i) pass(w, 1us);
  EXPECT_EQ(c.s.text(), "well well well");
}

SCENARIO(Owned, AnOperationThatIsNamedFirst) {
  cast_of_three c(w);
  c.s.p
      .ask<perform>([to = c.to, book = c.book](player& me) -> task<> {
        auto request = to.ask(swap{pack(book, long_text)});
        parcel back = co_await request;
        me.say(*back.text);
        auto sending = to.send(pack(book, "x"));
        co_await sending;
        auto another = to.ask(swap{pack(book, "y")});
        back = co_await another;
        me.say(*back.text);
      })
      .get();
  EXPECT_EQ(c.s.text(), std::string(long_text) + " y");
  w.settle();
  expect_balanced(*c.book, 6);
}

SCENARIO(Owned, AnOperationThatIsNeverAwaitedSendsNothing) {
  cast_of_three c(w);
  c.s.p
      .ask<perform>([to = c.to, book = c.book](player&) -> task<> {
        auto request = to.ask(swap{pack(book, "x")});
        auto sending = to.send(pack(book, "y"));
        auto moved = std::move(sending);
        co_return;
      })
      .get();
  w.settle();
  EXPECT_EQ(c.to.ask(how_many{}).get(), 0);
  expect_balanced(*c.book, 4);
}

SCENARIO(Owned, AMessageThatWasSentWithRoom) {
  cast_of_three c(w);
  c.s.p
      .ask<perform>([to = c.to, book = c.book](player&) -> task<> {
        for (int i = 0; i < 10; ++i) {
          auto content = pack(book, "x");
          auto sending = to.send(std::move(content));
          co_await sending;
        }
      })
      .get();
  w.settle();
  EXPECT_EQ(c.to.ask(how_many{}).get(), 10);
  expect_balanced(*c.book, 20);
}

/// What becomes of both sides of a request whose handler waits.
void expect_all_destroyed(scenario::world& w, const std::function<void(cast_of_three&)>& end) {
  cast_of_three c(w);
  c.s.p.tell<play>([to = c.to, book = c.book](player& me) -> task<> {
    const ticket mine(book);
    auto content = pack(book, "wait");
    auto request = to.try_ask<swap>(std::move(content)).within(1h);
    const auto r = co_await request;
    me.say(code_of(r));
  });
  wait_for_kept(c.k, 1);
  wait_for(c.s.p);
  end(c);
  w.settle();
  c.k.tell(answer_all{});
  w.settle();
  expect_balanced(*c.book, 3);
}

SCENARIO(Owned, WhenTheAskerIsKilled) {
  expect_all_destroyed(w, [](cast_of_three& c) {
    c.s.p.kill();
    EXPECT_EQ(reason_of(c.s.p), exit_kind::killed);
    c.k.tell(answer_all{});
  });
}
SCENARIO(Owned, WhenTheAskerStops) {
  expect_all_destroyed(w, [](cast_of_three& c) {
    c.s.p.stop();
    EXPECT_EQ(reason_of(c.s.p), exit_kind::normal);
    c.k.tell(answer_all{});
  });
}
SCENARIO(Owned, WhenTheAskerFails) {
  expect_all_destroyed(w, [](cast_of_three& c) {
    c.s.p.tell<fall>("x");
    EXPECT_EQ(reason_of(c.s.p), exit_kind::failed);
    c.k.tell(answer_all{});
  });
}
SCENARIO(Owned, WhenTheHandlerIsKilled) {
  expect_all_destroyed(w, [](cast_of_three& c) { c.to.kill(); });
}
SCENARIO(Owned, WhenTheHandlerStops) {
  expect_all_destroyed(w, [](cast_of_three& c) { c.to.stop(); });
}
SCENARIO(Owned, WhenAllGoesWell) {
  expect_all_destroyed(w, [](cast_of_three& c) { c.k.tell(answer_all{}); });
}
SCENARIO(Owned, WhenTheSystemShutsDown) {
  const auto book = make_book();
  auto k = w.spawn<keeper>();
  auto to = w.spawn<swapper>(k);
  stage_of_one s(w);
  s.p.tell<play>([to, book](player& me) -> task<> {
    auto content = pack(book, "wait");
    auto request = to.ask<swap>(std::move(content)).within(1h);
    const auto back = co_await request;
    me.say(*back.text);
  });
  wait_for_kept(k, 1);
  EXPECT_TRUE(w.shutdown(60s).clean());
  expect_balanced(*book, 2);
  EXPECT_EQ(s.wrote->count("wait"), 0);
}

SCENARIO(Owned, WhenTheHandlerThrows) {
  cast_of_three c(w);
  c.s.p
      .ask<perform>([to = c.to, book = c.book](player& me) -> task<> {
        auto content = pack(book, "throw");
        auto request = to.try_ask<swap>(std::move(content));
        const auto r = co_await request;
        me.say(code_of(r));
      })
      .get();
  EXPECT_EQ(c.s.text(), "down");
  w.settle();
  expect_balanced(*c.book, 2);
}

SCENARIO(Owned, WhenTheReplyComesTooLate) {
  cast_of_three c(w);
  c.s.p.tell<play>([to = c.to, book = c.book](player& me) -> task<> {
    auto content = pack(book, "wait");
    auto request = to.try_ask<swap>(std::move(content)).within(real ? 5ms : 50ms);
    const auto r = co_await request;
    me.say(code_of(r));
  });
  pass(w, 50ms);
  EXPECT_EQ(c.s.text(), "timeout");
  c.k.tell(answer_all{});
  w.settle();
  EXPECT_EQ(c.s.text(), "timeout");
  expect_balanced(*c.book, 2);
}

SCENARIO(Owned, WhenTheReceiverHasEndedBefore) {
  cast_of_three c(w);
  c.to.kill();
  w.settle();
  c.s.p
      .ask<perform>([to = c.to, book = c.book](player& me) -> task<> {
        auto content = pack(book, "x");
        auto request = to.try_ask<swap>(std::move(content));
        const auto r = co_await request;
        me.say(code_of(r));
        try {
          auto more = pack(book, "x");
          auto sending = to.send(std::move(more));
          co_await sending;
        } catch (const troupe::ask_failed& e) {
          me.say(code_of(e));
        }
      })
      .get();
  EXPECT_EQ(c.s.text(), "down down");
  w.settle();
  expect_balanced(*c.book, 4);
}

}  // namespace
