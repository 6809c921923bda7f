// Store::Commit: three outcomes, preconditions, idempotency, limits, output-only fields.
#include <set>
#include <thread>

#include "proto/cc/names.h"
#include "proto/cc/time.h"
#include "storage/resolve.h"
#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using testing::ACommit;
using testing::ADepartment;
using testing::AnEntry;
using ::testing::ElementsAre;
using testing::EqualsProto;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::NewRequestId;
using testing::StatusIs;

class CommitTest : public StoreTest {
 protected:
  // A refused Commit has no effect at all: head, digest and request id stay as they were.
  void ExpectRefused(const store::v1::CommitRequest& request, absl::StatusCode code,
                     type::v1::ErrorReason reason) {
    const int64_t head = Head();
    const std::string digest = Digest();
    EXPECT_THAT(store().Commit(request, Soon()), StatusIs(code, reason));
    EXPECT_EQ(Head(), head);
    EXPECT_EQ(Digest(), digest);
    if (!request.request_id().empty()) {
      EXPECT_THAT(store().GetRequestOutcome(request.request_id(), Soon()),
                  HasReason(type::v1::REQUEST_NOT_FOUND));
    }
  }
};
INSTANTIATE_STORES(CommitTest);

TEST_P(CommitTest, CountsPositionsFromOneWithoutGaps) {
  EXPECT_EQ(Head(), 0);
  for (int64_t expected = 1; expected <= 5; ++expected) {
    EXPECT_EQ(Commit(ACommit().Put(AnEntry("a").Build())), expected);
    EXPECT_EQ(Head(), expected);
  }
}

TEST_P(CommitTest, IsVisibleToTheNextRead) {
  const int64_t at = Commit(ACommit().Put(AnEntry("a").Question("何时发放？").Build()));
  ASSERT_OK_AND_ASSIGN(const Versioned read, store().Get("entries/a", 0, Soon()));
  EXPECT_EQ(read.kb_revision, at);
  EXPECT_EQ(read.resource.entry().content().question(), "何时发放？");
}

TEST_P(CommitTest, RepliesWithNamesAndResourcesAsWritten) {
  const store::v1::CommitRequest request =
      ACommit().Put(AnEntry("b").Build()).Put(ADepartment("rsj"));
  ASSERT_OK_AND_ASSIGN(const auto response, store().Commit(request, Soon()));
  EXPECT_THAT(response.names(), ElementsAre("entries/b", "departments/rsj"));
  ASSERT_EQ(response.resources_size(), 2);
  ASSERT_OK_AND_ASSIGN(const Versioned entry, store().Get("entries/b", 0, Soon()));
  EXPECT_THAT(response.resources(0), EqualsProto(entry.resource));
  EXPECT_FALSE(response.repeated());
  ASSERT_OK_AND_ASSIGN(const auto status, store().GetStatus(Soon()));
  EXPECT_EQ(response.timeline_id(), status.timeline_id());
}

TEST_P(CommitTest, LeavesResourcesOutOfRepliesToVeryManyEffects) {
  testing::CommitBuilder commit;
  for (int i = 0; i <= kReturnedResourcesMax; ++i) {
    commit.Put(AnEntry("e" + std::to_string(i)).Build());
  }
  ASSERT_OK_AND_ASSIGN(const auto response, store().Commit(commit, Soon()));
  EXPECT_THAT(response.resources(), IsEmpty());
  EXPECT_EQ(response.names_size(), kReturnedResourcesMax + 1);
}

