// Asking as people do, over a real server: a place in the question, an earlier time, a choice, a
// story, and what nobody knows; in kbctl too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using answer::v1::AskResponse;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

class AskWorld : public ::testing::Test {
 protected:
  AskWorld() {
    Publish("gaoling", "高龄津贴怎么申请", "社区窗口受理。", "440300");
    Publish("gaoling-gz", "高龄津贴怎么申请", "街道窗口受理。", "440100");
    Publish("nanshan", "困难家庭取暖补助怎么领", "南山区民政局受理。", "440305");
    Publish("futian", "困难家庭取暖补助怎么领", "福田区民政局受理。", "440304");
    Publish("shebaoka", "社保卡丢了怎么补办", "银行网点补办。", "440300");
    Publish("xuqian", "居住证到期怎么续签", "网上续签。", "440300");
    Publish("tiqu", "住房公积金怎么提取", "网上提取。", "440300");
  }

  void Publish(const std::string& id, const std::string& question, const std::string& answer,
               const std::string& region) {
    token_ = world_.PublishNew(id, AContent(question, answer, region)).consistency_token();
  }

  AskResponse Ask(const std::string& question, const std::string& region = "") {
    answer::v1::AskRequest request;
    request.set_question(question);
    request.set_channel(type::v1::WEB);
    request.set_region(region);
    request.mutable_consistency()->set_at_least_token(token_);
    const auto reply = world_.client().Ask(request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? *reply : AskResponse();
  }

  World world_;
  std::string token_;
};

TEST_F(AskWorld, AsPeopleAsk) {
  const AskResponse guangzhou = Ask("广州高龄津贴怎么申请", "440300");
  EXPECT_EQ(guangzhou.answer().entry(), "entries/gaoling-gz");
  EXPECT_EQ(guangzhou.reading().region(), "440100");

  const AskResponse districts = Ask("深圳困难家庭取暖补助怎么领");
  ASSERT_EQ(districts.outcome(), AskResponse::CHOICES);
  ASSERT_EQ(districts.choices_size(), 2);
  EXPECT_NE(districts.choices(0).distinction(), districts.choices(1).distinction());

  const AskResponse unknown = Ask("哪款手机游戏最好玩", "440300");
  EXPECT_EQ(unknown.outcome(), AskResponse::NOT_KNOWN);
  EXPECT_FALSE(unknown.referral().has_owner());
  EXPECT_EQ(unknown.referral().phone(), "12345");

  const AskResponse past = Ask("去年的高龄津贴怎么申请，标准是多少", "440300");
  ASSERT_GT(past.reading().parts_size(), 0);
  EXPECT_EQ(past.reading().parts(0).kind(), answer::v1::QueryReading::Part::TIME);

  const auto shown = world_.Kbctl({"ask", "深圳困难家庭取暖补助怎么领"});
  EXPECT_EQ(shown.code, 0) << shown.errors;
  EXPECT_THAT(shown.output, HasSubstr("广东省深圳市"));
  EXPECT_THAT(shown.output, HasSubstr("【南山区】"));
  const auto answered = world_.Kbctl({"ask", "--region", "440300", "高龄津贴怎么申请"});
  EXPECT_THAT(answered.output, HasSubstr("社区窗口受理"));
  EXPECT_THAT(answered.output, Not(HasSubstr("请选择")));
}

}  // namespace
}  // namespace hotline::integration
