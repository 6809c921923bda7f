// Releases from the first composition to the roll-back.
#include "proto/cc/content_hash.h"
#include "tests/unit/knowledge/review_test_base.h"

namespace hotline::knowledge {
namespace {

using Item = v1::Release::Item;
using v1::Entry;

constexpr LogTime kHour = 3'600'000'000;

class ReleaseLife : public ReviewTest {
 protected:
  static Item& AddFact(v1::Release* release, const std::string& target, const std::string& value) {
    Item& item = AddItem(release, Item::PUT_FACT, target);
    item.mutable_fact()->set_type(v1::Fact::AMOUNT);
    item.mutable_fact()->set_display_name("高龄津贴");
    item.mutable_fact()->set_value(value);
    item.mutable_fact()->set_unit("元");
    return item;
  }
  static Item& AddPolicy(v1::Release* release, const std::string& target,
                         const std::string& title) {
    Item& item = AddItem(release, Item::PUT_POLICY, target);
    item.mutable_policy()->set_title(title);
    item.mutable_policy()->set_region("440300");
    return item;
  }
  absl::StatusOr<v1::Release> ScheduleAt(const v1::Release& release, LogTime when) {
    v1::ScheduleReleaseRequest request;
    request.set_name(release.name());
    request.set_etag(release.etag());
    *request.mutable_schedule_time() = ToTimestamp(when);
    return knowledge_.ScheduleRelease(ACall("boss"), request);
  }
  absl::StatusOr<v1::Release> Cancel(const v1::Release& release, const std::string& reason) {
    v1::CancelReleaseRequest request;
    request.set_name(release.name());
    request.set_reason(reason);
    return knowledge_.CancelRelease(ACall("boss"), request);
  }
  absl::StatusOr<v1::Release> RollBack(const v1::Release& release) {
    v1::RollBackReleaseRequest request;
    request.set_name(release.name());
    return knowledge_.RollBackRelease(ACall("boss"), request);
  }
  absl::StatusOr<v1::RehearseReleaseResponse> Rehearse(const v1::Release& release) {
    v1::RehearseReleaseRequest request;
    request.set_name(release.name());
    return knowledge_.RehearseRelease(ACall("boss"), request);
  }
  v1::Release Released(const v1::Release& wanted) {
    const auto released = Release(*Compose(wanted));
    EXPECT_THAT(released, IsOk());
    return released.ok() ? *released : v1::Release();
  }
  store::v1::Resource Read(const std::string& name) {
    const auto found = store_.Get(name, 0, ACall().deadline);
    EXPECT_THAT(found, IsOk()) << name;
    return found.ok() ? found->resource : store::v1::Resource();
  }
  std::string Online(const std::string& name) {
    const Entry entry = Get(name);
    return entry.has_online() ? OnlineContent(entry).blocks(0).text() : "";
  }
};

TEST_F(ReleaseLife, PublishesApprovedTextsWithTheirFactsAndDocumentsAtOnce) {
  const Entry approved = Reviewed(Write("editor", "a"));
  const Entry draft = Write("editor", "b");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, approved.name());
  AddFact(&wanted, "facts/gaoling", "300");
  AddPolicy(&wanted, "policies/p", "新办法");
  AddItem(&wanted, Item::PUBLISH, draft.name());

  const auto refused = Release(*Compose(wanted));

