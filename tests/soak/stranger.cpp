// stranger.cpp: what an ordinary thread does to actors.
#include "stranger.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace soak {
namespace {

using namespace std::chrono_literals;

/// An ask that is answered at once by a living actor never waits so long, unless something is lost.
constexpr auto patience = 60s;
constexpr std::array<troupe::duration, 4> waits{0ns, 100us, 1ms, 10ms};
constexpr std::size_t flood_max = 1500;

constexpr std::array<std::string_view, deeds> names{"spawning",
                                                    "spawning and letting go",
                                                    "telling",
                                                    "flooding",
                                                    "trying to tell",
                                                    "presenting",
                                                    "asking",
                                                    "asking for a prompt answer",
                                                    "asking one that was killed",
                                                    "asking for a child",
                                                    "ending one",
                                                    "letting go of a ref",
                                                    "having kept questions answered",
                                                    "waiting for rest"};

//                            spawn  &go  tell flood try present ask prompt dead child end let kept
//                            rest
constexpr std::array all{flavour{"mixed", 250, {20, 10, 40, 2, 15, 10, 15, 10, 4, 10, 8, 10, 5, 1}},
                         flavour{"flood", 80, {10, 2, 20, 40, 20, 5, 3, 3, 1, 2, 2, 3, 1, 1}},
                         flavour{"asks", 200, {15, 2, 10, 1, 2, 2, 50, 30, 8, 3, 5, 4, 12, 1}},
                         flavour{"families", 250, {15, 10, 30, 0, 2, 5, 3, 3, 2, 40, 12, 20, 1, 1}},
                         flavour{"ends", 400, {40, 20, 20, 1, 5, 5, 5, 5, 10, 10, 40, 30, 2, 2}}};

/// The asked has ended, or is full: what may happen to any ask here.
bool is_refusal(const troupe::ask_error& e) {
  return e == troupe::ask_errc::down || e == troupe::ask_errc::full;
}

}  // namespace

std::span<const flavour> flavours() { return all; }

// --- the square

void square::put(troupe::ref<citizen> r) {
  const std::lock_guard hold(mutex_);
  if (refs_.size() < refs_max) refs_.push_back(std::move(r));
}

std::optional<troupe::ref<citizen>> square::copy_one(std::uint64_t random) {
  const std::lock_guard hold(mutex_);
  if (refs_.empty()) return std::nullopt;
  return refs_[random % refs_.size()];
}

std::optional<troupe::ref<citizen>> square::take_one(std::uint64_t random) {
  const std::lock_guard hold(mutex_);
  if (refs_.empty()) return std::nullopt;
  std::swap(refs_[random % refs_.size()], refs_.back());
  auto taken = std::move(refs_.back());
  refs_.pop_back();
  return taken;
}

void square::put_to_be_stopped(troupe::ref<citizen> r) {
  const std::lock_guard hold(mutex_);
  to_be_stopped_.push_back(std::move(r));
}

void square::clear() {
  for (const auto& r : to_be_stopped_) r.stop();
  to_be_stopped_.clear();
  refs_.clear();
}

// --- the stranger

void stranger::run(curtain& end) {
  const int sum = std::accumulate(mood_.weights.begin(), mood_.weights.end(), 0);
  try {
    for (int i = 0; i < mood_.deeds_each; ++i) {
      int left = static_cast<int>(pick(static_cast<std::size_t>(sum)));
      std::size_t what = 0;
      while (left >= mood_.weights[what]) left -= mood_.weights[what++];
      now_.store(static_cast<deed>(what), std::memory_order_relaxed);
      perform(static_cast<deed>(what));
      if (books_.deeds.add() == end.after_deeds) end.falls.release();
    }
  } catch (const troupe::system_closed& e) {
    if (end.after_deeds == curtain::never) books_.wrong(std::string("a spawn threw: ") + e.what());
  } catch (const std::exception& e) {
    books_.wrong("stranger " + std::to_string(number_) + ", " + std::string(doing()) +
                 ", met an exception: " + e.what());
  }
  over_.store(true, std::memory_order_relaxed);
}

std::string_view stranger::doing() const {
  if (over_.load(std::memory_order_relaxed)) return "nothing any more";
  return names[static_cast<std::size_t>(now_.load(std::memory_order_relaxed))];
}

