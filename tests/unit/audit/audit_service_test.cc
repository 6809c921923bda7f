#include "services/audit/audit_service.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "services/audit/audit_lines.h"
#include "services/runtime/audit_sink.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/unit/audit/audit_world.h"

namespace hotline::audit {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;

constexpr char kList[] = "/hotline.audit.v1.AuditService/ListAuditRecords";

class AuditServiceTest : public ::testing::Test {
 protected:
  // All records that match, page by page.
  std::vector<v1::AuditLine> ListAll(v1::ListAuditRecordsRequest request) {
    std::vector<v1::AuditLine> lines;
    do {
      const auto response = base_.service().ListAuditRecords(AgentCall(kList), request);
      EXPECT_OK(response);
      if (!response.ok()) break;
      ++pages_;
      lines.insert(lines.end(), response->records().begin(), response->records().end());
      request.set_page_token(response->next_page_token());
    } while (!request.page_token().empty());
    return lines;
  }

  Base base_;
  int pages_ = 0;
};

TEST_F(AuditServiceTest, IsNotForThePublic) {
  EXPECT_THAT(base_.service().ListAuditRecords(PublicCall(kList), {}).status(),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(base_.service().ExportAudit(PublicCall(kList), {}).status(),
              HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(AuditServiceTest, ListsNewestFirstWithOneLineForEachEvent) {
  base_.CommitSome(3);  // three Changes, then a batch of two events

  const auto lines = ListAll({});

  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0].actor(), "people/wang");
  EXPECT_EQ(lines[0].action(), "INTERNAL_READ");
  EXPECT_EQ(lines[0].event().count(), 3);
  EXPECT_EQ(lines[0].outcome(), "OK");
  EXPECT_EQ(lines[0].request_id(), "call-1");
  EXPECT_EQ(lines[1].actor(), "people/li");
  EXPECT_EQ(lines[2].kb_revision(), 3);
  EXPECT_EQ(lines[3].kb_revision(), 2);
  EXPECT_EQ(lines[3].address(), "ipv4:10.0.0.5:51234");
  EXPECT_EQ(lines[4].kb_revision(), 1);
  EXPECT_EQ(lines[4].address(), "");
}

TEST_F(AuditServiceTest, PagesOfAnySizeGiveEachLineOnce) {
  base_.CommitSome(30);
  const size_t all = ListAll({}).size();
  ASSERT_EQ(all, 50U);
  for (const int size : {1, 2, 3, 7, 49, 50}) {
    v1::ListAuditRecordsRequest request;
    request.set_page_size(size);
    const auto lines = ListAll(request);
    EXPECT_EQ(lines.size(), all) << size;
    for (size_t i = 1; i < lines.size(); ++i) {
      EXPECT_LE(lines[i].kb_revision(), lines[i - 1].kb_revision());
    }
  }
}

TEST_F(AuditServiceTest, FiltersByActorActionNameAndTime) {
  base_.CommitSome(30);
  v1::ListAuditRecordsRequest request;
  request.set_actor("people/li");
  EXPECT_EQ(ListAll(request).size(), 10U);
  request.Clear();
  request.set_action("INTERNAL_READ");
  EXPECT_EQ(ListAll(request).size(), 20U);
  request.Clear();
  request.set_name("entries/e7");
  EXPECT_EQ(ListAll(request).size(), 1U);
  request.Clear();
  *request.mutable_begin_time() = ToTimestamp(Base::kStart + 2'000'000);
  *request.mutable_end_time() = ToTimestamp(Base::kStart + 4'000'000);
  EXPECT_EQ(ListAll(request).size(), 4U);  // the second and third Change, and two events with it
}

TEST_F(AuditServiceTest, ALongStretchWithoutAMatchComesInSteps) {
  for (int i = 0; i < kRecordsPerPageMax + 10; ++i) {
    ASSERT_OK(base_.store().Commit(ACommit().Put(AnEntry("a").Build()), Soon()));
  }
  v1::ListAuditRecordsRequest request;
  request.set_actor("nobody");

  EXPECT_TRUE(ListAll(request).empty());
  EXPECT_EQ(pages_, 2);
}

TEST_F(AuditServiceTest, LostEventsAreALineOfTheirOwn) {
  v1::AuditBatch batch;
  batch.set_lost_count(12);
  base_.CommitBatch(batch);

  const auto lines = ListAll({});

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].action(), kLostAction);
  EXPECT_EQ(lines[0].lost_count(), 12);
}

TEST_F(AuditServiceTest, ATokenOfOtherArgumentsIsRefused) {
  base_.CommitSome(10);
  v1::ListAuditRecordsRequest request;
  request.set_page_size(1);
  const auto first = base_.service().ListAuditRecords(AgentCall(kList), request);
  ASSERT_OK(first);
  request.set_page_token(first->next_page_token());
  request.set_actor("people/li");

  EXPECT_THAT(base_.service().ListAuditRecords(AgentCall(kList), request).status(),
              HasReason(type::v1::INVALID_PAGE_TOKEN));
}

TEST_F(AuditServiceTest, ARangeOfAnExportMustBeOne) {
  base_.CommitSome(3);
  v1::ExportAuditRequest request;
  request.set_begin_kb_revision(5);
  request.set_end_kb_revision(3);
  EXPECT_THAT(base_.service().ExportAudit(AgentCall(kList), request).status(),
              HasReason(type::v1::FIELD_INVALID));
  request.Clear();
  request.set_end_kb_revision(99);
  EXPECT_THAT(base_.service().ExportAudit(AgentCall(kList), request).status(),
              HasReason(type::v1::REVISION_NOT_REACHED));
}

}  // namespace
}  // namespace hotline::audit