  EXPECT_THAT(refused, HasReason(type::v1::STATE_CONFLICT));
  EXPECT_EQ(MetadataOf(refused.status())["item"], "3");
  EXPECT_FALSE(Get(approved.name()).has_online());
  wanted.mutable_items()->RemoveLast();
  const v1::Release released = Released(wanted);
  EXPECT_EQ(Get(approved.name()).online().kb_revision(), released.kb_revision());
  EXPECT_EQ(Read("facts/gaoling").fact().value(), "300");
  EXPECT_TRUE(Read("facts/gaoling").fact().has_create_time());
  EXPECT_EQ(Read("policies/p").policy().title(), "新办法");
}

TEST_F(ReleaseLife, ChecksFactsAndRestores) {
  v1::Release wanted;
  AddFact(&wanted, "facts/a", "");
  EXPECT_THAT(Compose(wanted), HasReason(type::v1::FIELD_REQUIRED));
  wanted.mutable_items(0)->mutable_fact()->set_value("1");
  wanted.mutable_items(0)->mutable_fact()->set_name("facts/b");
  EXPECT_THAT(Compose(wanted), HasReason(type::v1::FIELD_INVALID));
  wanted.mutable_items(0)->clear_fact();
  EXPECT_THAT(Compose(wanted), HasReason(type::v1::FIELD_REQUIRED));
  v1::Release restore;
  AddItem(&restore, Item::RESTORE, Published("editor", "a").name());
  EXPECT_THAT(Compose(restore), HasReason(type::v1::FIELD_REQUIRED));
  restore.mutable_items(0)->set_revision(7);
  EXPECT_THAT(Release(*Compose(restore)), HasReason(type::v1::RESOURCE_NOT_FOUND));
  restore.mutable_items(0)->set_revision(1);
  EXPECT_THAT(Release(*Compose(restore)), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(ReleaseLife, RestoresAnEarlierTextAsANewRevisionAndLeavesDraftsAlone) {
  const Entry first = Published("editor", "a", "第一版");
  ASSERT_THAT(Publish("boss", Reviewed(*Edit("editor", first.name(), "第二版"))), IsOk());
  v1::Release wanted;
  AddItem(&wanted, Item::RESTORE, first.name()).set_revision(1);
  const v1::Release released = Released(wanted);

  Entry entry = Get(first.name());
  EXPECT_EQ(entry.online().revision(), 3);
  EXPECT_EQ(entry.online().release(), released.name());
  EXPECT_EQ(entry.content().blocks(0).text(), "第一版");
  EXPECT_FALSE(entry.online().has_content());
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));

  entry = *Submit("editor", *Edit("editor", entry.name(), "草稿"));
  wanted.mutable_items(0)->set_revision(2);
  Released(wanted);
  entry = Get(first.name());
  EXPECT_EQ(OnlineContent(entry).blocks(0).text(), "第二版");
  EXPECT_EQ(entry.content().blocks(0).text(), "草稿");
  EXPECT_EQ(entry.state(), Entry::IN_REVIEW);
  EXPECT_THAT(Approve("chu", entry), IsOk());
}

TEST_F(ReleaseLife, NeverRestoresATextThatWasRecalled) {
  const Entry first = Published("editor", "a", "第一版");
  ASSERT_THAT(Publish("boss", Reviewed(*Edit("editor", first.name(), "第二版"))), IsOk());
  ASSERT_THAT(Recall(first.name()), IsOk());
  v1::Release wanted;
  Item& item = AddItem(&wanted, Item::RESTORE, first.name());
  item.set_revision(2);
  item.set_target_etag(Get(first.name()).etag());
  EXPECT_THAT(Release(*Compose(wanted)), HasReason(type::v1::STATE_CONFLICT));
  item.set_revision(1);
  item.clear_target_etag();
  EXPECT_THAT(Release(*Compose(wanted)), HasReason(type::v1::STATE_CONFLICT));
  item.set_target_etag(Get(first.name()).etag());
  EXPECT_THAT(Release(*Compose(wanted)), IsOk());
  EXPECT_EQ(Online(first.name()), "第一版");
}

TEST_F(ReleaseLife, CanBeChangedAndCancelledUntilItIsVisible) {
  const Entry a = Reviewed(Write("editor", "a"));
  const Entry b = Reviewed(Write("editor", "b"));
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, a.name());
  v1::Release release = *ScheduleAt(*Compose(wanted), Now() + kHour);
  v1::UpdateReleaseRequest request;
  request.mutable_release()->set_name(release.name());
  AddItem(request.mutable_release(), Item::PUBLISH, b.name());
  request.mutable_update_mask()->add_paths("state");
  EXPECT_THAT(knowledge_.UpdateRelease(ACall("boss"), request),
              HasReason(type::v1::INVALID_FIELD_MASK));
  request.mutable_update_mask()->set_paths(0, "items");
  request.mutable_release()->set_etag("\"1\"");
  EXPECT_THAT(knowledge_.UpdateRelease(ACall("boss"), request), HasReason(type::v1::ETAG_MISMATCH));
  request.mutable_release()->clear_etag();

