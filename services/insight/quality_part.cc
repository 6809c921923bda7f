// MakeQualityPart.
#include <memory>
#include <optional>
#include <vector>

#include "services/insight/quality_days.h"
#include "services/insight/quality_grpc.h"
#include "services/insight/quality_meter.h"
#include "services/insight/quality_runner.h"
#include "services/insight/quality_service.h"
#include "services/insight/wiring.h"

namespace hotline::insight {
namespace {

class QualityPart final : public Part {
 public:
  explicit QualityPart(Wiring& wiring)
      : meter_({.store = wiring.store, .ports = wiring.ports, .usage = wiring.usage},
               wiring.runtime.metrics()),
        service_(meter_),
        grpc_(service_, wiring.runtime) {
    const auto minutes = ParseQualityTime(wiring.config.quality_time());
    if (!minutes.ok()) {
      wiring.runtime.logger().Error("quality is not measured at night",
                                    {{"detail", std::string(minutes.status().message())}});
    } else if (minutes->has_value()) {
      runner_.emplace(meter_, wiring.runtime.logger(), **minutes);
    }
  }

  std::vector<grpc::Service*> services() override { return {&grpc_}; }
  void Start() override {
    if (runner_.has_value()) runner_->Start();
  }

 private:
  QualityMeter meter_;
  QualityService service_;
  QualityGrpc grpc_;
  std::optional<QualityRunner> runner_;
};

}  // namespace

std::unique_ptr<Part> MakeQualityPart(Wiring& wiring) {
  return std::make_unique<QualityPart>(wiring);
}

}  // namespace hotline::insight
