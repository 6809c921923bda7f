// What changed for whom, put together: the feed, what people must read, subscriptions, webhooks.
#include <memory>
#include <string>
#include <vector>

#include "proto/cc/errors.h"
#include "services/insight/change_feed_recent.h"
#include "services/insight/reading_batches.h"
#include "services/insight/reading_book.h"
#include "services/insight/reading_grpc.h"
#include "services/insight/reading_service.h"
#include "services/insight/subscription_service.h"
#include "services/insight/webhook_sender.h"
#include "services/insight/webhook_service.h"
#include "services/insight/wiring.h"
#include "services/records/signing.h"

namespace hotline::insight {
namespace {

RecentChanges::Trouble LoggingTo(runtime::Logger& logger) {
  return [&logger](const absl::Status& status) {
    if (status.ok()) {
      logger.Info("the change feed follows again");
    } else {
      logger.Error("the change feed does not follow", {{"detail", std::string(status.message())}});
    }
  };
}

// A key that is no good was refused before (InsightPath::Start): nothing runs without it.
std::unique_ptr<const records::Signer> SignerOf(const config::v1::InsightConfig& config) {
  auto signer = records::Signer::Load(config.signing_key_file(), records::kInsightSigningKey);
  return signer.ok() ? *std::move(signer) : nullptr;
}

GroupLimits LimitsOf(const config::v1::InsightConfig& config) {
  GroupLimits limits;
  if (config.batch_ms() > 0) limits.window = std::chrono::milliseconds(config.batch_ms());
  return limits;
}

class ReadingPart final : public Part {
 public:
  explicit ReadingPart(Wiring& wiring)
      : signer_(SignerOf(wiring.config)),
        hosts_({wiring.config.webhook_hosts().begin(), wiring.config.webhook_hosts().end()}),
        changes_(wiring.store, LoggingTo(wiring.runtime.logger())),
        uses_(wiring.store, wiring.runtime.metrics()),
        acknowledger_(wiring.store, wiring.runtime.metrics(), LimitsOf(wiring.config)),
        sender_(wiring.store, changes_, book_, hosts_, signer_.get(), wiring.runtime),
        reading_(wiring.store, changes_, book_, wiring.follower, uses_, acknowledger_),
        subscriptions_(wiring.store, book_, wiring.follower),
        webhooks_(wiring.store, hosts_, signer_.get(), sender_),
        grpc_(
            reading_, subscriptions_, webhooks_,
            WatchGround{
                .store = wiring.store, .changes = changes_, .book = book_, .signer = signer_.get()},
            wiring.runtime) {
    wiring.follower.Add(book_);
    wiring.follower.Add(changes_);
    wiring.follower.Add(sender_);
    wiring.uses = &uses_;
  }

  std::vector<grpc::Service*> services() override { return {&grpc_}; }
  void Start() override {
    changes_.Start();
    sender_.Start();
  }

 private:
  const std::unique_ptr<const records::Signer> signer_;
  const WebhookHosts hosts_;
  ReadingBook book_;
  RecentChanges changes_;
  UseGatherer uses_;
  Acknowledger acknowledger_;
  WebhookSender sender_;
  ReadingService reading_;
  SubscriptionService subscriptions_;
  WebhookService webhooks_;
  ReadingServiceGrpc grpc_;
};

}  // namespace

std::unique_ptr<Part> MakeReadingPart(Wiring& wiring) {
  return std::make_unique<ReadingPart>(wiring);
}

}  // namespace hotline::insight
