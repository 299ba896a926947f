// model.cpp: what may become of a step, when links, ends of parents and lost handles meet in any
// order.
#include "model.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace life::model {
namespace {

using troupe::exit_kind;

bool is_clean(const why& w) {
  return w.kind == exit_kind::normal || w.kind == exit_kind::shutdown ||
         w.kind == exit_kind::unreferenced || (w.kind == exit_kind::exited && w.number == 0);
}

/// Plays one way in which a step may go.
class play {
public:
  explicit play(state s) : s_(std::move(s)) {}
  [[nodiscard]] const state& now() const { return s_; }

  void begin(const step& next);
  /// Lets one of the signals arrive.
  [[nodiscard]] play deliver(std::size_t which) const;
  [[nodiscard]] bool is_lost(int i) const;
  void lose(int i) { stop(i, {exit_kind::unreferenced}, false); }
  void put_in_order();

private:
  void say(int from, int to, int words, bool is_sure = false);
  void post(int from, int to, std::string text, bool is_last);
  void send(signal::kind what, int to, why reason = {}) {
    s_.signals.push_back({what, to, reason});
  }
  void stop(int i, const why& reason, bool is_hard);
  void finish(int i);
  void end(int i);
  void tell_linked(const link& l, int i);
  void refuse(const request& r, const std::string& text);
  void make_watch(const step& next);
  void make_link(const step& next);
  void make_request(const step& next);
  void answer(int who);
  void pass();
  [[nodiscard]] bool is_alive(int i) const { return i >= 0 && s_.of(i).at == stage::alive; }
  [[nodiscard]] std::vector<int> children_of(int i) const;

