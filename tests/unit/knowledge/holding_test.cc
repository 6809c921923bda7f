// Holding answers (暂定口径): two people at once, the full review later, and never for long.
#include "services/knowledge/holding_task.h"
#include "tests/unit/knowledge/review_test_base.h"

namespace hotline::knowledge {
namespace {

using Holding = ReviewTest;
using v1::Entry;
using v1::Review;

TEST_F(Holding, IsPublishedByTwoPeopleInOneChangeWithItsTask) {
  const Entry draft = WriteHolding("editor", "a", 10);
  EXPECT_THAT(Confirm("boss", draft), HasReason(type::v1::STATE_CONFLICT));
  const Entry proposed = *Propose("clerk", draft);
  EXPECT_EQ(proposed.state(), Entry::IN_REVIEW);
  EXPECT_FALSE(proposed.has_online());
  for (const char* person : {"editor", "clerk"}) {
    EXPECT_THAT(Confirm(person, proposed), HasReason(type::v1::SAME_PERSON)) << person;
  }
  EXPECT_THAT(Approve("chu", proposed), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_EQ(reviews_.ListReviewQueue(ACall("boss"), {})->entries_size(), 1);
  EXPECT_EQ(reviews_.ListReviewQueue(ACall("clerk"), {})->entries_size(), 0);

  const auto published = Confirm("boss", proposed);

  ASSERT_THAT(published, IsOk());
  EXPECT_EQ(published->state(), Entry::PUBLISHED);
  EXPECT_EQ(published->review().status(), Review::HOLDING);
  EXPECT_THAT(published->review().due_time(),
              EqualsProto(published->content().validity().expire_time()));
  EXPECT_EQ(published->review().steps(0).reviewer(), "boss");
  const auto task = ReadHoldingTask(store_, published->name(), ACall().deadline);
  ASSERT_THAT(task, IsOk());
  ASSERT_TRUE(task->has_value());
  EXPECT_EQ((*task)->kind(), v1::Task::HOLDING_REVIEW);
  EXPECT_EQ((*task)->state(), v1::Task::OPEN);
  EXPECT_EQ((*task)->subjects(0), published->name());
  EXPECT_EQ((*task)->etag(), published->etag());
}

TEST_F(Holding, MustExpireWithinThreeDays) {
  Entry endless = Write("editor", "endless");
  EXPECT_THAT(Propose("editor", endless), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Propose("editor", WriteHolding("editor", "long", 73)),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Propose("editor", WriteHolding("editor", "past", -1)),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Propose("editor", WriteHolding("editor", "sound", 71)), IsOk());
}

TEST_F(Holding, StaysOwedUntilAFullReviewByOthersThanItsAuthors) {
  Entry entry = *Confirm("boss", *Propose("clerk", WriteHolding("editor", "a", 10)));
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));

  entry = *Submit("other", entry);
  EXPECT_TRUE(entry.review().has_due_time());
  EXPECT_TRUE(entry.has_online());
  for (const char* person : {"editor", "clerk", "other"}) {
    EXPECT_THAT(Approve(person, entry), HasReason(type::v1::SAME_PERSON)) << person;
  }
  entry = *Approve("zhong", *Approve("fu", *Approve("chu", entry)));
  entry = *Publish("boss", entry);

  EXPECT_EQ(entry.online().revision(), 2);
  EXPECT_FALSE(entry.review().has_due_time());
  EXPECT_EQ(entry.authors_size(), 0);
  const auto task = ReadHoldingTask(store_, entry.name(), ACall().deadline);
  EXPECT_EQ((*task)->state(), v1::Task::DONE);
  EXPECT_EQ((*task)->closer(), "boss");
}

TEST_F(Holding, CannotBeProlongedByAnotherHoldingAnswer) {
  Entry entry = *Confirm("boss", *Propose("clerk", WriteHolding("editor", "a", 10)));
  v1::UpdateEntryRequest request;
  request.mutable_entry()->set_name(entry.name());
  const auto expiring_in = [&](double hours) {
    *request.mutable_entry()->mutable_content()->mutable_validity()->mutable_expire_time() =
        ToTimestamp(Now() + static_cast<LogTime>(hours * 3.6e9));
    return *knowledge_.UpdateEntry(ACall("editor"), request);
  };

  EXPECT_THAT(Propose("clerk", expiring_in(20)), HasReason(type::v1::FIELD_INVALID));
  entry = *Confirm("boss", *Propose("clerk", expiring_in(5)));
  EXPECT_EQ(entry.online().revision(), 2);
}

TEST_F(Holding, CannotBeProlongedByTakingItOfflineInBetween) {
  Entry entry = *Confirm("boss", *Propose("clerk", WriteHolding("editor", "a", 10)));
  ASSERT_THAT(Recall(entry.name()), IsOk());
  entry = Get(entry.name());
  v1::EntryContent content = entry.content();
  *content.mutable_validity()->mutable_expire_time() =
      ToTimestamp(ToLogTime(content.validity().expire_time()) + 3'600'000'000);
  v1::UpdateEntryRequest request;
  request.mutable_entry()->set_name(entry.name());
  *request.mutable_entry()->mutable_content() = content;
  const auto changed = knowledge_.UpdateEntry(ACall("editor"), request);
  ASSERT_THAT(changed, IsOk());

  EXPECT_THAT(Propose("clerk", *changed), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(Holding, IsStoppedByForbiddenWordsButNotByWhatWouldNeedAReason) {
  gate_.Find("contradiction", v1::Finding::NEEDS_REASON);
  const Entry proposed = *Propose("clerk", WriteHolding("editor", "a", 10));
  gate_.Find("wording", v1::Finding::BLOCKING);
  EXPECT_THAT(Confirm("boss", proposed), HasReason(type::v1::GATE_BLOCKED));
  gate_.FindNothing();
  EXPECT_THAT(Confirm("boss", proposed), IsOk());
}

TEST_F(Holding, CanBeTakenBackBeforeTheSecondPerson) {
  const Entry proposed = *Propose("clerk", WriteHolding("editor", "a", 10));
  EXPECT_THAT(Edit("editor", proposed.name(), "改"), HasReason(type::v1::STATE_CONFLICT));
  const Entry back = *TakeBack("clerk", proposed);
  EXPECT_EQ(back.state(), Entry::DRAFT);
  EXPECT_THAT(Confirm("boss", back), HasReason(type::v1::STATE_CONFLICT));
}

}  // namespace
}  // namespace hotline::knowledge
