#include <atomic>
#include <thread>

#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using Item = v1::Release::Item;

class Releases : public KnowledgeTest {
 protected:
  static void AddItem(v1::Release* release, Item::Action action, const std::string& target,
                      const std::string& etag = "") {
    Item& item = *release->add_items();
    item.set_action(action);
    item.set_target(target);
    item.set_target_etag(etag);
    if (action == Item::RETIRE) item.set_reason("到期");
    if (action == Item::PUT_POLICY) {
      item.mutable_policy()->set_title("新办法");
      item.mutable_policy()->set_region("440300");
    }
  }
  absl::StatusOr<v1::Release> Compose(v1::Release release) {
    v1::CreateReleaseRequest request;
    release.set_title("三同步");
    *request.mutable_release() = std::move(release);
    return service_.CreateRelease(ACall("composer"), request);
  }
  absl::StatusOr<v1::Release> PublishRelease(const v1::Release& release,
                                             bool validate_only = false) {
    v1::PublishReleaseRequest request;
    request.set_name(release.name());
    request.set_etag(release.etag());
    request.set_validate_only(validate_only);
    return service_.PublishRelease(ACall("boss"), request);
  }
};

TEST_F(Releases, PublishRetireAndWritePoliciesInOneChange) {
  const v1::Entry fresh = Create("fresh");
  const v1::Entry old = CreatePublished("old");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, fresh.name(), fresh.etag());
  AddItem(&wanted, Item::RETIRE, old.name(), old.etag());
  AddItem(&wanted, Item::PUT_POLICY, "policies/new");
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());
  EXPECT_EQ(composed->state(), v1::Release::COMPOSED);
  EXPECT_EQ(composed->author(), "composer");
  EXPECT_EQ(Get(fresh.name()).state(), v1::Entry::DRAFT);
  const int64_t before = Head();

  const auto released = PublishRelease(*composed);

  ASSERT_THAT(released, IsOk());
  EXPECT_EQ(Head(), before + 1);
  EXPECT_EQ(released->kb_revision(), Head());
  EXPECT_EQ(released->state(), v1::Release::RELEASED);
  EXPECT_EQ(released->publisher(), "boss");
  EXPECT_TRUE(released->has_release_time());
  const v1::Entry published = Get(fresh.name());
  EXPECT_EQ(published.online().release(), released->name());
  EXPECT_EQ(published.online().kb_revision(), Head());
  EXPECT_EQ(Get(old.name()).state(), v1::Entry::RETIRED);
  v1::GetPolicyRequest policy;
  policy.set_name("policies/new");
  EXPECT_EQ(service_.GetPolicy(ACall(), policy)->title(), "新办法");
  EXPECT_THAT(PublishRelease(*released), HasReason(type::v1::STATE_CONFLICT));
  v1::GetReleaseRequest get;
  get.set_name(released->name());
  EXPECT_EQ(service_.GetRelease(ACall(), get)->kb_revision(), released->kb_revision());
  EXPECT_EQ(service_.ListReleases(ACall(), {})->releases_size(), 1);
}

TEST_F(Releases, AreRefusedWholeWithTheItemNamedWhenOneItemFails) {
  const v1::Entry good = Create("good");
  const v1::Entry bad = CreatePublished("bad");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, good.name());
  AddItem(&wanted, Item::PUBLISH, bad.name());
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());

  const auto released = PublishRelease(*composed);

  EXPECT_THAT(released, StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT));
  EXPECT_EQ(MetadataOf(released.status())["item"], "1");
  EXPECT_EQ(MetadataOf(released.status())["name"], bad.name());
  EXPECT_EQ(Get(good.name()).state(), v1::Entry::DRAFT);
}

TEST_F(Releases, HoldToTheReviewedEtags) {
  const v1::Entry entry = Create("a");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, entry.name(), entry.etag());
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());
  SetAnswer(entry, "审后又改");

  EXPECT_THAT(PublishRelease(*composed),
              StatusIs(absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH));
  EXPECT_EQ(Get(entry.name()).state(), v1::Entry::DRAFT);
}

