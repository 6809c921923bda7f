// Masking at the door.
#include "services/insight/privacy_service.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/memory_store.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using testing::HasReason;
using testing::IsOk;

class PrivacyServiceTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::MaskTextResponse> Mask(const std::string& text) {
    v1::MaskTextRequest request;
    request.set_text(text);
    return service_.MaskText({}, request);
  }

  storage::MemoryStore store_;
  runtime::Metrics metrics_;
  PrivacyService service_{store_, metrics_};
};

TEST_F(PrivacyServiceTest, TellsWhatWasMaskedAndWhere) {
  const auto masked = Mask("我叫张三，打13800138000");
  ASSERT_THAT(masked, IsOk());
  EXPECT_EQ(masked->text(), "我叫〔姓名〕，打〔手机号〕");
  ASSERT_EQ(masked->masks_size(), 2);
  EXPECT_EQ(masked->masks(0).kind(), v1::PERSON_NAME);
  EXPECT_EQ(masked->masks(1).kind(), v1::MOBILE);
  EXPECT_EQ(masked->masks(1).begin(), 6);
  EXPECT_EQ(masked->masks(1).end(), 17);
  EXPECT_THAT(metrics_.Text(), ::testing::HasSubstr(R"(koujing_masks_total{kind="MOBILE"} 1)"));
}

TEST_F(PrivacyServiceTest, LimitsAreNamedAndTheTextIsNot) {
  EXPECT_THAT(Mask(""), HasReason(type::v1::FIELD_REQUIRED));
  std::string longest;
  while (longest.size() < 30'000) longest += "问";
  EXPECT_THAT(Mask(longest), IsOk());
  const auto refused = Mask(longest + "13800138000");
  EXPECT_THAT(refused, HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(std::string(refused.status().message()), ::testing::Not(::testing::HasSubstr("138")));
}

TEST_F(PrivacyServiceTest, NoRunsAtFirst) {
  const auto runs = service_.ListRetentionRuns({}, {});
  ASSERT_THAT(runs, IsOk());
  EXPECT_EQ(runs->runs_size(), 0);
}

}  // namespace
}  // namespace hotline::insight
