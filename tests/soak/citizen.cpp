// citizen.cpp: the actor of the soak.
#include "citizen.hpp"

#include <string>

namespace soak {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t children_kept = 3;
constexpr std::array<troupe::duration, 5> waits{0ns, 50us, 500us, 3ms, 20ms};

}  // namespace

citizen::citizen(ledger& books, std::uint64_t seed, std::vector<door> known, bool keeps_children)
    : books_(books),
      random_(static_cast<std::minstd_rand::result_type>(seed)),
      known_(std::move(known)),
      keeps_children_(keeps_children) {
  if (once_in(100)) {
    books_.stillborn.add();
    throw bad_birth();
  }
  books_.born.add();
}

citizen::~citizen() { books_.buried.add(); }

void citizen::on_start() {
  if (once_in(200)) throw std::runtime_error("cannot start");
}

void citizen::on_stop(const troupe::exit_reason& why) {
  if (why == troupe::exit_kind::unreferenced && asked_ != outcomes_)
    books_.wrong("actor #" + std::to_string(self().id().value()) + " ended unreferenced, with " +
                 std::to_string(asked_) + " asks and " + std::to_string(outcomes_) + " outcomes");
  if (once_in(50)) throw std::runtime_error("cannot stop");
}

void citizen::on(errand e) {
  e.held.handled();
  check_order(e);
  if (e.hops == 0) return;
  switch (pick(8)) {
    case 0: {
      const auto child = have_child();
      child.tell<errand>(pass(books_, child.id()), e.hops - 1);
      break;
    }
    case 1:
    case 2: ask(random_(), e.hops - 1, nullptr); break;
    case 3:
      if (once_in(50)) throw std::runtime_error("a bad day");
      break;
    default: break;
  }
  for (std::size_t n = pick(3); n > 0; --n) pass_on(e.hops - 1);
}

void citizen::on(question q, troupe::reply_to<question> to) {
  q.held.handled();
  duty owed(books_, std::move(to));
  if (q.prompt) return owed.answer(q.number);
  const bool goes_on = q.hops > 0 && !known_.empty();
  switch (pick(10)) {
    case 0: return kept_.push_back({q.number, std::move(owed)});
    case 1: return owed.let_go();
    case 2: return owed.fail({troupe::ask_errc::not_handled, "not in the mood"});
    case 3:
      if (goes_on) return hand_on(q, std::move(owed));
      break;
    case 4:
      if (goes_on) return ask(q.number, q.hops - 1, std::make_unique<duty>(std::move(owed)));
      break;
    case 5:
      if (once_in(20)) throw std::runtime_error("before the answer");
      break;
    case 6:
      owed.answer(q.number);
      if (once_in(20)) throw std::runtime_error("after the answer");
      return;
    default: break;
  }
  owed.answer(q.number);
}

void citizen::on(order o) {
  o.held.handled();
  switch (o.what) {
    case wish::fail: throw std::runtime_error("as it was told");
    case wish::quit: return self().stop(troupe::exit_reason(troupe::exit_kind::user, 1));
    case wish::answer_kept:
      for (kept& k : kept_) k.owed.answer(k.number);
      return kept_.clear();
    case wish::let_go_of_children: return children_.clear();
  }
}

void citizen::on(present p) {
  p.held.handled();
  p.whom.tell<errand>(pass(books_, p.whom.id()), 1U);
}

troupe::ref<citizen> citizen::on(birth b) {
  b.held.handled();
  try {
    return have_child();
  } catch (...) {  // the asker hears that this actor has ended: a dead letter
    books_.lost_replies.add();
    throw;
  }
}

void citizen::check_order(const errand& e) {
  if (e.from == nobody) return;
  std::uint64_t& last = last_from_[e.from];
  if (e.number <= last)
    books_.wrong("actor #" + std::to_string(self().id().value()) + " got errand " +
                 std::to_string(e.number) + " of stranger " + std::to_string(e.from) + " after " +
                 std::to_string(last));
  last = e.number;
}

void citizen::pass_on(unsigned hops) {
  if (known_.empty()) return;
  const door& to = other();
  to.tell<errand>(pass(books_, to.id()), hops);
}

void citizen::hand_on(const question& q, duty owed) {
  const door& to = other();
  owed.forward(to, {pass(books_, to.id()), q.number, q.hops - 1, false});
}

/// `owed` is answered with what comes of it.
void citizen::ask(std::uint64_t number, unsigned hops, std::unique_ptr<duty> owed) {
  if (known_.empty()) return;
  const door& to = other();
  ++asked_;
  books_.asked.add();
  to.try_ask<question>(pass(books_, to.id()), number, hops, false)
      .within(waits[pick(waits.size())])
      .then(this, [this, number, owed = std::move(owed),
                   made = slip(books_)](troupe::result<std::uint64_t> r) mutable {
        ++outcomes_;
        books_.outcomes.add();
        if (r && *r != number)
          books_.wrong("the answer to question " + std::to_string(number) + " is " +
                       std::to_string(*r));
        if (owed == nullptr) return;
        if (r)
          owed->answer(*r);
        else
          owed->fail(r.error());
      });
}

/// Those it knows, its child knows.
troupe::ref<citizen> citizen::have_child() {
  auto child = self().spawn<citizen>(books_, random_(), known_, keeps_children_);
  if (keeps_children_ && children_.size() < children_kept) children_.push_back(child);
  return child;
}

}  // namespace soak
