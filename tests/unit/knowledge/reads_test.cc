#include <thread>

#include "proto/cc/tokens.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using Reads = KnowledgeTest;

TEST_F(Reads, BasicViewLeavesTheLongPartsOut) {
  SetAnswer(CreatePublished("a"), "草稿");
  v1::GetEntryRequest request;
  request.set_name("entries/a");
  request.set_view(v1::BASIC);

  const auto basic = service_.GetEntry(ACall(), request);

  ASSERT_THAT(basic, IsOk());
  EXPECT_FALSE(basic->content().question().empty());
  EXPECT_TRUE(basic->content().blocks().empty());
  EXPECT_FALSE(basic->online().has_content());
  EXPECT_TRUE(service_.ListEntries(ACall(), {})->entries(0).content().blocks().empty());
  v1::ListEntriesRequest full;
  full.set_view(v1::FULL);
  EXPECT_FALSE(service_.ListEntries(ACall(), full)->entries(0).content().blocks().empty());
}

TEST_F(Reads, AsOfAnEarlierPosition) {
  const v1::Entry first = CreatePublished("a", Content("问", "一"));
  Publish(SetAnswer(first, "二"));

  EXPECT_EQ(Get("entries/a", first.online().kb_revision()).content().blocks(0).text(), "一");
  v1::GetEntryRequest request;
  request.set_name("entries/a");
  request.set_kb_revision(Head() + 1);
  EXPECT_THAT(service_.GetEntry(ACall(), request),
              StatusIs(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED));
  request.set_kb_revision(-1);
  EXPECT_THAT(service_.GetEntry(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Reads, HonourTokensOrFailBehind) {
  const v1::Entry entry = Create("a");
  v1::GetEntryRequest request;
  request.set_name(entry.name());
  request.mutable_consistency()->set_at_least_token(entry.consistency_token());
  EXPECT_THAT(service_.GetEntry(ACall(), request), IsOk());

  const std::string timeline = DecodeToken(entry.consistency_token())->timeline_id;
  request.mutable_consistency()->set_at_least_token(EncodeToken({timeline, Head() + 1}));
  runtime::Call call = ACall();
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  EXPECT_THAT(service_.GetEntry(call, request),
              StatusIs(absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN));
  request.mutable_consistency()->set_at_least_token(EncodeToken({"other", 1}));
  EXPECT_THAT(service_.GetEntry(ACall(), request), HasReason(type::v1::OTHER_TIMELINE));
  request.mutable_consistency()->set_at_least_token("x");
  EXPECT_THAT(service_.GetEntry(ACall(), request), HasReason(type::v1::INVALID_CONSISTENCY_TOKEN));
}

TEST_F(Reads, WaitForTheChangeThatTheTokenNames) {
  const v1::Entry entry = Create("a");
  const std::string timeline = DecodeToken(entry.consistency_token())->timeline_id;
  v1::GetEntryRequest request;
  request.set_name("entries/b");
  request.mutable_consistency()->set_at_least_token(EncodeToken({timeline, Head() + 1}));
  std::thread writer([&] { Create("b"); });

  EXPECT_THAT(service_.GetEntry(ACall(), request), IsOk());
  writer.join();
}

TEST_F(Reads, PagesStayAtOnePositionAndTokensAtTheirArguments) {
  for (int i = 0; i < 5; ++i) Create("a" + std::to_string(i));
  v1::ListEntriesRequest request;
  request.set_page_size(2);
  auto page = service_.ListEntries(ACall(), request);
  ASSERT_THAT(page, IsOk());
  Create("a9");
  int count = page->entries_size();
  const std::string first_token = page->next_page_token();
  while (!page->next_page_token().empty()) {
    request.set_page_token(page->next_page_token());
    page = service_.ListEntries(ACall(), request);
    ASSERT_THAT(page, IsOk());
    count += page->entries_size();
  }

  EXPECT_EQ(count, 5);
  request.set_page_token(first_token);
  request.set_region("440300");
  EXPECT_THAT(service_.ListEntries(ACall(), request), HasReason(type::v1::INVALID_PAGE_TOKEN));
  request.set_page_size(-1);
  EXPECT_THAT(service_.ListEntries(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Reads, PagesOfLargeEntriesEndEarlyRatherThanGrowTooLarge) {
  std::string answer;
  for (int i = 0; i < 10'000; ++i) answer += "答";
  for (int i = 0; i < 130; ++i) Create("a" + std::to_string(i), Content("问", answer));
  v1::ListEntriesRequest request;
  request.set_view(v1::FULL);
  request.set_page_size(1'000);
  int count = 0;
  int pages = 0;
  do {
    const auto page = service_.ListEntries(ACall(), request);
    ASSERT_THAT(page, IsOk());
    EXPECT_LT(page->ByteSizeLong(), 4U << 20U);
    count += page->entries_size();
    ++pages;
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  EXPECT_EQ(count, 130);
  EXPECT_EQ(pages, 2);
}

TEST_F(Reads, FilterEntries) {
  Create("a", AnEntry().Category("民政/养老").Region("440300").Build().content());
  Create("b", AnEntry().Category("民政").Region("440000").Kind(v1::GUIDE).Build().content());
  CreatePublished("c", AnEntry().Category("民政厅").Region("440300").Build().content());
  const auto count = [&](const std::function<void(v1::ListEntriesRequest&)>& set) {
    v1::ListEntriesRequest request;
    set(request);
    return service_.ListEntries(ACall(), request)->entries_size();
  };

  EXPECT_EQ(count([](auto& r) { r.set_category("民政"); }), 2);
  EXPECT_EQ(count([](auto& r) { r.set_region("440300"); }), 2);
  EXPECT_EQ(count([](auto& r) { r.set_kind(v1::GUIDE); }), 1);
  EXPECT_EQ(count([](auto& r) { r.set_state(v1::Entry::PUBLISHED); }), 1);
  v1::ListEntriesRequest bad;
  bad.set_region("44");
  EXPECT_THAT(service_.ListEntries(ACall(), bad), HasReason(type::v1::UNKNOWN_REGION));
  bad.clear_region();
  bad.set_department("民政局");
  EXPECT_THAT(service_.ListEntries(ACall(), bad), HasReason(type::v1::INVALID_NAME));
}

TEST_F(Reads, PublicCallersAreRefusedEverywhere) {
  const runtime::Call call = APublicCall();
  std::vector<absl::Status> statuses = {service_.GetEntry(call, {}).status(),
                                        service_.ListEntries(call, {}).status(),
                                        service_.CreateEntry(call, {}).status(),
                                        service_.UpdateEntry(call, {}).status(),
                                        service_.PublishEntry(call, {}).status(),
                                        service_.RetireEntry(call, {}).status(),
                                        service_.RecallEntry(call, {}).status(),
                                        service_.SetEntryVariant(call, {}).status(),
                                        service_.GetEntryRevision(call, {}).status(),
                                        service_.ListEntryRevisions(call, {}).status(),
                                        service_.DiffEntryRevisions(call, {}).status(),
                                        service_.GetRelease(call, {}).status(),
                                        service_.ListReleases(call, {}).status(),
                                        service_.CreateRelease(call, {}).status(),
                                        service_.PublishRelease(call, {}).status(),
                                        service_.GetRecall(call, {}).status(),
                                        service_.ListRecalls(call, {}).status(),
                                        service_.GetDepartment(call, {}).status(),
                                        service_.ListDepartments(call, {}).status(),
                                        service_.CreateDepartment(call, {}).status(),
                                        service_.UpdateDepartment(call, {}).status(),
                                        service_.GetPolicy(call, {}).status(),
                                        service_.ListPolicies(call, {}).status(),
                                        service_.CreatePolicy(call, {}).status(),
                                        service_.UpdatePolicy(call, {}).status(),
                                        service_.ImportEntries(call).status(),
                                        service_.ExportEntries(call, {}).status(),
                                        service_.GetWriteOutcome(call, {}).status()};
  EXPECT_EQ(statuses.size(), 28U);
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED));
  }
}

}  // namespace
}  // namespace hotline::knowledge
