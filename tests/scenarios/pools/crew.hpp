// crew.hpp: the members of pools in scenarios, and what each of them has done.
//
//   Before   the pool scenarios spawn them.      After   the scenario reads the book.
//   Holds    a book with a page for each member, numbered as they were built.
#pragma once

#include "../cast.hpp"

#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace crew {

using cast::query;
using cast::right_answer;

/// What each member has read. Members share it: they may outlive the scenario's text.
class book {
public:
  /// A member is built. @returns its number
  [[nodiscard]] int enter() {
    const std::lock_guard held(mutex_);
    pages_.emplace_back();
    return static_cast<int>(pages_.size()) - 1;
  }
  void write(int member, int number) {
    const std::lock_guard held(mutex_);
    pages_[static_cast<std::size_t>(member)].push_back(number);
  }
  void gone() {
    const std::lock_guard held(mutex_);
    ++gone_;
  }
  [[nodiscard]] std::vector<std::vector<int>> pages() const {
    const std::lock_guard held(mutex_);
    return pages_;
  }
  [[nodiscard]] std::vector<std::size_t> lengths() const {
    std::vector<std::size_t> all;
    for (const auto& page : pages()) all.push_back(page.size());
    return all;
  }
  [[nodiscard]] std::vector<int> sorted() const {
    std::vector<int> all;
    for (const auto& page : pages()) all.insert(all.end(), page.begin(), page.end());
    std::sort(all.begin(), all.end());
    return all;
  }
  /// Who has read it; -1: nobody.
  [[nodiscard]] int reader_of(int number) const {
    const auto all = pages();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (std::find(all[i].begin(), all[i].end(), number) != all[i].end())
        return static_cast<int>(i);
    return -1;
  }
  [[nodiscard]] int left() const {
    const std::lock_guard held(mutex_);
    return gone_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::vector<int>> pages_;
  int gone_ = 0;
};
using book_ptr = std::shared_ptr<book>;
[[nodiscard]] inline book_ptr make_book() { return std::make_shared<book>(); }

struct line {
  int number = 0;
};
struct keyed_line {
  std::string who;
  int number = 0;
  [[nodiscard]] const std::string& key() const { return who; }
};
struct whose {  ///< the number of the member that has this key
  using reply = int;
  int who = 0;
  [[nodiscard]] int key() const { return who; }
};
struct quit {  ///< ends whoever gets it
  [[nodiscard]] int key() const { return who; }
  int who = 0;
};
struct retire {  ///< ends the member of this number, whoever else gets it
  int member;
};
struct break_down {  ///< fails whoever gets it
  using reply = void;
};
struct quit_yourself {  ///< the same, and says when it has begun
  using reply = void;
  int who = 0;
  [[nodiscard]] int key() const { return who; }
};
struct parcel {
  std::unique_ptr<int> content;
};
struct pass {  ///< until then it does nothing else, on threads
  cast::gate::leaf until;
  std::shared_ptr<std::atomic<int>> entered;
};

class hand : public troupe::actor<hand> {
public:
  explicit hand(book_ptr b) : book_(std::move(b)), me_(book_->enter()) {}
  ~hand() { book_->gone(); }

  void on(line l) { book_->write(me_, l.number); }
  void on(const keyed_line& l) { book_->write(me_, l.number); }
  int on(whose) const { return me_; }
  int on(query q) const { return right_answer(q.number); }
  void on(quit) { self().stop(); }
  void on(retire r) {
    if (r.member == me_) self().stop();
  }
  void on(quit_yourself) { self().stop(); }
  void on(break_down) { throw std::runtime_error("broken"); }
  void on(const parcel&) { book_->write(me_, -1); }
  void on(const pass& p) {
    p.entered->fetch_add(1, std::memory_order_acq_rel);
    p.entered->notify_all();
    p.until.pass();
  }

private:
  book_ptr book_;
  int me_;
};

using crew_ref = troupe::pool_ref<hand>;

/// A pool, and its book.
struct gang {
  gang(scenario::world& w, troupe::pool_options options, book_ptr b = make_book())
      : read(std::move(b)), all(w.system().spawn_pool<hand>(options, read)) {}
  book_ptr read;
  crew_ref all;
};

}  // namespace crew
