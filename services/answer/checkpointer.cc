#include "services/answer/checkpointer.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "proto/cc/errors.h"
#include "services/answer/checkpoint_corpus.h"
#include "services/answer/checkpoint_file.h"

namespace hotline::answer {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::string_view kPrefix = "corpus-";
constexpr std::string_view kSuffix = ".checkpoint";
constexpr std::string_view kDraft = ".draft";
constexpr size_t kDigits = 19;
constexpr std::chrono::seconds kStoreDeadline{10};
// Saving takes at most about a tenth of the time, however fast Changes come.
constexpr int kPauseFactor = 9;
constexpr size_t kThreadsMax = 4;
constexpr int kNiceness = 10;

std::string FileName(int64_t kb_revision) {
  std::string digits = std::to_string(kb_revision);
  digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
  return std::string(kPrefix) + digits + std::string(kSuffix);
}

bool IsCheckpoint(const std::string& name) {
  return name.size() == kPrefix.size() + kDigits + kSuffix.size() && name.starts_with(kPrefix) &&
         name.ends_with(kSuffix);
}

// A draft that nobody writes any more: its writer was killed.
bool IsLeftDraft(const fs::path& path) {
  const std::string name = path.filename();
  if (!name.starts_with(kPrefix) || !name.ends_with(kDraft)) return false;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool left = flock(file, LOCK_EX | LOCK_NB) == 0;
  close(file);
  return left;
}

std::string Seconds(steady_clock::duration time) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f s", std::chrono::duration<double>(time).count());
  return text;
}

// What is wrong with a checkpoint is no trouble of the store.
bool IsStoreTrouble(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

absl::Status Passed(std::string_view why) {
  return absl::FailedPreconditionError(std::string(why));
}

storage::Deadline StoreDeadline() { return steady_clock::now() + kStoreDeadline; }

}  // namespace

std::vector<std::string> Checkpointer::Files() const {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(options_.dir, error), end; !error && at != end;
       at.increment(error)) {
    if (IsCheckpoint(at->path().filename())) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end(), std::greater<>());
  return files;
}

absl::StatusOr<std::unique_ptr<CorpusBuilder>> Checkpointer::Restore(storage::Store& store) {
  if (options_.dir.empty() || distrusted_) return nullptr;
  const std::vector<std::string> files = Files();
  if (files.empty()) return nullptr;
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(StoreDeadline()));
  for (const std::string& file : files) {
    const auto start = steady_clock::now();
    absl::StatusOr<std::unique_ptr<CorpusBuilder>> builder = RestoreFrom(file, status, store);
    if (builder.ok()) {
      options_.notice(false, "checkpoint read",
                      file + ": " + std::to_string((*builder)->corpus()->entries.size()) +
                          " entries at kb_revision " +
                          std::to_string((*builder)->corpus()->kb_revision) + " in " +
                          Seconds(steady_clock::now() - start));
      return builder;
    }
    if (absl::IsAborted(builder.status()))
      return absl::UnavailableError(builder.status().message());
    const std::string detail = file + ": " + std::string(builder.status().message());
    // Of another program, base or time: to be expected after an upgrade or a restore.
    options_.notice(!absl::IsFailedPrecondition(builder.status()), "checkpoint passed over",
                    detail);
  }
  return nullptr;
}

absl::StatusOr<std::unique_ptr<CorpusBuilder>> Checkpointer::RestoreFrom(
    const std::string& path, const store::v1::StoreStatus& status, storage::Store& store) const {
  ASSIGN_OR_RETURN(const auto reader, CheckpointReader::Open(path));
  ASSIGN_OR_RETURN(const CheckpointHead head, CheckpointHead::Parse(reader->head()));
  if (head.fingerprint != CorpusFingerprint()) return Passed("of a program that indexes otherwise");
  if (head.timeline_id != status.timeline_id()) return Passed("of another timeline");
  const int64_t behind = status.head_kb_revision() - head.kb_revision;
  if (head.kb_revision < 1 || behind < 0) return Passed("ahead of the base");
  if (behind > std::max(kReplayMax, static_cast<int64_t>(head.entries))) return Passed("too old");
  store::v1::GetDigestResponse digest;
  {
    const auto told = store.GetDigest(head.kb_revision, StoreDeadline());
    // The store is away: nothing is known of the checkpoint.
    if (!told.ok() && IsStoreTrouble(told.status()))
      return absl::AbortedError(told.status().message());
    if (!told.ok()) return Passed(std::string(told.status().message()));
    digest = *told;
  }
  if (digest.digest() != head.digest) return Passed("of another history");
  const size_t threads = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kThreadsMax);
  ASSIGN_OR_RETURN(CorpusParts parts, ReadCorpus(*reader, threads));
  return std::make_unique<CorpusBuilder>(std::move(parts));
}

