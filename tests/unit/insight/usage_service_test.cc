#include "services/insight/usage_service.h"

#include <map>
#include <optional>
#include <thread>

#include "absl/strings/ascii.h"

#include "services/insight/rise_watch.h"
#include "tests/unit/insight/usage_world.h"

namespace hotline::insight {
namespace {

using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::NewRequestId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Gaps by question, each request once, as whoever takes misses promises.
class FakeGaps final : public GapIntake {
 public:
  absl::StatusOr<std::vector<Taken>> Take(std::vector<Miss> misses, std::vector<std::string> ids,
                                          storage::Deadline) override {
    if (away) return absl::UnavailableError("away");
    std::vector<Taken> taken;
    for (size_t i = 0; i < misses.size(); ++i) {
      Taken& one = taken.emplace_back();
      one.gap.set_name("gaps/g" + std::to_string(misses[i].question.size()));
      if (!seen_.insert(ids[i]).second) continue;
      counts[one.gap.name()] += misses[i].ask_count;
      newest = misses[i];
    }
    return taken;
  }
  bool away = false;
  std::map<std::string, int64_t> counts;
  Miss newest;

 private:
  absl::flat_hash_set<std::string> seen_;
};

class FakeUses final : public UseRecorder {
 public:
  void NoteUse(std::string_view person, std::string_view entry, int64_t revision) override {
    used = std::string(person) + " " + std::string(entry) + " " + std::to_string(revision);
  }
  std::string used;
};

// One kb-insight.
struct Insight {
  Insight(storage::Store& store, FakeGaps& gaps, FakeUses& uses)
      : following(store),
        rises(
            nullptr,
            [](const std::string& name) {
              return RiseBoard::Subject{name, ""};
            },
            [this] { return following.book.now(); }),
        writer(std::in_place, store, following.book,
               UsageWriter::Options{.every = std::chrono::milliseconds(5)}),
        service({.store = store,
                 .follower = following.follower,
                 .book = following.book,
                 .rises = rises,
                 .writer = *writer,
                 .gaps = &gaps,
                 .uses = &uses,
                 .metrics = metrics,
                 .answers =
                     [this](const answer::v1::BatchGetAnswersRequest& request, storage::Deadline) {
                       answer::v1::BatchGetAnswersResponse response;
                       for (const std::string& name : request.names()) {
                         if (name == hidden) continue;
                         answer::v1::Answer& answer = *response.add_answers();
                         answer.set_entry(name);
                         answer.set_question("问" + name);
                       }
                       return response;
                     },
                 .groups = {.window = std::chrono::milliseconds(1)}}) {}

  std::string hidden;
  runtime::Metrics metrics;
  Following following;
  RiseBoard rises;
  std::optional<UsageWriter> writer;
  UsageService service;
};

class UsageServiceTest : public UsageWorld {
 protected:
  UsageServiceTest() {
    Put(AnEntry("a").Question("社保怎么交").Department("departments/rsj").Online(2).Build());
    Put(AnEntry("b").Question("医保怎么交").Online().Build());
    Put(AnEntry("draft").Build());
    Put(AnEntry("inner").Audience(type::v1::AGENT_ONLY).Online().Build());
    Restart();
  }
  void Restart() {
    insight_.reset();
    insight_.emplace(store_, gaps_, uses_);
  }
  UsageService& service() { return insight_->service; }

  static v1::ReportFeedbackRequest AFeedback(v1::Verdict verdict,
                                             const std::string& entry = "entries/a") {
    v1::ReportFeedbackRequest request;
    request.set_entry(entry);
    request.set_revision(1);
    request.set_verdict(verdict);
    request.set_channel(type::v1::WEB);
    request.set_region("440305");
    request.set_request_id(NewRequestId());
    return request;
  }
  v1::RecordAsksRequest ABatch(std::vector<v1::UsageRow> rows) const {
    v1::RecordAsksRequest request;
    request.set_batch_id(NewRequestId());
    request.set_follower("answer-1");
    *request.mutable_begin_time() = ToTimestamp(wall_.load());
    for (const v1::UsageRow& row : rows) *request.add_rows() = row;
    return request;
  }
  static void AddMiss(v1::RecordAsksRequest& batch, const std::string& question, int64_t count) {
    auto& miss = *batch.add_misses();
    miss.set_question(question);
    miss.set_channel(type::v1::WEB);
    miss.set_region("440305");
    miss.set_ask_count(count);
    miss.set_nearest_entry("entries/a");
    miss.set_department("departments/rsj");
  }
  // What the base has counted, once the asks that were taken are written.
  absl::flat_hash_map<std::string, v1::UsageRow> Written() {
    insight_->following.Await(HeadRevision());
    Restart();
    return Counted();
  }
  int64_t HeadRevision() {
    const auto status = store_.GetStatus(Soon());
    EXPECT_OK(status);
    return status->head_kb_revision();
  }

