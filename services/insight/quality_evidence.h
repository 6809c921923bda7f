// What a measurement learns from other services before it looks at the entries: findings of the
// scan, ranks of the golden questions, counts of use. What could not be learnt is said.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "hotline/insight/v1/usage.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "services/insight/quality_faults.h"
#include "services/insight/quality_figures.h"
#include "services/insight/wiring.h"
#include "storage/store.h"

namespace hotline::insight {

// Which entries a measurement is about, and for what.
struct QualityScope {
  std::string department;  // it and those below it; empty = everything
  bool details = false;    // keep the sentences (findings), or only the sorts of faults (figures)
  std::function<bool()> stopped = [] { return false; };
};

// A golden question and how it did.
struct GoldenVerdict {
  knowledge::v1::GoldenQuestion golden;
  bool hit = false;
};

// Memory: one item for each entry with a finding, each entry in use and each golden question; no
// texts of entries.
struct QualityEvidence {
  absl::flat_hash_map<std::string, std::vector<EntryFault>> scanned;
  absl::flat_hash_map<std::string, v1::UsageRow> usage;
  bool has_usage = false;
  absl::flat_hash_map<std::string, std::vector<GoldenVerdict>> goldens;  // by entry
  std::vector<std::string> gaps;  // what could not be measured, a sentence each
};

struct QualitySources {
  storage::Store& store;
  const Ports& ports;
  const UsageTotals* usage;  // null: nobody counts
};

// Golden questions that are asked in one call.
inline constexpr size_t kGoldensPerCall = 500;

// Reads the golden questions at `kb_revision`; scan and ranks are those of the base as it stands.
// Errors are those of the store; the other services' become gaps.
absl::StatusOr<QualityEvidence> ReadEvidence(const QualitySources& sources,
                                             const QualityScope& scope,
                                             const DepartmentNames& names, int64_t kb_revision,
                                             storage::Deadline deadline);

// Calls `visit` for each resource of a collection at a position, page by page, in order of names.
// `visit` and `scope.stopped` may end it: CANCELLED (CALLER_CANCELLED).
absl::Status VisitCollection(storage::Store& store, std::string_view collection,
                             int64_t kb_revision, const QualityScope& scope,
                             storage::Deadline deadline,
                             const std::function<absl::Status(const store::v1::Resource&)>& visit);

}  // namespace hotline::insight