TEST_P(CommitTest, MakesAllEffectsVisibleTogetherOrNone) {
  Commit(ACommit().Put(AnEntry("taken").Build()));
  ExpectRefused(
      ACommit().Put(AnEntry("x").Build()).Put(AnEntry("y").Build()).IfAbsent("entries/taken"),
      absl::StatusCode::kAlreadyExists, type::v1::RESOURCE_ALREADY_EXISTS);
  EXPECT_THAT(store().Get("entries/x", 0, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
  const int64_t at = Commit(ACommit().Put(AnEntry("x").Build()).Put(AnEntry("y").Build()));
  ASSERT_OK_AND_ASSIGN(const auto page, store().BatchGet({"entries/x", "entries/y"}, at, Soon()));
  EXPECT_EQ(page.resources.size(), 2U);
}

TEST_P(CommitTest, FillsPositionFieldsOfAnEntry) {
  clocks_.SetWall(TestClocks::kStart + 5);
  const int64_t created = Commit(ACommit().Put(AnEntry("a").Build()));
  clocks_.AdvanceWall(1'000'000);
  const int64_t published = Commit(ACommit().Put(AnEntry("a").Online(1).Build()));
  ASSERT_OK_AND_ASSIGN(const Versioned read, store().Get("entries/a", 0, Soon()));
  const auto& entry = read.resource.entry();
  EXPECT_EQ(entry.etag(), MakeEtag(published));
  EXPECT_EQ(ToLogTime(entry.create_time()), TestClocks::kStart + 5);
  EXPECT_EQ(ToLogTime(entry.update_time()), TestClocks::kStart + 1'000'005);
  EXPECT_EQ(entry.online().kb_revision(), published);
  EXPECT_EQ(ToLogTime(entry.online().publish_time()), TestClocks::kStart + 1'000'005);
  EXPECT_NE(created, published);
}

TEST_P(CommitTest, KeepsThePublicationOfARevisionThatStaysOnline) {
  const int64_t published = Commit(ACommit().Put(AnEntry("a").Online(1).Build()));
  ASSERT_OK_AND_ASSIGN(Versioned read, store().Get("entries/a", 0, Soon()));
  clocks_.AdvanceWall(7'000'000);
  read.resource.mutable_entry()->mutable_content()->set_question("改后的问题？");
  Commit(ACommit().Put(read.resource));
  ASSERT_OK_AND_ASSIGN(const Versioned saved, store().Get("entries/a", 0, Soon()));
  EXPECT_EQ(saved.resource.entry().online().kb_revision(), published);
  EXPECT_THAT(saved.resource.entry().online(), EqualsProto(read.resource.entry().online()));
}

TEST_P(CommitTest, FillsWithdrawalReleaseAndRecall) {
  knowledge::v1::Release release;
  release.set_name("releases/r1");
  release.set_state(knowledge::v1::Release::RELEASED);
  knowledge::v1::Recall recall;
  recall.set_name("recalls/c1");
  recall.set_entry("entries/a");
  const auto withdrawn = AnEntry("a").Withdrawn(knowledge::v1::Entry::RECALLED, "数字有误").Build();
  const int64_t at =
      Commit(ACommit().Put(withdrawn).Put(release).Put(recall).Action("RecallEntry").Urgent());
  ASSERT_OK_AND_ASSIGN(const Versioned entry, store().Get("entries/a", 0, Soon()));
  EXPECT_EQ(ToLogTime(entry.resource.entry().withdrawal().withdraw_time()), TestClocks::kStart);
  ASSERT_OK_AND_ASSIGN(const Versioned stored, store().Get("releases/r1", 0, Soon()));
  EXPECT_EQ(stored.resource.release().kb_revision(), at);
  EXPECT_EQ(ToLogTime(stored.resource.release().release_time()), TestClocks::kStart);
  ASSERT_OK_AND_ASSIGN(const Versioned recalled, store().Get("recalls/c1", 0, Soon()));
  EXPECT_EQ(recalled.resource.recall().kb_revision(), at);
  EXPECT_EQ(ToLogTime(recalled.resource.recall().recall_time()), TestClocks::kStart);
}

TEST_P(CommitTest, NeverStoresTokensOrReceipts) {
  auto entry = AnEntry("a").Build();
  entry.set_consistency_token("stale");
  knowledge::v1::Recall recall;
  recall.set_name("recalls/c1");
  recall.mutable_receipt()->set_complete(true);
  Commit(ACommit().Put(entry).Put(recall));
  ASSERT_OK_AND_ASSIGN(const Versioned read, store().Get("entries/a", 0, Soon()));
  EXPECT_EQ(read.resource.entry().consistency_token(), "");
  ASSERT_OK_AND_ASSIGN(const Versioned recalled, store().Get("recalls/c1", 0, Soon()));
  EXPECT_FALSE(recalled.resource.recall().has_receipt());
}

TEST_P(CommitTest, LogTimeNeverGoesBackWithTheWallClock) {
  clocks_.SetWall(TestClocks::kStart + 9'000'000);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       store().Commit(ACommit().Put(AnEntry("a").Build()), Soon()));
  clocks_.SetWall(TestClocks::kStart - 3'600'000'000);
  ASSERT_OK_AND_ASSIGN(const auto second,
                       store().Commit(ACommit().Put(AnEntry("b").Build()), Soon()));
  EXPECT_GE(ToLogTime(second.commit_time()), ToLogTime(first.commit_time()));
  ASSERT_OK_AND_ASSIGN(const auto status, store().GetStatus(Soon()));
  EXPECT_GE(ToLogTime(status.log_time()), ToLogTime(second.commit_time()));
  ASSERT_OK_AND_ASSIGN(const FeedBatch feed, store().ReadChanges(2, Soon()));
  EXPECT_GE(feed.log_time, ToLogTime(second.commit_time()));
}

TEST_P(CommitTest, EtagMustBeTheOneOfTheNewestVersion) {
  const int64_t first = Commit(ACommit().Put(AnEntry("a").Build()));
  const int64_t second = Commit(
      ACommit().Put(AnEntry("a").Question("二？").Build()).IfEtag("entries/a", MakeEtag(first)));
  ExpectRefused(ACommit().Put(AnEntry("a").Build()).IfEtag("entries/a", MakeEtag(first)),
                absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH);
  EXPECT_EQ(Commit(ACommit().Put(AnEntry("a").Build()).IfEtag("entries/a", MakeEtag(second))),
            second + 1);
  ExpectRefused(ACommit().Put(AnEntry("n").Build()).IfEtag("entries/never", MakeEtag(1)),
                absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH);
}

TEST_P(CommitTest, AbsentMeansNotNow) {
  Commit(ACommit().Put(AnEntry("a").Build()).IfAbsent("entries/a"));
  ExpectRefused(ACommit().Put(AnEntry("a").Build()).IfAbsent("entries/a"),
                absl::StatusCode::kAlreadyExists, type::v1::RESOURCE_ALREADY_EXISTS);
  Commit(ACommit().Delete("entries/a"));
  Commit(ACommit().Put(AnEntry("a").Build()).IfAbsent("entries/a"));
}

TEST_P(CommitTest, PresentMeansNow) {
  ExpectRefused(ACommit().Put(AnEntry("a").Build()).IfPresent("departments/rsj"),
                absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT);
  Commit(ACommit().Put(ADepartment("rsj")));
  Commit(ACommit().Put(AnEntry("a").Build()).IfPresent("departments/rsj"));
  Commit(ACommit().Delete("departments/rsj"));
  ExpectRefused(ACommit().Put(AnEntry("a").Build()).IfPresent("departments/rsj"),
                absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT);
}

TEST_P(CommitTest, CannotDeleteWhatIsNotThere) {
  ExpectRefused(ACommit().Delete("entries/a"), absl::StatusCode::kFailedPrecondition,
                type::v1::REFERENCE_CONFLICT);
}

TEST_P(CommitTest, RepeatGivesTheFirstOutcome) {
  const store::v1::CommitRequest request =
      ACommit().Put(AnEntry("a").Build()).IfAbsent("entries/a");
  ASSERT_OK_AND_ASSIGN(const auto first, store().Commit(request, Soon()));
  Commit(ACommit().Put(AnEntry("a").Question("后来的？").Build()));
  // Its precondition fails by now; it does not matter, because the request is done.
  ASSERT_OK_AND_ASSIGN(const auto again, store().Commit(request, Soon()));
  EXPECT_TRUE(again.repeated());
  EXPECT_EQ(again.kb_revision(), first.kb_revision());
  EXPECT_THAT(again.commit_time(), EqualsProto(first.commit_time()));
  EXPECT_THAT(again.names(), ElementsAre("entries/a"));
  EXPECT_EQ(Head(), 2);
}

TEST_P(CommitTest, RequestIdCannotBeReusedForAnotherRequest) {
  const std::string id = NewRequestId();
  Commit(ACommit().RequestId(id).Put(AnEntry("a").Build()));
  const auto reused = store().Commit(ACommit().RequestId(id).Put(AnEntry("b").Build()), Soon());
  EXPECT_THAT(reused, StatusIs(absl::StatusCode::kAlreadyExists, type::v1::REQUEST_ID_REUSED));
  EXPECT_EQ(Head(), 1);
  EXPECT_THAT(store().Get("entries/b", 0, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_P(CommitTest, ARefusedRequestIdMayBeUsedAgain) {
  const std::string id = NewRequestId();
  EXPECT_THAT(store().Commit(ACommit().RequestId(id).Delete("entries/a"), Soon()),
              HasReason(type::v1::REFERENCE_CONFLICT));
  EXPECT_EQ(Commit(ACommit().RequestId(id).Put(AnEntry("a").Build())), 1);
}

TEST_P(CommitTest, SameRequestFromManyThreadsHasOneEffect) {
  const store::v1::CommitRequest request = ACommit().Put(AnEntry("a").Build());
  constexpr int kThreads = 8;
  std::vector<absl::StatusOr<store::v1::CommitResponse>> results(kThreads, absl::UnknownError(""));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back(
          [&, i] { results[static_cast<size_t>(i)] = store().Commit(request, Soon()); });
    }
  }
  int firsts = 0;
  for (const auto& result : results) {
    ASSERT_OK(result);
    EXPECT_EQ(result->kb_revision(), 1);
    firsts += result->repeated() ? 0 : 1;
  }
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(Head(), 1);
}

TEST_P(CommitTest, RepeatsAmongConcurrentWritersHaveOneEffectEach) {
  constexpr int kThreads = 6;
  constexpr int kEach = 25;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const store::v1::CommitRequest request =
              ACommit().Put(AnEntry("t" + std::to_string(t) + "-" + std::to_string(i)).Build());
          const auto first = store().Commit(request, Soon());
          const auto again = store().Commit(request, Soon());
          ASSERT_OK(first);
          ASSERT_OK(again);
          EXPECT_TRUE(again->repeated());
          EXPECT_EQ(again->kb_revision(), first->kb_revision());
        }
      });
    }
  }
  EXPECT_EQ(Head(), kThreads * kEach);
}

