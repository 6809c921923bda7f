#include <algorithm>
#include <chrono>

#include "services/insight/receipt_grpc.h"
#include "services/insight/receipt_service.h"
#include "services/insight/wiring.h"

namespace hotline::insight {
namespace {

constexpr int kBatchMsDefault = 20;
constexpr int kBatchMsMax = 1'000;

GroupLimits LimitsOf(const config::v1::InsightConfig& config) {
  const int window = config.batch_ms() == 0 ? kBatchMsDefault : config.batch_ms();
  return {.window = std::chrono::milliseconds(std::clamp(window, 1, kBatchMsMax))};
}

class ReceiptPart final : public Part {
 public:
  explicit ReceiptPart(Wiring& wiring)
      : service_(wiring.store, wiring.runtime.metrics(), wiring.uses, LimitsOf(wiring.config)),
        grpc_(service_, wiring.public_writes, wiring.runtime) {}

  std::vector<grpc::Service*> services() override { return {&grpc_}; }

 private:
  ReceiptService service_;
  ReceiptServiceGrpc grpc_;
};

}  // namespace

std::unique_ptr<Part> MakeReceiptPart(Wiring& wiring) {
  return std::make_unique<ReceiptPart>(wiring);
}

}  // namespace hotline::insight
