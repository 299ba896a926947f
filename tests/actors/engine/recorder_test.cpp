// recorder_test.cpp: what a worker has handled lately.
#include <troupe/actors/engine/recorder.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace {

using troupe::detail::envelope_ops;
using troupe::detail::recorder;

/// So many kinds of messages.
constexpr std::size_t kinds = 5;
constexpr std::array<envelope_ops, kinds> all_kinds{};
const envelope_ops& kind_of(std::uint64_t n) { return all_kinds[n % kinds]; }
std::uint64_t who_of(std::uint64_t n) { return 3 * n + 1; }

/// A recorder beside the count of its worker, which is published after each record.
class worker {
public:
  /// The next message; all that is recorded of it follows from its number.
  void handle() {
    half_handle();
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  /// Recorded, and not counted yet.
  void half_handle() {
    const std::uint64_t n = count_.load(std::memory_order_relaxed);
    recent_.write(n, who_of(n), static_cast<std::uint32_t>(n), kind_of(n));
  }
  void handle_unrecorded() { count_.fetch_add(1, std::memory_order_release); }
  [[nodiscard]] std::vector<recorder::record> read() const {
    return recent_.read([this] { return count_.load(std::memory_order_acquire); });
  }

private:
  recorder recent_;
  std::atomic<std::uint64_t> count_{0};
};

[[nodiscard]] bool is_whole(const recorder::record& r) {
  return r.who == who_of(r.sequence) && r.what == &kind_of(r.sequence) &&
         r.incarnation == static_cast<std::uint16_t>(r.sequence);
}

/// These and no others, the oldest first, each as it was written.
void expect_numbers(const worker& w, std::uint64_t first, std::uint64_t last) {
  std::uint64_t next = first;
  for (const recorder::record& r : w.read()) {
    EXPECT_EQ(r.sequence, next++);
    EXPECT_TRUE(is_whole(r)) << "number " << r.sequence;
  }
  EXPECT_EQ(next, last + 1);
}

TEST(Recorder, IsEmptyAtFirst) { EXPECT_TRUE(worker().read().empty()); }

TEST(Recorder, TellsWhatWasWrittenTheOldestFirst) {
  worker w;
  for (std::uint64_t n = 0; n < recorder::size - 1; ++n) {
    w.handle();
    expect_numbers(w, 0, n);
  }
}

TEST(Recorder, KeepsTheNewestWhenItGoesRound) {
  worker w;
  for (std::uint64_t n = 0; n < 5 * recorder::size; ++n) {
    w.handle();
    if (n >= recorder::size - 1) expect_numbers(w, n - (recorder::size - 2), n);
  }
}

TEST(Recorder, LeavesOutTheOneThatIsJustBeingOverwritten) {
  worker w;
  for (std::uint64_t n = 0; n < 3 * recorder::size; ++n) {
    w.half_handle();
    for (const recorder::record& r : w.read()) EXPECT_TRUE(is_whole(r)) << "number " << r.sequence;
    w.handle();
  }
}

TEST(Recorder, LeavesOutWhatWasNotRecorded) {
  worker w;
  w.handle_unrecorded();
  w.handle();
  w.handle_unrecorded();
  expect_numbers(w, 1, 1);
}

TEST(Recorder, KeepsLargeIdsAndTheIncarnationModulo65536) {
  recorder r;
  constexpr std::uint64_t largest = (std::uint64_t{1} << 48) - 1;
  r.write(0, largest, 0x1'FFFE, kind_of(0));
  const auto all = r.read([] { return std::uint64_t{1}; });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].who, largest);
  EXPECT_EQ(all[0].incarnation, 0xFFFE);
}

TEST(Recorder, ShowsOnlyWholeRecordsToAThreadThatReadsMeanwhile) {
  constexpr int reads = 5000;
  const auto w = std::make_unique<worker>();
  std::atomic<bool> done{false};
  std::uint64_t torn = 0;
  std::uint64_t out_of_order = 0;
  std::thread reader([&] {
    for (int i = 0; i < reads; ++i) {
      std::uint64_t next = 0;
      for (const recorder::record& r : w->read()) {
        torn += is_whole(r) ? 0 : 1;
        out_of_order += next == 0 || r.sequence == next ? 0 : 1;
        next = r.sequence + 1;
      }
    }
    done.store(true, std::memory_order_release);
  });
  while (!done.load(std::memory_order_acquire)) w->handle();
  reader.join();
  EXPECT_EQ(torn, 0U);
  EXPECT_EQ(out_of_order, 0U);
}

}  // namespace
