// The review chain as people meet it, honest ones and others.
#include <algorithm>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "services/knowledge/limits.h"
#include "tests/unit/knowledge/review_test_base.h"

namespace hotline::knowledge {
namespace {

using Reviews = ReviewTest;
using v1::Entry;
using v1::Review;

constexpr auto kDenied = absl::StatusCode::kPermissionDenied;

TEST_F(Reviews, TakeATextFromDraftToPublishedByThreePeople) {
  Entry entry = Write("editor", "a");
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));

  entry = *Submit("editor", entry);
  EXPECT_EQ(entry.state(), Entry::IN_REVIEW);
  EXPECT_EQ(entry.review().stage_count(), 3);
  EXPECT_EQ(entry.review().stage(), 1);
  EXPECT_EQ(entry.review().note(), "请审");
  EXPECT_TRUE(entry.review().has_submit_time());
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
  entry = *Approve("chu", entry);
  EXPECT_EQ(entry.review().stage(), 2);
  entry = *Approve("fu", entry);
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
  entry = *Approve("zhong", entry);
  EXPECT_EQ(entry.state(), Entry::APPROVED);
  EXPECT_EQ(entry.review().status(), Review::REVIEW_APPROVED);
  EXPECT_FALSE(entry.has_online());

  const auto published = Publish("boss", entry);