TEST_P(CommitTest, OnlyOneOfManyWritersWinsAnEtag) {
  const int64_t at = Commit(ACommit().Put(AnEntry("a").Build()));
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const auto result = store().Commit(
            ACommit().Put(AnEntry("a").Build()).IfEtag("entries/a", MakeEtag(at)), Soon());
        if (result.ok()) ++won;
        if (ReasonOf(result.status()) == type::v1::ETAG_MISMATCH) ++lost;
      });
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 7);
  EXPECT_EQ(Head(), at + 1);
}

TEST_P(CommitTest, OutcomeOfARequestCanBeAskedFor) {
  const store::v1::CommitRequest request = ACommit().Put(AnEntry("a").Build());
  EXPECT_THAT(store().GetRequestOutcome(request.request_id(), Soon()),
              StatusIs(absl::StatusCode::kNotFound, type::v1::REQUEST_NOT_FOUND));
  const int64_t at = Commit(request);
  ASSERT_OK_AND_ASSIGN(const auto outcome, store().GetRequestOutcome(request.request_id(), Soon()));
  EXPECT_EQ(outcome.kb_revision(), at);
  EXPECT_TRUE(outcome.repeated());
  EXPECT_THAT(outcome.names(), ElementsAre("entries/a"));
}

TEST_P(CommitTest, ValidateOnlyChecksEverythingAndWritesNothing) {
  const store::v1::CommitRequest sound = ACommit().Put(AnEntry("a").Build()).ValidateOnly();
  ASSERT_OK_AND_ASSIGN(const auto response, store().Commit(sound, Soon()));
  EXPECT_EQ(response.kb_revision(), 0);
  EXPECT_EQ(Head(), 0);
  EXPECT_THAT(store().Get("entries/a", 0, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(store().GetRequestOutcome(sound.request_id(), Soon()),
              HasReason(type::v1::REQUEST_NOT_FOUND));
  ExpectRefused(ACommit().Delete("entries/a").ValidateOnly(), absl::StatusCode::kFailedPrecondition,
                type::v1::REFERENCE_CONFLICT);
  // The same id may do it afterwards.
  store::v1::CommitRequest real = sound;
  real.set_validate_only(false);
  EXPECT_EQ(Commit(real), 1);
}

TEST_P(CommitTest, RefusesRequestsWithoutTheirRequiredFields) {
  const store::v1::CommitRequest sound = ACommit().Put(AnEntry("a").Build());
  const auto expect_required = [&](auto change) {
    store::v1::CommitRequest request = sound;
    change(request);
    ExpectRefused(request, absl::StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED);
  };
  expect_required([](auto& request) { request.clear_request_id(); });
  expect_required([](auto& request) { request.clear_request_fingerprint(); });
  expect_required([](auto& request) { request.clear_actor(); });
  expect_required([](auto& request) { request.clear_action(); });
  expect_required([](auto& request) { request.clear_effects(); });
  expect_required([](auto& request) { request.add_preconditions()->set_name("entries/a"); });
}

TEST_P(CommitTest, RefusesNamesThatAreNone) {
  for (const char* name : {"", "entries/", "entries/A", "entries/a/b", "entries", "nothing/a",
                           "entries/a\n", "entries/-a", "../a"}) {
    auto entry = AnEntry("a").Build();
    entry.set_name(name);
    ExpectRefused(ACommit().Put(entry), absl::StatusCode::kInvalidArgument, type::v1::INVALID_NAME);
    if (*name != '\0') {
      ExpectRefused(ACommit().Delete(name), absl::StatusCode::kInvalidArgument,
                    type::v1::INVALID_NAME);
    }
    ExpectRefused(ACommit().Put(AnEntry("a").Build()).IfAbsent(name),
                  absl::StatusCode::kInvalidArgument, type::v1::INVALID_NAME);
  }
  auto department = ADepartment("rsj");
  department.set_name("entries/rsj");
  ExpectRefused(ACommit().Put(department), absl::StatusCode::kInvalidArgument,
                type::v1::INVALID_NAME);
}

TEST_P(CommitTest, RefusesTheSameNameTwice) {
  ExpectRefused(ACommit().Put(AnEntry("a").Build()).Put(AnEntry("a").Question("二？").Build()),
                absl::StatusCode::kInvalidArgument, type::v1::DUPLICATE_IN_CHUNK);
}

TEST_P(CommitTest, RefusesTextThatIsNotUtf8) {
  ExpectRefused(ACommit().Put(AnEntry("a").Question("\xC3\x28").Build()),
                absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8);
  store::v1::CommitRequest request = ACommit().Put(AnEntry("a").Build());
  request.set_actor("\xFF");
  ExpectRefused(request, absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8);
}

TEST_P(CommitTest, TakesTheMostEffectsAndRefusesOneMore) {
  testing::CommitBuilder commit;
  for (int i = 0; i < kEffectsMax; ++i) commit.Put(AnEntry("e" + std::to_string(i)).Build());
  EXPECT_EQ(Commit(commit), 1);
  commit.Put(AnEntry("one-more").Build()).RequestId(NewRequestId());
  ExpectRefused(commit, absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED);
}

TEST_P(CommitTest, RefusesAChangeThatIsTooLarge) {
  const std::string big(kChangeBytesMax / 4 + 4'096, 'x');
  testing::CommitBuilder commit;
  for (int i = 0; i < 4; ++i) commit.Put(AnEntry("e" + std::to_string(i)).Answer(big).Build());
  ExpectRefused(commit, absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED);
  const std::string huge(3 * kChangeBytesMax, 'x');
  ExpectRefused(ACommit().Put(AnEntry("a").Answer(huge).Build()),
                absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED);
}

TEST_P(CommitTest, APassedDeadlineHasNoEffect) {
  const store::v1::CommitRequest request = ACommit().Put(AnEntry("a").Build());
  EXPECT_THAT(store().Commit(request, Past()),
              StatusIs(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED));
  EXPECT_EQ(Head(), 0);
}

TEST_P(CommitTest, VerifyFindsNothingWrongAfterAllKindsOfChanges) {
  Commit(ACommit().Put(AnEntry("a").Online(1).Build()).Put(ADepartment("rsj")));
  Commit(ACommit().Put(AnEntry("a").Withdrawn(knowledge::v1::Entry::RECALLED, "有误").Build()));
  Commit(ACommit().Delete("departments/rsj"));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify(Soon()));
  EXPECT_THAT(report.violations, IsEmpty());
  EXPECT_EQ(report.log_entries, 3);
  EXPECT_EQ(report.versions, 4);
  EXPECT_EQ(report.resources, 1);
}

}  // namespace
}  // namespace hotline::storage
