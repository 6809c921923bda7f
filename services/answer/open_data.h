// OpenDataService as plain functions: what the base says to the public, in pages and in signed
// lines.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/answer/v1/open_data_service.pb.h"
#include "services/answer/answer_maker.h"
#include "services/answer/answer_service.h"
#include "services/answer/open_data_stream.h"
#include "services/records/signing.h"

namespace hotline::answer {

inline constexpr int kOpenPageDefault = 50;
inline constexpr int kOpenPageMax = 200;
// Entries that one page looks at for a filter.
inline constexpr size_t kOpenLooksMax = 20'000;
// Streams of lines that may be open at once: each makes as many texts as it can be sent.
inline constexpr int kOpenStreamsMax = 8;
// A list of names is used for so long for the first pages of others.
inline constexpr std::chrono::seconds kOpenListKept{60};

// Thread-safe.
class OpenData {
 public:
  // All must outlive it. Null `signer`: there are pages only.
  OpenData(AnswerService& service, Hotline hotline, const records::Signer* signer);
  OpenData(const OpenData&) = delete;
  OpenData& operator=(const OpenData&) = delete;

  absl::StatusOr<v1::ListOpenEntriesResponse> ListOpenEntries(
      const runtime::Call& call, const v1::ListOpenEntriesRequest& request);
  // This must outlive the sources.
  absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::GetOpenSnapshotResponse>>>
  GetOpenSnapshot(const runtime::Call& call, const v1::GetOpenSnapshotRequest& request);
  absl::StatusOr<std::unique_ptr<runtime::StreamSource<v1::GetOpenChangesResponse>>> GetOpenChanges(
      const runtime::Call& call, const v1::GetOpenChangesRequest& request);
  absl::StatusOr<v1::GetOpenDataKeyResponse> GetOpenDataKey(
      const runtime::Call& call, const v1::GetOpenDataKeyRequest& request) const;

 private:
  // The names of a base in their order, at a position.
  struct Listing {
    std::string timeline_id;
    int64_t kb_revision = 0;
    LogTime log_time = 0;
    runtime::BootTime made{0};
    std::vector<std::string> names;
  };
  std::shared_ptr<const Listing> ListingFor(const Reading& reading);
  absl::StatusOr<std::unique_ptr<OpenDataLines>> Lines();

  AnswerService& service_;
  // Keeps nothing: whoever takes everything would push out what people ask for.
  AnswerMaker maker_;
  const records::Signer* const signer_;
  std::shared_ptr<std::atomic<int>> streams_ = std::make_shared<std::atomic<int>>(0);
  std::mutex mutex_;
  std::shared_ptr<const Listing> listing_;  // guarded by mutex_
};

}  // namespace hotline::answer