  state s_;
};

std::vector<int> play::children_of(int i) const {
  std::vector<int> found;
  for (int c = 0; c < slots; ++c)
    if (s_.of(c).parent == i && (s_.of(c).at == stage::alive || s_.of(c).at == stage::stopping))
      found.push_back(c);
  return found;
}

/// W6: neither watches nor links hold anybody.
bool play::is_lost(int i) const {
  const being& b = s_.of(i);
  return b.at == stage::alive && !b.is_held && b.timers.empty() && children_of(i).empty() &&
         std::none_of(s_.requests.begin(), s_.requests.end(),
                      [i](const request& r) { return r.asker == i; });
}

void play::post(int from, int to, std::string text, bool is_last) {
  if (is_alive(to)) s_.letters.push_back({to, from, is_last, std::move(text)});
}

void play::say(int from, int to, int words, bool is_sure) {
  for (int n = 0; n < words; ++n)
    if (is_alive(to)) s_.letters.push_back({to, from, false, std::to_string(n), is_sure});
}

void play::stop(int i, const why& reason, bool is_hard) {
  being& b = s_.of(i);
  if (b.at == stage::stopping && is_hard) {
    b.reason = reason;
    b.is_hard = true;
    for (const int c : children_of(i)) send(signal::kind::kill, c);
  }
  if (b.at != stage::alive) return;
  b.at = stage::stopping;
  b.reason = reason;
  b.is_hard = is_hard;
  b.timers.clear();
  std::erase_if(s_.requests, [i](const request& r) { return r.asker == i; });
  for (const int c : children_of(i)) send(is_hard ? signal::kind::kill : signal::kind::shutdown, c);
  finish(i);
}

void play::finish(int i) {
  if (s_.of(i).at == stage::stopping && children_of(i).empty()) end(i);
}

void play::end(int i) {
  s_.of(i).at = stage::ended;
  const auto watches = s_.watches;
  std::erase_if(s_.watches, [i](const watch& w) { return w.watcher == i || w.watched == i; });
  for (const watch& w : watches)
    if (w.watched == i)
      post(i, w.watcher, w.message == 0 ? to_string(s_.of(i).reason) : std::to_string(w.message),
           true);
  const auto links = s_.links;
  std::erase_if(s_.links, [i](const link& l) { return l.one == i || l.other == i; });
  for (const link& l : links)
    if (l.one == i || l.other == i) tell_linked(l, i);
  const auto requests = s_.requests;
  std::erase_if(s_.requests, [i](const request& r) { return r.asked == i; });
  for (const request& r : requests)
    if (r.asked == i) refuse(r, "refused");
  if (s_.of(i).parent != nobody) finish(s_.of(i).parent);
}

/// L1, L3.
void play::tell_linked(const link& l, int i) {
  const int other = l.one == i ? l.other : l.one;
  if (!is_alive(other)) return;
  const why& reason = s_.of(i).reason;
  if (s_.of(other).traps)
    post(i, other, to_string(reason), true);
  else if (!is_clean(reason))
    send(signal::kind::exit, other, reason);
}

void play::refuse(const request& r, const std::string& text) {
  if (r.is_caught)
    post(r.asked, r.asker, text, true);
  else if (is_alive(r.asker))
    send(signal::kind::ask_failed, r.asker);
}

play play::deliver(std::size_t which) const {
  play next = *this;
  const signal got = next.s_.signals[which];
  next.s_.signals.erase(next.s_.signals.begin() + static_cast<std::ptrdiff_t>(which));
  switch (got.what) {
    case signal::kind::exit: next.stop(got.to, got.reason, false); break;
    case signal::kind::shutdown: next.stop(got.to, {exit_kind::shutdown}, false); break;
    case signal::kind::kill: next.stop(got.to, {exit_kind::killed}, true); break;
    case signal::kind::ask_failed:
      next.stop(got.to, {exit_kind::failed, 0, "ask_failed"}, false);
      break;
  }
  return next;
}

void play::make_watch(const step& next) {
  if (next.who == next.whom) return;  // W7
  const int id = ++s_.last_id;
  s_.of(next.who).monitors.push_back(id);
  if (s_.of(next.whom).at == stage::ended)  // W2
    post(next.whom, next.who,
         next.number == 0 ? to_string(why{exit_kind::gone}) : std::to_string(next.number), true);
  else
    s_.watches.push_back({id, next.who, next.whom, next.number});
}

void play::make_link(const step& next) {
  const int id = ++s_.last_id;
  s_.of(next.who).monitors.push_back(id);
  if (s_.of(next.whom).at != stage::ended)
    s_.links.push_back({id, next.who, next.whom});
  else if (s_.of(next.who).traps)  // L2
    post(next.whom, next.who, to_string(why{exit_kind::gone}), true);
  else
    stop(next.who, {exit_kind::gone}, false);
}

void play::make_request(const step& next) {
  const request r{next.who, next.whom, next.number != 0, s_.now + patience};
  if (s_.of(next.whom).at == stage::ended)
    refuse(r, "refused");
  else
    s_.requests.push_back(r);
}

void play::answer(int who) {
  const auto requests = s_.requests;
  std::erase_if(s_.requests, [who](const request& r) { return r.asked == who; });
  for (const request& r : requests)
    if (r.asked == who) post(who, r.asker, "answer", false);
}

void play::pass() {
  ++s_.now;
  for (int i = 0; i < slots; ++i)
    for (auto due = std::erase(s_.of(i).timers, s_.now); due > 0; --due) post(i, i, "tick", false);
  const auto requests = s_.requests;
  std::erase_if(s_.requests, [this](const request& r) { return r.due == s_.now; });
  for (const request& r : requests)
    if (r.due == s_.now) refuse(r, "late");
}

void play::begin(const step& next) {
  s_.letters.clear();
  being* const who = next.who == nobody ? nullptr : &s_.of(next.who);
  switch (next.what) {
    case verb::spawn:
    case verb::bear:
      who->at = stage::alive;
      who->is_held = true;
      who->parent = next.what == verb::bear ? next.whom : nobody;
      break;
    case verb::tell: say(next.who, next.whom, next.number); break;
    case verb::fail:
      say(next.who, next.whom, next.number);
      stop(next.who, {exit_kind::failed, 0, "disk"}, false);
      break;
    case verb::leave:
      say(next.who, next.whom, next.number);
      stop(next.who, {exit_kind::user, next.number}, false);
      break;
    case verb::watch: make_watch(next); break;
    case verb::cancel: {
      const int id = who->monitors[static_cast<std::size_t>(next.number)];
      std::erase_if(s_.watches, [id](const watch& w) { return w.id == id; });
      std::erase_if(s_.links, [id](const link& l) { return l.id == id; });
      break;
    }
    case verb::link: make_link(next); break;
    case verb::trap: who->traps = next.number != 0; break;
    case verb::stop:
      say(nobody, next.who, next.number, true);
      stop(next.who, {next.number == 0 ? exit_kind::normal : exit_kind::user, next.number}, false);
      break;
    case verb::kill:
      say(nobody, next.who, next.number);
      stop(next.who, {exit_kind::killed}, true);
      break;
    case verb::drop: who->is_held = false; break;
    case verb::timer: who->timers.push_back(s_.now + next.number); break;
    case verb::ask: make_request(next); break;
    case verb::answer: answer(next.who); break;
    case verb::pass: pass(); break;
  }
}

/// Ways that differ only in the order of what does not matter are the same.
void play::put_in_order() {
  std::sort(s_.signals.begin(), s_.signals.end());
  const auto before = [](const letter& a, const letter& b) {
    const auto key = [](const letter& l) {
      return std::make_tuple(l.to, l.from, l.is_last, l.is_last ? l.text : std::string());
    };
    return key(a) < key(b);
  };
  // An insertion sort: those that are equal keep their order, and no buffer is wanted.
  const auto first = s_.letters.begin();
  for (auto i = first; i != s_.letters.end(); ++i)
    std::rotate(std::upper_bound(first, i, *i, before), i, std::next(i));
}

std::string name(int i) { return i == nobody ? "the test" : std::string(1, char('a' + i)); }

}  // namespace

