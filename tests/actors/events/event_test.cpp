// event_test.cpp: events as values, and where there is no memory for one.
//
//   Note     a program of its own: it takes the place of operator new.
#include <troupe/actors/events/event.hpp>

#include <troupe/actors/engine/events.hpp>
#include <troupe/actors/kit/seeded.hpp>
#include <troupe/actors/kit/stage.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <set>
#include <string>
#include <type_traits>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TROUPE_TSAN
#endif
#endif

namespace {

/// While it is set, this thread gets no memory.
thread_local bool starving = false;  // NOLINT: what operator new sees

}  // namespace

#if !defined(TROUPE_TSAN)  // its runtime brings an operator new of its own
// noinline: else g++ 12 takes free() for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  void* const memory = starving ? nullptr : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace {

using troupe::event;
using troupe::event_kind;
using troupe::exit_reason;
using troupe::detail::event_place;
using troupe::detail::event_stream;

static_assert(std::is_copy_constructible_v<event> && std::is_nothrow_move_constructible_v<event>);
static_assert(!std::is_copy_constructible_v<troupe::event_reader>);
static_assert(std::is_nothrow_move_constructible_v<troupe::event_reader>);

TEST(EventKind, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < troupe::event_kinds; ++i)
    names.insert(to_string(static_cast<event_kind>(i)));
  EXPECT_EQ(names.size(), troupe::event_kinds);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(to_string(event_kind::overflow), "overflow");
  EXPECT_EQ(to_string(static_cast<event_kind>(troupe::event_kinds)), "unknown");
}

TEST(Event, IsALineForPeople) {
  event e;
  e.kind = event_kind::spawned;
  e.who = troupe::actor_id(12);
  e.class_name = "account";
  EXPECT_EQ(e.to_string(), "spawned account #12");
  e.label = "till";
  e.kind = event_kind::failed;
  e.reason = exit_reason::failed("std::runtime_error", "disk");
  EXPECT_EQ(e.to_string(), "failed account \"till\" #12: failed(std::runtime_error, \"disk\")");
  e.kind = event_kind::abandoned;
  e.reason = troupe::exit_kind::killed;
  e.text = "it handles `spin`";
  EXPECT_EQ(e.to_string(), "abandoned account \"till\" #12: killed; it handles `spin`");
  e = {};
  e.kind = event_kind::dead_letter;
  e.message = "deposit";
  e.dropped = troupe::dead_reason::empty;
  EXPECT_EQ(e.to_string(), "dead_letter of `deposit` to nobody: empty");
}

std::shared_ptr<event> made() { return std::make_shared<event>(); }

TEST(EventStream, WhatHadNoMemoryIsMissedByEachReader) {
  troupe::kit::seeded clock(1);
  event_stream s(8);
  event_place one{s.join()};
  event_place other{s.join()};
  s.put(made(), clock);
  s.put(nullptr, clock);
  s.put(nullptr, clock);
  s.put(made(), clock);
  for (event_place* const r : {&one, &other}) {
    EXPECT_EQ(s.take(*r)->number, 0U);
    EXPECT_EQ(r->missed, 0U);
    EXPECT_EQ(s.take(*r)->number, 3U);
    EXPECT_EQ(r->missed, 2U);
    EXPECT_EQ(s.take(*r), nullptr);
  }
  s.put(nullptr, clock);
  EXPECT_EQ(s.take(one), nullptr);
  EXPECT_EQ(one.missed, 3U);
}

TEST(EventStream, E3_EachNumberIsGivenOrMissedWhereverTheReaderStands) {
  troupe::kit::seeded clock(1);
  for (std::size_t kept = 1; kept <= 5; ++kept)
    for (unsigned pattern = 0; pattern < 1024; ++pattern) {
      event_stream s(kept);
      event_place r{s.join()};
      std::uint64_t put = 0;
      std::uint64_t given = 0;
      for (unsigned bit = 0; bit < 10; ++bit) {
        s.put(bit % 4 == 3 ? nullptr : made(), clock);
        ++put;
        if ((pattern >> bit & 1U) == 0) continue;
        const auto e = s.take(r);
        if (e == nullptr) continue;
        ++given;
        ASSERT_EQ(e->number, given + r.missed - 1);
      }
      while (s.take(r) != nullptr) ++given;
      ASSERT_EQ(given + r.missed, put) << "kept " << kept << ", pattern " << pattern;
    }
}

TEST(EventStream, MakesNothingWithoutAReader) {
  troupe::kit::seeded clock(1);
  event_stream s(8);
  EXPECT_FALSE(s.is_read());
  s.put(made(), clock);
  event_place r{s.join()};
  EXPECT_TRUE(s.is_read());
  EXPECT_EQ(s.take(r), nullptr);
  s.leave();
  EXPECT_FALSE(s.is_read());
}

TEST(EventStream, RemembersTheRefusalsOfSixtyFour) {
  event_stream s(8);
  const auto now = troupe::time_point(std::chrono::hours(1));
  for (std::uint64_t actor = 1; actor <= 64; ++actor) EXPECT_TRUE(s.begins_burst(actor, now));
  for (std::uint64_t actor = 1; actor <= 64; ++actor) EXPECT_FALSE(s.begins_burst(actor, now));
  EXPECT_TRUE(s.begins_burst(65, now)) << "in the place of the one that was quiet for longest";
}

struct note {};
class plain : public troupe::actor<plain> {
public:
  void on(note) {}
};

TEST(EventReader, CountsWhatThereWasNoMemoryForAsMissed) {
#if defined(TROUPE_TSAN)
  GTEST_SKIP() << "the sanitizer's operator new does not fail";
#endif
  troupe::kit::stage s;
  auto r = s.events();
  auto a = s.spawn<plain>();
  a.stop();
  s.settle();
  EXPECT_EQ(r.take_all().size(), 3U);
  starving = true;
  a.tell(note{});
  a.tell(note{});
  starving = false;
  a.tell(note{});
  EXPECT_EQ(r.take_all().size(), 1U);
  EXPECT_EQ(r.missed(), 2U);
  EXPECT_EQ(s.system().counters().dead_letters(troupe::dead_reason::ended), 3U);
}

TEST(EventReader, LosesNothingWhenThereIsNoMemoryToReadIt) {
#if defined(TROUPE_TSAN)
  GTEST_SKIP() << "the sanitizer's operator new does not fail";
#endif
  troupe::kit::stage s;
  auto r = s.events();
  auto a = s.spawn<plain>({.name = "a label that is too long to be kept in the string itself"});
  starving = true;
  EXPECT_THROW((void)r.next(), std::bad_alloc);
  starving = false;
  EXPECT_EQ(r.take_all().size(), 2U);
  EXPECT_EQ(r.missed(), 0U);
}

}  // namespace
