// 10_pool.cpp: several workers behind one address, and a bucket of tokens in front of them.
//
//   main --fetch--> limiter --fetch, forwarded--> pool of 4 --reply--> main
//
//   Notice   the limiter answers nothing itself: it forwards request and reply together, now or
//            later. Whether there is one worker behind its address or four, it cannot tell.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <deque>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

struct fetch {
  using reply = std::string;
  std::string page;
};
using fetching = troupe::address<fetch>;

std::string download(const std::string& agent, const std::string& page) {
  return page + ", fetched by " + agent;  // here a real one would block
}

class fetcher : public troupe::actor<fetcher> {
public:
  explicit fetcher(std::string agent) : agent_(std::move(agent)) {}

  troupe::task<std::string> on(fetch f) {
    auto content = co_await troupe::blocking(download, agent_, f.page);
    co_return content;
  }

private:
  std::string agent_;
};

/// Lets so many requests through in each period; the others wait, in order.
class limiter : public troupe::actor<limiter> {
  struct refill {};

public:
  limiter(fetching workers, std::size_t tokens, troupe::duration period)
      : workers_(std::move(workers)), tokens_(tokens), left_(tokens), period_(period) {}

  void on_start() { self().every(period_, refill{}); }

  void on(fetch f, troupe::reply_to<fetch> reply) {
    waiting_.push_back({std::move(f), std::move(reply)});
    let_through();
  }
  void on(refill) {
    left_ = tokens_;
    let_through();
  }

private:
  void let_through() {
    for (; left_ > 0 && !waiting_.empty(); --left_) {
      auto [message, reply] = std::move(waiting_.front());
      waiting_.pop_front();
      reply.forward(workers_, std::move(message));
    }
  }

  fetching workers_;
  std::size_t tokens_, left_;
  troupe::duration period_;
  std::deque<troupe::asked<fetch>> waiting_;
};

/// Asks for all at once, so that the limiter has something to hold back.
struct fetch_all {
  using reply = std::vector<std::string>;
  std::vector<std::string> pages;
};
class reader : public troupe::actor<reader> {
public:
  explicit reader(fetching from) : from_(std::move(from)) {}

  troupe::task<std::vector<std::string>> on(fetch_all all) {
    std::vector<troupe::request<fetch>> requests;
    for (auto& page : all.pages) requests.push_back(from_.ask<fetch>(std::move(page)));
    auto contents = co_await when_all(std::move(requests));
    co_return contents;
  }

private:
  fetching from_;
};

int main() {
  troupe::actor_system sys;
  const auto workers = sys.spawn_pool<fetcher>({.size = 4, .route = troupe::routing::least_loaded},
                                               std::string("troupe"));
  const auto limited = sys.spawn<limiter>(workers, 2U, 5ms);
  const auto r = sys.spawn<reader>(limited);

  const auto contents =
      r.ask<fetch_all>(std::vector<std::string>{"index", "news", "maps", "search", "help"}).get();
  for (const std::string& page : contents) std::printf("%s\n", page.c_str());
}

// It prints:
//
//   index, fetched by troupe
//   news, fetched by troupe
//   maps, fetched by troupe
//   search, fetched by troupe
//   help, fetched by troupe
