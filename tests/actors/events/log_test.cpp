// log_test.cpp: which lines go where, and sinks that cannot write.
#include <troupe/actors/events/log.hpp>

#include <troupe/actors/engine/core.hpp>
#include <troupe/actors/kit/seeded.hpp>
#include <troupe/actors/prelude.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using troupe::actor_system;
using troupe::dead_reason;
using troupe::log_level;
using troupe::system_options;

struct note {
  int number = 0;
};
struct noted {
  using reply = int;
};
struct explode {};
class plain : public troupe::actor<plain> {
public:
  void on(note) { ++notes_; }
  int on(noted) const { return notes_; }
  void on(explode) { throw std::runtime_error("powder"); }

private:
  int notes_ = 0;
};

[[nodiscard]] bool says(std::string_view text, std::string_view word) {
  return text.find(word) != text.npos;
}

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Keeps what it is given.
class keeps : public troupe::log_sink {
public:
  using line = std::pair<log_level, std::string>;
  [[nodiscard]] std::string_view name() const noexcept override { return "a vector"; }
  void write(log_level level, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(level, text);
  }
  [[nodiscard]] std::vector<line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<line> lines_;
};

/// Cannot.
class throws : public troupe::log_sink {
public:
  explicit throws(bool what_is_no_exception) : odd_(what_is_no_exception) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "journal"; }
  void write(log_level, std::string_view) override {
    if (odd_) throw 7;  // NOLINT(hicpp-exception-baseclass)
    throw std::runtime_error("read-only file system");
  }

private:
  bool odd_;
};

/// One failure, and `letters` dead letters; then that the system still works.
void lose_some(actor_system& sys, int letters) {
  auto a = sys.spawn<plain>({.name = "keg"});
  a.tell(explode{});
  ASSERT_TRUE(sys.drain());
  for (int i = 0; i < letters; ++i) a.tell<note>(i);
  auto b = sys.spawn<plain>();
  for (int i = 0; i < 10; ++i) b.tell<note>(i);
  EXPECT_EQ(b.ask(noted{}).get(), 10);
}

TEST(LogLevel, EachHasAName) {
  EXPECT_EQ(to_string(log_level::info), "info");
  EXPECT_EQ(to_string(log_level::warning), "warning");
  EXPECT_EQ(to_string(log_level::error), "error");
  EXPECT_EQ(to_string(static_cast<log_level>(3)), "unknown");
}

TEST(Log, GoesToTheSinkThatTheOptionsName) {
  const auto sink = std::make_shared<keeps>();
  testing::internal::CaptureStderr();
  {
    actor_system sys({.workers = 1, .sink = sink});
    lose_some(sys, 3);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  const auto lines = sink->lines();
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].first, log_level::error);
  for (const auto* const word : {"plain \"keg\" #", "failed", "powder", "explode"})
    EXPECT_TRUE(says(lines[0].second, word)) << lines[0].second;
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(lines[i].first, log_level::warning);
    EXPECT_TRUE(says(lines[i].second, "dead letter " + std::to_string(i))) << lines[i].second;
    EXPECT_FALSE(says(lines[i].second, "\n"));
  }
}

TEST(Log, IsNotWrittenIfItIsNotWanted) {
  const auto sink = std::make_shared<keeps>();
  {
    actor_system sys({.workers = 1, .log = false, .sink = sink});
    lose_some(sys, 3);
    EXPECT_EQ(sys.counters().lines_lost, 0U);
  }
  EXPECT_TRUE(sink->lines().empty());
}

TEST(Log, GoesToStderrBySpdlogUnlessSaidOtherwise) {
  testing::internal::CaptureStderr();
  {
    actor_system sys({.workers = 1});
    lose_some(sys, 2);
  }
  const auto lines = lines_of(testing::internal::GetCapturedStderr());
  ASSERT_EQ(lines.size(), 3U);
  for (const auto& line : lines) EXPECT_EQ(line.rfind("troupe: ", 0), 0U) << line;
  EXPECT_EQ(troupe::stderr_log()->name(), "stderr");
}

TEST(Log, OfSeveralSystemsMayGoToOneSinkWhichLivesAsLongAsOneOfThem) {
  auto sink = std::make_shared<keeps>();
  const std::weak_ptr<keeps> seen = sink;
  auto one = std::make_unique<actor_system>(system_options{.workers = 1, .sink = sink});
  auto other = std::make_unique<actor_system>(system_options{.workers = 1, .sink = sink});
  sink.reset();
  lose_some(*one, 1);
  one.reset();
  lose_some(*other, 1);
  ASSERT_FALSE(seen.expired());
  EXPECT_EQ(seen.lock()->lines().size(), 4U);
  other.reset();
  EXPECT_TRUE(seen.expired());
}

TEST(Log, OnAStageTheLinesAreAFunctionOfTheSeed) {
  const auto run = [] {
    const auto sink = std::make_shared<keeps>();
    actor_system sys(std::make_unique<troupe::kit::seeded>(7), {.sink = sink});
    lose_some(sys, 5);
    return sink->lines();
  };
  EXPECT_EQ(run().size(), 6U);
  EXPECT_EQ(run(), run());
}

