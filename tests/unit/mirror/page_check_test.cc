#include "clients/mirror/page_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/mirror/mirror_lines.h"

namespace hotline::mirror {
namespace {

using Kind = Finding::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

constexpr char kOld[] = "补办社保卡须带身份证到社保局窗口。当场领取新卡，不收费用。";
constexpr char kNew[] = "补办社保卡可以在网上申请。新卡七个工作日内寄到，不收费用。";
constexpr char kFund[] = "公积金在手机上提取，三个工作日到账。";

class Check : public ::testing::Test {
 protected:
  Check() {
    auto opened = MirrorFolder::Open(temp_.Join("mirror"), true);
    EXPECT_THAT(opened, IsOk());
    folder_ = *std::move(opened);
    Apply(Lines::Snapshot()
              .Put(AnOpenEntry("card", 1, "社保卡丢了怎么补办", kOld))
              .Put(AnOpenEntry("fund", 1, "公积金怎么提取", kFund))
              .Put(AnOpenEntry("house", 1, "居住证怎么办理", "居住证在派出所办理即可。"))
              .End(10, 3));
    Apply(Lines::Changes(10)
              .Put(AnOpenEntry("card", 2, "社保卡丢了怎么补办", kNew))
              .Remove("fund")
              .End(12, 2));
  }
  void Apply(const Lines& lines) {
    const auto set = lines.Read();
    ASSERT_THAT(set, IsOk());
    ASSERT_THAT(folder_->Apply(*set, ToHex(Lines::PublicKey())), IsOk());
  }
  std::vector<Finding> Of(const std::string& html) const {
    return PageChecker(*folder_).Check(ReadPage(html));
  }
  static std::string MarkedAs(const std::string& id, const std::string& text) {
    return "<div data-koujing-entry=\"entries/" + id +
           "\" data-koujing-hash=\"sha256:" + ToHex(Sha256(text)) + "\">" + text + "</div>";
  }

  testing::TempDir temp_;
  std::unique_ptr<MirrorFolder> folder_;
};

TEST_F(Check, APresentPageIsFine) {
  EXPECT_THAT(Of(MarkedAs("card", kNew)), IsEmpty());
  EXPECT_THAT(Of(std::string("<h2>社保卡丢了怎么补办？</h2><p>") + kNew + "</p>"), IsEmpty());
  EXPECT_THAT(Of("<p>与我们无关的网页，当场领取奖品。</p>"), IsEmpty());
}

TEST_F(Check, MarksTellWhatIsOldAndWhatIsGone) {
  const auto findings = Of(MarkedAs("card", kOld) + MarkedAs("fund", kFund));
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].kind, Kind::kOldMark);
  EXPECT_EQ(findings[0].entry, "entries/card");
  EXPECT_EQ(findings[0].revision, 2);
  EXPECT_EQ(findings[0].kb_revision, 12);
  EXPECT_EQ(findings[1].kind, Kind::kGoneMark);
  EXPECT_EQ(findings[1].entry, "entries/fund");
  EXPECT_EQ(findings[1].revision, 0);
}

TEST_F(Check, WithoutMarksTheWordsTell) {
  const auto old =
      Of(std::string("<h2>社保卡丢了怎么补办？</h2><p>补办社保卡须带<b>身份证</b>，"
                     "到社保局窗口。</p><p>其他</p>"));
  ASSERT_EQ(old.size(), 1U);
  EXPECT_EQ(old[0].kind, Kind::kOldText);
  EXPECT_EQ(old[0].entry, "entries/card");
  EXPECT_EQ(old[0].shown, "补办社保卡须带身份证到社保局窗口");
  const auto gone = Of(std::string("<p>") + kFund + "</p>");
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].kind, Kind::kGoneText);
  EXPECT_EQ(gone[0].entry, "entries/fund");
}

TEST_F(Check, AMarkThatIsRightDoesNotHideOldWords) {
  const auto findings = Of("<div data-koujing-entry=\"entries/card\" data-koujing-hash=\"sha256:" +
                           ToHex(Sha256(kNew)) + "\">" + kOld + "</div>");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, Kind::kOldText);
}

TEST_F(Check, AQuestionWithoutItsAnswerIsLookedAtByAPerson) {
  const auto findings = Of("<h2>居住证怎么办理</h2><p>请到街道办事处。</p>");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, Kind::kMissingText);
  EXPECT_EQ(findings[0].entry, "entries/house");
}

TEST_F(Check, ASentenceThatIsStillSaidIsNotOld) {
  // Said by a longer sentence now.
  Apply(Lines::Changes(12)
            .Put(AnOpenEntry("house", 2, "居住证怎么办理",
                             "自即日起，居住证在派出所办理即可，无需预约。"))
            .End(13, 2));
  EXPECT_THAT(Of("<p>自即日起，居住证在派出所办理即可，无需预约。</p>"), IsEmpty());
}

}  // namespace
}  // namespace hotline::mirror
