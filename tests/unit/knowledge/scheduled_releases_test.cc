// Scheduled releases, with a clock that the tests move.
#include "services/knowledge/scheduled_releases.h"

#include "storage/memory_store.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using Item = v1::Release::Item;

constexpr LogTime kStart = 1'800'000'000'000'000;
constexpr LogTime kMinute = 60'000'000;

class Scheduled : public ::testing::Test {
 protected:
  v1::Entry Write(const std::string& id) {
    v1::CreateEntryRequest request;
    request.set_entry_id(id);
    *request.mutable_entry()->mutable_content() = AnEntry(id).Build().content();
    return *service_.CreateEntry(ACall(), request);
  }
  v1::Release ScheduleAt(const std::string& target, LogTime when, const std::string& etag = "",
                         const std::string& scheduler = "boss") {
    v1::CreateReleaseRequest create;
    create.mutable_release()->set_title("定时");
    Item& item = *create.mutable_release()->add_items();
    item.set_action(Item::PUBLISH);
    item.set_target(target);
    item.set_target_etag(etag);
    const v1::Release composed = *service_.CreateRelease(ACall(), create);
    v1::ScheduleReleaseRequest request;
    request.set_name(composed.name());
    request.set_etag(composed.etag());
    *request.mutable_schedule_time() = ToTimestamp(when);
    return *service_.ScheduleRelease(ACall(scheduler), request);
  }
  v1::Release Get(const std::string& name) {
    v1::GetReleaseRequest request;
    request.set_name(name);
    return *service_.GetRelease(ACall(), request);
  }
  v1::Entry GetEntry(const std::string& name) {
    v1::GetEntryRequest request;
    request.set_name(name);
    return *service_.GetEntry(ACall(), request);
  }
  void Step(ScheduledReleases& releases) { EXPECT_THAT(releases.Step(ACall().deadline), IsOk()); }
  ScheduledReleases::Report Reporter() {
    return [this](const ScheduleEvent& event) { events_.push_back(event); };
  }

  LogTime now_ = kStart;
  storage::MemoryStore store_{{.clocks = {.boot = [] { return std::chrono::microseconds(0); },
                                          .wall = [this] { return now_; }}}};
  KnowledgeService service_{store_};
  std::vector<ScheduleEvent> events_;
  ScheduledReleases releases_{store_, service_, Reporter()};
};

// A role that is taken away after the scheduling wins over the schedule.
TEST_F(Scheduled, AreGivenUpWhenWhoScheduledThemMayPublishNoMore) {
  store::v1::Resource person;
  person.mutable_person()->set_name("people/boss");
  person.mutable_person()->add_grants()->set_role(identity::v1::PUBLISHER);
  ASSERT_THAT(store_.Commit(hotline::testing::ACommit().Put(person), ACall().deadline), IsOk());
  const v1::Release first = ScheduleAt(Write("a").name(), kStart + kMinute, "", "people/boss");
  now_ = kStart + kMinute;
  Step(releases_);
  EXPECT_EQ(Get(first.name()).state(), v1::Release::RELEASED);

  const v1::Release second = ScheduleAt(Write("b").name(), now_ + kMinute, "", "people/boss");
  person.mutable_person()->mutable_grants(0)->set_role(identity::v1::VIEWER);
  ASSERT_THAT(store_.Commit(hotline::testing::ACommit().Put(person), ACall().deadline), IsOk());
  now_ += kMinute;
  Step(releases_);

  EXPECT_EQ(Get(second.name()).state(), v1::Release::CANCELLED);
  EXPECT_THAT(Get(second.name()).outcome_note(), ::testing::HasSubstr("权限"));
  EXPECT_FALSE(GetEntry("entries/b").has_online());
}

TEST_F(Scheduled, BecomeVisibleWhenTheLogReachesTheirTimeAndNotBefore) {
  const v1::Release release = ScheduleAt(Write("a").name(), kStart + kMinute);
  Step(releases_);
  now_ = kStart + kMinute - 1;
  Step(releases_);
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(releases_.next(), kStart + kMinute);

  now_ = kStart + kMinute;
  Step(releases_);
  Step(releases_);

  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].verdict, AttemptVerdict::kDone);
  EXPECT_EQ(events_[0].late, 0);
  const v1::Release done = Get(release.name());
  EXPECT_EQ(done.state(), v1::Release::RELEASED);
  EXPECT_EQ(done.publisher(), "boss");
  EXPECT_EQ(GetEntry("entries/a").online().release(), release.name());
  EXPECT_FALSE(releases_.next().has_value());
}

