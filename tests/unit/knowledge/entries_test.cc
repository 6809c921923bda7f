#include "proto/cc/content_hash.h"
#include "services/knowledge/limits.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using Entries = KnowledgeTest;
using ::testing::MatchesRegex;

TEST_F(Entries, AreCreatedAsDraftsWithTokenAndEtag) {
  const v1::Entry entry = Create("shebao");

  EXPECT_EQ(entry.name(), "entries/shebao");
  EXPECT_EQ(entry.state(), v1::Entry::DRAFT);
  EXPECT_EQ(entry.updater(), "editor");
  EXPECT_FALSE(entry.etag().empty());
  EXPECT_FALSE(entry.consistency_token().empty());
  EXPECT_FALSE(entry.has_online());
  v1::Entry stored = Get("entries/shebao");
  EXPECT_THAT(stored, EqualsProto(entry));
}

TEST_F(Entries, GetAnIdWhenTheClientGivesNone) {
  EXPECT_THAT(Create("").name(), MatchesRegex("entries/e-[a-z2-7]{16}"));
}

TEST_F(Entries, AreNotCreatedTwiceOrWithBadIdsOrReferences) {
  Create("a");
  v1::CreateEntryRequest request;
  *request.mutable_entry()->mutable_content() = Content();

  request.set_entry_id("a");
  EXPECT_THAT(service_.CreateEntry(ACall(), request),
              StatusIs(absl::StatusCode::kAlreadyExists, type::v1::RESOURCE_ALREADY_EXISTS));
  request.set_entry_id("社保");
  EXPECT_THAT(service_.CreateEntry(ACall(), request), HasReason(type::v1::INVALID_NAME));
  request.set_entry_id("b");
  request.mutable_entry()->mutable_content()->set_department("departments/none");
  EXPECT_THAT(service_.CreateEntry(ACall(), request),
              StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT));
}

