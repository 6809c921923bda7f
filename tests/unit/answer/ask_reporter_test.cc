#include "services/answer/ask_reporter.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/cc/errors.h"
#include "services/access/writer.h"

namespace hotline::answer {
namespace {

using insight::v1::RecordAsksRequest;
using ::testing::HasSubstr;
using ::testing::Not;

// The loop: takes batches while it is there, each id once.
class Loop {
 public:
  AskReporter::Send Door() {
    return [this](const RecordAsksRequest& batch) {
      const std::lock_guard lock(mutex_);
      ++calls_;
      changed_.notify_all();
      if (!there_) return absl::UnavailableError("away");
      if (refuses_) return absl::InvalidArgumentError("never");
      EXPECT_TRUE(access::IsUuid(batch.batch_id()));
      EXPECT_LE(batch.rows_size(), 2'000);
      EXPECT_LE(batch.misses_size(), 500);
      if (!ids_.insert(batch.batch_id()).second) return absl::OkStatus();
      for (const auto& row : batch.rows()) {
        asked_[row.entry()] += row.asked_count();
        offered_[row.entry()] += row.offered_count();
      }
      for (const auto& miss : batch.misses()) {
        missed_[miss.question()] += miss.ask_count();
        newest_ = miss;
      }
      lost_ += batch.lost_count();
      // The first answer gets lost on its way: the batch comes again.
      return std::exchange(deaf_, false) ? absl::DeadlineExceededError("lost") : absl::OkStatus();
    };
  }
  void SetThere(bool there) {
    const std::lock_guard lock(mutex_);
    there_ = there;
  }
  void Await(const std::function<bool()>& done) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), done));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool there_ = true;
  bool refuses_ = false;
  bool deaf_ = false;
  int calls_ = 0;
  std::set<std::string> ids_;
  std::map<std::string, int64_t> asked_;
  std::map<std::string, int64_t> offered_;
  std::map<std::string, int64_t> missed_;
  RecordAsksRequest::Miss newest_;
  int64_t lost_ = 0;
};

constexpr AskReportLimits kFast{.every = std::chrono::milliseconds(2),
                                .retry_min = std::chrono::milliseconds(1),
                                .retry_max = std::chrono::milliseconds(2)};

