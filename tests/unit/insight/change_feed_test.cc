// The events of entries, read out of the log and kept in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/insight/change_feed_reader.h"
#include "services/insight/change_feed_recent.h"
#include "services/records/projection.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::CommitBuilder;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using knowledge::v1::Task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

storage::Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

// "REVISED a 1>2"
std::string Told(const v1::EntryChange& change) {
  return v1::ChangeKind_Name(change.kind()) + " " + change.entry().substr(8) + " " +
         std::to_string(change.previous_revision()) + ">" + std::to_string(change.revision());
}

class ChangeFeedTest : public ::testing::Test {
 protected:
  int64_t Commit(const CommitBuilder& commit) {
    const auto response = store_.Commit(commit, Soon());
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->kb_revision() : 0;
  }
  template <typename T>
  int64_t Put(const T& resource) {
    return Commit(ACommit().Put(resource));
  }
  int64_t PutTask(const Task& task) {
    store::v1::Resource resource;
    *resource.mutable_task() = task;
    return Put(resource);
  }
  static Task Lapse(std::initializer_list<std::string> entries) {
    Task task;
    task.set_name("tasks/t1");
    task.set_kind(Task::POLICY_LAPSED);
    task.set_state(Task::OPEN);
    task.add_subjects("policies/p");
    for (const auto& entry : entries) task.add_subjects(entry);
    return task;
  }
  // A life with every kind of event.
  void Live() {
    Put(AFact("jin", "2360"));
    Put(AnEntry("a").Answer("每月{{facts/jin}}").Online(1));
    Put(AnEntry("b").Online(1));
    Put(AnEntry("b").Answer("改了的").Online(2));
    Put(AFact("jin", "2400"));
    PutTask(Lapse({"entries/a", "entries/b"}));
    Commit(ACommit()
               .Put(AnEntry("b").Withdrawn(Entry::RETIRED, "过时", 2))
               .Put(AnEntry("c").Online(1)));
    Entry recalled = AnEntry("c").Withdrawn(Entry::RECALLED, "错了", 1);
    recalled.mutable_withdrawal()->set_recall("recalls/r");
    Put(recalled);
    Put(AnEntry("b").Answer("又发").Online(3));
    Entry merged = AnEntry("b").Withdrawn(Entry::MERGED, "并入", 3);
    merged.set_merged_into("entries/a");
    Put(merged);
  }
  std::vector<std::string> FromLog(int64_t after = 0) {
    std::vector<std::string> told;
    for (int64_t at = after;;) {
      const auto batch = ChangeReader(store_).ReadAfter(at, Soon());
      EXPECT_THAT(batch, IsOk());
      if (!batch.ok() || batch->reached == at) return told;
      for (const ChangeRecord& record : batch->records) told.push_back(Told(record.change));
      at = batch->reached;
    }
  }

  storage::MemoryStore store_;
};

const auto kLife =
    ElementsAre("PUBLISHED a 0>1", "PUBLISHED b 0>1", "REVISED b 1>2", "FACT_CHANGED a 1>1",
                "SUSPECT a 1>1", "SUSPECT b 2>2", "RETIRED b 2>0", "PUBLISHED c 0>1",
                "RECALLED c 1>0", "PUBLISHED b 0>3", "MERGED b 3>0");

TEST_F(ChangeFeedTest, EveryKindIsToldOnceInTheOrderOfTheLog) {
  Live();
  EXPECT_THAT(FromLog(), kLife);
}

TEST_F(ChangeFeedTest, WhatSaysTheSameIsNoEvent) {
  Put(AFact("jin", "2360"));
  Put(AnEntry("a").Answer("每月{{facts/jin}}").Online(1));
  const int64_t before = Put(AnEntry("draft").Question("没有发布过"));
  Entry edited = AnEntry("a").Answer("每月{{facts/jin}}").Online(1);
  const auto stored = store_.Get("entries/a", 0, Soon());
  ASSERT_THAT(stored, IsOk());
  edited = stored->resource.entry();
  *edited.mutable_online()->mutable_content() = edited.content();
  edited.mutable_content()->set_question("改了工作稿");
  Put(edited);
  knowledge::v1::Fact fact = AFact("jin", "2360");
  fact.set_display_name("换了个名称");
  Put(fact);
  Task task = Lapse({"entries/a"});
  task.set_state(Task::DONE);
  PutTask(task);
  EXPECT_THAT(FromLog(before), IsEmpty());
}

TEST_F(ChangeFeedTest, TheTaskOfALapseTellsOfItOnce) {
  Put(AnEntry("a").Online(1));
  const int64_t lapsed = PutTask(Lapse({"entries/a"}));
  Task touched = Lapse({"entries/a"});
  touched.set_note("在办");
  PutTask(touched);
  EXPECT_THAT(FromLog(lapsed - 1), ElementsAre("SUSPECT a 1>1"));
}

