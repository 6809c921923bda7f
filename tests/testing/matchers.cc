#include "tests/testing/matchers.h"

#include "google/protobuf/util/message_differencer.h"

namespace hotline::testing {

std::string Describe(const absl::Status& status) {
  if (status.ok()) return "OK";
  return absl::StatusCodeToString(status.code()) + "/" +
         type::v1::ErrorReason_Name(ReasonOf(status)) + ": " + std::string(status.message());
}

std::string Difference(const google::protobuf::Message& actual,
                       const google::protobuf::Message& expected) {
  if (actual.GetDescriptor() != expected.GetDescriptor()) {
    return "is a " + actual.GetTypeName() + ", not a " + expected.GetTypeName();
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(expected, actual) ? "" : report;
}

}  // namespace hotline::testing