TEST_F(Scheduled, AreReleasedOnceByTwoProcesses) {
  ScheduledReleases other(store_, service_, Reporter());
  ScheduleAt(Write("a").name(), kStart + kMinute);
  Step(releases_);
  Step(other);
  now_ = kStart + kMinute;

  Step(releases_);
  Step(other);
  const int64_t head = store_.GetStatus(ACall().deadline)->head_kb_revision();
  ScheduledReleases third(store_, service_, Reporter());
  Step(third);

  EXPECT_EQ(GetEntry("entries/a").latest_revision(), 1);
  EXPECT_EQ(store_.GetStatus(ACall().deadline)->head_kb_revision(), head);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(Scheduled, AreReleasedLateAfterAStandstill) {
  ScheduleAt(Write("a").name(), kStart + kMinute);
  now_ = kStart + 10 * kMinute;
  ScheduledReleases restarted(store_, service_, Reporter());

  Step(restarted);

  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].late, 9 * kMinute);
  EXPECT_TRUE(GetEntry("entries/a").has_online());
}

TEST_F(Scheduled, AreCancelledWithTheReasonWhenTheyCannotBeReleased) {
  const v1::Entry entry = Write("a");
  const v1::Release recalled = ScheduleAt(entry.name(), kStart + kMinute);
  const v1::Release pinned = ScheduleAt(entry.name(), kStart + kMinute, entry.etag());
  v1::RecallEntryRequest recall;
  recall.set_name(entry.name());
  recall.set_reason("有误");
  ASSERT_THAT(service_.RecallEntry(ACall(), recall), IsOk());
  now_ = kStart + kMinute;

  Step(releases_);
  Step(releases_);

  EXPECT_EQ(events_.size(), 2U);
  for (const std::string& name : {recalled.name(), pinned.name()}) {
    const v1::Release cancelled = Get(name);
    EXPECT_EQ(cancelled.state(), v1::Release::CANCELLED);
    EXPECT_THAT(cancelled.outcome_note(), ::testing::HasSubstr("entries/a"));
  }
  EXPECT_FALSE(GetEntry("entries/a").has_online());
}

TEST_F(Scheduled, FollowWhatHappensToThem) {
  const v1::Release cancelled = ScheduleAt(Write("a").name(), kStart + kMinute);
  const v1::Release moved = ScheduleAt(Write("b").name(), kStart + kMinute);
  Step(releases_);
  v1::CancelReleaseRequest cancel;
  cancel.set_name(cancelled.name());
  cancel.set_reason("不发");
  ASSERT_THAT(service_.CancelRelease(ACall(), cancel), IsOk());
  v1::ScheduleReleaseRequest later;
  later.set_name(moved.name());
  later.set_etag(moved.etag());
  *later.mutable_schedule_time() = ToTimestamp(kStart + 2 * kMinute);
  ASSERT_THAT(service_.ScheduleRelease(ACall("boss"), later), IsOk());

  now_ = kStart + kMinute;
  Step(releases_);
  EXPECT_TRUE(events_.empty());
  now_ = kStart + 2 * kMinute;
  Step(releases_);

  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].release.name, moved.name());
}

TEST(AttemptVerdicts, TellARefusalFromARaceAndFromAStoreThatCannotSay) {
  const auto error = [](absl::StatusCode code, type::v1::ErrorReason reason,
                        const ErrorMetadata& metadata) {
    return VerdictOn("releases/r", MakeError(code, reason, "x", metadata));
  };
  using absl::StatusCode;
  EXPECT_EQ(VerdictOn("releases/r", absl::OkStatus()), AttemptVerdict::kDone);
  EXPECT_EQ(error(StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                  {{"item", "0"}, {"name", "entries/a"}}),
            AttemptVerdict::kGiveUp);
  EXPECT_EQ(error(StatusCode::kAborted, type::v1::ETAG_MISMATCH, {{"name", "releases/r"}}),
            AttemptVerdict::kMoot);
  EXPECT_EQ(error(StatusCode::kAborted, type::v1::ETAG_MISMATCH, {{"name", "entries/a"}}),
            AttemptVerdict::kAgain);
  EXPECT_EQ(error(StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
                  {{"name", "policies/p"}}),
            AttemptVerdict::kGiveUp);
  EXPECT_EQ(error(StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE, {}),
            AttemptVerdict::kAgain);
  EXPECT_EQ(error(StatusCode::kResourceExhausted, type::v1::DISK_FULL, {}), AttemptVerdict::kAgain);
}

}  // namespace
}  // namespace hotline::knowledge
