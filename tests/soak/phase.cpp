// phase.cpp: one phase, and the balance of its books.
#include "phase.hpp"

#include <troupe/actors/detail/runtime.hpp>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <sstream>
#include <thread>

namespace soak {
namespace {

using namespace std::chrono_literals;

/// How long a part of a phase may go without anything changing, and how long it may go on at all,
/// before it is said to hang. A phase takes some milliseconds.
constexpr auto tick = 1s;
constexpr int quiet_ticks_max = 30;
constexpr int ticks_max = 300;
/// For a shutdown of actors that never block.
constexpr auto shutdown_deadline = 60s;
constexpr std::size_t lines_of_culprits = 20;

/// Waits while something changes. `wait` waits for at most a tick, and says whether it is over.
template <class Wait, class Seen>
bool wait_while_it_moves(Wait wait, Seen seen) {
  auto last = seen();
  int quiet = 0;
  for (int ticks = 0; ticks < ticks_max && quiet < quiet_ticks_max; ++ticks) {
    if (wait()) return true;
    const auto now = seen();
    quiet = now == last ? quiet + 1 : 0;
    last = now;
  }
  return false;
}

/// Strangers on their threads.
class crowd {
public:
  crowd(troupe::actor_system& sys, ledger& books, square& all, const plan& p) {
    std::mt19937_64 random(p.seed);
    end_.after_deeds = p.cut_after;
    for (std::size_t i = 0; i < p.strangers; ++i)
      strangers_.push_back(std::make_unique<stranger>(sys, books, all, *p.mood, i, random()));
    at_work_ = strangers_.size();
    for (const auto& s : strangers_)
      threads_.emplace_back([this, &each = *s] {
        each.run(end_);
        const std::lock_guard hold(mutex_);
        --at_work_;
        changed_.notify_all();
      });
  }

  /// @returns whether all have finished, within a tick
  [[nodiscard]] bool wait() {
    std::unique_lock hold(mutex_);
    return changed_.wait_for(hold, tick, [this] { return at_work_ == 0; });
  }
  /// The time to shut down, or all have finished before it came.
  void wait_for_curtain() {
    while (!end_.falls.try_acquire_for(10ms)) {
      const std::lock_guard hold(mutex_);
      if (at_work_ == 0) return;
    }
  }
  void join() {
    for (auto& t : threads_) t.join();
    threads_.clear();
  }
  /// Something hangs: what is left of their threads is left behind.
  [[nodiscard]] std::string leave() {
    for (auto& t : threads_) t.detach();
    threads_.clear();
    std::string text;
    for (std::size_t i = 0; i < strangers_.size(); ++i)
      text += "\n    stranger " + std::to_string(i) + ": " + std::string(strangers_[i]->doing());
    return text;
  }

private:
  curtain end_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t at_work_ = 0;
  std::vector<std::unique_ptr<stranger>> strangers_;
  std::vector<std::thread> threads_;
};

/// Everything a phase has. On the heap: if it hangs, its threads still use it.
struct world {
  explicit world(troupe::actor_system& s) : sys(s) {}

  troupe::actor_system& sys;
  troupe::system_counters before = sys.counters();
  std::int64_t envelopes_before = troupe::detail::live_envelopes();
  ledger books;
  square all;
  std::unique_ptr<crowd> strangers;

