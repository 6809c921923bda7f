// A corpus as sections of a checkpoint, and back. What is saved is all that the builder would
// otherwise make from the store's resources; see corpus_builder.h, CorpusParts.
#pragma once

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/answer/checkpoint_file.h"
#include "services/answer/corpus.h"
#include "services/answer/corpus_builder.h"

namespace hotline::answer {

// What a checkpoint says of itself before anything else of it is read.
struct CheckpointHead {
  std::string fingerprint;  // CorpusFingerprint() of the program that wrote it
  std::string timeline_id;
  int64_t kb_revision = 0;
  LogTime log_time = 0;  // to which validities had been told
  std::string digest;    // Store::GetDigest at kb_revision: what tells this history from another
  uint64_t entries = 0;

  std::string Bytes() const;
  // DATA_LOSS.
  static absl::StatusOr<CheckpointHead> Parse(std::string_view bytes);
};

// Equal in two programs that make the same corpus and index of the same resources. 32 bytes; made
// once (some 20 ms).
const std::string& CorpusFingerprint();

// Writes every section. Any thread: a corpus does not change.
absl::Status WriteCorpus(const Corpus& corpus, CheckpointWriter& writer);

// Reads and checks every section, with up to `threads` threads. DATA_LOSS, UNAVAILABLE.
absl::StatusOr<CorpusParts> ReadCorpus(const CheckpointReader& reader, size_t threads);

// Bytes that WriteCorpus will write, about.
uint64_t CheckpointBytes(const Corpus& corpus);

}  // namespace hotline::answer
