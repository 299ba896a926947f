// ledger.hpp: the source of truth: a file, written before anybody is told that money has moved.
#pragma once

#include "messages.hpp"

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bank {

class ledger : public troupe::actor<ledger> {
public:
  explicit ledger(std::string path) : path_(std::move(path)) {}

  /// What an earlier incarnation has written is read again: nothing else survives it.
  troupe::start_result on_start() {
    std::ifstream old(path_);
    for (booked b; old >> b.line >> b.what.id >> b.what.from >> b.what.to >> b.what.amount;)
      keep(b);
    file_.open(path_, std::ios::app);
    if (!file_) throw std::runtime_error("cannot write " + path_);
    return troupe::start_result::ok(std::to_string(lines_.size()) + " lines");
  }

  /// A transfer that stands here already is not written again: askers may ask twice.
  booked on(const append& a) {
    if (const auto known = by_id_.find(a.what.id); known != by_id_.end())
      return lines_[known->second];
    const booked b{lines_.size() + 1, a.what};
    file_ << b.line << ' ' << b.what.id << ' ' << b.what.from << ' ' << b.what.to << ' '
          << b.what.amount << std::endl;
    if (!file_) throw std::runtime_error("cannot write " + path_);
    keep(b);
    return b;
  }
  std::vector<booked> on(const lines_of& l) const {
    std::vector<booked> mine;
    const auto [first, last] = by_account_.equal_range(l.account);
    for (auto one = first; one != last; ++one) mine.push_back(lines_[one->second]);
    return mine;
  }
  void on(break_down) { throw std::runtime_error("the ledger fell off its table"); }

private:
  void keep(const booked& b) {
    const std::size_t at = lines_.size();
    lines_.push_back(b);
    by_id_.emplace(b.what.id, at);
    by_account_.emplace(b.what.from, at);
    by_account_.emplace(b.what.to, at);
  }

  std::string path_;
  std::ofstream file_;
  std::vector<booked> lines_;
  std::unordered_map<std::uint64_t, std::size_t> by_id_;
  std::multimap<std::string, std::size_t> by_account_;
};

}  // namespace bank
