// An export: all rows read at one position, in bounded memory.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Used by one thread at a time. Each message holds some rows, at most about kExportMessageBytes
// unless one row is larger; the first message comes even when there are no rows, to tell the
// position.
class Exporter final : public runtime::StreamSource<v1::ExportEntriesResponse> {
 public:
  // `store` must outlive this.
  Exporter(storage::Store& store, runtime::Call call, v1::ExportEntriesRequest request);

  absl::StatusOr<runtime::StreamStep<v1::ExportEntriesResponse>> Next() override;

 private:
  absl::Status FetchPage();
  // Reads departments and policies that rows refer to and that are not known yet.
  absl::Status FetchReferences(const std::vector<v1::Entry>& entries);
  absl::Status Fetch(std::vector<std::string> names);
  v1::EntryRow RowOf(const v1::Entry& entry, const v1::EntryContent& content) const;

  storage::Store& store_;
  const runtime::Call call_;
  const v1::ExportEntriesRequest request_;
  int64_t kb_revision_ = 0;  // 0 until the first page was read
  bool started_ = false;
  bool more_ = true;
  std::string after_name_;
  std::deque<v1::EntryRow> rows_;
  std::map<std::string, store::v1::Resource> references_;  // cleared when it grows past a limit
};

}  // namespace hotline::knowledge
