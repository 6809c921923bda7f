// Checks exported audit files (audit_export.h) and anchors (audit_anchor.h) without a server.
//
//   AuditVerifier verifier;
//   for each anchor: verifier.AddAnchor(anchor);
//   for each file, in the order of the chain: verifier.AddFile(name, stream);
//   AuditReport report = verifier.Finish();
//
// Pure: no clock, no files of its own. Finds every changed, missing, additional or exchanged byte
// of the files; with anchors also a chain that was cut at its end or made anew.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/cc/audit_anchor.h"
#include "proto/cc/audit_export.h"

namespace hotline {

inline constexpr size_t kAuditViolationsMax = 100;  // listed; all are counted
// A longer line is no line of an export: a record names at most 2,000 resources and 1,000 events.
inline constexpr size_t kAuditLineBytesMax = 16U << 20U;

struct AuditReport {
  std::vector<std::string> violations;  // where and what, Chinese; the first kAuditViolationsMax
  int64_t violation_count = 0;          // 0 = sound
  std::string timeline;
  int64_t first = 0;  // first and last sequence; 0 = no record
  int64_t last = 0;
  LogTime first_time = 0;
  LogTime last_time = 0;
  int64_t record_count = 0;
  int64_t event_count = 0;  // merged ones counted as many
  int64_t lost_count = 0;   // events that the recorders could not write
  int64_t anchors_met = 0;
  // Anchors of records before the first or behind the last file: nothing was compared with them.
  int64_t anchors_before = 0;
  int64_t anchors_behind = 0;
};

// Not thread-safe.
class AuditVerifier {
 public:
  struct Options {
    // Anchors behind the last record are a violation, as the files then lack what there was, unless
    // they are known to be a part.
    bool partial = false;
  };

  AuditVerifier() = default;
  explicit AuditVerifier(Options options) : options_(options) {}

  void AddAnchor(const AuditAnchor& anchor);
  // A file in the folder of anchors that is none.
  void AddBadAnchor(std::string_view file_name);
  void AddFile(std::string_view name, std::istream& lines);
  AuditReport Finish();

 private:
  void Violation(const std::string& what);
  void At(std::string_view what);  // Violation with file and line
  bool ReadHeader(std::string_view line);
  void ReadLine(std::string_view line);
  void ReadEnd(const AuditPlace& end);
  void CheckRecord(const store::v1::AuditRecord& record, const AuditLineBytes& bytes);
  void CheckAnchor(const store::v1::AuditRecord& record, const std::string& hash);
  void CheckAnchorDays();

  Options options_;
  AuditReport report_;
  std::multimap<int64_t, AuditAnchor> anchors_;  // by sequence
  std::optional<AuditPlace> place_;  // where the chain is; nullopt before the first file
  std::string file_;
  int64_t line_number_ = 0;
  int64_t announced_last_ = 0;  // by the header of the file
  bool ended_ = false;          // the file's end was read
};

}  // namespace hotline
