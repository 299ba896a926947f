// stranger.hpp: an ordinary thread that spawns citizens, floods, asks, stops, kills and lets go.
//
//   Before   phase.cpp starts several; they share a square of refs.
//   After    what it did is in the ledger; the refs are on the square.
//   Called   run: by its thread. doing: any, to say who hangs where.
//   Rules    What it does depends on its seed, and on what the others left on the square.
#pragma once

#include "citizen.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <semaphore>
#include <span>
#include <string_view>
#include <vector>

namespace soak {

/// The refs that strangers share: what one spawns, another may kill.
class square {
public:
  /// One that has to be stopped when all is over.
  void put_to_be_stopped(troupe::ref<citizen> r);
  void put(troupe::ref<citizen> r);
  /// Any of them, copied or taken away. Nothing if it is empty.
  [[nodiscard]] std::optional<troupe::ref<citizen>> copy_one(std::uint64_t random);
  [[nodiscard]] std::optional<troupe::ref<citizen>> take_one(std::uint64_t random);
  /// Stops those that have to be, and lets go of all. @thread one, when no stranger is left
  void clear();

private:
  static constexpr std::size_t refs_max = 200;

  std::mutex mutex_;
  std::vector<troupe::ref<citizen>> refs_;
  std::vector<troupe::ref<citizen>> to_be_stopped_;
};

/// What strangers can do. A flavour says how often each of these comes.
enum class deed : std::uint8_t {
  spawn,
  spawn_and_let_go,
  tell,
  flood,
  try_tell,
  present,
  ask,
  ask_promptly,
  ask_the_dead,
  have_child,
  end,
  let_go,
  answer_kept,
  rest  ///< waits until nothing is pending
};
inline constexpr std::size_t deeds = 14;

/// What a phase is mostly about.
struct flavour {
  std::string_view name;
  int deeds_each;
  std::array<int, deeds> weights;
};
[[nodiscard]] std::span<const flavour> flavours();

/// When the system is shut down while strangers are at work.
struct curtain {
  static constexpr std::uint64_t never = 0;
  std::uint64_t after_deeds = never;
  std::binary_semaphore falls{0};
};

class stranger {
public:
  stranger(troupe::actor_system& sys, ledger& books, square& all, const flavour& mood,
           std::size_t number, std::uint64_t seed)
      : sys_(sys), books_(books), square_(all), mood_(mood), number_(number), random_(seed) {}

  void run(curtain& end);
  /// For the report of a phase that hangs.
  [[nodiscard]] std::string_view doing() const;

private:
  [[nodiscard]] std::size_t pick(std::size_t n) { return random_() % n; }
  [[nodiscard]] std::optional<troupe::ref<citizen>> any() { return square_.copy_one(random_()); }
  void perform(deed what);
  [[nodiscard]] troupe::ref<citizen> spawn();
  [[nodiscard]] troupe::spawn_options options();
  void flood(const troupe::ref<citizen>& to);
  void try_tell(const troupe::ref<citizen>& to);
  void ask(const troupe::ref<citizen>& to);
  void check_answer(std::uint64_t number, std::uint64_t answer);
  void ask_promptly(const troupe::ref<citizen>& to);
  void ask_the_dead(const troupe::ref<citizen>& to);
  void have_child(const troupe::ref<citizen>& parent);
  void end(const troupe::ref<citizen>& whom);

  troupe::actor_system& sys_;
  ledger& books_;
  square& square_;
  const flavour& mood_;
  const std::size_t number_;
  std::mt19937_64 random_;
  std::uint64_t errands_ = 0;
  std::atomic<deed> now_{deed::spawn};
  std::atomic<bool> over_{false};
};

}  // namespace soak