  const auto changed = knowledge_.UpdateRelease(ACall("boss"), request);

  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->state(), v1::Release::COMPOSED);
  EXPECT_FALSE(changed->has_schedule_time());
  EXPECT_EQ(changed->title(), release.title());
  ASSERT_EQ(changed->items_size(), 1);
  EXPECT_EQ(changed->items(0).target(), b.name());
  EXPECT_THAT(Release(release), HasReason(type::v1::ETAG_MISMATCH));
  release = *Cancel(*changed, "不发了");
  EXPECT_EQ(release.state(), v1::Release::CANCELLED);
  EXPECT_EQ(release.outcome_note(), "不发了");
  EXPECT_THAT(Release(release), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Cancel(release, "再"), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(knowledge_.UpdateRelease(ACall("boss"), request),
              HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(ScheduleAt(release, Now() + kHour), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(ReleaseLife, IsScheduledForTheFutureOfTheLogOnly) {
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, Write("editor", "a").name());
  const v1::Release release = *Compose(wanted);
  EXPECT_THAT(ScheduleAt(release, Now()), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(ScheduleAt(release, Now() + 401 * 24 * kHour), HasReason(type::v1::FIELD_INVALID));
  const auto scheduled = ScheduleAt(release, Now() + kHour);
  ASSERT_THAT(scheduled, IsOk());
  EXPECT_EQ(scheduled->state(), v1::Release::SCHEDULED);
  EXPECT_EQ(scheduled->scheduler(), "boss");
  EXPECT_THAT(ScheduleAt(release, Now() + kHour), HasReason(type::v1::ETAG_MISMATCH));
}

TEST_F(ReleaseLife, IsRolledBackByANewReleaseThatBringsEverythingBack) {
  const Entry changed = Published("editor", "changed", "旧");
  const Entry retired = Published("editor", "retired", "留");
  v1::Release before;
  AddFact(&before, "facts/f", "300");
  AddPolicy(&before, "policies/p", "旧办法");
  Released(before);
  const Entry fresh = Reviewed(Write("editor", "fresh", "新来的"));
  Reviewed(*Edit("editor", changed.name(), "新"));
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, changed.name());
  AddItem(&wanted, Item::PUBLISH, fresh.name());
  AddItem(&wanted, Item::RETIRE, retired.name()).set_reason("到期");
  AddFact(&wanted, "facts/f", "500");
  AddFact(&wanted, "facts/new", "1");
  AddPolicy(&wanted, "policies/p", "新办法");
  const v1::Release composed = *Compose(wanted);
  EXPECT_THAT(RollBack(composed), HasReason(type::v1::STATE_CONFLICT));
  const v1::Release released = *Release(composed);
  ASSERT_EQ(Online(changed.name()), "新");

  const auto inverse = RollBack(released);

  ASSERT_THAT(inverse, IsOk());
  EXPECT_EQ(inverse->state(), v1::Release::COMPOSED);
  EXPECT_EQ(inverse->rolls_back(), released.name());
  EXPECT_EQ(Online(changed.name()), "新") << "nothing is visible before it is published";
  ASSERT_THAT(Release(*inverse), IsOk());
  EXPECT_EQ(Online(changed.name()), "旧");
  EXPECT_EQ(Get(changed.name()).online().revision(), 3);
  EXPECT_EQ(Get(fresh.name()).state(), Entry::RETIRED);
  EXPECT_EQ(Online(retired.name()), "留");
  EXPECT_EQ(Read("facts/f").fact().value(), "300");
  EXPECT_EQ(Read("facts/new").fact().value(), "1");
  EXPECT_EQ(Read("policies/p").policy().title(), "旧办法");
}

TEST_F(ReleaseLife, IsNotRolledBackOverLaterChanges) {
  const Entry entry = Published("editor", "a", "一");
  Reviewed(*Edit("editor", entry.name(), "二"));
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, entry.name());
  const v1::Release second = Released(wanted);
  const v1::Release inverse = *RollBack(second);
  ASSERT_THAT(Publish("boss", Reviewed(*Edit("editor", entry.name(), "三"))), IsOk());

  EXPECT_THAT(Release(inverse), HasReason(type::v1::ETAG_MISMATCH));
  const auto again = RollBack(second);
  EXPECT_THAT(again, HasReason(type::v1::STATE_CONFLICT));
  EXPECT_EQ(MetadataOf(again.status())["name"], entry.name());
  EXPECT_EQ(Online(entry.name()), "三");
}

// Ranks as told by the test: 1 before; 0 after when any effect retires the entry.
class FakeRanker final : public QuestionRanker {
 public:
  absl::StatusOr<answer::v1::RankQuestionsResponse> Rank(
      const answer::v1::RankQuestionsRequest& request, storage::Deadline) override {
    answer::v1::RankQuestionsResponse response;
    for (const auto& question : request.questions()) {
      auto& ranks = *response.add_ranks();
      ranks.set_before(1);
      ranks.set_after(1);
      for (const auto& effect : request.effects()) {
        const v1::Entry& entry = effect.put().entry();
        if (entry.name() == question.entry() && !entry.has_online()) ranks.set_after(0);
      }
    }
    return response;
  }
};

TEST_F(ReleaseLife, IsRehearsedWithWhatItChangesForWhomAndWhyNot) {
  v1::Release before;
  AddFact(&before, "facts/f", "300");
  AddPolicy(&before, "policies/p", "旧办法");
  Released(before);
  const Entry changed = Published("editor", "changed", "旧");
  const Entry retired = Published("editor", "retired", "留");
  Reviewed(*Edit("editor", changed.name(), "新"));
  const Entry draft = Write("editor", "draft");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, changed.name());
  AddItem(&wanted, Item::RETIRE, retired.name()).set_reason("到期");
  AddFact(&wanted, "facts/f", "500");
  AddItem(&wanted, Item::PUBLISH, draft.name());
  const v1::Release release = *Compose(wanted);
  gate_.Find("warn", v1::Finding::WARNING);
  const int64_t head = store_.GetStatus(ACall().deadline)->head_kb_revision();

  const auto rehearsal = Rehearse(release);

  ASSERT_THAT(rehearsal, IsOk());
  EXPECT_FALSE(rehearsal->releasable());
  EXPECT_EQ(rehearsal->etag(), release.etag());
  ASSERT_EQ(rehearsal->items_size(), 4);
  const auto& publish = rehearsal->items(0);
  ASSERT_EQ(publish.differences_size(), 1);
  EXPECT_EQ(publish.differences(0).before(), "旧");
  EXPECT_EQ(publish.differences(0).after(), "新");
  EXPECT_EQ(publish.channels_size(), 7);
  EXPECT_EQ(publish.findings(0).id(), "warn");
  EXPECT_EQ(publish.refusal(), "");
  EXPECT_GT(rehearsal->items(1).differences_size(), 0);
  EXPECT_EQ(rehearsal->items(2).differences(0).after(), "500");
  EXPECT_EQ(rehearsal->items(3).refusal_reason(), "STATE_CONFLICT");
  EXPECT_EQ(store_.GetStatus(ACall().deadline)->head_kb_revision(), head);
  EXPECT_EQ(rehearsal->golden_count(), 0);
}