std::string to_string(const why& w) {
  std::string text(troupe::to_string(w.kind));
  if (w.number != 0) text += std::to_string(w.number);
  if (!w.text.empty()) text += ":" + w.text;
  return text;
}

std::string to_string(const step& s) {
  static constexpr const char* names[] = {"spawn",  "bear", "tell",   "fail", "leave", "watch",
                                          "cancel", "link", "trap",   "stop", "kill",  "drop",
                                          "timer",  "ask",  "answer", "pass"};
  return std::string(names[static_cast<std::size_t>(s.what)]) + "(" + name(s.who) + ", " +
         name(s.whom) + ", " + std::to_string(s.number) + ")";
}

bool is_possible(const state& s, const step& next) {
  const auto can_act = [&](int i) {
    return i != nobody && s.of(i).at == stage::alive && s.of(i).is_held;
  };
  const auto is_known = [&](int i) { return i != nobody && s.of(i).is_held; };
  switch (next.what) {
    case verb::spawn: return s.of(next.who).at == stage::unborn;
    case verb::bear: return s.of(next.who).at == stage::unborn && can_act(next.whom);
    case verb::pass: return true;
    case verb::drop: return is_known(next.who);
    case verb::cancel:
      return can_act(next.who) &&
             static_cast<std::size_t>(next.number) < s.of(next.who).monitors.size();
    case verb::tell:
    case verb::fail:
    case verb::leave:
    case verb::link:
    case verb::ask: return can_act(next.who) && is_known(next.whom) && next.who != next.whom;
    case verb::watch: return can_act(next.who) && is_known(next.whom);
    default: return can_act(next.who);
  }
}

