// Lines of open data as they come in: nothing of them counts before the signature was checked.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/answer/v1/open_data_service.pb.h"

namespace hotline::mirror {

// A snapshot or changes, whose signature was found good.
struct LineSet {
  answer::v1::OpenDataLine::Begin begin;
  std::vector<answer::v1::OpenDataLine> lines;  // between the first and the last one
  answer::v1::OpenDataLine::End end;
};

// Used once, by one thread.
class LineReader {
 public:
  LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  // Takes the next line, byte for byte as it came.
  void Add(std::string line);

  // The lines, when `public_key` (32 bytes) signed exactly them. INVALID_ARGUMENT: BAD_FILE.
  absl::StatusOr<LineSet> Finish(const answer::v1::OpenDataSignature& signature,
                                 std::string_view public_key);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

// INVALID_ARGUMENT (BAD_FILE): something is not what it should be; nothing of it is used.
absl::Status Untrusted(std::string_view sentence);

// The bytes of a key given as 64 hexadecimal digits. FIELD_INVALID.
absl::StatusOr<std::string> ParsePublicKey(const std::string& hex);

}  // namespace hotline::mirror
