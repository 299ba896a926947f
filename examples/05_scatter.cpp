// 05_scatter.cpp: asking several at once.
//
//   Notice   when_all ends when each has ended, so failures are values here (try_ask): one library
//            that is closed costs its books, not the search. when_any ends with the first; the
//            others are cancelled.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace std::chrono_literals;

struct find {
  using reply = std::vector<std::string>;
  std::string topic;
};
using library = troupe::address<find>;

class small_library : public troupe::actor<small_library> {
public:
  explicit small_library(std::string town) : town_(std::move(town)) {}
  std::vector<std::string> on(const find& f) const { return {f.topic + ", from " + town_}; }

private:
  std::string town_;
};

class burnt_library : public troupe::actor<burnt_library> {
public:
  std::vector<std::string> on(const find&) { throw std::runtime_error("we had a fire"); }
};

class slow_library : public troupe::actor<slow_library> {
public:
  void on(find, troupe::reply_to<find> reply) { letters_.push_back(std::move(reply)); }

private:
  std::vector<troupe::reply_to<find>> letters_;  // to be answered one day
};

struct search {
  struct answer {
    std::vector<std::string> books;
    std::vector<troupe::ask_errc> missing;
  };
  using reply = answer;
  std::string topic;
};
struct quick_search {
  using reply = std::string;
  std::string topic;
};

class reader : public troupe::actor<reader> {
public:
  explicit reader(std::vector<library> all) : all_(std::move(all)) {}

  troupe::task<search::answer> on(search s) {
    std::vector<troupe::try_request<find>> requests;  // nothing is sent yet
    for (const library& one : all_) requests.push_back(one.try_ask<find>(s.topic).within(500ms));
    const auto replies = co_await when_all(std::move(requests));

    search::answer all;
    for (const auto& reply : replies)
      if (reply)
        all.books.insert(all.books.end(), reply->begin(), reply->end());
      else
        all.missing.push_back(reply.error().code());
    co_return all;
  }

  troupe::task<std::string> on(quick_search q) {
    const library& slow = all_.back();
    const library& near = all_.front();
    // Of operands of different types the result is a variant, with the winner's alternative.
    auto first =
        co_await when_any(slow.ask<find>(q.topic), near.ask<find>(q.topic), troupe::sleep(1h));
    if (first.index() == 1) co_return std::get<1>(first).front();
    co_return "nothing";
  }

private:
  std::vector<library> all_;
};

int main() {
  troupe::actor_system sys({.log = false});
  const std::vector<library> all{sys.spawn<small_library>("Bergen"), sys.spawn<burnt_library>(),
                                 sys.spawn<small_library>("Oslo"), sys.spawn<slow_library>()};
  const auto r = sys.spawn<reader>(all);

  const auto found = r.ask<search>("whales").get();
  for (const std::string& book : found.books) std::printf("%s\n", book.c_str());
  for (const troupe::ask_errc why : found.missing)
    std::printf("no answer: %s\n", std::string(to_string(why)).c_str());

  std::printf("first of all: %s\n", r.ask<quick_search>("ships").get().c_str());
}

// It prints:
//
//   whales, from Bergen
//   whales, from Oslo
//   no answer: down
//   no answer: timeout
//   first of all: ships, from Bergen
