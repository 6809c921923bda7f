// A mirror on disk: what the public part of a base says, one entry a line, and where it stands.
//
//   state.json            where it stands, which key signs, and which file has the entries
//   entries-{N}.jsonl     OpenEntry as JSON, one a line, in order of their names
//   past.jsonl            texts that were said before and are no more, oldest first
//
// state.json is replaced by a rename when everything else is durable: whoever reads it has a whole
// state, the old one or the new one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"

#include "clients/mirror/verified_lines.h"
#include "hotline/answer/v1/open_data_service.pb.h"

namespace hotline::mirror {

// Earlier texts that are kept, for the check of pages.
inline constexpr size_t kPastMax = 20'000;

struct MirrorState {
  std::string timeline_id;
  int64_t kb_revision = 0;
  google::protobuf::Timestamp log_time;
  int64_t entry_count = 0;
  std::string public_key;                     // 64 hexadecimal digits
  std::map<std::string, std::string> owners;  // department -> Owner as JSON
  bool empty() const { return timeline_id.empty(); }
};

// Used by one thread. Another process that has the folder open for writing is waited for by none:
// it is refused.
class MirrorFolder {
 public:
  // Makes the folder when there is none. BAD_FILE when it holds something else than a mirror, or
  // its files were changed.
  static absl::StatusOr<std::unique_ptr<MirrorFolder>> Open(const std::string& dir, bool writing);
  MirrorFolder(const MirrorFolder&) = delete;
  MirrorFolder& operator=(const MirrorFolder&) = delete;
  ~MirrorFolder();

  const MirrorState& state() const { return state_; }

  // What came of applying lines.
  struct Applied {
    size_t changed = 0;  // entries that are new or other
    size_t removed = 0;
  };
  // Applies lines that follow the state, all of them or none. BAD_FILE: they do not follow it (a
  // gap, a step back), or do not lead to the number of entries that they name.
  absl::StatusOr<Applied> Apply(const LineSet& set, const std::string& public_key);

  // Calls `visit` for each entry, in order of names.
  void ForEach(const std::function<void(const answer::v1::OpenEntry&)>& visit) const;
  // The same for each earlier text, oldest first.
  void ForEachPast(const std::function<void(const answer::v1::OpenEntry&)>& visit) const;

 private:
  using Entries = std::map<std::string, std::string>;  // name -> JSON

  explicit MirrorFolder(std::string dir) : dir_(std::move(dir)) {}
  absl::Status Lock();
  absl::Status Load();
  absl::Status CheckFollows(const LineSet& set) const;
  absl::Status Save(const MirrorState& state, const Entries& entries,
                    const std::vector<std::string>& past);
  std::string PathOf(const std::string& file) const { return dir_ + "/" + file; }

  const std::string dir_;
  int lock_ = -1;
  MirrorState state_;
  std::string entries_file_;
  Entries entries_;
  std::vector<std::string> past_;  // JSON
};

}  // namespace hotline::mirror