TEST_F(ReleaseLife, RehearsalAgreesWithTheReleaseAndTellsLostGoldenQuestions) {
  const Entry entry = Published("editor", "a", "一");
  v1::GoldenQuestion golden;
  golden.set_name("goldens/g");
  golden.set_question("社保");
  golden.set_entry(entry.name());
  store::v1::Resource resource;
  *resource.mutable_golden_question() = golden;
  ASSERT_THAT(store_.Commit(hotline::testing::ACommit().Put(resource), ACall().deadline), IsOk());
  FakeRanker ranker;
  Options options = options_;
  options.ranker = &ranker;
  KnowledgeService service(store_, options);
  v1::Release wanted;
  AddItem(&wanted, Item::RETIRE, entry.name()).set_reason("到期");
  const v1::Release release = *Compose(wanted);
  v1::RehearseReleaseRequest request;
  request.set_name(release.name());

  const auto rehearsal = service.RehearseRelease(ACall("viewer"), request);

  ASSERT_THAT(rehearsal, IsOk());
  EXPECT_TRUE(rehearsal->releasable());
  EXPECT_EQ(rehearsal->golden_count(), 1);
  ASSERT_EQ(rehearsal->golden_changes_size(), 1);
  EXPECT_TRUE(rehearsal->golden_changes(0).lost());
  EXPECT_THAT(Release(release), IsOk());
  EXPECT_THAT(service.RehearseRelease(ACall("viewer"), request),
              HasReason(type::v1::STATE_CONFLICT));
}

}  // namespace
}  // namespace hotline::knowledge