  FakeGaps gaps_;
  FakeUses uses_;
  std::optional<Insight> insight_;
};

TEST_F(UsageServiceTest, FeedbackIsDurableWhenItReturnsAndCountsOnce) {
  const auto request = AFeedback(v1::USEFUL);
  const auto first = service().ReportFeedback(ACall(), request);
  ASSERT_OK(first);
  EXPECT_EQ(Counted().at("entries/a").useful_count(), 1);
  wall_ += kHourMicros;
  const auto again = service().ReportFeedback(ACall(), request);
  ASSERT_OK(again);
  EXPECT_EQ(again->count_time().seconds(), first->count_time().seconds());
  // Nor does another process that was started since, and letters may be larger.
  Restart();
  auto shouted = request;
  shouted.set_request_id(absl::AsciiStrToUpper(request.request_id()));
  ASSERT_OK(service().ReportFeedback(ACall(), shouted));
  EXPECT_EQ(Counted().at("entries/a").useful_count(), 1);
  ASSERT_OK(service().ReportFeedback(ACall(), AFeedback(v1::USEFUL)));
  EXPECT_EQ(Counted().at("entries/a").useful_count(), 2);
}

TEST_F(UsageServiceTest, ManyAtOnceAreFewChanges) {
  const int64_t before = HeadRevision();
  std::vector<std::thread> people;
  for (int i = 0; i < 16; ++i) {
    people.emplace_back([&] {
      for (int j = 0; j < 5; ++j)
        EXPECT_OK(service().ReportFeedback(ACall(), AFeedback(v1::HANDED_OVER)));
    });
  }
  for (std::thread& person : people) person.join();
  EXPECT_EQ(Counted().at("entries/a").handed_over_count(), 80);
  EXPECT_LT(HeadRevision() - before, 80);
}

TEST_F(UsageServiceTest, RefusesFeedbackOnWhatWasNeverSaid) {
  auto request = AFeedback(v1::USEFUL, "entries/none");
  EXPECT_THAT(service().ReportFeedback(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
  request = AFeedback(v1::USEFUL, "entries/draft");
  EXPECT_THAT(service().ReportFeedback(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
  request = AFeedback(v1::USEFUL, "entries/inner");
  EXPECT_THAT(service().ReportFeedback(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
  request = AFeedback(v1::USEFUL);
  request.set_revision(3);
  EXPECT_THAT(service().ReportFeedback(ACall(), request), HasReason(type::v1::FIELD_INVALID));
  request = AFeedback(v1::VERDICT_UNSPECIFIED);
  EXPECT_THAT(service().ReportFeedback(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  request = AFeedback(v1::USEFUL);
  request.set_region("44");
  EXPECT_THAT(service().ReportFeedback(ACall(), request), HasReason(type::v1::UNKNOWN_REGION));
  request = AFeedback(v1::USEFUL);
  request.set_channel(type::v1::AGENT);
  EXPECT_THAT(service().ReportFeedback(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(Counted(), IsEmpty());
}

TEST_F(UsageServiceTest, UselessWithAQuestionIsAMissWithoutPersonalData) {
  auto request = AFeedback(v1::USELESS);
  request.set_question("我的电话13800138000，社保断缴了怎么补");
  const auto response = service().ReportFeedback(ACall(runtime::Scope::kPublic), request);
  ASSERT_OK(response);
  EXPECT_THAT(response->gap(), HasSubstr("gaps/g"));
  EXPECT_THAT(gaps_.newest.question, Not(HasSubstr("13800138000")));
  EXPECT_EQ(gaps_.newest.origin, v1::Gap::USELESS_ANSWER);
  EXPECT_EQ(gaps_.newest.nearest_entry, "entries/a");
  EXPECT_EQ(gaps_.newest.department, "departments/rsj");
  const auto again = service().ReportFeedback(ACall(), request);
  ASSERT_OK(again);
  EXPECT_EQ(again->gap(), response->gap());
  EXPECT_EQ(gaps_.counts[response->gap()], 1);
  EXPECT_EQ(Counted().at("entries/a").useless_count(), 1);
}

TEST_F(UsageServiceTest, AChoiceOfAnAgentIsAUse) {
  auto request = AFeedback(v1::CHOSEN);
  ASSERT_OK(service().ReportFeedback(ACall(), request));
  EXPECT_EQ(uses_.used, "");
  request = AFeedback(v1::CHOSEN);
  request.set_channel(type::v1::AGENT);
  request.set_revision(2);
  ASSERT_OK(service().ReportFeedback(ACall(), request));
  EXPECT_EQ(uses_.used, "tester entries/a 2");
}

TEST_F(UsageServiceTest, ABatchOfAsksCountsOnceAlsoAfterARestart) {
  auto batch = ABatch({ARow("entries/a", 7)});
  AddMiss(batch, "新能源车补贴怎么领", 3);
  ASSERT_OK(service().RecordAsks(ACall(), batch));
  ASSERT_OK(service().RecordAsks(ACall(), batch));
  auto counted = Written();
  EXPECT_EQ(counted.at("entries/a").asked_count(), 7);
  EXPECT_EQ(counted.at("").asked_count(), 3);
  ASSERT_OK(service().RecordAsks(ACall(), batch));
  counted = Written();
  EXPECT_EQ(counted.at("entries/a").asked_count(), 7);
  EXPECT_EQ(gaps_.counts.size(), 1);
  EXPECT_EQ(gaps_.counts.begin()->second, 3);
}

TEST_F(UsageServiceTest, ABatchIsNotTakenBeforeItsMissesAre) {
  auto batch = ABatch({ARow("entries/a", 7)});
  AddMiss(batch, "新能源车补贴怎么领", 3);
  gaps_.away = true;
  EXPECT_FALSE(service().RecordAsks(ACall(), batch).ok());
  gaps_.away = false;
  ASSERT_OK(service().RecordAsks(ACall(), batch));
  EXPECT_EQ(gaps_.counts.begin()->second, 3);
  EXPECT_EQ(Written().at("entries/a").asked_count(), 7);
}

TEST_F(UsageServiceTest, OnlyServicesMayRecordAsksAndOnlySoundOnes) {
  EXPECT_THAT(service().RecordAsks(ACall(runtime::Scope::kPublic), ABatch({})),
              HasReason(type::v1::NOT_ALLOWED));
  auto batch = ABatch({});
  batch.set_batch_id("7");
  EXPECT_THAT(service().RecordAsks(ACall(), batch), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(service().RecordAsks(ACall(), ABatch({ARow("entries/a", -1)})),
              HasReason(type::v1::FIELD_INVALID));
  batch = ABatch({ARow("entries/a", 1)});
  batch.mutable_rows(0)->set_useful_count(1);
  EXPECT_THAT(service().RecordAsks(ACall(), batch), HasReason(type::v1::FIELD_INVALID));
  // What people type does not spoil the batch that it is in.
  batch = ABatch({ARow("entries/a", 1)});
  AddMiss(batch, "零宽\xE2\x80\x8B字符", 1);
  ASSERT_OK(service().RecordAsks(ACall(), batch));
  EXPECT_EQ(gaps_.newest.question, "零宽 字符");
}

TEST_F(UsageServiceTest, HotQuestionsAreThoseThatTheChannelMaySee) {
  insight_->following.Await(
      Append(wall_, {ARow("entries/a", 9), ARow("entries/b", 5), ARow("entries/inner", 20)}));
  insight_->hidden = "entries/inner";
  v1::ListHotQuestionsRequest request;
  request.set_channel(type::v1::WEB);
  request.set_region("440305");
  const auto hot = service().ListHotQuestions(ACall(runtime::Scope::kPublic), request);
  ASSERT_OK(hot);
  ASSERT_EQ(hot->questions_size(), 2);
  EXPECT_EQ(hot->questions(0).entry(), "entries/a");
  EXPECT_EQ(hot->questions(0).question(), "问entries/a");
  EXPECT_EQ(hot->questions(0).ask_count(), 9);
  EXPECT_EQ(hot->questions(1).ask_count(), 5);
  // Agents see internal answers too.
  v1::ListHotQuestionsRequest agents;
  agents.set_channel(type::v1::AGENT);
  insight_->following.Await(Append(
      wall_, {ARow("entries/a", 3, type::v1::AGENT), ARow("entries/inner", 4, type::v1::AGENT),
              ARow("entries/draft", 5, type::v1::AGENT)}));
  const auto internal = service().ListHotQuestions(ACall(), agents);
  ASSERT_OK(internal);
  ASSERT_EQ(internal->questions_size(), 2);
  EXPECT_EQ(internal->questions(0).entry(), "entries/inner");
  EXPECT_EQ(internal->questions(1).question(), "社保怎么交");
  request.set_hours(721);
  EXPECT_THAT(service().ListHotQuestions(ACall(), request), HasReason(type::v1::FIELD_INVALID));
  request.set_hours(1);
  request.set_channel(type::v1::AGENT);
  EXPECT_THAT(service().ListHotQuestions(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(UsageServiceTest, UseOfAnEntryByRevisionChannelAndDay) {
  auto second = ARow("entries/a", 2);
  second.set_revision(2);
  insight_->following.Await(Append(wall_, {ARow("entries/a", 9), second}));
  v1::GetEntryUsageRequest request;
  request.set_entry("entries/a");
  const auto usage = service().GetEntryUsage(ACall(), request);
  ASSERT_OK(usage);
  ASSERT_EQ(usage->days_size(), 1);
  EXPECT_EQ(usage->days(0).rows_size(), 2);
  EXPECT_EQ(usage->total().asked_count(), 11);
  request.set_entry("entries/none");
  EXPECT_THAT(service().GetEntryUsage(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

// A burst comes in as batches of asks; a watch tells its beginning and its end.
TEST_F(UsageServiceTest, ARiseIsListedWatchedAndEnds) {
  v1::WatchRisingQuestionsRequest watch;
  int woken = 0;
  const auto source = service().WatchRisingQuestions(ACall(), watch, [&] { ++woken; });
  ASSERT_OK(source);
  const auto next = [&] {
    const auto step = (*source)->Next();
    EXPECT_OK(step);
    return *step;
  };
  // Nothing rises: a heartbeat says so at once.
  auto step = next();
  ASSERT_EQ(step.kind, decltype(step)::Kind::kMessage);
  EXPECT_FALSE(step.message.has_rise());
  const auto pass = [&](int minutes, int64_t asks) {
    for (int i = 0; i < minutes; ++i) {
      insight_->following.Await(SetTime(wall_ + 60 * kSecondMicros));
      if (asks > 0) EXPECT_OK(service().RecordAsks(ACall(), ABatch({ARow("entries/a", asks)})));
      insight_->rises.Tick();
    }
  };
  pass(40, 2);
  v1::ListRisingQuestionsRequest list;
  EXPECT_EQ(service().ListRisingQuestions(ACall(), list)->rises_size(), 0);
  EXPECT_EQ(woken, 0);
  pass(1, 60);
  EXPECT_GT(woken, 0);
  auto rises = service().ListRisingQuestions(ACall(), list);
  ASSERT_OK(rises);
  // The answer and the total, each once: narrower keys are hidden behind them.
  ASSERT_EQ(rises->rises_size(), 2);
  for (const v1::Rise& rise : rises->rises()) {
    EXPECT_EQ(rise.region(), "");
    EXPECT_EQ(rise.ask_count(), 60);
    EXPECT_NEAR(rise.usual_count(), 2, 1);
  }
  list.set_region("440300");
  EXPECT_EQ(service().ListRisingQuestions(ACall(), list)->rises_size(), 4);
  std::map<std::string, int> told;
  for (step = next(); step.kind == decltype(step)::Kind::kMessage; step = next())
    ++told[step.message.rise().name()];
  EXPECT_THAT(told, ElementsAre(std::pair("", 1), std::pair("entries/a", 1)));
  v1::ListHotQuestionsRequest hot;
  hot.set_channel(type::v1::WEB);
  pass(10, 2);
  int ended = 0;
  for (step = next(); step.kind == decltype(step)::Kind::kMessage; step = next())
    ended += step.message.rise().has_end_time() ? 1 : 0;
  EXPECT_EQ(ended, 2);
  list.clear_region();
  EXPECT_EQ(service().ListRisingQuestions(ACall(), list)->rises_size(), 0);
  list.set_show_ended(true);
  EXPECT_GE(service().ListRisingQuestions(ACall(), list)->rises_size(), 2);
}

}  // namespace
}  // namespace hotline::insight
