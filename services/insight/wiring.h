// What the parts of the feedback loop are built from, and what they are to each other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "hotline/insight/v1/gap.pb.h"
#include "hotline/insight/v1/usage.pb.h"
#include "services/insight/ports.h"
#include "services/insight/public_limit.h"
#include "services/records/projection.h"
#include "services/runtime/runtime.h"
#include "storage/store.h"

namespace grpc {
class Service;
}

namespace hotline::insight {

// A question without a good answer, from wherever it was noticed.
struct Miss {
  std::string question;  // as it was put; masked by whoever takes it, before anything else
  v1::Gap::Origin origin = v1::Gap::ASK;
  type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;
  std::string region;
  int64_t ask_count = 1;
  std::string nearest_entry;  // entries/{entry} that came nearest or did not help
  std::string department;     // probable owner, when the noticer knows one
};

// Takes misses. Thread-safe.
class GapIntake {
 public:
  virtual ~GapIntake() = default;
  // Each joins the gap of its kin or opens one; durable when it returns. One result for each, in
  // their order; a name that is empty: the question was not one (too short, nothing but masks).
  // `request_ids`: empty, or one for each; a repeat counts once.
  struct Taken {
    v1::Gap gap;
    bool opened = false;
  };
  virtual absl::StatusOr<std::vector<Taken>> Take(std::vector<Miss> misses,
                                                  std::vector<std::string> request_ids,
                                                  storage::Deadline deadline) = 0;
};

// Takes notes of which entries people use. Thread-safe; never waits.
class UseRecorder {
 public:
  virtual ~UseRecorder() = default;
  virtual void NoteUse(std::string_view person, std::string_view entry, int64_t revision) = 0;
};

// What was counted. Thread-safe.
class UsageTotals {
 public:
  virtual ~UsageTotals() = default;
  // By entry: everything of the last `days` days (1 to 400), revisions, channels and regions
  // together.
  virtual absl::flat_hash_map<std::string, v1::UsageRow> Totals(int days) const = 0;
};

// Everything outlives the parts.
struct Wiring {
  const config::v1::InsightConfig& config;
  storage::Store& store;
  runtime::Runtime& runtime;
  Ports& ports;
  records::ProjectionFollower& follower;  // parts add their views while they are made
  PublicLimit& public_writes;             // shared by all doors that the public writes through
  // Set by the parts that are made first (insight_path.cc says in which order).
  GapIntake* gaps = nullptr;
  UseRecorder* uses = nullptr;
  const UsageTotals* usage = nullptr;
};

// One capability of the room: its services, its views, its threads.
class Part {
 public:
  virtual ~Part() = default;
  virtual std::vector<grpc::Service*> services() = 0;
  // The views are loaded: threads may begin.
  virtual void Start() {}
};

// Made in this order; each sets what it is to the others.
std::unique_ptr<Part> MakePrivacyPart(Wiring& wiring);
std::unique_ptr<Part> MakeGapPart(Wiring& wiring);      // sets gaps; gaps and corrections
std::unique_ptr<Part> MakeReadingPart(Wiring& wiring);  // sets uses
std::unique_ptr<Part> MakeReceiptPart(Wiring& wiring);
std::unique_ptr<Part> MakeUsagePart(Wiring& wiring);  // sets usage; feedback, rises, major events
std::unique_ptr<Part> MakeQualityPart(Wiring& wiring);

}  // namespace hotline::insight
