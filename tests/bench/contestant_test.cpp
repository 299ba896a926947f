// contestant_test.cpp: who takes part, and why not.
#include <troupe/bench/compare/contestant.hpp>

#include "programs.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using compare::contestant;

const contestant& named(const std::vector<contestant>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const contestant& c) { return c.name == name; });
  if (found == all.end()) throw std::runtime_error("no contestant " + name);
  return *found;
}

TEST(Contestant, OursComesFirst) {
  const programs::folder empty;
  EXPECT_TRUE(compare::find_contestants(empty.path()).front().is_ours());
}

TEST(Contestant, APeerThatIsNotThereSaysWhichPackageIsMissingAndMeasuresNothing) {
  const programs::folder empty;
  const auto all = compare::find_contestants(empty.path());
  const contestant& go = named(all, "go");
  EXPECT_EQ(go.absent, "not built: Go not found (golang-go)");
  EXPECT_FALSE(go.measures(*compare::find_row("ping_pong_ns")));
}

TEST(Contestant, AProgramThatIsThereSaysWhoItIs) {
  const programs::folder here;
  here.add("go_rows", "test \"$1\" = --about && echo Go, go1.99 && echo more");
  const auto all = compare::find_contestants(here.path());
  const contestant& go = named(all, "go");
  EXPECT_EQ(go.absent, "");
  EXPECT_EQ(go.about, "Go, go1.99");
}

TEST(Contestant, AProgramThatCannotSayWhoItIsIsAbsent) {
  const programs::folder here;
  here.add("erlang_rows", "exit 127");
  const auto all = compare::find_contestants(here.path());
  EXPECT_EQ(named(all, "erlang").absent, "cannot be started");
}

TEST(Contestant, MeasuresTheRowsThatNameItsKind) {
  contestant peer = samples::contestant_named("peer", compare::go);
  compare::row row = samples::row_named("any");
  row.peers = compare::caf;
  EXPECT_FALSE(peer.measures(row));
  row.peers = compare::caf | compare::go;
  EXPECT_TRUE(peer.measures(row));
  peer.only = "another";
  EXPECT_FALSE(peer.measures(row));
}

TEST(Contestant, OursMeasuresEveryRow) {
  compare::row row = samples::row_named("any");
  row.peers = compare::no_peer;
  EXPECT_TRUE(samples::ours.measures(row));
}

TEST(Contestant, PackagesAreThoseOfTheRowsThatWereChosen) {
  compare::row with_go = samples::row_named("a");
  with_go.peers = compare::go;
  compare::row alone = samples::row_named("b");
  alone.peers = compare::no_peer;
  const std::vector<const compare::row*> both{&with_go, &alone};
  EXPECT_EQ(compare::packages_for(both), "golang-go\n");
  const std::vector<const compare::row*> one{&alone};
  EXPECT_EQ(compare::packages_for(one), "");
}

TEST(Contestant, PackagesOfAdaptersAreTheirPeers) {
  const std::vector<const compare::row*> queue{compare::find_row("queue_put_get")};
  EXPECT_EQ(compare::packages_for(queue), "libconcurrentqueue-dev\nlibtbb-dev\npython3\n");
}

}  // namespace
