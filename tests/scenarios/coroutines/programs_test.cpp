// programs_test.cpp: small programs as a user would write them: a pipeline, gathering answers, a
// sender that resends.
#include "players.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using namespace cast;
using troupe::address;
using troupe::asked;
using troupe::inbox;

// --- words: reader -> splitters -> counters by word -> top list

struct line {
  std::string text;
};
struct words {
  std::vector<std::string> list;
};
struct count {
  std::string word;
  long n;
};
using table = std::vector<count>;

constexpr auto collects = [](inbox<table> in, std::shared_ptr<table> all) -> task<> {
  while (auto t = co_await in.next()) all->insert(all->end(), t->begin(), t->end());
};
constexpr auto counts = [](inbox<words> in, address<table> out) -> task<> {
  std::unordered_map<std::string, long> n;
  while (auto w = co_await in.next())
    for (const auto& s : w->list) ++n[s];
  table t;
  for (const auto& [word, k] : n) t.push_back({word, k});
  auto sent = out.send(std::move(t));
  co_await sent;
};

[[nodiscard]] std::vector<words> split(const std::string& text, std::size_t parts) {
  std::vector<words> by(parts);
  std::string w;
  for (const char c : text + " ") {
    if (c != ' ') {
      w += c;
    } else if (!w.empty()) {
      by[std::hash<std::string>{}(w) % parts].list.push_back(std::move(w));
      w.clear();
    }
  }
  return by;
}
constexpr auto splits = [](inbox<line> in, std::vector<address<words>> out) -> task<> {
  while (auto l = co_await in.next()) {
    auto by = split(l->text, out.size());
    for (std::size_t k = 0; k < out.size(); ++k)
      if (!by[k].list.empty()) co_await out[k].send<words>(std::move(by[k].list));
  }
};

SCENARIO(Programs, CountWordsWithAPipelineThatEndsByItself) {
  const auto all = std::make_shared<table>();
  auto& sys = w.system();
  {
    auto top = sys.spawn(collects, all);
    std::vector<address<words>> counters;
    for (int i = 0; i < 3; ++i)
      counters.push_back(sys.spawn({.name = "counter", .capacity = 2}, counts, top));
    std::vector<address<line>> splitters;
    for (int i = 0; i < 2; ++i) splitters.push_back(sys.spawn({.capacity = 2}, splits, counters));
    std::vector<std::string> input{"the quick brown fox", "jumps over the lazy dog", "the end"};
    const auto reader = sys.spawn(
        [](inbox<>, std::vector<std::string> lines, std::vector<address<line>> out) -> task<> {
          std::size_t k = 0;
          for (int round = 0; round < 3; ++round)
            for (auto& s : lines) co_await out[k++ % out.size()].send<line>(s);
        },
        std::move(input), std::move(splitters));
  }
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U) << "each stage ends when its last producer has ended";
  std::sort(all->begin(), all->end(), [](const count& a, const count& b) {
    return a.n != b.n ? a.n > b.n : a.word < b.word;
  });
  ASSERT_EQ(all->size(), 9U);
  EXPECT_EQ((*all)[0].word, "the");
  EXPECT_EQ((*all)[0].n, 9);
  EXPECT_EQ((*all)[1].word, "brown");
  for (std::size_t i = 1; i < all->size(); ++i) EXPECT_EQ((*all)[i].n, 3) << (*all)[i].word;
  EXPECT_EQ(w.counters().dead_letters(), 0U);
}

// --- gather: ask all shards, take what arrived in time

struct find {
  using reply = std::vector<std::string>;
  std::string word;
};
using shard_address = address<find>;

class shard : public troupe::actor<shard> {
public:
  shard(int no, std::chrono::milliseconds delay) : no_(no), delay_(delay) {}
  task<std::vector<std::string>> on(find f) {
    co_await troupe::sleep(delay_);
    if (no_ == 3) throw std::runtime_error("disk");
    co_return std::vector<std::string>{f.word + "@" + std::to_string(no_)};
  }

private:
  int no_;
  std::chrono::milliseconds delay_;
};

struct search {
  struct reply {
    std::vector<std::string> hits{};
    int missing = 0;
  };
  std::string word;
};

