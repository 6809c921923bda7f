// Masking at the door, and deletion by schedule.
#include <memory>
#include <string>
#include <vector>

#include "services/insight/privacy_grpc.h"
#include "services/insight/privacy_service.h"
#include "services/insight/retention_sweeper.h"
#include "services/insight/wiring.h"

namespace hotline::insight {
namespace {

class PrivacyPart final : public Part {
 public:
  explicit PrivacyPart(Wiring& wiring)
      : runtime_(wiring.runtime),
        service_(wiring.store, wiring.runtime.metrics()),
        grpc_(service_, wiring.runtime),
        sweeper_(wiring.store, RetentionRules(wiring.config)) {}

  std::vector<grpc::Service*> services() override { return {&grpc_}; }

  void Start() override {
    sweeper_.Start({.trouble = [this](const absl::Status& status) { Failed(status); },
                    .done = [this](const v1::RetentionRun& run) { Note(run); }});
  }

 private:
  void Failed(const absl::Status& status) {
    runtime_.metrics()
        .Counter("koujing_retention_failures_total", "Deletions by schedule that failed.")
        .Add();
    runtime_.logger().Error("retention failed", {{"detail", std::string(status.message())}});
  }
  void Note(const v1::RetentionRun& run) {
    if (run.deletions().empty()) runtime_.logger().Info("retention: nothing is over");
    for (const v1::RetentionRun::Deletion& deletion : run.deletions()) {
      runtime_.metrics()
          .Gauge("koujing_retention_deleted", "Records that the newest day's run deleted.",
                 "collection=\"" + deletion.collection() + "\"")
          .Set(deletion.count());
      runtime_.logger().Info("retention", {{"run", run.name()},
                                           {"collection", deletion.collection()},
                                           {"count", deletion.count()},
                                           {"keep_days", deletion.keep_days()}});
    }
  }

  runtime::Runtime& runtime_;
  PrivacyService service_;
  PrivacyServiceGrpc grpc_;
  RetentionSweeper sweeper_;  // last: it uses the others
};

}  // namespace

std::unique_ptr<Part> MakePrivacyPart(Wiring& wiring) {
  return std::make_unique<PrivacyPart>(wiring);
}

}  // namespace hotline::insight