class AskReporterTest : public ::testing::Test {
 protected:
  static v1::AskResponse Answered(const std::string& entry) {
    v1::AskResponse reply;
    reply.set_outcome(v1::AskResponse::ANSWERED);
    reply.mutable_answer()->set_entry(entry);
    reply.mutable_answer()->set_revision(3);
    return reply;
  }
  static v1::AskResponse NotKnown() {
    v1::AskResponse reply;
    reply.set_outcome(v1::AskResponse::NOT_KNOWN);
    reply.set_confidence(0.2);
    reply.mutable_referral()->mutable_owner()->set_department("departments/rsj");
    return reply;
  }
  void Note(AskReporter& reporter, const std::string& question, const v1::AskResponse& reply,
            const std::string& actor = "people/wang") {
    v1::AskRequest request;
    request.set_question(question);
    request.set_channel(type::v1::WEB);
    runtime::Call call;
    call.caller.actor = actor;
    reporter.Observe(call, request, 440305, "entries/near", reply, 1'800'000'000'000'000);
  }

  Loop loop_;
};

TEST_F(AskReporterTest, TellsAnswersChoicesAndMisses) {
  AskReporter reporter("answer-1", kFast);
  reporter.Start(loop_.Door());
  for (int i = 0; i < 50; ++i) Note(reporter, "社保", Answered("entries/a"));
  v1::AskResponse choices;
  choices.set_outcome(v1::AskResponse::CHOICES);
  choices.add_choices()->set_entry("entries/a");
  choices.add_choices()->set_entry("entries/b");
  Note(reporter, "怎么办", choices);
  Note(reporter, "我电话13800138000，鸵鸟怎么养", NotKnown());
  Note(reporter, "我电话13900139000，鸵鸟怎么养", NotKnown());
  reporter.Stop();
  EXPECT_EQ(loop_.asked_["entries/a"], 50);
  EXPECT_EQ(loop_.offered_["entries/a"], 1);
  EXPECT_EQ(loop_.offered_["entries/b"], 1);
  // Nothing personal leaves the process, and what differs in nothing else is one question.
  ASSERT_EQ(loop_.missed_.size(), 1);
  EXPECT_THAT(loop_.missed_.begin()->first, Not(HasSubstr("138")));
  EXPECT_EQ(loop_.missed_.begin()->second, 2);
  EXPECT_EQ(loop_.newest_.nearest_entry(), "entries/near");
  EXPECT_EQ(loop_.newest_.department(), "departments/rsj");
  EXPECT_EQ(loop_.newest_.region(), "440305");
  EXPECT_EQ(loop_.lost_, 0);
}

TEST_F(AskReporterTest, DoesNotCountTheQuestionsOfTheLoopItself) {
  AskReporter reporter("answer-1", kFast);
  reporter.Start(loop_.Door());
  Note(reporter, "社保", Answered("entries/a"), "kb-insight");
  Note(reporter, "社保", Answered("entries/b"));
  reporter.Stop();
  EXPECT_EQ(loop_.asked_.size(), 1);
}

TEST_F(AskReporterTest, GoesOnCountingWhileTheLoopIsAwayAndTellsItAllAfterwards) {
  loop_.SetThere(false);
  AskReporter reporter("answer-1", kFast);
  reporter.Start(loop_.Door());
  for (int i = 0; i < 300; ++i) {
    Note(reporter, "社保", Answered("entries/a"));
    if (i == 100) loop_.Await([this] { return loop_.calls_ > 3; });
  }
  loop_.SetThere(true);
  loop_.Await([this] { return loop_.asked_["entries/a"] == 300; });
  EXPECT_EQ(reporter.lost(), 0);
}

TEST_F(AskReporterTest, RepeatsABatchUnderItsIdUntilItIsAcknowledged) {
  loop_.deaf_ = true;
  AskReporter reporter("answer-1", kFast);
  reporter.Start(loop_.Door());
  Note(reporter, "社保", Answered("entries/a"));
  loop_.Await([this] { return loop_.calls_ >= 2; });
  reporter.Stop();
  EXPECT_EQ(loop_.asked_["entries/a"], 1);
  EXPECT_EQ(loop_.ids_.size(), 1);
}

TEST_F(AskReporterTest, HasABoundAndSaysWhatItLost) {
  loop_.SetThere(false);
  AskReportLimits limits = kFast;
  limits.rows_max = 100;
  limits.misses_max = 10;
  AskReporter reporter("answer-1", limits);
  reporter.Start(loop_.Door());
  for (int i = 0; i < 150; ++i) Note(reporter, "社保", Answered("entries/e" + std::to_string(i)));
  for (int i = 0; i < 30; ++i) Note(reporter, "问题" + std::to_string(i), NotKnown());
  EXPECT_EQ(reporter.lost(), 70);
  // What has room already goes on counting.
  Note(reporter, "社保", Answered("entries/e149"));
  EXPECT_EQ(reporter.lost(), 71);
  loop_.SetThere(true);
  loop_.Await([this] { return loop_.lost_ == 71; });
  EXPECT_EQ(loop_.asked_.size(), 100);
  EXPECT_EQ(loop_.missed_.size(), 10);
}

TEST_F(AskReporterTest, CutsManyIntoBatchesAndGivesUpWhatIsRefusedForWhatItIs) {
  loop_.SetThere(false);
  AskReporter reporter("answer-1", kFast);
  reporter.Start(loop_.Door());
  for (int i = 0; i < 5'000; ++i) Note(reporter, "社保", Answered("entries/e" + std::to_string(i)));
  for (int i = 0; i < 1'200; ++i) Note(reporter, "问题" + std::to_string(i), NotKnown());
  loop_.SetThere(true);
  loop_.Await([this] { return loop_.asked_.size() == 5'000 && loop_.missed_.size() == 1'200; });
  {
    const std::lock_guard lock(loop_.mutex_);
    loop_.refuses_ = true;
  }
  Note(reporter, "社保", Answered("entries/x"));
  reporter.Stop();
  EXPECT_EQ(reporter.lost(), 1);
}

}  // namespace
}  // namespace hotline::answer
