// actors.cpp: what the actors do with each message.
#include "actors.hpp"

#include <utility>

namespace word_count {
namespace {

/// A request that is answered when several others have been. Their continuations share it.
template <class M>
struct gathering {
  troupe::reply_to<M> to;
  troupe::reply_t<M> answer;
  std::size_t open = 1;  // whoever begins counts as one

  void wait_for_one_more() { ++open; }
  void one_is_done() {
    if (--open == 0) to(std::move(answer));
  }
};

}  // namespace

// --- counter

void counter::on(const words& w) {
  for (const place& p : w.places) table_.add({w.text->data() + p.at, p.length}, p.hash);
}

// --- splitter

splitter::splitter(std::vector<troupe::address<words>> counters) : counters_(std::move(counters)) {}

void splitter::on(piece p, troupe::reply_to<piece> taken) {
  split_text found = split(p.text, counters_.size());
  const auto text = std::make_shared<const std::string>(std::move(p.text));
  auto all = std::make_shared<gathering<piece>>(std::move(taken), found.seen);
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    if (found.shares[i].empty()) continue;
    all->wait_for_one_more();
    counters_[i].ask<words>(text, std::move(found.shares[i])).within(any_time).then(this, [all] {
      all->one_is_done();
    });
  }
  all->one_is_done();
}

// --- desk

void desk::on_start() {
  for (std::size_t i = 0; i < width_; ++i)
    counters_.push_back(self().spawn<counter>({.name = "counter " + std::to_string(i)}));
  const std::vector<troupe::address<words>> to(counters_.begin(), counters_.end());
  for (std::size_t i = 0; i < width_; ++i)
    splitters_.push_back(self().spawn<splitter>({.name = "splitter " + std::to_string(i)}, to));
  for (std::size_t n = 0; n < width_ * credits_each; ++n) credits_.push(n % width_);
}

void desk::on(chunk c, troupe::reply_to<chunk> handed_out) {
  chunks_.push({std::move(c), std::move(handed_out)});
  hand_out();
}

void desk::on(finish f, troupe::reply_to<finish> done) {
  finish_.emplace(f, std::move(done));
  hand_out();
}

void desk::hand_out() {
  while (!chunks_.empty() && !credits_.empty()) {
    auto [c, handed_out] = std::move(chunks_.front());
    chunks_.pop();
    const std::size_t i = credits_.front();
    credits_.pop();
    splitters_[i].ask<piece>(std::move(c.text)).within(any_time).then(this, [this, i](tally seen) {
      seen_ += seen;
      credits_.push(i);
      hand_out();
    });
    handed_out();
  }
  if (finish_ && credits_.size() == width_ * credits_each) {
    auto [f, done] = std::move(*finish_);
    finish_.reset();
    collect(f, std::move(done));
  }
}

void desk::collect(finish f, troupe::reply_to<finish> done) {
  auto all = std::make_shared<gathering<finish>>(std::move(done), summary{seen_, {}});
  for (const auto& to : counters_) {
    all->wait_for_one_more();
    to.ask<top_words>(f.top).within(any_time).then(this, [all, f](ranking share) {
      all->answer.words.merge(std::move(share));
      all->answer.words.cut(f.top);
      all->one_is_done();
    });
  }
  all->one_is_done();
}

}  // namespace word_count
