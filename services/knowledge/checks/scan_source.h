// A scan of what is published, in bounded memory: texts are read page by page at one position, and
// compared with the base as it stands (at that position or later).
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/check_service.pb.h"
#include "services/knowledge/checks/base_view.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge::checks {

// Entries looked at for one message, at most.
inline constexpr int kScanPageSize = 200;

// Used by one thread at a time. Each message tells of one page of entries; messages without
// findings tell how far it is.
class Scanner final : public runtime::StreamSource<v1::ScanPublishedResponse> {
 public:
  // `store` and `view` must outlive this.
  Scanner(storage::Store& store, const BaseView& view, runtime::Call call,
          v1::ScanPublishedRequest request);

  absl::StatusOr<runtime::StreamStep<v1::ScanPublishedResponse>> Next() override;

 private:
  absl::Status Start();
  absl::Status CheckEntry(const v1::Entry& entry, v1::ScanPublishedResponse* message);

  storage::Store& store_;
  const BaseView& view_;
  const runtime::Call call_;
  const v1::ScanPublishedRequest request_;
  int64_t kb_revision_ = 0;
  int64_t total_ = 0;
  int64_t scanned_ = 0;
  int left_ = 0;  // findings that may still be told
  bool started_ = false;
  bool more_ = true;
  std::string after_name_;
};

}  // namespace hotline::knowledge::checks