std::vector<state> outcomes(const state& before, const step& next) {
  play first(before);
  first.begin(next);
  std::vector<play> open{std::move(first)};
  std::set<state> known;
  std::vector<state> found;
  while (!open.empty()) {
    play one = std::move(open.back());
    open.pop_back();
    one.put_in_order();
    if (!known.insert(one.now()).second) continue;
    bool is_final = true;
    for (std::size_t i = 0; i < one.now().signals.size(); ++i) {
      is_final = false;
      open.push_back(one.deliver(i));
    }
    for (int i = 0; i < slots; ++i)
      if (one.is_lost(i)) {
        is_final = false;
        open.push_back(one);
        open.back().lose(i);
      }
    if (is_final) found.push_back(one.now());
  }
  return found;
}

namespace {

struct due {
  std::vector<std::string> words;
  std::vector<std::string> lasts;
  std::size_t sure = 0;
};

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : " ") + one;
  return "[" + text + "]";
}

/// Who lives on has got everything, who has ended a beginning of it.
std::string differs(const due& wanted, sighting::heard heard, bool lives) {
  auto lasts = wanted.lasts;
  std::sort(lasts.begin(), lasts.end());
  std::sort(heard.lasts.begin(), heard.lasts.end());
  const bool is_right =
      lives ? heard.words == wanted.words && heard.lasts == lasts
            : heard.words.size() >= wanted.sure && heard.words.size() <= wanted.words.size() &&
                  std::equal(heard.words.begin(), heard.words.end(), wanted.words.begin()) &&
                  std::includes(lasts.begin(), lasts.end(), heard.lasts.begin(), heard.lasts.end());
  if (is_right && !heard.is_disordered) return {};
  return "got " + joined(heard.words) + " and of the end " + joined(heard.lasts) +
         (heard.is_disordered ? ", a word behind the end" : "") + "; the contract says " +
         (lives ? "" : "at most ") + joined(wanted.words) + " and " + joined(lasts);
}

std::string differs(const std::vector<why>& wanted, const std::map<int, std::vector<why>>& seen,
                    int i) {
  const auto found = seen.find(i);
  const std::vector<why> got = found == seen.end() ? std::vector<why>() : found->second;
  if (got == wanted) return {};
  std::string text = "is said to end for [";
  for (const why& w : got) text += to_string(w) + " ";
  text += "]; the contract says [";
  for (const why& w : wanted) text += to_string(w) + " ";
  return text + "]";
}

}  // namespace

std::string differs(const state& before, const state& after, const sighting& seen) {
  for (int i = 0; i < slots; ++i) {
    const being& now = after.of(i);
    const bool has_ended = now.at == stage::ended && before.of(i).at != stage::ended;
    const std::vector<why> once = has_ended ? std::vector<why>{now.reason} : std::vector<why>();
    if (auto text = differs(once, seen.ends, i); !text.empty())
      return "to who watches, " + name(i) + " " + text;
    if (auto text = differs(now.is_hard ? std::vector<why>() : once, seen.stops, i); !text.empty())
      return "in on_stop, " + name(i) + " " + text;
    const auto gone = seen.gone.find(i);
    if ((gone == seen.gone.end() ? 0 : gone->second) != (has_ended ? 1 : 0))
      return name(i) + (has_ended ? " was not destroyed once" : " was destroyed");
  }
  std::map<std::pair<int, int>, due> all;
  for (const auto& [pair, heard] : seen.letters) all[pair];
  for (const letter& l : after.letters) {
    due& wanted = all[{l.to, l.from}];
    (l.is_last ? wanted.lasts : wanted.words).push_back(l.text);
    if (l.is_sure) ++wanted.sure;
  }
  for (const auto& [pair, wanted] : all) {
    const auto heard = seen.letters.find(pair);
    const auto text =
        differs(wanted, heard == seen.letters.end() ? sighting::heard() : heard->second,
                after.of(pair.first).at == stage::alive);
    if (!text.empty()) return name(pair.first) + " from " + name(pair.second) + ": " + text;
  }
  return {};
}

}  // namespace life::model
