// The audit chain at the store's door: every store gives the same links for the same Changes.
#include "proto/cc/audit_chain.h"
#include "proto/cc/content_hash.h"
#include "storage/audit_record.h"
#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using store::v1::AuditRecord;

class AuditTest : public StoreTest {
 protected:
  AuditPage Read(int64_t after, int page_size) {
    const auto page = store().ReadAudit(after, page_size, Soon());
    EXPECT_OK(page);
    return page.ok() ? *page : AuditPage();
  }
  static AuditRecord RecordIn(const store::v1::AuditLink& link) {
    AuditRecord record;
    EXPECT_TRUE(record.ParseFromString(link.record()));
    return record;
  }
  static store::v1::AuditDetails DetailsIn(const store::v1::AuditLink& link) {
    store::v1::AuditDetails details;
    EXPECT_TRUE(details.ParseFromString(link.details()));
    return details;
  }
  static store::v1::CommitRequest Recording(const std::string& name) {
    store::v1::Resource resource;
    resource.mutable_audit_batch()->set_name(name);
    resource.mutable_audit_batch()->add_events()->set_actor("people/wang");
    return ACommit().Put(resource);
  }
};
INSTANTIATE_STORES(AuditTest);

TEST_P(AuditTest, EachChangeHasALinkBoundToTheOneBefore) {
  for (int i = 0; i < 5; ++i) Commit(ACommit().Put(AnEntry("a").Build()));

  const AuditPage page = Read(0, 1'000);

  ASSERT_EQ(page.links.size(), 5U);
  EXPECT_EQ(page.head.kb_revision, 5);
  std::string prev_hash;
  for (int i = 0; i < 5; ++i) {
    const auto& link = page.links[static_cast<size_t>(i)];
    const AuditRecord record = RecordIn(link);
    EXPECT_EQ(record.sequence(), i + 1);
    EXPECT_EQ(record.kb_revision(), i + 1);
    EXPECT_EQ(record.prev_hash(), prev_hash);
    EXPECT_EQ(record.hash_algorithm(), kAuditAlgorithm);
    EXPECT_EQ(link.hash(), Sha256(link.record()));
    prev_hash = link.hash();
  }
}

TEST_P(AuditTest, AChangeWithoutOriginHasTheRecordThatItHadBeforeThereWereDetails) {
  Commit(ACommit().Put(AnEntry("a").Build()));

  const auto link = Read(0, 1).links.front();

  EXPECT_EQ(link.details(), "");
  EXPECT_EQ(RecordIn(link).details_hash(), "");
}

TEST_P(AuditTest, OriginAndEventsAreDetailsUnderTheirHash) {
  store::v1::CommitRequest commit = Recording("audits/a");
  commit.mutable_origin()->set_address("ipv4:10.0.0.5:1");
  commit.mutable_origin()->set_credential("sessions/s");
  Commit(commit);

  const auto link = Read(0, 1).links.front();

  EXPECT_EQ(RecordIn(link).details_hash(), Sha256(link.details()));
  EXPECT_EQ(DetailsIn(link).origin().address(), "ipv4:10.0.0.5:1");
  EXPECT_EQ(DetailsIn(link).origin().credential(), "sessions/s");
  ASSERT_EQ(DetailsIn(link).batch().events_size(), 1);
  EXPECT_EQ(DetailsIn(link).batch().events(0).actor(), "people/wang");
}

TEST_P(AuditTest, TheOriginStandsInTheChange) {
  store::v1::CommitRequest commit = ACommit().Put(AnEntry("a").Build());
  commit.mutable_origin()->set_rpc("/x/Y");
  Commit(commit);

  const auto batch = store().ReadChanges(0, Soon());

  ASSERT_OK(batch);
  EXPECT_EQ(batch->changes.at(0).origin().rpc(), "/x/Y");
}

TEST_P(AuditTest, PagesContinueWithoutGapOrRepetition) {
  for (int i = 0; i < 7; ++i) Commit(ACommit().Put(AnEntry("a").Build()));

  int64_t after = 0;
  for (const size_t expected : {3U, 3U, 1U, 0U}) {
    const AuditPage page = Read(after, 3);
    EXPECT_EQ(page.links.size(), expected);
    for (const auto& link : page.links) EXPECT_EQ(RecordIn(link).sequence(), ++after);
  }
}

TEST_P(AuditTest, APageStopsBeforeItIsTooLarge) {
  for (int i = 0; i < 4; ++i) {
    store::v1::CommitRequest commit = Recording("audits/a" + std::to_string(i));
    auto& batch = *commit.mutable_effects(0)->mutable_put()->mutable_audit_batch();
    for (int event = 0; event < 1'000; ++event) {
      batch.add_events()->set_actor(std::string(2'000, 'x'));
    }
    batch.mutable_events()->RemoveLast();
    Commit(commit);
  }

  int64_t after = 0;
  int pages = 0;
  while (after < 4) {
    const AuditPage page = Read(after, 1'000);
    ASSERT_FALSE(page.links.empty());
    after += static_cast<int64_t>(page.links.size());
    ++pages;
  }
  EXPECT_EQ(pages, 2);
}

TEST_P(AuditTest, ArgumentsAreChecked) {
  Commit(ACommit().Put(AnEntry("a").Build()));

  EXPECT_THAT(store().ReadAudit(2, 1, Soon()).status(), HasReason(type::v1::REVISION_NOT_REACHED));
  EXPECT_THAT(store().ReadAudit(-1, 1, Soon()).status(), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(store().ReadAudit(0, 0, Soon()).status(), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(store().ReadAudit(0, 1'001, Soon()).status(), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(store().ReadAudit(0, 1, Past()).status(), HasReason(type::v1::DEADLINE_PASSED));
}

TEST_P(AuditTest, WhatWasRecordedIsNeitherChangedNorDeleted) {
  Commit(Recording("audits/a"));

  EXPECT_THAT(store().Commit(Recording("audits/a"), Soon()).status(),
              HasReason(type::v1::RESOURCE_ALREADY_EXISTS));
  EXPECT_THAT(store().Commit(ACommit().Delete("audits/a"), Soon()).status(),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_EQ(Head(), 1);
}

TEST_P(AuditTest, AChangeHoldsOneBatchOfAThousandEvents) {
  store::v1::CommitRequest two = Recording("audits/a");
  *two.add_effects() = Recording("audits/b").effects(0);
  EXPECT_THAT(store().Commit(two, Soon()).status(), HasReason(type::v1::LIMIT_EXCEEDED));

  store::v1::CommitRequest large = Recording("audits/a");
  auto& batch = *large.mutable_effects(0)->mutable_put()->mutable_audit_batch();
  while (batch.events_size() <= 1'000) batch.add_events();
  EXPECT_THAT(store().Commit(large, Soon()).status(), HasReason(type::v1::LIMIT_EXCEEDED));

  store::v1::CommitRequest origin = ACommit().Put(AnEntry("a").Build());
  origin.mutable_origin()->set_address(std::string(201, 'x'));
  EXPECT_THAT(store().Commit(origin, Soon()).status(), HasReason(type::v1::FIELD_TOO_LONG));
}

TEST_P(AuditTest, VerifyFindsNothingWithOriginsAndBatches) {
  Commit(ACommit().Put(AnEntry("a").Build()));
  Commit(Recording("audits/a"));
  store::v1::CommitRequest commit = ACommit().Put(AnEntry("b").Build());
  commit.mutable_origin()->set_address("ipv4:10.0.0.5:1");
  Commit(commit);

  const auto report = store().Verify(Soon());

  ASSERT_OK(report);
  EXPECT_THAT(report->violations, ::testing::IsEmpty());
}

}  // namespace
}  // namespace hotline::storage