  void wrong(std::string what) { books.wrong(std::move(what)); }
  void equal(std::string_view what, std::uint64_t a, std::uint64_t b) {
    if (a != b) wrong(std::string(what) + ": " + std::to_string(a) + ", not " + std::to_string(b));
  }
};

std::string to_text(const troupe::system_counters& c) {
  std::ostringstream text;
  text << "turns " << c.turns << ", messages " << c.messages << ", spawned " << c.spawned
       << ", ended " << c.ended << ", asked " << c.asked << ", settled " << c.settled << ", parked "
       << c.parked << ", woken " << c.woken << ", cells made " << c.cells_made << ", freed "
       << c.cells_freed;
  for (std::size_t i = 0; i < troupe::dead_reasons; ++i)
    text << ", dead (" << to_string(static_cast<troupe::dead_reason>(i)) << ") " << c.dead[i];
  return text.str();
}

/// P2: all that can be known about who waits for what.
void report_hang(world& w, std::string_view part) {
  std::string text = "it hangs while " + std::string(part) + ": nothing has changed for " +
                     std::to_string(quiet_ticks_max * tick / 1s) + " s, or it has gone on for " +
                     std::to_string(ticks_max * tick / 1s) + " s";
  text += w.strangers->leave();
  text += "\n    messages under way:" + w.books.waiting();
  text += "\n    " + to_text(w.sys.counters());
  text += "\n    at shutdown: ";
  std::istringstream culprits(w.sys.shutdown(5s).to_string());
  std::string line;
  for (std::size_t n = 0; n < lines_of_culprits && std::getline(culprits, line); ++n)
    text += "\n    " + line;
  w.wrong(text);
}

void balance_messages(world& w, const troupe::system_counters& now) {
  const ledger& b = w.books;
  if (b.sent.get() != b.arrived.get())
    w.wrong("of " + std::to_string(b.sent.get()) + " messages " +
            std::to_string(b.sent.get() - b.arrived.get()) +
            " were neither handled nor dead letters:" + b.waiting());
  const auto late = troupe::dead_reason::late;
  const std::uint64_t dead = now.dead_letters() - w.before.dead_letters() -
                             (now.dead_letters(late) - w.before.dead_letters(late));
  w.equal("dead letters, beside what was sent and not handled, and the replies that were lost",
          dead, b.sent.get() - b.taken_back.get() - b.handled.get() + b.lost_replies.get());
  w.equal("continuations destroyed, of those made", b.slips_gone.get(), b.slips.get());
  if (b.outcomes.get() > b.asked.get())
    w.wrong("more outcomes than asks of actors: " + std::to_string(b.outcomes.get()) + " of " +
            std::to_string(b.asked.get()));
  w.equal("asks settled, of those made", now.settled - w.before.settled,
          now.asked - w.before.asked);
}

void balance_lives(world& w, const troupe::system_counters& now) {
  const ledger& b = w.books;
  w.equal("actors alive", now.alive(), 0);
  w.equal("actors spawned, beside those built", now.spawned - w.before.spawned, b.born.get());
  w.equal("actors ended, beside those destroyed", now.ended - w.before.ended, b.buried.get());
  w.equal("actors destroyed, of those built", b.buried.get(), b.born.get());
  w.equal("cells freed, of those made", now.cells_freed - w.before.cells_freed,
          now.cells_made - w.before.cells_made);
  const auto envelopes = troupe::detail::live_envelopes() - w.envelopes_before;
  if (envelopes != 0) w.wrong("envelopes not freed: " + std::to_string(envelopes));
}

void balance(world& w) {
  const troupe::system_counters now = w.sys.counters();
  balance_messages(w, now);
  balance_lives(w, now);
  if (!w.books.wrongs().empty()) w.wrong("counters: " + to_text(now));
}

outcome told_by(world& w, bool hangs) {
  return {w.books.wrongs(), hangs, w.books.sent.get(), w.books.born.get()};
}

}  // namespace

plan::plan(std::uint64_t soak_seed, std::uint64_t phase) {
  std::seed_seq mixed{soak_seed, soak_seed >> 32, phase, phase >> 32};
  std::mt19937_64 random(mixed);
  seed = random();
  mood = &flavours()[random() % flavours().size()];
  strangers = 1 + random() % strangers_max;
  workers = static_cast<int>(1 + random() % 4);
  const auto deeds_of_all = static_cast<std::uint64_t>(mood->deeds_each) * strangers;
  cut_after = random() % 8 == 0 ? 1 + random() % deeds_of_all : curtain::never;
  ends_system = cut_after != curtain::never || random() % 8 == 0;
}

outcome run_phase(troupe::actor_system& sys, const plan& p) {
  auto w = std::make_unique<world>(sys);
  w->strangers = std::make_unique<crowd>(sys, w->books, w->all, p);
  const auto hang = [&](std::string_view part) {
    report_hang(*w, part);
    return told_by(*w.release(), true);
  };

  if (p.cut_after != curtain::never) {
    w->strangers->wait_for_curtain();
    const auto report = sys.shutdown(shutdown_deadline);
    if (!report.clean()) w->wrong("shutdown waited in vain for " + report.to_string());
  }
  const auto seen = [&] { return w->books.deeds.get() + w->books.handled.get(); };
  if (!wait_while_it_moves([&] { return w->strangers->wait(); }, seen))
    return hang("strangers work");
  w->strangers->join();
  w->all.clear();
  const auto turned = [&] { return sys.counters().turns; };
  if (!wait_while_it_moves([&] { return sys.drain(tick); }, turned))
    return hang("it comes to rest");
  balance(*w);
  return told_by(*w, false);
}

std::vector<std::string> end_system(troupe::actor_system& sys) {
  const auto report = sys.shutdown(shutdown_deadline);
  std::vector<std::string> wrongs;
  if (!report.clean()) wrongs.push_back("shutdown waited in vain for " + report.to_string());
  const troupe::system_counters c = sys.counters();
  if (c.spawned != c.ended || c.cells_made != c.cells_freed || c.asked != c.settled)
    wrongs.push_back("left behind by a system: " + to_text(c));
  return wrongs;
}

}  // namespace soak
