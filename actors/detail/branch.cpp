// branch.cpp: when_all and when_any, in turns of an actor.
#include <troupe/actors/detail/branch.hpp>

#include <stdexcept>

namespace troupe::detail {

bool joint::start(branch* all, std::size_t count) noexcept {
  all_ = all;
  for (; started_ < count && (!any_ || winner_ == none); ++started_) {
    branch::promise_type& p = all[started_].promise();
    branch_activity& a = p.own;
    a.owner = &owner();
    a.parent = &in();
    a.deadline = in().deadline;
    a.frame = all[started_].frame();
    a.ended = &branch_ended;
    a.waits = this;
    a.number = started_;
    p.part_of = &a;
    p.is_outermost = true;
    ++left_;
    a.frame.resume();
  }
  if (any_ && winner_ != none) give_up_losers();
  starting_ = false;
  return left_ != 0;
}

void joint::branch_ended(activity& a) noexcept {
  auto& b = static_cast<branch_activity&>(a);
  joint& j = *b.waits;
  if (b.is_over) return;
  b.is_over = true;
  --j.left_;
  const bool is_first = j.winner_ == none;
  if (is_first) j.winner_ = b.number;
  if (j.starting_) return;
  if (j.any_ && is_first) j.give_up_losers();
  if (j.left_ == 0) j.resume_from_within();
}

void joint::give_up_losers() noexcept {
  for (std::size_t i = 0; i < started_; ++i) {
    branch_activity& a = all_[i].promise().own;
    if (a.is_over || !give_up(a)) continue;
    a.is_over = true;
    --left_;
  }
}

std::size_t joint::finish(branch* all, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) all[i].destroy();
  return winner_;
}

void joint::refuse_none() {
  throw std::invalid_argument("troupe: when_any() of nothing would wait for ever");
}

}  // namespace troupe::detail
