// GoogleMock matchers for absl::Status, StatusOr and protobuf messages.
//
//   EXPECT_THAT(store.Get(…), IsOk());
//   EXPECT_THAT(store.Get(…), HasReason(hotline::type::v1::RESOURCE_NOT_FOUND));
//   EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
//   EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted, hotline::type::v1::ETAG_MISMATCH));
//   EXPECT_THAT(store.GetRevisionAtTime(…), IsOkAndHolds(7));
//   EXPECT_THAT(entry, EqualsProto(expected));
//   ASSERT_OK_AND_ASSIGN(auto versioned, store.Get(…));
#pragma once

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"

namespace hotline::testing {

inline const absl::Status& AsStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& AsStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

// "ABORTED/ETAG_MISMATCH: 条目已被修改": for the words of a failed expectation.
std::string Describe(const absl::Status& status);

// "" when equal, else what differs.
std::string Difference(const google::protobuf::Message& actual,
                       const google::protobuf::Message& expected);

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << Describe(AsStatus(arg));
  return AsStatus(arg).ok();
}

MATCHER_P(HasReason, reason,
          (negation ? "has not the reason " : "has the reason ") +
              type::v1::ErrorReason_Name(reason)) {
  *result_listener << Describe(AsStatus(arg));
  return !AsStatus(arg).ok() && ReasonOf(AsStatus(arg)) == reason;
}

MATCHER_P(HasCode, code,
          (negation ? "has not the code " : "has the code ") + absl::StatusCodeToString(code)) {
  *result_listener << Describe(AsStatus(arg));
  return AsStatus(arg).code() == code;
}

inline auto StatusIs(absl::StatusCode code) { return HasCode(code); }
inline auto StatusIs(absl::StatusCode code, type::v1::ErrorReason reason) {
  return ::testing::AllOf(HasCode(code), HasReason(reason));
}

MATCHER_P(IsOkAndHolds, inner,
          "is OK and holds a value that " +
              ::testing::DescribeMatcher<typename std::decay_t<arg_type>::value_type>(inner,
                                                                                      negation)) {
  if (!arg.ok()) {
    *result_listener << Describe(arg.status());
    return false;
  }
  return ::testing::ExplainMatchResult(inner, *arg, result_listener);
}

MATCHER_P(EqualsProto, expected,
          std::string(negation ? "differs from " : "equals ") + expected.ShortDebugString()) {
  const std::string difference = Difference(arg, expected);
  *result_listener << difference;
  return difference.empty();
}

}  // namespace hotline::testing

#define ASSERT_OK(expression) ASSERT_THAT((expression), ::hotline::testing::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::hotline::testing::IsOk())

// ASSERT_OK_AND_ASSIGN(auto x, F()): x = value of F(), or the test fails here. Only in functions
// that return void.
#define ASSERT_OK_AND_ASSIGN(left, expression) \
  HOTLINE_ASSERT_OK_AND_ASSIGN(HOTLINE_CONCAT(hotline_assert_, __COUNTER__), left, expression)
#define HOTLINE_ASSERT_OK_AND_ASSIGN(result, left, expression) \
  auto result = (expression);                                  \
  ASSERT_THAT(result.status(), ::hotline::testing::IsOk());    \
  left = std::move(result).value()