void stranger::perform(deed what) {
  if (what == deed::rest) {
    static_cast<void>(sys_.drain(10ms));
    return;
  }
  if (what == deed::let_go) {
    static_cast<void>(square_.take_one(random_()));
    return;
  }
  if (what == deed::spawn_and_let_go) {
    const auto short_lived = spawn();
    if (short_lived) short_lived.tell<errand>(pass(books_, short_lived.id()), 2U);
    return;
  }
  const auto one = any();
  if (what == deed::spawn || !one) {
    auto r = spawn();
    if (r) square_.put(std::move(r));
    return;
  }
  switch (what) {
    case deed::tell:
      return one->tell<errand>(pass(books_, one->id()), static_cast<unsigned>(pick(5)), number_,
                               ++errands_);
    case deed::flood: return flood(*one);
    case deed::try_tell: return try_tell(*one);
    case deed::present:
      if (const auto whom = any()) one->tell<present>(pass(books_, one->id()), door(*whom));
      return;
    case deed::ask: return ask(*one);
    case deed::ask_promptly: return ask_promptly(*one);
    case deed::ask_the_dead: return ask_the_dead(*one);
    case deed::have_child: return have_child(*one);
    case deed::end: return end(*one);
    case deed::answer_kept:
      return one->tell<order>(pass(books_, one->id()),
                              pick(3) == 0 ? wish::let_go_of_children : wish::answer_kept);
    default: return;
  }
}

/// Empty if the constructor threw, as it does now and then.
troupe::ref<citizen> stranger::spawn() {
  std::vector<door> known;
  for (std::size_t n = pick(4); n > 0; --n)
    if (const auto r = any()) known.emplace_back(*r);
  try {
    const bool keeps_children = pick(4) == 0;
    auto r = sys_.spawn<citizen>(options(), books_, random_(), std::move(known), keeps_children);
    if (keeps_children) square_.put_to_be_stopped(r);
    return r;
  } catch (const bad_birth&) {
    return {};
  }
}

troupe::spawn_options stranger::options() {
  switch (pick(8)) {
    case 0: return {.name = "small", .capacity = 1 + pick(64)};
    case 1: return {.capacity = 1 + pick(4096)};
    case 2: return {.capacity = 4097 + pick(10'000)};
    default: return {};
  }
}

void stranger::flood(const troupe::ref<citizen>& to) {
  for (std::size_t n = pick(flood_max); n > 0; --n)
    to.tell<errand>(pass(books_, to.id()), 0U, number_, ++errands_);
}

void stranger::try_tell(const troupe::ref<citizen>& to) {
  errand e{pass(books_, to.id()), static_cast<unsigned>(pick(3)), number_, ++errands_};
  if (to.try_tell(e) == troupe::tell_status::queued) return;
  e.held.taken_back();
}

void stranger::ask(const troupe::ref<citizen>& to) {
  const std::uint64_t number = random_();
  const auto r =
      to.try_ask<question>(pass(books_, to.id()), number, static_cast<unsigned>(pick(4)), false)
          .within(waits[pick(waits.size())])
          .get();
  if (r) check_answer(number, *r);
}

void stranger::check_answer(std::uint64_t number, std::uint64_t answer) {
  if (answer != number)
    books_.wrong("the answer to question " + std::to_string(number) + " is " +
                 std::to_string(answer));
}

void stranger::ask_promptly(const troupe::ref<citizen>& to) {
  const std::uint64_t number = random_();
  const auto r =
      to.try_ask<question>(pass(books_, to.id()), number, 0U, true).within(patience).get();
  if (!r && !is_refusal(r.error()))
    books_.wrong("a question that is answered at once: " + r.error().text());
  if (r) check_answer(number, *r);
}

void stranger::ask_the_dead(const troupe::ref<citizen>& to) {
  const auto ask_it = [&] {
    return to.try_ask<question>(pass(books_, to.id()), 1U, 0U, true).within(patience).get();
  };
  to.kill();
  static_cast<void>(ask_it());  // may overtake the kill in a turn that is under way
  const auto r = ask_it();
  if (r)
    books_.wrong("one that was killed answers");
  else if (!is_refusal(r.error()))
    books_.wrong("an ask of one that was killed: " + r.error().text());
}

void stranger::have_child(const troupe::ref<citizen>& parent) {
  auto r = parent.try_ask<birth>(pass(books_, parent.id())).within(patience).get();
  if (r) return square_.put(std::move(*r));
  if (!is_refusal(r.error())) books_.wrong("an ask for a child: " + r.error().text());
}

void stranger::end(const troupe::ref<citizen>& whom) {
  switch (pick(4)) {
    case 0: return whom.stop();
    case 1: return whom.kill();
    case 2: return whom.tell<order>(pass(books_, whom.id()), wish::fail);
    default: return whom.tell<order>(pass(books_, whom.id()), wish::quit);
  }
}

}  // namespace soak