TEST_F(ChangeFeedTest, AChangeSaysWhereAndWhatAndWhy) {
  Put(AnEntry("a").Question("旧的问法").Category("甲/乙").Region("440300").Online(1));
  Entry recalled =
      AnEntry("a").Question("新的问法").Category("丙").Withdrawn(Entry::RECALLED, "错了", 1);
  recalled.mutable_withdrawal()->set_recall("recalls/r");
  const int64_t at = Put(recalled);
  const auto batch = ChangeReader(store_).ReadAfter(at - 1, Soon());
  ASSERT_THAT(batch, IsOk());
  ASSERT_EQ(batch->records.size(), 1);
  const v1::EntryChange& change = batch->records[0].change;
  EXPECT_EQ(change.kb_revision(), at);
  EXPECT_EQ(change.question(), "旧的问法");  // what was said, not the working text
  EXPECT_EQ(change.category(), "甲/乙");
  EXPECT_EQ(change.reason(), "错了");
  EXPECT_TRUE(change.content_hash().empty());
  EXPECT_TRUE(change.has_change_time());
}

TEST_F(ChangeFeedTest, ThePublicIsToldThatATextWentInside) {
  Put(AnEntry("a").Question("公开时的问法").Online(1));
  Put(AnEntry("a").Audience(type::v1::AGENT_ONLY).Question("内部").Online(2));
  Put(AnEntry("a").Audience(type::v1::AGENT_ONLY).Question("内部二").Online(3));
  Put(AnEntry("a").Question("又公开").Online(4));
  const auto batch = ChangeReader(store_).ReadAfter(0, Soon());
  ASSERT_THAT(batch, IsOk());
  std::vector<std::string> told;
  for (const ChangeRecord& record : batch->records) {
    if (const auto change = ForPublic(record)) {
      told.push_back(Told(*change));
      EXPECT_EQ(change->question().find("内部"), std::string::npos);
    }
  }
  EXPECT_THAT(told, ElementsAre("PUBLISHED a 0>1", "RETIRED a 1>0", "PUBLISHED a 0>4"));
}

TEST_F(ChangeFeedTest, AChannelThatNoCitizenReadsIsInside) {
  Put(AnEntry("api").Channel(type::v1::API).Online(1));
  Put(AnEntry("both").Channel(type::v1::AGENT).Channel(type::v1::API).Online(1));
  Put(AnEntry("web").Channel(type::v1::API).Channel(type::v1::WEB).Online(1));
  const auto batch = ChangeReader(store_).ReadAfter(0, Soon());
  ASSERT_THAT(batch, IsOk());
  std::vector<std::string> told;
  for (const ChangeRecord& record : batch->records) {
    if (const auto change = ForPublic(record)) told.push_back(Told(*change));
  }
  EXPECT_THAT(told, ElementsAre("PUBLISHED web 0>1"));
}

TEST_F(ChangeFeedTest, WhyATextWentIsNotForThePublic) {
  Put(AnEntry("a").Online(1));
  const int64_t at = Put(AnEntry("a").Withdrawn(Entry::RETIRED, "处长要求先撤下", 1));
  const auto batch = ChangeReader(store_).ReadAfter(at - 1, Soon());
  ASSERT_THAT(batch, IsOk());
  ASSERT_EQ(batch->records.size(), 1);
  EXPECT_EQ(batch->records[0].change.reason(), "处长要求先撤下");
  const auto change = ForPublic(batch->records[0]);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->kind(), v1::RETIRED);
  EXPECT_TRUE(change->reason().empty());
}

class RecentChangesTest : public ChangeFeedTest {
 protected:
  // The memory, loaded from the base as it stands, then following it.
  struct Following {
    explicit Following(storage::Store& store, size_t waiting_bytes_max = kWaitingBytesMax)
        : changes(
              store, [](const absl::Status&) {}, waiting_bytes_max),
          follower(
              [&store] { return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), &store); },
              [](const absl::Status&) {}) {
      follower.Add(changes);
      follower.Start();
      changes.Start();
    }
    ~Following() { follower.Stop(); }
    RecentChanges changes;
    records::ProjectionFollower follower;
  };
  int64_t Head() { return store_.GetStatus(Soon())->head_kb_revision(); }
  // All events, oldest first.
  std::vector<std::string> InMemory(const RecentChanges& changes) {
    EXPECT_THAT(changes.Await(Head(), Soon()), IsOk());
    std::vector<std::string> told;
    changes.Visit(0, [&](const ChangePointer& change) {
      told.push_back(Told(change->change));
      return true;
    });
    // Newest first, and of one Change from its last entry to its first.
    std::reverse(told.begin(), told.end());
    return told;
  }
};

