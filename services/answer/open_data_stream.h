// Open data as signed lines: everything, or what is other than at an earlier position.
//
// The lines are made of the newest view at each message, never of an older one that is held: what
// was recalled while a slow reader takes its time is given to nobody, and no recall's receipt waits
// for a reader. What changed meanwhile is given again at the end, until the reader has caught up
// with the view that the last line names; so the state is exactly that view's.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/answer/v1/open_data_service.pb.h"
#include "services/answer/answer_maker.h"
#include "services/answer/answer_service.h"
#include "services/records/signing.h"

namespace hotline::answer {

// Bounds of one message.
inline constexpr int kOpenLinesPerMessage = 100;
inline constexpr size_t kOpenBytesPerMessage = size_t{512} << 10U;

// What is sent: lines, and with the last ones the signature.
struct OpenDataPart {
  std::vector<std::string> lines;
  std::optional<v1::OpenDataSignature> signature;
};

// Used by one thread at a time.
class OpenDataLines {
 public:
  // All must outlive it.
  OpenDataLines(AnswerService& service, AnswerMaker& maker, const records::Signer& signer);
  OpenDataLines(const OpenDataLines&) = delete;
  OpenDataLines& operator=(const OpenDataLines&) = delete;
  ~OpenDataLines();

  // One of these two first. `reading` is where it begins.
  void StartSnapshot(const Reading& reading);
  // OTHER_TIMELINE; STATE_CONFLICT (state SNAPSHOT_REQUIRED) when what happened since is not
  // remembered; REVISION_NOT_REACHED.
  absl::Status StartChanges(const Reading& reading, const v1::GetOpenChangesRequest& request);

  // The next part; nullopt after the last one. UNAVAILABLE: NOT_SERVING when the base was replaced
  // or too much happened meanwhile: begin again.
  absl::StatusOr<std::optional<OpenDataPart>> Next();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// The text that a signature of open data is of, by the SHA-256 of the lines.
std::string OpenDataSignedText(std::string_view sha256);

}  // namespace hotline::answer