  ASSERT_THAT(published, IsOk());
  EXPECT_EQ(published->state(), Entry::PUBLISHED);
  EXPECT_EQ(published->authors_size(), 0);
  ASSERT_EQ(published->review().steps_size(), 3);
  EXPECT_EQ(published->review().steps(2).reviewer(), "zhong");
  EXPECT_TRUE(published->review().steps(2).has_review_time());
  EXPECT_EQ(published->review().content_hash(), published->online().content_hash());
  EXPECT_THAT(Publish("boss", *published), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(Reviews, AreAsManyAsTheRiskClassDemands) {
  const Entry low = *Submit("editor", Write("editor", "low", "低", v1::LOW));
  EXPECT_EQ(low.review().stage_count(), 2);
  EXPECT_EQ((*Approve("fu", *Approve("chu", low))).state(), Entry::APPROVED);
  EXPECT_EQ(Submit("editor", Write("editor", "high", "高", v1::HIGH))->review().stage_count(), 3);
  ReviewService without(store_, {});
  v1::SubmitEntryRequest request;
  const Entry draft = Write("editor", "none");
  request.set_name(draft.name());
  request.set_etag(draft.etag());
  EXPECT_THAT(without.SubmitEntry(ACall("editor"), request), HasReason(type::v1::STATE_CONFLICT));
  KnowledgeService unguarded(store_);
  v1::PublishEntryRequest publish;
  publish.set_name(draft.name());
  publish.set_etag(draft.etag());
  EXPECT_THAT(unguarded.PublishEntry(ACall("boss"), publish), IsOk());
}

TEST_F(Reviews, OfATextThatWasShortenedByALowerRiskAreNotEnoughForAHigherOne) {
  const Entry low = Reviewed(Write("editor", "a", "低", v1::LOW));
  ASSERT_EQ(low.state(), Entry::APPROVED);
  KnowledgeService stricter(store_, {.stages = {.low = 3, .normal = 3, .high = 3}});
  v1::PublishEntryRequest request;
  request.set_name(low.name());
  request.set_etag(low.etag());
  EXPECT_THAT(stricter.PublishEntry(ACall("boss"), request), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(Reviews, AreTakenByNobodyTwiceNorByWhoeverWroteOrSubmitted) {
  Entry entry = Write("editor", "a");
  entry = *Edit("helper", entry.name(), "再改一处。");
  entry = *Submit("clerk", entry);

  for (const char* person : {"editor", "helper", "clerk"}) {
    EXPECT_THAT(Approve(person, entry), StatusIs(kDenied, type::v1::SAME_PERSON)) << person;
    EXPECT_THAT(Return(person, entry, "不好"), HasReason(type::v1::SAME_PERSON)) << person;
  }
  EXPECT_EQ(MetadataOf(Approve("helper", entry).status())["step"], "author");
  EXPECT_EQ(MetadataOf(Approve("clerk", entry).status())["step"], "submitter");
  entry = *Approve("chu", entry);
  const auto again = Approve("chu", entry);
  EXPECT_THAT(again, StatusIs(kDenied, type::v1::SAME_PERSON));
  EXPECT_EQ(MetadataOf(again.status())["step"], "1");
  EXPECT_THAT(Approve("fu", entry), IsOk());
}

TEST_F(Reviews, UnderALentRightCountForBothPeople) {
  Entry entry = *Submit("editor", Write("editor", "a"));

  EXPECT_THAT(Approve("deputy", entry, "editor"), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("editor", entry, "chu"), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("chu", entry, "chu"), HasReason(type::v1::FIELD_INVALID));
  entry = *Approve("deputy", entry, "chu");
  EXPECT_EQ(entry.review().steps(0).reviewer(), "deputy");
  EXPECT_EQ(entry.review().steps(0).delegator(), "chu");
  EXPECT_THAT(Approve("chu", entry), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("deputy", entry), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("third", entry, "deputy"), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("deputy", entry, "fu"), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("fu", entry), IsOk());
}

TEST_F(Reviews, UnderALentRightNeedTheGrant) {
  const Entry entry = *Submit("people/editor", Write("people/editor", "a"));
  runtime::Call call = ACall("people/deputy");
  auto principal = std::make_shared<identity::v1::Principal>();
  principal->set_name("people/deputy");
  store::v1::Resource person;
  person.mutable_person()->set_name("people/deputy");
  const auto written = store_.Commit(hotline::testing::ACommit().Put(person), call.deadline);
  ASSERT_THAT(written, IsOk());
  principal->set_etag(MakeEtag(written->kb_revision()));
  auto* grant = principal->add_grants();
  grant->set_role(identity::v1::EDITOR);
  grant->set_delegator("people/chu");
  v1::ReviewEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  request.set_decision(v1::ReviewStep::APPROVE);
  request.set_delegator("people/chu");

  call.caller.principal = principal;
  EXPECT_THAT(reviews_.ReviewEntry(call, request), StatusIs(kDenied, type::v1::NOT_ALLOWED));
  grant->set_role(identity::v1::REVIEWER);
  request.set_delegator("people/other");
  EXPECT_THAT(reviews_.ReviewEntry(call, request), StatusIs(kDenied, type::v1::NOT_ALLOWED));
  request.set_delegator("chu");
  EXPECT_THAT(reviews_.ReviewEntry(call, request), HasReason(type::v1::INVALID_NAME));
  request.set_delegator("people/chu");
  EXPECT_THAT(reviews_.ReviewEntry(call, request), IsOk());
}

TEST_F(Reviews, NeedTheEtagThatWasSeen) {
  const Entry draft = Write("editor", "a");
  Entry stale = *Submit("editor", draft);
  EXPECT_THAT(Submit("editor", draft), HasReason(type::v1::ETAG_MISMATCH));
  const Entry fresh = *Comment("chu", stale, "口径对吗？");
  EXPECT_THAT(Approve("chu", stale), StatusIs(absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH));
  EXPECT_THAT(Approve("chu", fresh), IsOk());
  stale.clear_etag();
  EXPECT_THAT(Approve("fu", stale), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_F(Reviews, AreForTheStageThatIsWaitedForAndForTextsInReviewOnly) {
  const Entry draft = Write("editor", "a");
  EXPECT_THAT(Approve("chu", draft), HasReason(type::v1::STATE_CONFLICT));
  const Entry approved = Reviewed(draft);
  EXPECT_THAT(Approve("fourth", approved), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Submit("editor", approved), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Submit("editor", *Publish("boss", approved)), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(Reviews, ReturnWithAReasonAndCountAnewButAuthorsStayAuthors) {
  Entry entry = *Approve("chu", *Submit("editor", Write("editor", "a")));
  EXPECT_THAT(Return("fu", entry, ""), HasReason(type::v1::FIELD_REQUIRED));

  entry = *Return("fu", entry, "数字与文件不符");

  EXPECT_EQ(entry.state(), Entry::DRAFT);
  EXPECT_EQ(entry.review().status(), Review::RETURNED);
  EXPECT_EQ(entry.review().steps(1).reason(), "数字与文件不符");
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
  entry = *Edit("chu", entry.name(), "改好了。");  // a reviewer who writes becomes an author
  entry = *Submit("editor", entry);
  EXPECT_EQ(entry.review().round(), 2);
  EXPECT_EQ(entry.review().steps_size(), 0);
  EXPECT_THAT(Approve("chu", entry), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("editor", entry), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("fu", entry), IsOk());
}

TEST_F(Reviews, HoldForExactlyTheTextThatWasSubmitted) {
  Entry entry = Write("editor", "a");
  entry = *Submit("editor", entry);
  EXPECT_THAT(Edit("editor", entry.name(), "偷偷改"), HasReason(type::v1::STATE_CONFLICT));
  entry = *Approve("zhong", *Approve("fu", *Approve("chu", entry)));

  const Entry edited = *Edit("editor", entry.name(), "审后又改");

  EXPECT_EQ(edited.state(), Entry::DRAFT);
  EXPECT_EQ(edited.review().status(), Review::TAKEN_BACK);
  EXPECT_THAT(Publish("boss", edited), HasReason(type::v1::STATE_CONFLICT));
  const Entry back = *Edit("editor", entry.name(), "网上办。");
  EXPECT_EQ(ContentHash(back.content()), back.review().content_hash());
  EXPECT_THAT(Publish("boss", back), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(Reviews, LeaveTheOldRevisionOnlineWhileTheNewOneIsInReview) {
  const Entry first = Published("editor", "a", "第一版");
  Entry entry = *Submit("editor", *Edit("editor", first.name(), "第二版"));
  EXPECT_EQ(entry.state(), Entry::IN_REVIEW);
  EXPECT_EQ(OnlineContent(entry).blocks(0).text(), "第一版");
  EXPECT_EQ(entry.online().revision(), 1);
  entry = *Approve("zhong", *Approve("fu", *Approve("chu", entry)));
  EXPECT_EQ(OnlineContent(entry).blocks(0).text(), "第一版");
  entry = *Publish("boss", entry);
  EXPECT_EQ(OnlineContent(entry).blocks(0).text(), "第二版");
  EXPECT_EQ(entry.online().revision(), 2);
  entry = *Return("chu", *Submit("editor", *Edit("editor", first.name(), "第三版")), "不妥");
  EXPECT_EQ(entry.state(), Entry::PUBLISHED);
}

TEST_F(Reviews, CanBeTakenBackByThoseWhoseTextItIs) {
  Entry entry = *Submit("clerk", Write("editor", "a"));
  EXPECT_THAT(TakeBack("chu", entry), StatusIs(kDenied, type::v1::NOT_ALLOWED));
  entry = *TakeBack("editor", entry);
  EXPECT_EQ(entry.state(), Entry::DRAFT);
  EXPECT_EQ(entry.review().status(), Review::TAKEN_BACK);
  EXPECT_THAT(TakeBack("editor", entry), HasReason(type::v1::STATE_CONFLICT));
  const Entry approved = Reviewed(entry);
  entry = *TakeBack("editor", approved);
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(Reviews, KeepCommentsWithTheirAuthorsUpToALimit) {
  const Entry draft = Write("editor", "a");
  EXPECT_THAT(Comment("chu", draft, "早了"), HasReason(type::v1::STATE_CONFLICT));
  Entry entry = *Submit("editor", draft);
  EXPECT_THAT(Comment("chu", entry, ""), HasReason(type::v1::FIELD_REQUIRED));
  for (int i = 0; i < kReviewCommentsMax; ++i) ASSERT_THAT(Comment("chu", entry, "好"), IsOk());
  EXPECT_THAT(Comment("chu", entry, "多"), HasReason(type::v1::LIMIT_EXCEEDED));
  entry = Get(entry.name());
  EXPECT_EQ(entry.review().comments(0).author(), "chu");
  EXPECT_TRUE(entry.review().comments(0).has_comment_time());
}

TEST_F(Reviews, EndWithARecallAndWhatWasApprovedBeforeItStaysUnpublished) {
  Entry entry = Published("editor", "a", "第一版");
  const Entry approved = Reviewed(*Edit("editor", entry.name(), "第二版"));
  v1::Release wanted;
  AddItem(&wanted, v1::Release::Item::PUBLISH, entry.name()).set_target_etag(approved.etag());
  const auto pinned = Compose(wanted);
  wanted.mutable_items(0)->clear_target_etag();
  const auto loose = Compose(wanted);
  ASSERT_THAT(Recall(entry.name()), IsOk());

  entry = Get(entry.name());
  EXPECT_EQ(entry.state(), Entry::RECALLED);
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Release(*pinned), HasReason(type::v1::ETAG_MISMATCH));
  EXPECT_THAT(Release(*loose), HasReason(type::v1::STATE_CONFLICT));
  entry = Reviewed(entry);
  EXPECT_EQ(entry.state(), Entry::APPROVED);
  EXPECT_THAT(Release(*loose), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Publish("boss", entry), IsOk());
}

TEST_F(Reviews, KeepASuspectTextSuspectUntilItIsPublishedAgain) {
  Entry entry = Published("editor", "a");
  entry.set_state(Entry::SUSPECT);
  ASSERT_THAT(store_.Commit(hotline::testing::ACommit().Put(entry), ACall().deadline), IsOk());
  entry = Get(entry.name());
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));

  entry = *Submit("editor", entry);
  EXPECT_EQ(entry.state(), Entry::SUSPECT);
  EXPECT_EQ(reviews_.ListReviewQueue(ACall("chu"), {})->entries_size(), 1);
  entry = *Approve("zhong", *Approve("fu", *Approve("chu", entry)));
  EXPECT_EQ(entry.state(), Entry::SUSPECT);
  entry = *Publish("boss", entry);

  EXPECT_EQ(entry.state(), Entry::PUBLISHED);
  EXPECT_EQ(entry.online().revision(), 2);
}

TEST_F(Reviews, AreNotBegunForTextsThatAGateStops) {
  const Entry draft = Write("editor", "a");
  gate_.Find("wording-1", v1::Finding::BLOCKING);
  gate_.Find("note-1", v1::Finding::WARNING);
  const auto blocked = Submit("editor", draft);
  EXPECT_THAT(blocked, StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::GATE_BLOCKED));
  EXPECT_EQ(MetadataOf(blocked.status())["findings"], "wording-1");
  EXPECT_EQ(Get(draft.name()).state(), Entry::DRAFT);

  gate_.FindNothing();
  gate_.Find("contradiction-1", v1::Finding::NEEDS_REASON);
  EXPECT_THAT(Submit("editor", draft), HasReason(type::v1::GATE_BLOCKED));
  v1::SubmitEntryRequest request;
  request.set_name(draft.name());
  request.set_etag(draft.etag());
  auto* reason = request.add_finding_reasons();
  reason->set_finding("contradiction-1");
  EXPECT_THAT(reviews_.SubmitEntry(ACall("editor"), request), HasReason(type::v1::FIELD_REQUIRED));
  reason->set_reason("旧口径下周停用");
  const auto submitted = reviews_.SubmitEntry(ACall("editor"), request);
  ASSERT_THAT(submitted, IsOk());
  EXPECT_EQ(submitted->review().comments(0).text(), "旧口径下周停用");
  const Entry approved = *Approve("zhong", *Approve("fu", *Approve("chu", *submitted)));
  gate_.Find("wording-2", v1::Finding::BLOCKING);  // a word that was forbidden meanwhile
  EXPECT_THAT(Publish("boss", approved), HasReason(type::v1::GATE_BLOCKED));
  gate_.FindNothing();
  gate_.Find("contradiction-1", v1::Finding::NEEDS_REASON);
  EXPECT_THAT(Publish("boss", approved), IsOk());
}

TEST_F(Reviews, ReasonsCannotBeSlippedInAsComments) {
  const Entry entry = *Submit("editor", Write("editor", "a"));
  v1::CommentEntryRequest request;
  request.set_name(entry.name());
  request.set_text("没事");
  request.set_path("findings/x");
  EXPECT_THAT(reviews_.CommentEntry(ACall("editor"), request), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Reviews, WaitInAQueueOldestFirstWithoutWhatTheCallerMayNotTake) {
  const Entry first = *Submit("editor", Write("editor", "z"));
  const Entry second = *Submit("other", Write("other", "a"));
  const auto names = [&](const std::string& person, bool all) {
    std::vector<std::string> found;
    v1::ListReviewQueueRequest request;
    request.set_page_size(1);
    request.set_all(all);
    do {
      const auto page = reviews_.ListReviewQueue(ACall(person), request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const Entry& entry : page->entries()) {
        found.push_back(entry.name());
        EXPECT_EQ(entry.content().blocks_size(), 0);
        EXPECT_TRUE(entry.has_review());
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return found;
  };

  EXPECT_THAT(names("chu", false), ::testing::ElementsAre(first.name(), second.name()));
  EXPECT_THAT(names("other", false), ::testing::ElementsAre(first.name()));
  EXPECT_THAT(names("other", true), ::testing::ElementsAre(first.name(), second.name()));
  ASSERT_THAT(Approve("chu", first), IsOk());
  EXPECT_THAT(names("chu", false), ::testing::ElementsAre(second.name()));
  EXPECT_THAT(reviews_.ListReviewQueue(APublicCall(), {}), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(Reviews, AreNotPassedByImports) {
  const auto import = [&](v1::ImportEntriesRequest::Mode mode) {
    auto session = knowledge_.ImportEntries(ACall("importer"));
    return *(*session)->On(AnImport(
        {R"({"id":"a","type":"faq","question":"问","answer":"导入的","category":"类","region_code":"440300"})"},
        mode));
  };
  Entry entry = *Submit("editor", Write("editor", "a"));
  for (const auto mode :
       {v1::ImportEntriesRequest::DRAFT_ONLY, v1::ImportEntriesRequest::PUBLISH_ROWS}) {
    const auto report = import(mode);
    ASSERT_EQ(report.refused_rows_size(), 1);
    EXPECT_EQ(report.refused_rows(0).reason(), "STATE_CONFLICT");
  }
  entry = *TakeBack("editor", entry);
  EXPECT_EQ(import(v1::ImportEntriesRequest::DRAFT_ONLY).updated_count(), 1);
  entry = *Submit("editor", Get(entry.name()));
  EXPECT_THAT(Approve("importer", entry), HasReason(type::v1::SAME_PERSON));
  entry = *TakeBack("editor", entry);
  EXPECT_EQ(import(v1::ImportEntriesRequest::PUBLISH_ROWS).updated_count(), 1);
  entry = Get(entry.name());
  EXPECT_EQ(entry.state(), Entry::PUBLISHED);
  EXPECT_EQ(entry.review().submitter(), "importer");
  EXPECT_THAT(entry.review().note(), ::testing::HasSubstr("迁移"));
  EXPECT_EQ(entry.review().steps_size(), 0);
}

TEST_F(Reviews, RepeatedRequestsHaveOneEffect) {
  const Entry draft = Write("editor", "a");
  v1::SubmitEntryRequest request;
  request.set_name(draft.name());
  request.set_etag(draft.etag());
  request.set_request_id(NewRequestId());
  const auto first = reviews_.SubmitEntry(ACall("editor"), request);
  const auto again = reviews_.SubmitEntry(ACall("editor"), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, EqualsProto(*first));
  request.set_validate_only(true);
  request.clear_request_id();
  request.set_etag(first->etag());
  EXPECT_THAT(reviews_.SubmitEntry(ACall("editor"), request), HasReason(type::v1::STATE_CONFLICT));
}

}  // namespace
}  // namespace hotline::knowledge
