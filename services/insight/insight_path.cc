#include "services/insight/insight_path.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "services/records/signing.h"

namespace hotline::insight {
namespace {

records::ProjectionFollower::Trouble LoggingTo(runtime::Logger& logger) {
  return [&logger](const absl::Status& status) {
    if (status.ok()) {
      logger.Info("insight follows again");
    } else {
      logger.Error("insight does not follow", {{"detail", std::string(status.message())}});
    }
  };
}

}  // namespace

InsightPath::InsightPath(const config::v1::InsightConfig& config, storage::Store& store,
                         records::ProjectionFollower::MakeStore make_store,
                         runtime::Runtime& runtime)
    : config_(config),
      public_writes_(std::max(1, runtime.limits().handler_threads / 2)),
      follower_(std::move(make_store), LoggingTo(runtime.logger())),
      wiring_{.config = config_,
              .store = store,
              .runtime = runtime,
              .ports = ports_,
              .follower = follower_,
              .public_writes = public_writes_} {
  // Parts are made in the order of wiring.h.
  parts_.push_back(MakePrivacyPart(wiring_));
  parts_.push_back(MakeGapPart(wiring_));
  parts_.push_back(MakeReadingPart(wiring_));
  parts_.push_back(MakeReceiptPart(wiring_));
  parts_.push_back(MakeUsagePart(wiring_));
  parts_.push_back(MakeQualityPart(wiring_));
}

InsightPath::~InsightPath() {
  follower_.Stop();
  while (!parts_.empty()) parts_.pop_back();
}

std::vector<grpc::Service*> InsightPath::services() {
  std::vector<grpc::Service*> services;
  for (const auto& part : parts_) {
    for (grpc::Service* service : part->services()) services.push_back(service);
  }
  return services;
}

absl::Status InsightPath::Start(storage::Deadline deadline) {
  RETURN_IF_ERROR(
      records::Signer::Load(config_.signing_key_file(), records::kInsightSigningKey).status());
  follower_.Start();
  RETURN_IF_ERROR(follower_.AwaitLoaded(deadline));
  for (const auto& part : parts_) part->Start();
  return absl::OkStatus();
}

}  // namespace hotline::insight