TEST(Log, LinesOfManyThreadsStayWhole) {
  constexpr int threads = 4;
  constexpr int each = 200;
  testing::internal::CaptureStderr();
  {
    const auto one = troupe::stderr_log();
    const auto other = troupe::stderr_log();
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&, t] {
        for (int i = 0; i < each; ++i)
          (t % 2 == 0 ? one : other)->write(log_level::info, "a line of forty letters, or so, say");
      });
    for (auto& t : all) t.join();
  }
  const auto lines = lines_of(testing::internal::GetCapturedStderr());
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(threads * each));
  for (const auto& line : lines) EXPECT_EQ(line, "troupe: a line of forty letters, or so, say");
}

// --- fault 40: what cannot be written

TEST(LogFault40, ASinkThatThrowsHarmsNobodyAndWhatIsLostIsCounted) {
  for (const bool odd : {false, true}) {
    testing::internal::CaptureStderr();
    {
      actor_system sys({.workers = 2, .sink = std::make_shared<throws>(odd)});
      lose_some(sys, 4);
      EXPECT_EQ(sys.counters().lines_lost, 5U);
      EXPECT_EQ(sys.counters().failed, 1U);
      EXPECT_EQ(sys.counters().dead_letters(dead_reason::ended), 4U);
      EXPECT_TRUE(sys.shutdown(std::chrono::seconds(60)).clean());
    }
    const auto lines = lines_of(testing::internal::GetCapturedStderr());
    ASSERT_EQ(lines.size(), 1U) << "the first loss is told, once";
    EXPECT_TRUE(says(lines[0], "troupe: a line was lost, the log \"journal\"")) << lines[0];
    EXPECT_EQ(says(lines[0], "read-only file system"), !odd) << lines[0];
  }
}

/// While it lives, stderr is this file.
class stderr_is {
public:
  explicit stderr_is(const char* file) : kept_(dup(2)) {
    const int other = open(file, O_WRONLY | O_CLOEXEC);
    EXPECT_GE(other, 0) << file;
    dup2(other, 2);
    close(other);
  }
  stderr_is(const stderr_is&) = delete;
  stderr_is& operator=(const stderr_is&) = delete;
  ~stderr_is() {
    dup2(kept_, 2);
    close(kept_);
  }

private:
  int kept_;
};

TEST(LogFault40, AFullDiskBehindStderrHarmsNobodyAndWhatIsLostIsCounted) {
  actor_system sys({.workers = 2});
  {
    const stderr_is full("/dev/full");
    lose_some(sys, 4);
  }
  EXPECT_EQ(sys.counters().lines_lost, 5U);
  testing::internal::CaptureStderr();
  lose_some(sys, 0);  // there is room again
  EXPECT_EQ(lines_of(testing::internal::GetCapturedStderr()).size(), 1U);
  EXPECT_EQ(sys.counters().lines_lost, 5U);
}

// --- the end of the process, and copies of it

class says_last_words : public troupe::actor<says_last_words> {
public:
  void on_stop(const troupe::exit_reason&) { throw std::runtime_error("last words"); }
  void on(note) {}
};

void destroys_its_system_after_main() {
  static actor_system sys({.workers = 1});
  static auto a = sys.spawn<says_last_words>();
  std::exit(a ? 0 : 1);  // NOLINT(concurrency-mt-unsafe): the end is what is tested
}

TEST(LogDeathTest, IsWrittenByASystemThatIsDestroyedAfterMain) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(destroys_its_system_after_main(), testing::ExitedWithCode(0),
              "troupe: on_stop of .*says_last_words.* threw .*last words");
}

TEST(Log, MayBeWrittenByAChildOfForkWhileOthersWrite) {
  testing::internal::CaptureStderr();
  {
    const auto sink = troupe::stderr_log();
    std::atomic<bool> done{false};
    std::thread writes([&] {
      while (!done.load(std::memory_order_acquire)) sink->write(log_level::info, "of the parent");
    });
    for (int i = 0; i < 50; ++i) {
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        sink->write(log_level::info, "of a child");
        _exit(0);
      }
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    done.store(true, std::memory_order_release);
    writes.join();
  }
  int of_children = 0;
  for (const auto& line : lines_of(testing::internal::GetCapturedStderr()))
    of_children += line == "troupe: of a child" ? 1 : 0;
  EXPECT_EQ(of_children, 50);
}

// --- who is abandoned: told by those who give an actor up

TEST(Log, OfAnAbandonedActorIsALineAndAnEvent) {
  const auto sink = std::make_shared<keeps>();
  actor_system sys(std::make_unique<troupe::kit::seeded>(1), {.sink = sink});
  auto r = sys.events();
  auto a = sys.spawn<plain>({.name = "spins"});
  troupe::detail::report_abandoned(*a.cell_(), "it handles `spin`");
  const auto all = r.take_all();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].kind, troupe::event_kind::abandoned);
  EXPECT_EQ(all[2].who, a.id());
  EXPECT_EQ(all[2].reason, troupe::exit_kind::killed);
  EXPECT_EQ(all[2].text, "it handles `spin`");
  const auto lines = sink->lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].first, log_level::error);
  EXPECT_TRUE(says(lines[0].second, "plain \"spins\" #")) << lines[0].second;
  EXPECT_TRUE(says(lines[0].second, "it is abandoned; it handles `spin`")) << lines[0].second;
}

}  // namespace
