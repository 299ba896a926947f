// crash_loop_test.cpp: a child that always fails: when that ends, and what people hear of it.
//
//   Rules    I1, I5, and row 3 of the faults: docs/semantics.md.
#include "ward_cast.hpp"

#include <algorithm>

namespace {

using namespace wards;
using troupe::log_level;

SCENARIO(CrashLoop, FaultRow3ACrashLoopEndsAfterOneFailureMoreThanTheIntensity) {
  for (const int n : {0, 1, 4}) {
    troop t(w);
    const auto failed = w.counters().failed;
    const auto restarted = w.counters().restarted;
    t.book().doom("fraud", fate::crashes, record::always);
    t.build(supervisor_spec{
        .intensity = n, .period = 24h, .children = {t.child("b", transient), t.child("fraud")}});
    (void)t.take_when_done();
    const auto times = static_cast<unsigned>(n) + 1U;
    EXPECT_EQ(t.book().lives("fraud"), n + 1);
    EXPECT_EQ(w.counters().failed - failed, times);
    EXPECT_EQ(w.counters().restarted - restarted, times - 1U);
    EXPECT_EQ(t.book().alive("b"), 0);
    // What has led to it is not forgotten.
    const auto why = t.end();
    EXPECT_EQ(why, exit_kind::shutdown);
    EXPECT_PRED2(says, why.text(), "fraud");
    const bool said = says(why.text(), "crash");
    const bool caused = why.cause() != nullptr && says(why.cause()->text(), "crash");
    EXPECT_TRUE(said || caused) << why.to_string();
  }
}

/// Keeps what it is given.
class kept_lines : public troupe::log_sink {
public:
  struct line {
    log_level level;
    std::string text;
  };
  std::string_view name() const noexcept override { return "kept_lines"; }
  void write(log_level level, std::string_view text) override {
    const std::lock_guard hold(mutex_);
    lines_.push_back({level, std::string(text)});
  }
  [[nodiscard]] std::vector<line> lines() const {
    const std::lock_guard hold(mutex_);
    return lines_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<line> lines_;
};

TEST(CrashLoop, FaultRow3EachFailureIsAFewLinesOfTheLogAndOneSaysWhoGaveUp) {
  for (const auto how : {fate::crashes, fate::throws, fate::refuses}) {
    constexpr std::size_t n = 50;
    const auto log = std::make_shared<kept_lines>();
    const auto book = std::make_shared<record>();
    troupe::actor_system sys({.workers = 2, .sink = log});
    const slot<player> fraud(sys, "fraud");
    child_spec c{.id = "fraud", .start = troupe::actor_of<player>(book, "fraud")};
    c.at = fraud;
    const auto tree =
        troupe::start(sys, supervisor_spec{.intensity = n, .period = 24h, .children = {c}});
    ASSERT_TRUE(tree) << tree.error().text();
    book->doom("fraud", how, record::always);
    fraud.tell(fail{"crash"});
    while (tree->children().get()) std::this_thread::yield();  // until it has given up
    ASSERT_TRUE(sys.drain());
    EXPECT_EQ(book->tried("fraud"), static_cast<int>(n) + 1);
    const auto lines = log->lines();
    EXPECT_GE(lines.size(), n + 1) << "each failure is told";
    EXPECT_LE(lines.size(), 3 * (n + 1) + 20);
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [](const auto& l) {
                              return l.level == log_level::error && says(l.text, "gave up") &&
                                     says(l.text, "fraud");
                            }),
              1);
    for (const auto& l : lines) EXPECT_FALSE(says(l.text, "\n")) << "one line: " << l.text;
  }
}

}  // namespace
