#include <thread>

#include "proto/cc/tokens.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::EqualsProto;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using knowledge::v1::Entry;
using std::chrono::seconds;
using ::testing::ElementsAre;

class GetAnswerTest : public AnswerWorld {
 protected:
  v1::GetAnswerRequest AsOf(const std::string& name, type::v1::Channel channel = type::v1::AGENT) {
    v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(channel);
    *request.mutable_consistency() = newest();
    return request;
  }
};

TEST_F(GetAnswerTest, CarriesItsEvidence) {
  auto department = ADepartment("rsj", "市人社局");
  department.set_phone("12333");
  auto policy = APolicy("p1", "社保办法");
  policy.set_document_number("深人社规〔2025〕3号");
  policy.set_status(knowledge::v1::Policy::VALID);
  const Entry entry = AnEntry("a").Department("departments/rsj").Policy("policies/p1").Online(4);
  Put(department, policy, entry);

  const auto reply = Get("entries/a", type::v1::AGENT);

  ASSERT_THAT(reply, IsOk());
  const v1::Answer& answer = reply->answer();
  EXPECT_EQ(answer.revision(), 4);
  EXPECT_EQ(answer.kb_revision(), head());
  EXPECT_EQ(answer.content_hash(), entry.online().content_hash());
  EXPECT_EQ(answer.owner().display_name(), "市人社局");
  EXPECT_EQ(answer.owner().phone(), "12333");
  ASSERT_EQ(answer.basis_size(), 1);
  EXPECT_EQ(answer.basis(0).document_number(), "深人社规〔2025〕3号");
  EXPECT_EQ(answer.basis(0).status(), knowledge::v1::Policy::VALID);
  EXPECT_FALSE(answer.suspect());
  EXPECT_TRUE(answer.has_publish_time());
  EXPECT_FALSE(answer.historical());
  EXPECT_EQ(reply->freshness().kb_revision(), head());
  EXPECT_FALSE(reply->freshness().stale());
  EXPECT_THAT(DecodeToken(reply->freshness().consistency_token()), IsOk());
}

TEST_F(GetAnswerTest, OwnerAndBasisStandAsTheyDoNow) {
  Put(ADepartment("rsj", "旧名"), APolicy("p1"),
      Entry(AnEntry("a").Department("departments/rsj").Policy("policies/p1").Online()));
  EXPECT_EQ(Get("entries/a")->answer().owner().display_name(), "旧名");

  auto repealed = APolicy("p1");
  repealed.set_status(knowledge::v1::Policy::REPEALED);
  Put(ADepartment("rsj", "新名"), repealed);

  const auto reply = Get("entries/a");
  EXPECT_EQ(reply->answer().owner().display_name(), "新名");
  EXPECT_EQ(reply->answer().basis(0).status(), knowledge::v1::Policy::REPEALED);
  EXPECT_TRUE(reply->answer().suspect());
}

TEST_F(GetAnswerTest, ADraftChangesNothingAndAPublishDoes) {
  Entry entry = AnEntry("a").Answer("第一版").Online(1);
  Put(entry);
  *entry.mutable_online()->mutable_content() = entry.content();
  entry.mutable_content()->mutable_blocks(0)->set_text("草稿");
  Put(entry);
  EXPECT_THAT(Get("entries/a")->answer().html(), ::testing::HasSubstr("第一版"));

  Put(Entry(AnEntry("a").Answer("第二版").Online(2)));
  EXPECT_THAT(Get("entries/a")->answer().html(), ::testing::HasSubstr("第二版"));
  EXPECT_EQ(Get("entries/a")->answer().revision(), 2);
}