TEST_F(Entries, ValidateOnlyChangesNothing) {
  v1::CreateEntryRequest request;
  request.set_entry_id("a");
  request.set_validate_only(true);
  *request.mutable_entry()->mutable_content() = Content();

  const auto would_be = service_.CreateEntry(ACall(), request);

  ASSERT_THAT(would_be, IsOk());
  EXPECT_EQ(would_be->name(), "entries/a");
  EXPECT_EQ(would_be->consistency_token(), "");
  EXPECT_EQ(Head(), 0);
  request.mutable_entry()->mutable_content()->clear_question();
  EXPECT_THAT(service_.CreateEntry(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_F(Entries, SavingLeavesTheOnlineTextAloneAndSavingItBackDropsTheCopy) {
  const v1::Entry online = CreatePublished("a", Content("问", "第一版"));

  const v1::Entry edited = SetAnswer(online, "第二版");
  EXPECT_EQ(edited.content().blocks(0).text(), "第二版");
  EXPECT_EQ(OnlineContent(edited).blocks(0).text(), "第一版");
  EXPECT_EQ(edited.state(), v1::Entry::PUBLISHED);
  EXPECT_EQ(ContentHash(OnlineContent(edited)), edited.online().content_hash());

  const v1::Entry third = SetAnswer(edited, "第三版");
  EXPECT_EQ(OnlineContent(third).blocks(0).text(), "第一版");

  const v1::Entry back = SetAnswer(third, "第一版");
  EXPECT_FALSE(back.online().has_content());
  EXPECT_EQ(back.online().kb_revision(), online.online().kb_revision());
}

TEST_F(Entries, PublishingMakesRevisionsWithHashAndPublisher) {
  const v1::Entry first = CreatePublished("a", Content("问", "第一版"));
  EXPECT_EQ(first.online().revision(), 1);
  EXPECT_EQ(first.online().publisher(), "editor");
  EXPECT_EQ(first.online().kb_revision(), Head());
  EXPECT_EQ(first.online().content_hash(), ContentHash(first.content()));

  const v1::Entry second = Publish(SetAnswer(first, "第二版"));
  EXPECT_EQ(second.online().revision(), 2);
  EXPECT_EQ(second.latest_revision(), 2);
  EXPECT_FALSE(second.online().has_content());
  EXPECT_EQ(Get("entries/a", first.online().kb_revision()).online().revision(), 1);
}

TEST_F(Entries, PublishNeedsTheEtagAndANewText) {
  const v1::Entry entry = Create("a");
  v1::PublishEntryRequest request;
  request.set_name(entry.name());
  EXPECT_THAT(service_.PublishEntry(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  request.set_etag("\"999\"");
  EXPECT_THAT(service_.PublishEntry(ACall(), request),
              StatusIs(absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH));
  request.set_etag(Publish(entry).etag());
  EXPECT_THAT(service_.PublishEntry(ACall(), request),
              StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT));
  request.set_name("entries/none");
  EXPECT_THAT(service_.PublishEntry(ACall(), request),
              StatusIs(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(Entries, PublishValidateOnlySaysWhatWouldBe) {
  const v1::Entry entry = Create("a");
  v1::PublishEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  request.set_validate_only(true);

  const auto would_be = service_.PublishEntry(ACall(), request);

  ASSERT_THAT(would_be, IsOk());
  EXPECT_EQ(would_be->state(), v1::Entry::PUBLISHED);
  EXPECT_EQ(Get(entry.name()).state(), v1::Entry::DRAFT);
}

TEST_F(Entries, UpdateRefusesStaleEtagsAndOtherPaths) {
  const v1::Entry entry = Create("a");
  v1::UpdateEntryRequest request;
  request.mutable_entry()->set_name(entry.name());
  request.mutable_entry()->set_etag("\"999\"");
  request.mutable_entry()->mutable_content()->set_question("新");
  EXPECT_THAT(service_.UpdateEntry(ACall(), request), HasReason(type::v1::ETAG_MISMATCH));
  request.mutable_entry()->set_etag(entry.etag());
  request.mutable_update_mask()->add_paths("state");
  EXPECT_THAT(service_.UpdateEntry(ACall(), request), HasReason(type::v1::INVALID_FIELD_MASK));
  request.clear_update_mask();
  const auto updated = service_.UpdateEntry(ACall("other"), request);
  ASSERT_THAT(updated, IsOk());
  EXPECT_EQ(updated->content().question(), "新");
  EXPECT_EQ(updated->updater(), "other");
  EXPECT_NE(updated->etag(), entry.etag());
}

TEST_F(Entries, RetireTakesThemOfflineAndTheyCanBePublishedAgain) {
  const v1::Entry online = CreatePublished("a");
  v1::RetireEntryRequest request;
  request.set_name(online.name());
  EXPECT_THAT(service_.RetireEntry(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  request.set_etag(online.etag());
  EXPECT_THAT(service_.RetireEntry(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  request.set_reason("政策到期");

  const auto retired = service_.RetireEntry(ACall("boss"), request);

  ASSERT_THAT(retired, IsOk());
  EXPECT_EQ(retired->state(), v1::Entry::RETIRED);
  EXPECT_FALSE(retired->has_online());
  EXPECT_EQ(retired->withdrawal().reason(), "政策到期");
  EXPECT_EQ(retired->withdrawal().actor(), "boss");
  EXPECT_EQ(retired->withdrawal().revision(), 1);
  EXPECT_TRUE(retired->withdrawal().has_withdraw_time());
  request.set_etag(retired->etag());
  EXPECT_THAT(service_.RetireEntry(ACall(), request), HasReason(type::v1::STATE_CONFLICT));
  const v1::Entry again = Publish(*retired);
  EXPECT_EQ(again.online().revision(), 2);
  EXPECT_FALSE(again.has_withdrawal());
}

TEST_F(Entries, VariantsAreBoundToTheOnlineRevision) {
  const v1::Entry draft = Create("a");
  v1::SetEntryVariantRequest request;
  request.set_name(draft.name());
  v1::EntryVariant& variant = *request.mutable_variant();
  variant.set_language(type::v1::EN);
  variant.set_question("How?");
  *variant.add_blocks() = draft.content().blocks(0);
  EXPECT_THAT(service_.SetEntryVariant(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  variant.set_source_revision(1);
  EXPECT_THAT(service_.SetEntryVariant(ACall(), request), HasReason(type::v1::STATE_CONFLICT));
  Publish(draft);
  variant.set_source_revision(2);
  EXPECT_THAT(service_.SetEntryVariant(ACall(), request), HasReason(type::v1::STATE_CONFLICT));
  variant.set_source_revision(1);
  ASSERT_THAT(service_.SetEntryVariant(ACall(), request), IsOk());
  variant.set_question("How now?");

  const auto entry = service_.SetEntryVariant(ACall(), request);

  ASSERT_THAT(entry, IsOk());
  ASSERT_EQ(entry->variants_size(), 1);
  EXPECT_EQ(entry->variants(0).question(), "How now?");
  EXPECT_TRUE(entry->variants(0).has_update_time());
}

TEST_F(Entries, ReferencesMustExistWhenPublishing) {
  v1::CreateDepartmentRequest department;
  department.set_department_id("rsj");
  department.mutable_department()->set_display_name("人社局");
  ASSERT_THAT(service_.CreateDepartment(ACall(), department), IsOk());
  v1::EntryContent content = Content();
  content.set_department("departments/rsj");

  EXPECT_EQ(CreatePublished("a", content).content().department(), "departments/rsj");
}

}  // namespace
}  // namespace hotline::knowledge
