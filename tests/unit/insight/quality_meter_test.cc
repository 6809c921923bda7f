// A measurement over a store, and the night that is measured once.
#include "services/insight/quality_meter.h"

#include <gtest/gtest.h>

#include "gmock/gmock.h"

#include "proto/cc/names.h"
#include "services/insight/quality_days.h"
#include "services/insight/quality_runner.h"
#include "services/records/resources.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using testing::ACommit;
using testing::ADepartment;
using testing::AnEntry;
using ::testing::Contains;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;

using std::chrono::steady_clock;

// 2026-11-25T12:00:00 in China.
constexpr LogTime kNoon = (int64_t{20'782} * 86'400 + 4 * 3'600) * 1'000'000;

class QualityMeterTest : public ::testing::Test {
 protected:
  static storage::Deadline Soon() { return steady_clock::now() + std::chrono::minutes(1); }

  storage::MemoryStore::Options Options() {
    storage::MemoryStore::Options options;
    options.clocks.wall = [this] { return now_; };
    return options;
  }

  void Put(const store::v1::Resource& resource) {
    ASSERT_THAT(store_.Commit(ACommit().Put(resource), Soon()), IsOk());
  }
  void PutEntry(const knowledge::v1::Entry& entry) { Put(testing::ResourceOf(entry)); }

  LogTime now_ = kNoon;
  storage::MemoryStore store_{Options()};
  Ports ports_;  // nobody answers
  runtime::Metrics metrics_;
  QualityMeter meter_{{.store = store_, .ports = ports_, .usage = nullptr}, metrics_};
  std::unique_ptr<runtime::Logger> logger_ = *runtime::Logger::Open({});
};

TEST_F(QualityMeterTest, FiguresBelongToTheOwnerAndWhatWasNotMeasuredIsSaid) {
  knowledge::v1::Department below = ADepartment("rsj-sb", "社保中心");
  below.set_parent("departments/rsj");
  Put(testing::ResourceOf(ADepartment()));
  Put(testing::ResourceOf(below));
  PutEntry(AnEntry("a").Department("departments/rsj").ValidUntil(kNoon - 1).Online());
  PutEntry(AnEntry("b").Department("departments/rsj-sb").Question("测试").Answer("测试").Online());
  PutEntry(AnEntry("c").Online());
  PutEntry(AnEntry("draft").Department("departments/rsj"));

  const auto report = meter_.TryMeasure({}, Soon());
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->total().entry_count(), 3);
  EXPECT_EQ(report->total().outdated_count(), 1);
  EXPECT_EQ(report->total().not_knowledge_count(), 1);
  ASSERT_EQ(report->departments_size(), 3);
  EXPECT_EQ(report->departments(0).department(), "");
  EXPECT_EQ(report->departments(1).display_name(), "市人力资源和社会保障局");
  EXPECT_EQ(report->departments(1).expired_count(), 1);
  EXPECT_EQ(report->departments(2).not_knowledge_count(), 1);
  EXPECT_EQ(report->day(), "2026-11-25");
  EXPECT_THAT(report->gaps_in_measurement(), Contains(HasSubstr("未能检查")));
  EXPECT_THAT(report->gaps_in_measurement(), Contains(HasSubstr("使用统计")));
  EXPECT_THAT(metrics_.Text(), HasSubstr("koujing_quality_measures_total 1"));

  const auto rolled_up = meter_.TryMeasure({.department = "departments/rsj"}, Soon());
  ASSERT_THAT(rolled_up, IsOk());
  EXPECT_EQ(rolled_up->departments_size(), 2);
  EXPECT_EQ(rolled_up->total().entry_count(), 2);
  EXPECT_THAT(meter_.TryMeasure({.department = "departments/none"}, Soon()),
              HasReason(type::v1::RESOURCE_NOT_FOUND));

  const auto found = meter_.TryFind({.department = "departments/rsj"}, Soon());
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->findings.size(), 2U);
  EXPECT_EQ(found->findings[0].entry(), "entries/a");
  EXPECT_EQ(found->findings[0].fault(), v1::ListQualityFindingsRequest::OUTDATED);
  EXPECT_EQ(found->findings[1].fault(), v1::ListQualityFindingsRequest::NOT_KNOWLEDGE);
}

TEST_F(QualityMeterTest, AMeasurementThatIsStoppedEnds) {
  PutEntry(AnEntry("a").Online());
  QualityScope scope;
  scope.stopped = [] { return true; };
  EXPECT_THAT(meter_.TryMeasure(scope, Soon()), HasReason(type::v1::CALLER_CANCELLED));
  EXPECT_THAT(metrics_.Text(), HasSubstr("koujing_quality_failures_total 1"));
}

TEST_F(QualityMeterTest, ANightIsMeasuredOnceHoweverManyRun) {
  PutEntry(AnEntry("a").Online());
  QualityRunner first(meter_, *logger_, 120);
  QualityRunner second(meter_, *logger_, 120);
  // The base is younger than the night: there is nothing to make up for.
  EXPECT_EQ(*first.Step(Soon()), QualityRunner::Outcome::kNothing);

  now_ += 14 * int64_t{3'600'000'000};  // 02:00 of the next day
  std::vector<QualityRunner::Outcome> outcomes(2);
  std::thread other([&] { outcomes[1] = *second.Step(Soon()); });
  outcomes[0] = *first.Step(Soon());
  other.join();
  EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), QualityRunner::Outcome::kMade), 1);
  const auto report = store_.Get("reports/q20261126", 0, Soon());
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->resource.quality_report().nightly());
  EXPECT_EQ(*first.Step(Soon()), QualityRunner::Outcome::kNothing);

  // Five nights without a process: one report, of the newest.
  now_ += 5 * kMicrosPerDay;
  EXPECT_EQ(*second.Step(Soon()), QualityRunner::Outcome::kMade);
  EXPECT_EQ(*first.Step(Soon()), QualityRunner::Outcome::kNothing);
  EXPECT_THAT(store_.Get("reports/q20261201", 0, Soon()), IsOk());
  EXPECT_THAT(store_.Get("reports/q20261128", 0, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace hotline::insight