TEST_F(Releases, ComposedBeforeARecallDoNotBringTheAnswerBack) {
  const v1::Entry entry = SetAnswer(CreatePublished("a"), "新");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, entry.name());
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());
  v1::RecallEntryRequest recall;
  recall.set_name(entry.name());
  recall.set_reason("错");
  ASSERT_THAT(service_.RecallEntry(ACall(), recall), IsOk());

  EXPECT_THAT(PublishRelease(*composed), HasReason(type::v1::STATE_CONFLICT));
  v1::Release deliberate;
  AddItem(&deliberate, Item::PUBLISH, entry.name(), Get(entry.name()).etag());
  EXPECT_THAT(PublishRelease(*Compose(deliberate)), IsOk());
}

TEST_F(Releases, ValidateOnlyShowsNothing) {
  const v1::Entry entry = Create("a");
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, entry.name());
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());

  EXPECT_EQ(PublishRelease(*composed, true)->state(), v1::Release::RELEASED);
  EXPECT_EQ(Get(entry.name()).state(), v1::Entry::DRAFT);
  EXPECT_THAT(PublishRelease(*composed), IsOk());
}

TEST_F(Releases, MayCiteAPolicyThatTheyBring) {
  v1::CreatePolicyRequest policy;
  policy.set_policy_id("p");
  policy.mutable_policy()->set_title("旧");
  policy.mutable_policy()->set_region("440300");
  ASSERT_THAT(service_.CreatePolicy(ACall(), policy), IsOk());
  v1::EntryContent content = Content();
  content.add_policies("policies/p");
  const v1::Entry entry = Create("a", content);
  v1::Release wanted;
  AddItem(&wanted, Item::PUBLISH, entry.name());
  AddItem(&wanted, Item::PUT_POLICY, "policies/p");

  EXPECT_THAT(PublishRelease(*Compose(wanted)), IsOk());
}

TEST_F(Releases, CheckTheirComposition) {
  const v1::Entry entry = Create("a");
  EXPECT_THAT(Compose({}), HasReason(type::v1::FIELD_REQUIRED));
  v1::Release twice;
  AddItem(&twice, Item::PUBLISH, entry.name());
  AddItem(&twice, Item::RETIRE, entry.name());
  EXPECT_THAT(Compose(twice), HasReason(type::v1::FIELD_INVALID));
  v1::Release wrong_target;
  AddItem(&wrong_target, Item::PUBLISH, "policies/a");
  EXPECT_THAT(Compose(wrong_target), HasReason(type::v1::INVALID_NAME));
  v1::Release no_reason;
  AddItem(&no_reason, Item::RETIRE, entry.name());
  no_reason.mutable_items(0)->clear_reason();
  EXPECT_THAT(Compose(no_reason), HasReason(type::v1::FIELD_REQUIRED));
  v1::Release no_policy;
  AddItem(&no_policy, Item::PUT_POLICY, "policies/a");
  no_policy.mutable_items(0)->clear_policy();
  EXPECT_THAT(Compose(no_policy), HasReason(type::v1::FIELD_REQUIRED));
  v1::Release unknown;
  AddItem(&unknown, Item::PUBLISH, "entries/none");
  EXPECT_THAT(Compose(unknown), HasReason(type::v1::REFERENCE_CONFLICT));
}

TEST_F(Releases, AreSeenWholeByConcurrentReaders) {
  constexpr int kEntriesCount = 20;
  v1::Release wanted;
  for (int i = 0; i < kEntriesCount; ++i)
    AddItem(&wanted, Item::PUBLISH, Create("e" + std::to_string(i)).name());
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());
  std::atomic<bool> reading{false};
  std::atomic<bool> done{false};
  int partly = 0;
  std::thread reader([&] {
    v1::ListEntriesRequest list;
    list.set_state(v1::Entry::PUBLISHED);
    while (!done) {
      const auto page = service_.ListEntries(ACall(), list);
      if (!page.ok() || (page->entries_size() != 0 && page->entries_size() != kEntriesCount))
        ++partly;
      reading = true;
    }
  });
  while (!reading) std::this_thread::yield();

  EXPECT_THAT(PublishRelease(*composed), IsOk());

  done = true;
  reader.join();
  EXPECT_EQ(partly, 0);
}

}  // namespace
}  // namespace hotline::knowledge
