#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "services/insight/codes.h"
#include "services/insight/correction_service.h"
#include "tests/unit/insight/case_test_base.h"

namespace hotline::insight {
namespace {

using testing::HasReason;
using testing::IsOk;

class Corrections : public ::testing::Test {
 protected:
  Corrections() {
    base_.Put(
        testing::ResourceOf(testing::AnEntry("gl").Department("departments/office").Online(1)));
    base_.Put(
        testing::ResourceOf(testing::AnEntry("inner").Audience(type::v1::AGENT_ONLY).Online(1)));
  }
  v1::ReportCorrectionRequest ARequest(const std::string& text = "标准已经提高") {
    v1::ReportCorrectionRequest request;
    request.set_entry("entries/gl");
    request.set_revision(1);
    request.set_report(text);
    request.set_channel(type::v1::WEB);
    request.set_request_id(testing::NewRequestId());
    return request;
  }
  int64_t Head() { return base_.store().GetStatus(Soon())->head_kb_revision(); }

  CaseBase base_;
  DepartmentBook departments_;
  CorrectionIntake intake_{base_.store(), {}, {.days = 3, .escalation_days = 1}};
  CorrectionService service_{base_.store(), intake_, departments_};
};

TEST_F(Corrections, ManyAtOnceAreFewChangesAndEachHasItsCode) {
  const int64_t before = Head();
  constexpr int kReports = 200;
  std::mutex mutex;
  std::set<std::string> codes;
  std::vector<std::thread> threads;
  for (int t = 0; t < 50; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kReports / 50; ++i) {
        const auto reply = service_.ReportCorrection(CallOf("web"), ARequest());
        ASSERT_THAT(reply, IsOk());
        const std::lock_guard lock(mutex);
        codes.insert(reply->code());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(codes.size(), static_cast<size_t>(kReports));
  EXPECT_LT(Head() - before, kReports / 4) << "written together";
  for (const std::string& code : codes) {
    v1::GetCorrectionStatusRequest ask;
    ask.set_code(code);
    EXPECT_THAT(service_.GetCorrectionStatus(CallOf("web"), ask), IsOk());
  }
}

TEST_F(Corrections, AReportMustSaySomething) {
  for (const char* text : {"？？？", "……", "!!! —— 。", "🙂🙂"}) {
    EXPECT_THAT(service_.ReportCorrection(CallOf("web"), ARequest(text)),
                HasReason(type::v1::FIELD_INVALID))
        << text;
  }
  EXPECT_THAT(service_.ReportCorrection(CallOf("web"), ARequest("错？")), IsOk());
  EXPECT_THAT(service_.ReportCorrection(CallOf("web"), ARequest("2360？")), IsOk());
}

// With a book that follows the base.
class LimitedCorrections : public Corrections {
 protected:
  LimitedCorrections() {
    follower_.Add(waiting_);
    follower_.Start();
    EXPECT_THAT(follower_.AwaitLoaded(Soon()), IsOk());
  }
  absl::StatusOr<v1::ReportCorrectionResponse> Report(const v1::ReportCorrectionRequest& request) {
    return limited_.ReportCorrection(CallOf("web"), request);
  }

  CorrectionBook waiting_;
  records::ProjectionFollower follower_{
      [this] { return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), &base_.store()); },
      [](const absl::Status&) {}};
  CorrectionIntake limited_intake_{base_.store(), {}, {.days = 3, .escalation_days = 1}, &waiting_};
  CorrectionService limited_{base_.store(), limited_intake_, departments_};
};

TEST_F(LimitedCorrections, ThePublicHasSoManyOpenForAnEntryAndNoMore) {
  constexpr size_t kMax = CorrectionIntake::kOpenFromPublicMax;
  std::mutex mutex;
  std::vector<v1::ReportCorrectionRequest> taken;
  std::string code;
  size_t refused = 0;
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 2 * kMax; ++t) {
    threads.emplace_back([&, t] {
      const auto request = ARequest("标准已经提高" + std::to_string(t));
      const auto reply = Report(request);
      const std::lock_guard lock(mutex);
      if (reply.ok()) {
        taken.push_back(request);
        code = reply->code();
      } else {
        ++refused;
        EXPECT_THAT(reply, HasReason(type::v1::LIMIT_EXCEEDED));
        EXPECT_EQ(reply.status().code(), absl::StatusCode::kResourceExhausted);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), kMax);
  EXPECT_EQ(refused, kMax);

  // A repeat is the first one, however full it is; agents and other channels have room.
  const auto again = Report(taken.back());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->code(), code);
  auto other = ARequest();
  other.set_channel(type::v1::WECHAT);
  EXPECT_THAT(Report(other), IsOk());
  other = ARequest();
  other.set_channel(type::v1::AGENT);
  EXPECT_THAT(Report(other), IsOk());
  EXPECT_THAT(Report(ARequest()), HasReason(type::v1::LIMIT_EXCEEDED));

  // One that is closed makes room for one.
  v1::CloseCorrectionRequest close;
  close.set_name(
      NameOfCode(CodeKind::kCorrection, *ParseCode(code, CodeKind::kCorrection, "code")));
  close.set_reply("已核实，口径不变");
  ASSERT_THAT(limited_.CloseCorrection(CallOf("editor"), close), IsOk());
  ASSERT_THAT(follower_.Await(Head(), Soon()), IsOk());
  EXPECT_THAT(Report(ARequest()), IsOk());
  EXPECT_THAT(Report(ARequest()), HasReason(type::v1::LIMIT_EXCEEDED));
}

TEST_F(Corrections, ARepeatIsTheFirstOne) {
  const auto request = ARequest();
  const auto first = service_.ReportCorrection(CallOf("web"), request);
  ASSERT_THAT(first, IsOk());
  const auto again = service_.ReportCorrection(CallOf("web"), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->code(), again->code());
  auto other = request;
  other.set_report("另一份报告");
  EXPECT_THAT(service_.ReportCorrection(CallOf("web"), other),
              HasReason(type::v1::REQUEST_ID_REUSED));
}

TEST_F(Corrections, TheDigestOfAReportKnowsNoPhone) {
  auto request = ARequest("标准已提高，我电话13800138000");
  const auto first = service_.ReportCorrection(CallOf("web"), request);
  ASSERT_THAT(first, IsOk());
  request.set_report("标准已提高，我电话13900139000");
  const auto again = service_.ReportCorrection(CallOf("web"), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->code(), again->code());
}

TEST_F(Corrections, OnlyWhatTheChannelShowsCanBeReported) {
  auto request = ARequest();
  request.set_revision(2);
  EXPECT_THAT(service_.ReportCorrection(CallOf("web"), request),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  request.set_revision(1);
  request.set_entry("entries/inner");
  EXPECT_THAT(service_.ReportCorrection(CallOf("web"), request),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  request.set_channel(type::v1::AGENT);
  EXPECT_THAT(service_.ReportCorrection(CallOf("agent"), request), IsOk());
  runtime::Call stranger = CallOf("citizen");
  stranger.caller.scope = runtime::Scope::kPublic;
  request.set_request_id(testing::NewRequestId());
  EXPECT_THAT(service_.ReportCorrection(stranger, request), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(Corrections, CloseWithANewerRevisionAndAnswerByCode) {
  const auto reported =
      service_.ReportCorrection(CallOf("web"), ARequest("标准已提高，我电话13800138000"));
  ASSERT_THAT(reported, IsOk());
  v1::GetCorrectionStatusRequest ask;
  ask.set_code(reported->code());
  EXPECT_EQ(service_.GetCorrectionStatus(CallOf("web"), ask)->state(), v1::Correction::OPEN);
  std::string wrong = reported->code();
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  ask.set_code(wrong);
  EXPECT_THAT(service_.GetCorrectionStatus(CallOf("web"), ask), HasReason(type::v1::BAD_CODE));
  ask.set_code(reported->code());

  v1::CloseCorrectionRequest close;
  close.set_name(NameOfCode(CodeKind::kCorrection,
                            *ParseCode(reported->code(), CodeKind::kCorrection, "code")));
  close.set_reply("已按新标准更正");
  close.set_corrected_revision(1);
  EXPECT_THAT(service_.CloseCorrection(CallOf("editor"), close),
              HasReason(type::v1::STATE_CONFLICT))
      << "the reported revision does not correct itself";
  close.set_corrected_revision(2);
  EXPECT_THAT(service_.CloseCorrection(CallOf("editor"), close),
              HasReason(type::v1::STATE_CONFLICT))
      << "it is not online yet";
  base_.Put(testing::ResourceOf(
      testing::AnEntry("gl").Department("departments/office").Answer("新标准。").Online(2)));
  const auto closed = service_.CloseCorrection(CallOf("editor"), close);
  ASSERT_THAT(closed, IsOk());
  EXPECT_EQ(closed->state(), v1::Correction::CORRECTED);
  EXPECT_EQ(closed->department(), "departments/office");
  EXPECT_EQ(closed->report().find("13800138000"), std::string::npos);
  EXPECT_TRUE(closed->fingerprint().empty());
  EXPECT_EQ(service_.GetCorrectionStatus(CallOf("web"), ask)->reply(), "已按新标准更正");
  // What was shown before can still be found wrong.
  EXPECT_THAT(service_.ReportCorrection(CallOf("web"), ARequest()), IsOk());
}

TEST_F(Corrections, RepliesToAgentsAreNotForCitizens) {
  auto request = ARequest();
  request.set_channel(type::v1::AGENT);
  const auto reported = service_.ReportCorrection(CallOf("agent"), request);
  ASSERT_THAT(reported, IsOk());
  v1::CloseCorrectionRequest close;
  close.set_name(NameOfCode(CodeKind::kCorrection,
                            *ParseCode(reported->code(), CodeKind::kCorrection, "code")));
  close.set_reply("内部口径不变");
  ASSERT_THAT(service_.CloseCorrection(CallOf("editor"), close), IsOk());
  v1::GetCorrectionStatusRequest ask;
  ask.set_code(reported->code());
  EXPECT_EQ(service_.GetCorrectionStatus(CallOf("agent"), ask)->reply(), "内部口径不变");
  runtime::Call stranger = CallOf("citizen");
  stranger.caller.scope = runtime::Scope::kPublic;
  const auto status = service_.GetCorrectionStatus(stranger, ask);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->state(), v1::Correction::REJECTED);
  EXPECT_EQ(status->reply(), "");
}

TEST_F(Corrections, AreRejectedWithAReason) {
  const auto reported = service_.ReportCorrection(CallOf("web"), ARequest());
  ASSERT_THAT(reported, IsOk());
  v1::ListCorrectionsRequest list;
  list.set_state(v1::Correction::OPEN);
  const auto open = service_.ListCorrections(CallOf("editor"), list);
  ASSERT_THAT(open, IsOk());
  ASSERT_EQ(open->corrections_size(), 1);
  v1::CloseCorrectionRequest close;
  close.set_name(open->corrections(0).name());
  EXPECT_THAT(service_.CloseCorrection(CallOf("editor"), close),
              HasReason(type::v1::FIELD_REQUIRED));
  close.set_reply("原答复无误，标准未变");
  EXPECT_EQ(service_.CloseCorrection(CallOf("editor"), close)->state(), v1::Correction::REJECTED);
  EXPECT_EQ(service_.ListCorrections(CallOf("editor"), list)->corrections_size(), 0);
}

}  // namespace
}  // namespace hotline::insight