TEST_F(RecentChangesTest, WhatIsFollowedIsWhatTheLogSays) {
  Following following(store_);
  Live();
  EXPECT_THAT(InMemory(following.changes), kLife);
}

TEST_F(RecentChangesTest, WhatWasNotKeptIsReadFromTheLog) {
  Following following(store_, /*waiting_bytes_max=*/1);
  Live();
  EXPECT_THAT(InMemory(following.changes), kLife);
  Put(AnEntry("d").Online(1));
  EXPECT_THAT(InMemory(following.changes), ::testing::SizeIs(12));
}

TEST_F(RecentChangesTest, WhatIsLoadedIsWhatTheLogSays) {
  Live();
  Following following(store_);
  EXPECT_THAT(InMemory(following.changes), kLife);
}

TEST_F(RecentChangesTest, LoadedAndFollowedPartsMeetWithoutGapOrDuplicate) {
  for (int revision = 1; revision <= 5; ++revision)
    Put(AnEntry("a").Answer(std::to_string(revision)).Online(revision));
  Following following(store_);
  for (int revision = 6; revision <= 9; ++revision)
    Put(AnEntry("a").Answer(std::to_string(revision)).Online(revision));
  EXPECT_THAT(InMemory(following.changes), ::testing::SizeIs(9));
  // Feeds: any position, from the log and from memory.
  for (int64_t after = 0; after <= Head(); ++after) {
    std::vector<int64_t> positions;
    for (int64_t at = after;;) {
      const auto slice = following.changes.After(at, 2, Soon());
      ASSERT_THAT(slice, IsOk());
      for (const auto& change : slice->changes) positions.push_back(change->change.kb_revision());
      if (slice->reached == at) break;
      at = slice->reached;
    }
    std::vector<int64_t> expected;
    for (int64_t at = after + 1; at <= Head(); ++at) expected.push_back(at);
    EXPECT_EQ(positions, expected) << "after " << after;
  }
  EXPECT_THAT(following.changes.After(Head() + 1, 2, Soon()),
              hotline::testing::HasReason(type::v1::REVISION_NOT_REACHED));
}

TEST_F(RecentChangesTest, WhatTheStoreHasBeyondTheLoadedPositionIsToldByTheFollowerAlone) {
  int64_t loaded = 0;
  for (int revision = 1; revision <= 3; ++revision)
    loaded = Put(AnEntry("a").Answer(std::to_string(revision)).Online(revision));
  RecentChanges changes(store_, [](const absl::Status&) {});
  changes.Reset();
  const auto stored = store_.Get("entries/a", loaded, Soon());
  ASSERT_THAT(stored, IsOk());
  changes.Put(stored->resource, loaded, nullptr);
  // Written after the base was loaded, before its history is read.
  for (int revision = 4; revision <= 6; ++revision)
    Put(AnEntry("a").Answer(std::to_string(revision)).Online(revision));
  const auto status = store_.GetStatus(Soon());
  ASSERT_THAT(status, IsOk());
  const LogTime now = ToLogTime(status->log_time());
  changes.Reached({status->timeline_id(), loaded}, now);
  const auto feed = store_.ReadChanges(loaded, Soon());
  ASSERT_THAT(feed, IsOk());
  for (const store::v1::Change& change : feed->changes) {
    changes.Put(change.effects(0).put(), change.kb_revision(), &change);
    changes.Reached({status->timeline_id(), change.kb_revision()}, now);
  }
  changes.Start();
  EXPECT_THAT(InMemory(changes), ElementsAre("PUBLISHED a 0>1", "REVISED a 1>2", "REVISED a 2>3",
                                             "REVISED a 3>4", "REVISED a 4>5", "REVISED a 5>6"));
}

TEST_F(RecentChangesTest, FindsTheNewestAndAnyOlderChange) {
  const int64_t first = Put(AnEntry("a").Online(1));
  const int64_t second = Put(AnEntry("a").Answer("二").Online(2));
  Following following(store_);
  ASSERT_THAT(following.changes.Await(second, Soon()), IsOk());
  const auto newest = following.changes.Find("entries/a", 0, Soon());
  ASSERT_THAT(newest, IsOk());
  EXPECT_EQ((*newest)->change.kb_revision(), second);
  const auto older = following.changes.Find("entries/a", first, Soon());
  ASSERT_THAT(older, IsOk());
  EXPECT_EQ(Told((*older)->change), "PUBLISHED a 0>1");
  EXPECT_THAT(following.changes.Find("entries/none", first, Soon()),
              hotline::testing::HasReason(type::v1::RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace hotline::insight