class searcher : public troupe::actor<searcher> {
public:
  explicit searcher(std::vector<shard_address> all) : all_(std::move(all)) {}
  task<search::reply> on(search s) {
    std::vector<troupe::try_request<find>> asks;
    for (auto& one : all_) asks.push_back(one.try_ask<find>(s.word).within(150ms));
    auto answers = co_await when_all(std::move(asks));
    search::reply r;
    for (auto& a : answers) {
      if (!a)
        ++r.missing;
      else
        r.hits.insert(r.hits.end(), a->begin(), a->end());
    }
    co_return r;
  }

private:
  std::vector<shard_address> all_;
};

struct two {
  using reply = std::size_t;
};
class both : public troupe::actor<both> {
public:
  both(shard_address a, shard_address b) : a_(std::move(a)), b_(std::move(b)) {}
  task<std::size_t> on(two) {
    auto pair = co_await when_all(a_.ask<find>("x"), b_.ask<find>("y"));
    auto& [x, y] = pair;
    co_return x.size() + y.size();
  }

private:
  shard_address a_, b_;
};

SCENARIO(Programs, GatherWhatArrivesInTime) {
  std::vector<shard_address> all;
  for (int i = 0; i < 4; ++i) all.push_back(w.spawn<shard>(i, 1ms * i));
  all.push_back(w.spawn<shard>(4, std::chrono::milliseconds(1h)));
  auto s = w.spawn<searcher>(all);
  const auto r = s.ask<search>("actor").within(1h).get();
  EXPECT_EQ(r.hits, (std::vector<std::string>{"actor@0", "actor@1", "actor@2"}));
  EXPECT_EQ(r.missing, 2) << "one fails, one is too slow";
  auto b = w.spawn<both>(all[0], all[1]);
  EXPECT_EQ(b.ask(two{}).get(), 2U);
  EXPECT_EQ(w.counters().failed, 1U);
}

// --- resend: numbers its packets, waits for the acknowledgement, resends, gives up

struct packet {
  int no;
  std::string body;
};
struct ack {
  int no;
};
struct hang_up {};
struct submit {
  using reply = bool;
  std::string body;
};
struct hello {
  address<ack> who;
};
const troupe::duration ack_within = real ? 5ms : 100ms;

constexpr auto sends_it = [](inbox<submit, ack, hang_up> in, address<packet> peer) -> task<> {
  int no = 0;
  for (;;) {
    auto item = co_await in.next();
    if (!item) co_return;
    bool end = false;
    std::optional<asked<submit>> job;
    troupe::match(
        std::move(*item), [&](hang_up) { end = true; }, [](ack) {},
        [&](asked<submit> s) { job.emplace(std::move(s)); });
    if (end) co_return;
    if (!job) continue;
    ++no;
    bool arrived = false;
    for (int attempt = 0; attempt < 3 && !arrived; ++attempt) {
      peer.tell<packet>(no, job->message.body);
      while (auto a = co_await in.next<ack>(ack_within))
        if (a->no == no) {
          arrived = true;
          break;
        }
    }
    job->reply(arrived);
  }
};
/// Loses the first even packet, and whatever says so.
constexpr auto acknowledges = [](inbox<hello, packet> in) -> task<> {
  auto h = co_await in.next<hello>();
  if (!h) co_return;
  int seen = 0;
  while (auto p = co_await in.next<packet>()) {
    if (p->body == "into the void") continue;
    if (p->no % 2 == 1 || ++seen > 1) h->who.tell(ack{p->no});
  }
};

SCENARIO(Programs, ResendWhatIsNotAcknowledged) {
  auto receiver = w.system().spawn(acknowledges);
  auto sender = w.system().spawn(sends_it, receiver);
  receiver.tell(hello{sender});
  EXPECT_TRUE(sender.ask<submit>("one").within(1h).get());
  EXPECT_TRUE(sender.ask<submit>("two").within(1h).get()) << "at the second attempt";
  EXPECT_FALSE(sender.ask<submit>("into the void").within(1h).get());
  EXPECT_TRUE(sender.ask<submit>("four").within(1h).get());
  sender.tell(hang_up{});
  sender = {};
  receiver = {};
  w.settle();
  EXPECT_EQ(w.counters().alive(), 0U);
}

}  // namespace
