// One import: chunks of rows in, one report per chunk out.
//
// Per chunk: read the rows (import_row.h) -> one BatchGet of the entries they name -> plan each row
// (import_plan.h) -> commit all changes as one Change, or as few as the limits of a Change allow ->
// report. The Change rests on the etags that were read, so an editor who saves meanwhile is never
// overwritten: the rows are planned again on the newer state. Memory is bounded by the limits of
// one chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "hotline/store/v1/change.pb.h"
#include "services/knowledge/import_plan.h"
#include "services/knowledge/import_row.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Used by one thread at a time.
class Importer final
    : public runtime::Session<v1::ImportEntriesRequest, v1::ImportEntriesResponse> {
 public:
  // A row that was read.
  struct Pending {
    int64_t number = 0;
    std::string row_id;
    ImportRow row;
  };
  // For rows that are not read from messages.
  struct Settings {
    bool publish = false;
    bool validate_only = false;
    // Asked before a row changes anything; `existing` is null for a new entry. An error refuses the
    // row. Empty: everything is allowed.
    std::function<absl::Status(const v1::Entry* existing, const ImportRow& row)> allow;
  };

  // `store` must outlive this.
  Importer(storage::Store& store, runtime::Call call);
  // For Import().
  Importer(storage::Store& store, runtime::Call call, Settings settings);

  // The report of one chunk. An error ends the session: RESOURCE_EXHAUSTED (LIMIT_EXCEEDED) for a
  // chunk that is too large, FIELD_REQUIRED for one without rows, FIELD_INVALID for unknown
  // settings, and the errors of the store. What was committed before stays; repeating the import
  // goes on from there.
  absl::StatusOr<v1::ImportEntriesResponse> On(const v1::ImportEntriesRequest& request) override;

  // The report of one chunk of rows that were read elsewhere: at most kImportRowsMax of them, no
  // entry twice. Errors are those of the store.
  absl::StatusOr<v1::ImportEntriesResponse> Import(const std::vector<Pending>& rows);

 private:
  // What the base holds of what the pending rows name.
  using Entries = std::unordered_map<std::string, v1::Entry>;
  // One Change in the making.
  struct Part;

  absl::Status ReadSettings(const v1::ImportEntriesRequest& request);
  std::vector<Pending> ReadRows(const v1::ImportEntriesRequest& request,
                                v1::ImportEntriesResponse* report);
  absl::Status ReadRow(const std::string& bytes, ImportRow* row, std::string* row_id) const;
  absl::StatusOr<Entries> Load(const std::vector<Pending>& pending, size_t first);
  absl::Status LoadKnownNames(std::vector<std::string> names);
  absl::Status Apply(const std::vector<Pending>& pending, v1::ImportEntriesResponse* report);
  size_t Compose(const std::vector<Pending>& pending, size_t first, Entries* entries, Part* part);
  // NOT_ALLOWED for a row whose place, now or before, is not the caller's.
  absl::Status CheckRights(const ImportRow& row, const v1::Entry* existing) const;
  absl::Status AddRow(const Pending& pending, Entries* entries, Part* part);
  absl::Status AddReferences(const ImportRow& row, Part* part, Part* addition);
  absl::Status Commit(Part* part, v1::ImportEntriesResponse* report);

  storage::Store& store_;
  const runtime::Call call_;
  bool started_ = false;
  bool publish_ = false;
  bool validate_only_ = false;
  std::function<absl::Status(const v1::Entry*, const ImportRow&)> allow_;
  v1::ImportEntriesRequest::Format format_ = v1::ImportEntriesRequest::JSONL_SEED;
  std::string source_;
  int64_t next_row_ = 1;
  std::set<std::string>
      known_names_;  // departments and policies that exist; they are never deleted
};

}  // namespace hotline::knowledge
