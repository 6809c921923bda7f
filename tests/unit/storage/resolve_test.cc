#include "storage/resolve.h"

#include <map>
#include <string>

#include "gtest/gtest.h"

#include "proto/cc/names.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::storage {
namespace {

using absl::StatusCode;
using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using store::v1::Change;
using store::v1::CommitRequest;

constexpr LogTime kNow = 1'700'000'000'000'000;

class State {
 public:
  State& With(const store::v1::Resource& resource, int64_t kb_revision) {
    live_[NameOf(resource)] = {.resource = resource, .kb_revision = kb_revision};
    return *this;
  }
  absl::StatusOr<Change> Decide(const CommitRequest& request, int64_t kb_revision = 7) const {
    return Resolve(
        request, {.kb_revision = kb_revision, .commit_time = kNow},
        {.lookup = [this](std::string_view name) -> absl::StatusOr<std::optional<Versioned>> {
           const auto found = live_.find(std::string(name));
           if (found == live_.end()) return std::nullopt;
           return found->second;
         },
         .referrer = [](std::string_view) { return std::optional<std::string>(); }});
  }

 private:
  std::map<std::string, Versioned> live_;
};

store::v1::Resource Wrapped(const knowledge::v1::Entry& entry) {
  return hotline::testing::ResourceOf(entry);
}

TEST(CheckCommitRequestTest, AcceptsASoundRequest) {
  EXPECT_THAT(CheckCommitRequest(ACommit().Put(AnEntry().Build())), IsOk());
}

TEST(CheckCommitRequestTest, RefusesMissingFields) {
  CommitRequest sound = ACommit().Put(AnEntry().Build());
  for (const char* field : {"request_id", "actor", "action", "request_fingerprint", "effects"}) {
    CommitRequest request = sound;
    request.GetReflection()->ClearField(&request, request.GetDescriptor()->FindFieldByName(field));
    EXPECT_THAT(CheckCommitRequest(request), HasReason(type::v1::FIELD_REQUIRED)) << field;
  }
}

TEST(CheckCommitRequestTest, RefusesALongRequestId) {
  const CommitRequest longest = ACommit().RequestId(std::string(100, 'x')).Put(AnEntry().Build());
  const CommitRequest longer = ACommit().RequestId(std::string(101, 'x')).Put(AnEntry().Build());

  EXPECT_THAT(CheckCommitRequest(longest), IsOk());
  EXPECT_THAT(CheckCommitRequest(longer), HasReason(type::v1::FIELD_TOO_LONG));
}

TEST(CheckCommitRequestTest, RefusesAFingerprintThatIsNoSha256) {
  EXPECT_THAT(CheckCommitRequest(ACommit().Put(AnEntry().Build()).Fingerprint("short")),
              HasReason(type::v1::FIELD_INVALID));
}

TEST(CheckCommitRequestTest, RefusesANameTwice) {
  EXPECT_THAT(CheckCommitRequest(ACommit().Put(AnEntry("a").Build()).Delete("entries/a")),
              HasReason(type::v1::DUPLICATE_IN_CHUNK));
}

TEST(CheckCommitRequestTest, RefusesBadNamesAndForeignKinds) {
  knowledge::v1::Entry foreign = AnEntry("a");
  foreign.set_name("departments/a");

  EXPECT_THAT(CheckCommitRequest(ACommit().Delete("entries/A")), HasReason(type::v1::INVALID_NAME));
  EXPECT_THAT(CheckCommitRequest(ACommit().Put(foreign)), HasReason(type::v1::INVALID_NAME));
  EXPECT_THAT(CheckCommitRequest(ACommit().Put(store::v1::Resource())),
              HasReason(type::v1::INVALID_NAME));
}

TEST(CheckCommitRequestTest, RefusesTooManyEffects) {
  CommitRequest request = ACommit().Put(AnEntry("e0").Build());
  for (int i = 1; i <= kEffectsMax; ++i) {
    request.add_effects()->set_delete_name("entries/e" + std::to_string(i));
  }

  EXPECT_THAT(CheckCommitRequest(request),
              StatusIs(StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED));
}

TEST(CheckRepeatTest, TellsARepeatFromAnotherRequest) {
  const CommitRequest request = ACommit().Put(AnEntry().Build());

  EXPECT_THAT(CheckRepeat(request, request.request_fingerprint()), IsOk());
  EXPECT_THAT(CheckRepeat(request, std::string(32, 'x')),
              StatusIs(StatusCode::kAlreadyExists, type::v1::REQUEST_ID_REUSED));
}

TEST(ResolveTest, FillsWhatFollowsFromThePosition) {
  auto change = State().Decide(ACommit().Put(AnEntry("a").Online(1)));

  ASSERT_OK(change);
  const auto& entry = change->effects(0).put().entry();
  EXPECT_EQ(change->kb_revision(), 7);
  EXPECT_EQ(entry.etag(), MakeEtag(7));
  EXPECT_EQ(ToLogTime(entry.create_time()), kNow);
  EXPECT_EQ(ToLogTime(entry.update_time()), kNow);
  EXPECT_EQ(entry.online().kb_revision(), 7);
  EXPECT_EQ(ToLogTime(entry.online().publish_time()), kNow);
}

TEST(ResolveTest, KeepsTheCreateTimeAndAnEarlierPublication) {
  knowledge::v1::Entry before = AnEntry("a").Online(1);
  *before.mutable_create_time() = ToTimestamp(5);
  before.mutable_online()->set_kb_revision(3);

  auto change = State().With(Wrapped(before), 3).Decide(ACommit().Put(before));

  ASSERT_OK(change);
  EXPECT_EQ(ToLogTime(change->effects(0).put().entry().create_time()), 5);
  EXPECT_EQ(change->effects(0).put().entry().online().kb_revision(), 3);
}

TEST(ResolveTest, NeverStoresTokensOrReceipts) {
  knowledge::v1::Recall recall;
  recall.set_name("recalls/r");
  recall.set_consistency_token("t");
  recall.mutable_receipt()->set_complete(true);
  knowledge::v1::Entry entry = AnEntry("a");
  entry.set_consistency_token("t");

  auto change = State().Decide(ACommit().Put(recall).Put(entry).Urgent());

  ASSERT_OK(change);
  EXPECT_TRUE(change->urgent());
  EXPECT_FALSE(change->effects(0).put().recall().has_receipt());
  EXPECT_EQ(change->effects(0).put().recall().consistency_token(), "");
  EXPECT_EQ(change->effects(0).put().recall().kb_revision(), 7);
  EXPECT_EQ(change->effects(1).put().entry().consistency_token(), "");
}

TEST(ResolveTest, GivesAReleaseItsPositionWhenItIsReleased) {
  knowledge::v1::Release release;
  release.set_name("releases/r");
  release.set_state(knowledge::v1::Release::COMPOSED);
  auto composed = State().Decide(ACommit().Put(release));
  release.set_state(knowledge::v1::Release::RELEASED);
  auto released = State().Decide(ACommit().Put(release));

  ASSERT_OK(composed);
  ASSERT_OK(released);
  EXPECT_EQ(composed->effects(0).put().release().kb_revision(), 0);
  EXPECT_EQ(released->effects(0).put().release().kb_revision(), 7);
  EXPECT_EQ(ToLogTime(released->effects(0).put().release().release_time()), kNow);
}

TEST(ResolveTest, StampsWhatIsNewInAReviewAndLeavesTheRest) {
  knowledge::v1::Entry entry = AnEntry();
  auto& review = *entry.mutable_review();
  *review.mutable_submit_time() = ToTimestamp(kNow - 5);
  *review.add_steps()->mutable_review_time() = ToTimestamp(kNow - 3);
  review.add_steps();
  review.add_comments();

  const auto change = State().Decide(ACommit().Put(entry));

  ASSERT_THAT(change, IsOk());
  const auto& stored = change->effects(0).put().entry().review();
  EXPECT_EQ(ToLogTime(stored.submit_time()), kNow - 5);
  EXPECT_EQ(ToLogTime(stored.steps(0).review_time()), kNow - 3);
  EXPECT_EQ(ToLogTime(stored.steps(1).review_time()), kNow);
  EXPECT_EQ(ToLogTime(stored.comments(0).comment_time()), kNow);
  EXPECT_FALSE(stored.has_due_time());
}

TEST(ResolveTest, ChecksEtags) {
  const State state = State().With(Wrapped(AnEntry("a").Build()), 3);

  EXPECT_THAT(state.Decide(ACommit().Put(AnEntry("a").Build()).IfEtag("entries/a", MakeEtag(3))),
              IsOk());
  EXPECT_THAT(state.Decide(ACommit().Put(AnEntry("a").Build()).IfEtag("entries/a", MakeEtag(2))),
              StatusIs(StatusCode::kAborted, type::v1::ETAG_MISMATCH));
  EXPECT_THAT(state.Decide(ACommit().Put(AnEntry("b").Build()).IfEtag("entries/b", MakeEtag(3))),
              StatusIs(StatusCode::kAborted, type::v1::ETAG_MISMATCH));
}

TEST(ResolveTest, ChecksPresenceAndAbsence) {
  const State state = State().With(Wrapped(AnEntry("a").Build()), 3);

  EXPECT_THAT(state.Decide(ACommit().Put(AnEntry("a").Build()).IfAbsent("entries/a")),
              StatusIs(StatusCode::kAlreadyExists, type::v1::RESOURCE_ALREADY_EXISTS));
  EXPECT_THAT(state.Decide(ACommit().Put(AnEntry("a").Build()).IfPresent("departments/x")),
              StatusIs(StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT));
  EXPECT_THAT(state.Decide(ACommit().Delete("entries/b")),
              StatusIs(StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT));
}

TEST(ResolveTest, RefusesWhatIsTooLarge) {
  const std::string block(1U << 20U, 'x');
  CommitRequest request = ACommit().Put(AnEntry("a").Answer(block).Build());
  for (int i = 0; i < 8; ++i) {
    *request.add_effects()->mutable_put()->mutable_entry() =
        AnEntry("b" + std::to_string(i)).Answer(block);
  }

  EXPECT_THAT(State().Decide(request),
              StatusIs(StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED));
}

TEST(ResolveTest, RefusesTextThatCouldNotBeReadBack) {
  EXPECT_THAT(State().Decide(ACommit().Put(AnEntry("a").Answer("\xC3\x28").Build())),
              StatusIs(StatusCode::kInvalidArgument, type::v1::INVALID_UTF8));
}

TEST(ResolveTest, IsDeterministic) {
  const CommitRequest request = ACommit().Put(AnEntry("a").Build()).Put(AnEntry("b").Build());

  EXPECT_EQ(State().Decide(request)->SerializeAsString(),
            State().Decide(request)->SerializeAsString());
}

TEST(ResponseOfTest, ReturnsResourcesOnlyOfSmallCommits) {
  CommitRequest request = ACommit().Put(AnEntry("e0").Build());
  for (int i = 1; i <= kReturnedResourcesMax; ++i) {
    *request.add_effects()->mutable_put()->mutable_entry() = AnEntry("e" + std::to_string(i));
  }
  const auto large = State().Decide(request);
  const auto small = State().Decide(ACommit().Put(AnEntry("a").Build()));

  EXPECT_EQ(ResponseOf(*large, "t").resources_size(), 0);
  EXPECT_EQ(ResponseOf(*large, "t").names_size(), kReturnedResourcesMax + 1);
  EXPECT_EQ(ResponseOf(*small, "t").resources_size(), 1);
  EXPECT_TRUE(RepeatedResponseOf(*small, "t").repeated());
}

}  // namespace
}  // namespace hotline::storage
