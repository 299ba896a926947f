// model.hpp: what the contract of watches, links and ends says of a small cast, as plain values.
//
//   Before   a script of steps; each is followed by a rest in which nothing more happens.
//   After    mime_test.cpp compares what real actors did with what may have become of each step.
//   Holds    no runtime: a state, the outcomes of a step. Where the contract leaves the order of
//            two causes open (a child whose parent stops while a link ends it) there are several.
#pragma once

#include <troupe/actors/reason.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace life::model {

inline constexpr int slots = 8;     ///< actors at a time, each once
inline constexpr int nobody = -1;   ///< the test itself, where it speaks
inline constexpr int patience = 3;  ///< units of time until an ask is late

enum class verb : std::uint8_t {
  spawn,   ///< who
  bear,    ///< who, child of whom
  tell,    ///< who tells whom so many words
  fail,    ///< the same, and then fails in that handler
  leave,   ///< the same, and then stops itself
  watch,   ///< who watches whom; a number is the message that is wanted instead of a down
  cancel,  ///< who cancels the monitor of that number
  link,    ///< who links to whom
  trap,    ///< who, 1 or 0
  stop,    ///< who is told so many words, then to stop, then one word more
  kill,    ///< who is told so many words, and is killed
  drop,    ///< the handle to who
  timer,   ///< who sets one, in so many units
  ask,     ///< who asks whom; 1: and takes a failure as a value
  answer,  ///< who answers all that it was asked
  pass     ///< a unit of time
};

struct step {
  verb what = verb::spawn;
  int who = nobody;
  int whom = nobody;
  int number = 0;
};
[[nodiscard]] std::string to_string(const step& s);

/// Why one has ended, as far as it is compared.
struct why {
  troupe::exit_kind kind = troupe::exit_kind::normal;
  int number = 0;
  std::string text{};
  friend auto operator<=>(const why&, const why&) = default;
};
[[nodiscard]] std::string to_string(const why& w);

enum class stage : std::uint8_t { unborn, alive, stopping, ended };

struct being {
  stage at = stage::unborn;
  why reason{};
  bool is_hard = false;  ///< killed: no on_stop
  bool traps = false;
  bool is_held = false;  ///< by a handle of the test's
  int parent = nobody;
  std::vector<int> timers{};    ///< when they are due
  std::vector<int> monitors{};  ///< the watches and links it has made, by id
  friend auto operator<=>(const being&, const being&) = default;
};
struct watch {
  int id = 0;
  int watcher = nobody;
  int watched = nobody;
  int message = 0;  ///< 0: a down
  friend auto operator<=>(const watch&, const watch&) = default;
};
struct link {
  int id = 0;
  int one = nobody;
  int other = nobody;
  friend auto operator<=>(const link&, const link&) = default;
};
struct request {
  int asker = nobody;
  int asked = nobody;
  bool is_caught = false;
  int due = 0;
  friend auto operator<=>(const request&, const request&) = default;
};

/// What somebody gets from somebody in a step.
struct letter {
  int to = nobody;
  int from = nobody;
  bool is_last = false;  ///< said of its end: behind all words
  std::string text{};
  bool is_sure = false;  ///< though who gets it ends in this step
  friend auto operator<=>(const letter&, const letter&) = default;
};

/// What is on its way in a step, and meets others in any order.
struct signal {
  enum class kind : std::uint8_t { exit, shutdown, kill, ask_failed };
  kind what = kind::exit;
  int to = nobody;
  why reason{};
  friend auto operator<=>(const signal&, const signal&) = default;
};

struct state {
  std::array<being, slots> all{};
  std::vector<watch> watches{};
  std::vector<link> links{};
  std::vector<request> requests{};
  int now = 0;
  int last_id = 0;
  std::vector<letter> letters{};  ///< of the last step
  std::vector<signal> signals{};  ///< empty between steps
  friend auto operator<=>(const state&, const state&) = default;

  [[nodiscard]] const being& of(int i) const { return all.at(static_cast<std::size_t>(i)); }
  [[nodiscard]] being& of(int i) { return all.at(static_cast<std::size_t>(i)); }
};

/// Whether the script may take this step now.
[[nodiscard]] bool is_possible(const state& s, const step& next);

/// Whatever may have become of it when nothing more happens. @pre is_possible
[[nodiscard]] std::vector<state> outcomes(const state& before, const step& next);

/// What was seen in a step.
struct sighting {
  struct heard {
    std::vector<std::string> words{};
    std::vector<std::string> lasts{};
    bool is_disordered = false;  ///< a word behind a last one
  };
  std::map<std::pair<int, int>, heard> letters{};  ///< by (to, from)
  std::map<int, std::vector<why>> ends{};          ///< as one who watches everybody was told
  std::map<int, std::vector<why>> stops{};         ///< as on_stop was told
  std::map<int, int> gone{};                       ///< how often it was destroyed
};

/// Empty if that may be what was seen; else what is not as the contract says.
[[nodiscard]] std::string differs(const state& before, const state& after, const sighting& seen);

}  // namespace life::model