void Checkpointer::OnLoaded() { due_ = true; }

void Checkpointer::OnApplied(const std::vector<store::v1::Change>& changes) {
  for (const auto& change : changes) unsaved_ += std::max(1, change.effects_size());
}

void Checkpointer::Tend(const Corpus& corpus, LogTime log_time,
                        std::shared_ptr<storage::Store> store) {
  if (options_.dir.empty() || (!due_ && unsaved_ < options_.every_changes)) return;
  if (saving_.valid()) {
    if (saving_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    not_before_ = steady_clock::now() + kPauseFactor * saving_.get();
  }
  if (steady_clock::now() < not_before_ || corpus.kb_revision < 1) return;
  due_ = false;
  unsaved_ = 0;
  // A copy shares the contents but is not the corpus that is served: nobody who waits until no
  // reply uses that one any more waits for the disk.
  saving_ = std::async(std::launch::async, [this, copy = std::make_unique<const Corpus>(corpus),
                                            log_time, held = std::move(store)] {
    // Of this thread alone: whoever reads or publishes comes first.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
    const auto start = steady_clock::now();
    SaveAndTell(*copy, log_time, *held);
    return steady_clock::now() - start;
  });
}

void Checkpointer::Finish(const Corpus& corpus, LogTime log_time,
                          std::shared_ptr<storage::Store> store) {
  if (options_.dir.empty()) return;
  if (saving_.valid()) saving_.get();
  if (corpus.kb_revision < 1) return;
  if (!due_ && unsaved_ < std::max<int64_t>(1, options_.every_changes / 100)) return;
  due_ = false;
  unsaved_ = 0;
  SaveAndTell(corpus, log_time, *store);
}

void Checkpointer::SaveAndTell(const Corpus& corpus, LogTime log_time,
                               storage::Store& store) const {
  const auto start = steady_clock::now();
  const absl::StatusOr<std::string> saved = Save(corpus, log_time, store);
  if (!saved.ok()) {
    options_.notice(true, "checkpoint not saved", std::string(saved.status().message()));
    return;
  }
  options_.notice(false, "checkpoint saved",
                  *saved + " in " + Seconds(steady_clock::now() - start));
}

absl::StatusOr<std::string> Checkpointer::Save(const Corpus& corpus, LogTime log_time,
                                               storage::Store& store) const {
  std::error_code error;
  if (!fs::exists(options_.dir, error)) {
    fs::create_directories(options_.dir, error);
    if (error) return absl::UnavailableError("folder not made: " + error.message());
    chmod(options_.dir.c_str(), S_IRWXU);
  }
  RemoveOld();
  struct statvfs disk {};
  if (statvfs(options_.dir.c_str(), &disk) != 0)
    return absl::UnavailableError("folder not reachable");
  const uint64_t free_bytes = static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (free_bytes < CheckpointBytes(corpus) + kDiskLeft)
    return absl::ResourceExhaustedError(
        "too little room on the disk: " + std::to_string(free_bytes >> 20U) + " MiB free");
  CheckpointHead head{.fingerprint = CorpusFingerprint(),
                      .timeline_id = corpus.timeline_id,
                      .kb_revision = corpus.kb_revision,
                      .log_time = log_time,
                      .digest = {},
                      .entries = corpus.entries.size()};
  ASSIGN_OR_RETURN(const auto digest, store.GetDigest(corpus.kb_revision, StoreDeadline()));
  head.digest = digest.digest();
  const std::string path = fs::path(options_.dir) / FileName(corpus.kb_revision);
  ASSIGN_OR_RETURN(const auto writer, CheckpointWriter::Create(path, head.Bytes()));
  RETURN_IF_ERROR(WriteCorpus(corpus, *writer));
  RETURN_IF_ERROR(writer->Finish());
  RemoveOld();
  return path + ": " + std::to_string(head.entries) + " entries, " +
         std::to_string(writer->size() >> 10U) + " KiB";
}

void Checkpointer::RemoveOld() const {
  std::vector<std::string> files = Files();
  std::error_code error;
  for (size_t i = kKept; i < files.size(); ++i) fs::remove(files[i], error);
  std::vector<fs::path> drafts;
  for (fs::directory_iterator at(options_.dir, error), end; !error && at != end;
       at.increment(error)) {
    if (IsLeftDraft(at->path())) drafts.push_back(at->path());
  }
  for (const fs::path& draft : drafts) fs::remove(draft, error);
}

}  // namespace hotline::answer
