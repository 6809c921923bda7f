#include "services/audit/pending_events.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/time.h"
#include "tests/unit/audit/audit_world.h"

namespace hotline::audit {
namespace {

using ::testing::ElementsAre;

constexpr PendingEvents::Limits kRoomy{.events = 100, .bytes = 1U << 20U};

v1::AuditEvent At(v1::AuditEvent event, LogTime time) {
  *event.mutable_event_time() = ToTimestamp(time);
  return event;
}

TEST(PendingEventsTest, MergesEqualEventsAndCountsThem) {
  PendingEvents pending(kRoomy);
  pending.Add(AnEvent("wang", "entries/a"));
  pending.Add(AnEvent("wang", "entries/b"));
  pending.Add(AnEvent("wang", "entries/a"));
  pending.Add(AnEvent("li", "entries/a"));

  const v1::AuditBatch batch = pending.TakeBatch();

  ASSERT_EQ(batch.events_size(), 2);
  EXPECT_EQ(batch.events(0).count(), 3);
  EXPECT_THAT(batch.events(0).names(), ElementsAre("entries/a", "entries/b"));
  EXPECT_EQ(batch.events(1).count(), 0);
  EXPECT_EQ(EventsIn(batch), 4);
  EXPECT_TRUE(pending.empty());
}

TEST(PendingEventsTest, ConnectionsOfOneHostAreOnePlace) {
  PendingEvents pending(kRoomy);
  v1::AuditEvent first = AnEvent("wang");
  first.set_address("ipv4:10.0.0.5:50001");
  v1::AuditEvent second = AnEvent("wang");
  second.set_address("ipv4:10.0.0.5:50002");
  v1::AuditEvent elsewhere = AnEvent("wang");
  elsewhere.set_address("ipv4:10.0.0.6:50001");
  for (const auto& event : {first, second, elsewhere}) pending.Add(event);

  EXPECT_EQ(pending.TakeBatch().events_size(), 2);
  EXPECT_EQ(HostOf("ipv6:[::1]:80"), "ipv6:[::1]");
  EXPECT_EQ(HostOf("unix:/tmp/socket"), "unix:/tmp/socket");
}

TEST(PendingEventsTest, DoesNotMergeWhatIsFarApartOrDiffersInOutcome) {
  PendingEvents pending(kRoomy);
  pending.Add(At(AnEvent("wang"), 1'000'000));
  pending.Add(At(AnEvent("wang"), 1'000'000 + kMergeWindow + 1));
  v1::AuditEvent refused = At(AnEvent("wang"), 1'000'000);
  refused.set_reason("NOT_ALLOWED");
  pending.Add(refused);

  EXPECT_EQ(pending.TakeBatch().events_size(), 3);
}

TEST(PendingEventsTest, DoesNotMergeIntoABatchThatIsTaken) {
  PendingEvents pending(kRoomy);
  pending.Add(AnEvent("wang"));
  (void)pending.TakeBatch();
  pending.Add(AnEvent("wang"));

  EXPECT_EQ(pending.TakeBatch().events(0).count(), 0);
}

TEST(PendingEventsTest, NoEventNamesMoreThanTheContractAllows) {
  PendingEvents pending(kRoomy);
  for (int i = 0; i < 250; ++i) pending.Add(AnEvent("wang", "entries/e" + std::to_string(i)));

  const v1::AuditBatch batch = pending.TakeBatch();

  ASSERT_EQ(batch.events_size(), 3);
  for (const auto& event : batch.events()) EXPECT_LE(event.names_size(), kNamesMax);
  EXPECT_EQ(EventsIn(batch), 250);
}

TEST(PendingEventsTest, CountsWhatFindsNoRoomAndTellsTheNextBatch) {
  PendingEvents pending({.events = 3, .bytes = 1U << 20U});
  for (int i = 0; i < 10; ++i) pending.Add(AnEvent("actor" + std::to_string(i)));
  EXPECT_EQ(pending.lost(), 7);
  pending.Add(AnEvent("actor0"));  // merges, so it needs no room

  const v1::AuditBatch batch = pending.TakeBatch();

  EXPECT_EQ(batch.events_size(), 3);
  EXPECT_EQ(batch.lost_count(), 7);
  EXPECT_EQ(EventsIn(batch), 11);
  EXPECT_EQ(pending.lost(), 0);
}

TEST(PendingEventsTest, ABatchIsBoundedAndTheRestComesNext) {
  PendingEvents pending({.events = 5'000, .bytes = 16U << 20U});
  for (int i = 0; i < 2'500; ++i) pending.Add(AnEvent("actor" + std::to_string(i)));

  EXPECT_EQ(pending.TakeBatch().events_size(), kBatchEventsMax);
  EXPECT_EQ(pending.TakeBatch().events_size(), kBatchEventsMax);
  pending.Add(AnEvent("actor2400"));  // still waits, so it is merged
  const v1::AuditBatch last = pending.TakeBatch();
  EXPECT_EQ(last.events_size(), 500);
  EXPECT_EQ(EventsIn(last), 501);
}

TEST(PendingEventsTest, BytesAreBoundedToo) {
  PendingEvents pending({.events = 1'000, .bytes = 1'000});
  for (int i = 0; i < 100; ++i) pending.Add(AnEvent("actor" + std::to_string(i)));

  EXPECT_LT(pending.size(), 10U);
  EXPECT_GT(pending.lost(), 90);
}

}  // namespace
}  // namespace hotline::audit
