#include "proto/cc/errors.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

#include "tests/testing/matchers.h"

namespace hotline {
namespace {

using ::testing::HasSubstr;

TEST(ErrorsTest, SurviveTheWireWithReasonAndMetadata) {
  const absl::Status before = MakeError(absl::StatusCode::kAborted, type::v1::ETAG_MISMATCH,
                                        "条目已被别人修改", {{"name", "entries/a"}});

  const absl::Status after = FromGrpcStatus(ToGrpcStatus(before));

  EXPECT_EQ(after.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(after), type::v1::ETAG_MISMATCH);
  EXPECT_EQ(MetadataOf(after), (ErrorMetadata{{"name", "entries/a"}}));
  EXPECT_EQ(after.message(), "条目已被别人修改");
}

TEST(ErrorsTest, InternalTextNeverLeavesTheProcess) {
  const grpc::Status wire = ToGrpcStatus(absl::InternalError("IO error: /var/lib/kb/000012.sst"));

  EXPECT_THAT(wire.error_message(), ::testing::Not(HasSubstr("/var/lib")));
  EXPECT_THAT(wire.error_details(), ::testing::Not(HasSubstr("/var/lib")));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(wire)), type::v1::INTERNAL_FAULT);
}

TEST(ErrorsTest, UnavailableSaysWhenToRetry) {
  const grpc::Status wire =
      ToGrpcStatus(MakeError(absl::StatusCode::kUnavailable, type::v1::OVERLOADED, "系统繁忙"));

  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(wire.error_details()));
  bool has_retry = false;
  for (const auto& detail : details.details()) has_retry |= detail.Is<google::rpc::RetryInfo>();
  EXPECT_TRUE(has_retry);
}

TEST(ErrorsTest, BareTransportErrorsGetAReason) {
  EXPECT_EQ(ReasonOf(FromGrpcStatus({grpc::StatusCode::UNAVAILABLE, "connection refused"})),
            type::v1::STORE_UNREACHABLE);
  EXPECT_EQ(ReasonOf(FromGrpcStatus({grpc::StatusCode::DEADLINE_EXCEEDED, ""})),
            type::v1::DEADLINE_PASSED);
}

TEST(ErrorsTest, LongValuesAreCutInMetadata) {
  const absl::Status status = FieldInvalid("question", std::string(10'000, 'x'), "太长");

  EXPECT_EQ(MetadataOf(status)["value"].size(), 200U);
}

}  // namespace
}  // namespace hotline
