// soak.cpp: random work for a number of seconds, with books that must balance after each phase.
//
//   Before   `soak SECONDS SEED [PRESET]`; the preset is for the command that repeats a failure.
//   After    progress on stdout, last line: what happened. Exit code 0: nothing was wrong, 1: a
//            failure, 2: usage.
#include "memory.hpp"
#include "phase.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct settings {
  std::uint64_t seconds;
  std::uint64_t seed;
  std::string repeat;  ///< the command that does it again
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

void say(const std::string& text) {
  std::printf("soak: %s\n", text.c_str());
  std::fflush(stdout);
}

/// The whole soak: systems one after the other, phases in each of them.
class session {
public:
  explicit session(settings s)
      : settings_(std::move(s)), end_(begin_ + std::chrono::seconds(settings_.seconds)) {}

  int run() {
    do {
      if (const auto wrongs = next_phase(); !wrongs.empty()) return fail(wrongs);
      tell_progress();
    } while (steady_clock::now() < end_);
    if (system_ != nullptr)
      if (const auto wrongs = close(); !wrongs.empty()) return fail(wrongs);
    what_ = "all phases";
    if (const auto grown = memory_.complaint(); !grown.empty()) return fail({grown});
    say("passed: " + sum() + ", seed " + std::to_string(settings_.seed) + "; " + memory_.verdict());
    return 0;
  }

private:
  std::vector<std::string> next_phase() {
    const soak::plan p(settings_.seed, phases_);
    if (system_ == nullptr)
      system_ = std::make_unique<troupe::actor_system>(
          troupe::system_options{.workers = p.workers, .log = false});
    what_ = "phase " + std::to_string(phases_) + " (" + std::string(p.mood->name) + ", " +
            std::to_string(p.strangers) + " strangers, " +
            std::to_string(system_->workers().size()) + " workers" +
            (p.cut_after != soak::curtain::never ? ", cut short" : "") + ")";
    const soak::outcome o = soak::run_phase(*system_, p);
    ++phases_;
    messages_ += o.messages;
    actors_ += o.actors;
    if (!o.wrongs.empty()) return o.wrongs;
    if (p.ends_system)
      if (auto wrongs = close(); !wrongs.empty()) return wrongs;
    memory_.sample();
    return {};
  }

  std::vector<std::string> close() {
    auto wrongs = soak::end_system(*system_);
    if (wrongs.empty()) system_.reset();
    return wrongs;
  }

  /// About sixty lines in all, none more often than once a second.
  void tell_progress() {
    const auto now = steady_clock::now();
    if (now < told_ + std::max<steady_clock::duration>((end_ - begin_) / 60, 1s)) return;
    told_ = now;
    const auto left = std::max<std::int64_t>((end_ - now) / 1s, 0);
    say(sum() + ", " + soak::mebibytes(memory_.now()) + ", " + std::to_string(left) + " s left");
  }

  [[nodiscard]] std::string sum() const {
    const auto took = (steady_clock::now() - begin_) / 1s;
    return std::to_string(phases_) + " phases, " + std::to_string(actors_) + " actors, " +
           std::to_string(messages_) + " messages in " + std::to_string(took) + " s";
  }

  /// Says it, and leaves at once: what has gone wrong need not be fit to be destroyed.
  int fail(const std::vector<std::string>& wrongs) {
    for (const auto& w : wrongs) say("wrong in " + what_ + ": " + w);
    say("FAILED: " + sum() + "; to repeat it: " + settings_.repeat);
    std::_Exit(1);
  }

  const settings settings_;
  const steady_clock::time_point begin_ = steady_clock::now();
  const steady_clock::time_point end_;
  steady_clock::time_point told_ = begin_;
  std::unique_ptr<troupe::actor_system> system_;
  soak::memory memory_;
  std::uint64_t phases_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t actors_ = 0;
  std::string what_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto seconds = argc >= 3 ? number(argv[1]) : std::nullopt;
  const auto seed = argc >= 3 ? number(argv[2]) : std::nullopt;
  if (!seconds || !seed || argc > 4) {
    std::fprintf(stderr,
                 "usage: soak SECONDS SEED [PRESET], the first two numbers; ./dev soak runs it\n");
    return 2;
  }
  std::string repeat = std::string("./dev soak ") + argv[1] + ' ' + argv[2];
  if (argc == 4) repeat.append(" ").append(argv[3]);
  try {
    return session({*seconds, *seed, repeat}).run();
  } catch (const std::exception& e) {
    say(std::string("FAILED: ") + e.what() + "; to repeat it: " + repeat);
    std::_Exit(1);
  }
}
