// Gaps and corrections as one part of the loop: they share departments, clocks and the sweep.
#include <chrono>
#include <memory>
#include <vector>

#include "services/insight/case_departments.h"
#include "services/insight/case_sweeper.h"
#include "services/insight/correction_book.h"
#include "services/insight/correction_grpc.h"
#include "services/insight/correction_intake.h"
#include "services/insight/correction_service.h"
#include "services/insight/gap_book.h"
#include "services/insight/gap_grpc.h"
#include "services/insight/gap_intake.h"
#include "services/insight/gap_service.h"
#include "services/insight/wiring.h"

namespace hotline::insight {
namespace {

constexpr int kGapDaysDefault = 5;
constexpr int kCorrectionDaysDefault = 3;
constexpr int kEscalationDaysDefault = 1;
constexpr int kGapOpeningsDefault = 5'000;

int OrDefault(int configured, int otherwise) { return configured > 0 ? configured : otherwise; }

CaseSweeper::Clocks ClocksOf(const config::v1::InsightConfig& config) {
  const int escalation_days = OrDefault(config.escalation_days(), kEscalationDaysDefault);
  return {.gaps = {OrDefault(config.gap_days(), kGapDaysDefault), escalation_days},
          .corrections = {OrDefault(config.correction_days(), kCorrectionDaysDefault),
                          escalation_days}};
}

GroupLimits LimitsOf(const config::v1::InsightConfig& config) {
  GroupLimits limits;
  if (config.batch_ms() > 0) limits.window = std::chrono::milliseconds(config.batch_ms());
  return limits;
}

GapTaker::Limits OpeningsOf(Wiring& wiring) {
  return {.openings_per_hour =
              OrDefault(wiring.config.gap_openings_per_hour_max(), kGapOpeningsDefault),
          .not_opened = &wiring.runtime.metrics().Counter(
              "koujing_gaps_not_opened_total",
              "Misses of the public that would have opened a gap beyond the limit of an hour")};
}

class GapPart final : public Part {
 public:
  explicit GapPart(Wiring& wiring)
      : logger_(wiring.runtime.logger()),
        clocks_(ClocksOf(wiring.config)),
        taker_(wiring.store, wiring.follower, book_, departments_, wiring.ports, clocks_.gaps,
               OpeningsOf(wiring)),
        gaps_(wiring.store, taker_, book_, departments_, clocks_.gaps),
        gaps_grpc_(gaps_, wiring.runtime),
        intake_(wiring.store, LimitsOf(wiring.config), clocks_.corrections, &waiting_),
        corrections_(wiring.store, intake_, departments_),
        corrections_grpc_(corrections_, wiring.public_writes, wiring.runtime),
        sweeper_(wiring.store, book_, waiting_, departments_, clocks_, wiring.runtime.metrics()) {
    wiring.follower.Add(departments_);
    wiring.follower.Add(book_);
    wiring.follower.Add(waiting_);
    wiring.gaps = &taker_;
  }

  std::vector<grpc::Service*> services() override { return {&gaps_grpc_, &corrections_grpc_}; }

  void Start() override {
    sweeper_.Start({.trouble = [this](const absl::Status& status) {
      logger_.Error("late cases are not told of", {{"detail", std::string(status.message())}});
    }});
  }

 private:
  runtime::Logger& logger_;
  const CaseSweeper::Clocks clocks_;
  DepartmentBook departments_;
  GapBook book_;
  CorrectionBook waiting_;
  GapTaker taker_;
  GapService gaps_;
  GapServiceGrpc gaps_grpc_;
  CorrectionIntake intake_;
  CorrectionService corrections_;
  CorrectionServiceGrpc corrections_grpc_;
  CaseSweeper sweeper_;  // last: its thread uses the others
};

}  // namespace

std::unique_ptr<Part> MakeGapPart(Wiring& wiring) { return std::make_unique<GapPart>(wiring); }

}  // namespace hotline::insight