TEST_F(GetAnswerTest, TellsWithdrawnFromUnknown) {
  Put(Entry(AnEntry("a").Online()), Entry(AnEntry("draft")));
  Put(Entry(AnEntry("a").Withdrawn(Entry::RECALLED, "错")));
  EXPECT_THAT(Get("entries/a"),
              StatusIs(absl::StatusCode::kNotFound, type::v1::ANSWER_NOT_VISIBLE));
  EXPECT_THAT(Get("entries/draft"),
              StatusIs(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Get("entries/never"),
              StatusIs(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(GetAnswerTest, ValidityFollowsTheLogsTimeWithoutAnyChange) {
  Put(Entry(AnEntry("a").ValidFrom(now() + 10'000'000).ValidUntil(now() + 20'000'000).Online()));
  EXPECT_THAT(Get("entries/a"), HasReason(type::v1::ANSWER_NOT_VISIBLE));

  clock_.AdvanceWall(seconds(10));
  Await([&] { return Get("entries/a").ok(); });

  clock_.AdvanceWall(seconds(10));
  Await([&] { return !Get("entries/a").ok(); });
  EXPECT_THAT(Get("entries/a"), HasReason(type::v1::ANSWER_NOT_VISIBLE));
}

TEST_F(GetAnswerTest, RequestsAreChecked) {
  EXPECT_THAT(Get("entries/a", type::v1::CHANNEL_UNSPECIFIED), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(Get("entries/a", static_cast<type::v1::Channel>(99)),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Get("entries/a", type::v1::WEB, "44030"), HasReason(type::v1::UNKNOWN_REGION));
  EXPECT_THAT(Get("entries/A!"), HasReason(type::v1::INVALID_NAME));
  EXPECT_THAT(Get("policies/p"), HasReason(type::v1::INVALID_NAME));
  EXPECT_THAT(Get(""), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_F(GetAnswerTest, PublicCallersReachNeitherTheChannelsOfOthersNorHistory) {
  Put(Entry(AnEntry("a").Online()));
  v1::GetAnswerRequest request = AsOf("entries/a");
  EXPECT_THAT(service_.GetAnswer(ACall(runtime::Scope::kPublic), request),
              StatusIs(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED));
  request.set_channel(type::v1::WEB);
  EXPECT_THAT(service_.GetAnswer(ACall(runtime::Scope::kPublic), request), IsOk());
  request.set_channel(type::v1::API);
  EXPECT_THAT(service_.GetAnswer(ACall(runtime::Scope::kPublic), request),
              StatusIs(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED));
  request.set_as_of_kb_revision(1);
  EXPECT_THAT(service_.GetAnswer(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
  request.clear_as_of_kb_revision();
  *request.mutable_as_of_time() = ToTimestamp(now());
  EXPECT_THAT(service_.GetAnswer(ACall(runtime::Scope::kPublic), request),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(service_.GetAnswer(ACall(), request), IsOk());
  request.set_channel(type::v1::WEB);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(GetAnswerTest, AsOfGivesWhatWasSaidThen) {
  auto old_department = ADepartment("rsj", "旧名");
  Put(old_department, Entry(AnEntry("a").Answer("第一版").Department("departments/rsj").Online(1)));
  const int64_t first = head();
  const LogTime first_time = now();
  clock_.AdvanceWall(seconds(1));
  Put(ADepartment("rsj", "新名"),
      Entry(AnEntry("a").Answer("第二版").Department("departments/rsj").Online(2)));
  const int64_t second = head();
  clock_.AdvanceWall(seconds(1));
  Put(Entry(AnEntry("a").Withdrawn(Entry::RECALLED, "错", 2)));

  v1::GetAnswerRequest request = AsOf("entries/a");
  request.set_as_of_kb_revision(first);
  const auto then = service_.GetAnswer(ACall(), request);
  ASSERT_THAT(then, IsOk());
  EXPECT_TRUE(then->answer().historical());
  EXPECT_EQ(then->answer().blocks(0).text(), "第一版");
  EXPECT_EQ(then->answer().owner().display_name(), "旧名");
  EXPECT_EQ(then->answer().kb_revision(), first);
  EXPECT_EQ(then->freshness().kb_revision(), first);

  request.set_as_of_kb_revision(second);
  EXPECT_EQ(service_.GetAnswer(ACall(), request)->answer().blocks(0).text(), "第二版");
  request.set_as_of_kb_revision(head());
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::ANSWER_NOT_VISIBLE));
  request.set_as_of_kb_revision(head() + 1);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::REVISION_NOT_REACHED));

  request.clear_as_of_kb_revision();
  *request.mutable_as_of_time() = ToTimestamp(first_time + 1);
  EXPECT_EQ(service_.GetAnswer(ACall(), request)->answer().blocks(0).text(), "第一版");
  *request.mutable_as_of_time() = ToTimestamp(first_time - 1);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
  request.set_as_of_kb_revision(first);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(GetAnswerTest, AsOfJudgesValidityAtThatTime) {
  Put(Entry(AnEntry("a").ValidUntil(now() + 5'000'000).Online()));
  const int64_t then = head();
  clock_.AdvanceWall(seconds(10));
  Put(ADepartment("rsj"));
  v1::GetAnswerRequest request = AsOf("entries/a");
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::ANSWER_NOT_VISIBLE));
  request.set_as_of_kb_revision(then);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), IsOk());
  request.set_as_of_kb_revision(head());
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::ANSWER_NOT_VISIBLE));
}

TEST_F(GetAnswerTest, ABatchIsOfOnePositionInTheOrderAskedFor) {
  Put(Entry(AnEntry("a").Online()), Entry(AnEntry("b").Audience(type::v1::AGENT_ONLY).Online()),
      Entry(AnEntry("c").Online()));
  v1::BatchGetAnswersRequest request;
  for (const char* name : {"entries/c", "entries/b", "entries/x", "entries/a"})
    request.add_names(name);
  request.set_channel(type::v1::WEB);
  *request.mutable_consistency() = newest();

  const auto reply = service_.BatchGetAnswers(ACall(), request);

  ASSERT_THAT(reply, IsOk());
  ASSERT_EQ(reply->answers_size(), 2);
  EXPECT_EQ(reply->answers(0).entry(), "entries/c");
  EXPECT_EQ(reply->answers(1).entry(), "entries/a");
  EXPECT_EQ(reply->answers(0).kb_revision(), reply->answers(1).kb_revision());
  EXPECT_THAT(reply->missing_names(), ElementsAre("entries/b", "entries/x"));

  request.clear_names();
  EXPECT_THAT(service_.BatchGetAnswers(ACall(), request), HasReason(type::v1::FIELD_REQUIRED));
  for (int i = 0; i <= kBatchNamesMax; ++i) request.add_names("entries/a");
  EXPECT_THAT(service_.BatchGetAnswers(ACall(), request), HasReason(type::v1::FIELD_TOO_LONG));
}

TEST_F(GetAnswerTest, ATokenOfTheFutureIsWaitedForAndThenSaidToBeBehind) {
  Put(Entry(AnEntry("a").Online()));
  v1::GetAnswerRequest request = AsOf("entries/a");
  request.mutable_consistency()->set_at_least_token(EncodeToken({"memory", head() + 1}));
  runtime::Call call = ACall();
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  EXPECT_THAT(service_.GetAnswer(call, request),
              StatusIs(absl::StatusCode::kUnavailable, type::v1::BEHIND_TOKEN));

  call = ACall();
  call.cancelled = [] { return true; };
  EXPECT_THAT(service_.GetAnswer(call, request), HasReason(type::v1::CALLER_CANCELLED));

  request.mutable_consistency()->set_at_least_token(EncodeToken({"other", 1}));
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::OTHER_TIMELINE));
  request.mutable_consistency()->set_at_least_token("nonsense");
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::INVALID_CONSISTENCY_TOKEN));
}

TEST_F(GetAnswerTest, TooManyThatWaitAreRefused) {
  Put(Entry(AnEntry("a").Online()));
  v1::GetAnswerRequest request = AsOf("entries/a");
  request.mutable_consistency()->set_at_least_token(EncodeToken({"memory", head() + 1}));
  std::atomic<bool> go_home{false};
  std::vector<std::thread> waiting;
  std::atomic<int> waiting_count{0};
  for (int i = 0; i < ViewBoard::kTokenWaitsMax; ++i) {
    waiting.emplace_back([&] {
      runtime::Call call = ACall();
      bool counted = false;
      call.cancelled = [&] {
        if (!std::exchange(counted, true)) ++waiting_count;
        return go_home.load();
      };
      (void)service_.GetAnswer(call, request);
    });
  }
  Await([&] { return waiting_count == ViewBoard::kTokenWaitsMax; });

  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::OVERLOADED));

  go_home = true;
  for (auto& thread : waiting) thread.join();
}

}  // namespace
}  // namespace hotline::answer
