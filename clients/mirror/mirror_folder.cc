#include "clients/mirror/mirror_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline::mirror {
namespace {

using answer::v1::OpenDataLine;
using answer::v1::OpenEntry;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;
using google::protobuf::util::TimeUtil;

constexpr char kStateFile[] = "state.json";
constexpr char kPastFile[] = "past.jsonl";
constexpr char kLockFile[] = "lock";

absl::Status CannotWrite(const std::string& path) {
  return FieldInvalid(
      "dir", path, std::string("镜像写不进去（") + std::strerror(errno) + "），请检查目录和空间。");
}

// Durable under `path` when it returns: whole, or not at all.
absl::Status WriteWhole(const std::string& path, const std::string& text) {
  const std::string part = path + ".new";
  const int file = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return CannotWrite(path);
  bool good = true;
  for (size_t at = 0; good && at < text.size();) {
    const ssize_t count = write(file, text.data() + at, text.size() - at);
    good = count > 0;
    if (good) at += static_cast<size_t>(count);
  }
  good = good && fsync(file) == 0;
  good = close(file) == 0 && good;
  if (!good || std::rename(part.c_str(), path.c_str()) != 0) return CannotWrite(path);
  const std::string folder = std::filesystem::path(path).parent_path();
  const int dir = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0) {
    (void)fsync(dir);
    close(dir);
  }
  return absl::OkStatus();
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  (void)MessageToJsonString(message, &json);
  return json;
}

bool ParseEntry(const std::string& json, OpenEntry& entry) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return JsonStringToMessage(json, &entry, options).ok();
}

template <typename Each>
void ForEachLine(const std::string& text, const Each& each) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) each(text.substr(at, end - at));
    at = end + 1;
  }
}

absl::Status Damaged(const std::string& dir) {
  return Untrusted("镜像目录 " + dir + " 里的文件不完整或被改动过；请清空目录后重新获取快照。");
}

// Of a line that JsonOf made: names have no quotes and no escapes.
std::string NameIn(std::string_view json) {
  constexpr std::string_view kBegin = R"({"name":")";
  if (!json.starts_with(kBegin)) return "";
  json.remove_prefix(kBegin.size());
  return std::string(json.substr(0, json.find('"')));
}

// The same words under another owner's phone are the same text.
bool SaysTheSame(const OpenEntry& one, const OpenEntry& other) {
  return one.content_hash() == other.content_hash() && one.html() == other.html();
}

}  // namespace

absl::StatusOr<std::unique_ptr<MirrorFolder>> MirrorFolder::Open(const std::string& dir,
                                                                 bool writing) {
  std::unique_ptr<MirrorFolder> folder(new MirrorFolder(dir));
  if (writing) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    RETURN_IF_ERROR(folder->Lock());
  } else if (!std::filesystem::exists(folder->PathOf(kStateFile))) {
    return FieldInvalid("mirror", dir, "这里没有镜像，请先运行 kbctl mirror pull。");
  }
  RETURN_IF_ERROR(folder->Load());
  return folder;
}

MirrorFolder::~MirrorFolder() {
  if (lock_ >= 0) close(lock_);
}

absl::Status MirrorFolder::Lock() {
  lock_ = open(PathOf(kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0) return CannotWrite(dir_);
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return FieldInvalid("dir", dir_, "另一个程序正在更新这个镜像，请等它结束。");
}

absl::Status MirrorFolder::Load() {
  const std::string text = ReadWhole(PathOf(kStateFile));
  if (text.empty()) return absl::OkStatus();
  google::protobuf::Struct json;
  if (!JsonStringToMessage(text, &json).ok()) return Damaged(dir_);
  const auto field = [&json](const char* name) {
    const auto at = json.fields().find(name);
    return at == json.fields().end() ? std::string() : at->second.string_value();
  };
  state_.timeline_id = field("timelineId");
  state_.kb_revision = std::atoll(field("kbRevision").c_str());
  state_.entry_count = std::atoll(field("entryCount").c_str());
  state_.public_key = field("publicKey");
  entries_file_ = field("entriesFile");
  const bool named =
      entries_file_.starts_with("entries-") && entries_file_.find('/') == std::string::npos;
  if (!named || !TimeUtil::FromString(field("logTime"), &state_.log_time)) return Damaged(dir_);
  const std::string entries = ReadWhole(PathOf(entries_file_));
  if (ToHex(Sha256(entries)) != field("entriesSha256")) return Damaged(dir_);
  ForEachLine(entries, [&](std::string line) {
    std::string name = NameIn(line);
    entries_[std::move(name)] = std::move(line);
  });
  const auto owners = json.fields().find("owners");
  if (owners != json.fields().end()) {
    for (const auto& [department, owner] : owners->second.struct_value().fields()) {
      state_.owners[department] = owner.string_value();
    }
  }
  if (static_cast<int64_t>(entries_.size()) != state_.entry_count) return Damaged(dir_);
  ForEachLine(ReadWhole(PathOf(kPastFile)),
              [&](std::string line) { past_.push_back(std::move(line)); });
  return absl::OkStatus();
}

absl::Status MirrorFolder::CheckFollows(const LineSet& set) const {
  const bool same_base = set.begin.timeline_id() == state_.timeline_id;
  if (set.begin.kind() == OpenDataLine::Begin::SNAPSHOT) {
    if (same_base && set.end.kb_revision() < state_.kb_revision) {
      return Untrusted("快照比镜像还旧（全库位置 " + std::to_string(set.end.kb_revision()) + " < " +
                       std::to_string(state_.kb_revision) + "），已丢弃。");
    }
    return absl::OkStatus();
  }
  const bool follows = set.begin.kind() == OpenDataLine::Begin::CHANGES && same_base &&
                       set.begin.after_kb_revision() == state_.kb_revision &&
                       set.begin.after_time() == state_.log_time &&
                       set.end.kb_revision() >= state_.kb_revision;
  if (follows) return absl::OkStatus();
  return Untrusted("这些变化接不上镜像（中间缺了一段），已丢弃；请用 --snapshot 重新获取快照。");
}

absl::StatusOr<MirrorFolder::Applied> MirrorFolder::Apply(const LineSet& set,
                                                          const std::string& public_key) {
  RETURN_IF_ERROR(CheckFollows(set));
  const bool snapshot = set.begin.kind() == OpenDataLine::Begin::SNAPSHOT;
  Entries entries = snapshot ? Entries() : entries_;
  std::map<std::string, std::string> known = state_.owners;
  std::map<std::string, const answer::v1::Owner*> owners;  // that are others than before
  for (const OpenDataLine& line : set.lines) {
    if (line.has_owner()) {
      std::string& owner = known[line.owner().department()];
      std::string now = JsonOf(line.owner());
      if (owner != now) owners[line.owner().department()] = &line.owner();
      owner = std::move(now);
    } else if (line.line_case() == OpenDataLine::kRemoved) {
      entries.erase(line.removed());
    } else if (line.has_entry()) {
      entries[line.entry().name()] = JsonOf(line.entry());
    }
  }
  if (!owners.empty()) {
    for (auto& [name, json] : entries) {
      OpenEntry entry;
      if (!ParseEntry(json, entry)) return Damaged(dir_);
      const auto owner = owners.find(entry.owner().department());
      if (owner == owners.end()) continue;
      *entry.mutable_owner() = *owner->second;
      json = JsonOf(entry);
    }
  }
  if (static_cast<int64_t>(entries.size()) != set.end.entry_count()) {
    return Untrusted("条数对不上（镜像 " + std::to_string(entries.size()) + "，服务端 " +
                     std::to_string(set.end.entry_count()) +
                     "），已丢弃；请用 --snapshot 重新获取快照。");
  }
  Applied applied;
  std::vector<std::string> past = past_;
  for (const auto& [name, json] : entries_) {
    const auto now = entries.find(name);
    if (now != entries.end() && now->second == json) continue;
    OpenEntry before;
    OpenEntry after;
    (void)ParseEntry(json, before);
    if (now != entries.end()) (void)ParseEntry(now->second, after);
    if (now == entries.end()) ++applied.removed;
    if (!SaysTheSame(before, after)) past.push_back(json);
  }
  for (const auto& [name, json] : entries) {
    const auto before = entries_.find(name);
    if (before == entries_.end() || before->second != json) ++applied.changed;
  }
  if (past.size() > kPastMax)
    past.erase(past.begin(), past.end() - static_cast<std::ptrdiff_t>(kPastMax));
  const MirrorState state{.timeline_id = set.begin.timeline_id(),
                          .kb_revision = set.end.kb_revision(),
                          .log_time = set.end.log_time(),
                          .entry_count = set.end.entry_count(),
                          .public_key = public_key,
                          .owners = std::move(known)};
  RETURN_IF_ERROR(Save(state, entries, past));
  state_ = state;
  entries_ = std::move(entries);
  past_ = std::move(past);
  return applied;
}

absl::Status MirrorFolder::Save(const MirrorState& state, const Entries& entries,
                                const std::vector<std::string>& past) {
  std::string text;
  for (const auto& [name, json] : entries) text += json + "\n";
  std::string past_text;
  for (const std::string& json : past) past_text += json + "\n";
  // Another name than the one in use, also when the position is the same.
  std::string file = "entries-" + std::to_string(state.kb_revision) + ".jsonl";
  if (file == entries_file_) file = "entries-" + std::to_string(state.kb_revision) + "-b.jsonl";
  RETURN_IF_ERROR(WriteWhole(PathOf(file), text));
  RETURN_IF_ERROR(WriteWhole(PathOf(kPastFile), past_text));
  google::protobuf::Struct json;
  const auto set = [&json](const char* name, const std::string& value) {
    (*json.mutable_fields())[name].set_string_value(value);
  };
  set("timelineId", state.timeline_id);
  set("kbRevision", std::to_string(state.kb_revision));
  set("logTime", TimeUtil::ToString(state.log_time));
  set("entryCount", std::to_string(state.entry_count));
  set("publicKey", state.public_key);
  set("entriesFile", file);
  set("entriesSha256", ToHex(Sha256(text)));
  auto& owners = *(*json.mutable_fields())["owners"].mutable_struct_value()->mutable_fields();
  for (const auto& [department, owner] : state.owners) owners[department].set_string_value(owner);
  RETURN_IF_ERROR(WriteWhole(PathOf(kStateFile), JsonOf(json) + "\n"));
  if (!entries_file_.empty()) (void)std::remove(PathOf(entries_file_).c_str());
  entries_file_ = file;
  return absl::OkStatus();
}

void MirrorFolder::ForEach(const std::function<void(const OpenEntry&)>& visit) const {
  for (const auto& [name, json] : entries_) {
    OpenEntry entry;
    if (ParseEntry(json, entry)) visit(entry);
  }
}

void MirrorFolder::ForEachPast(const std::function<void(const OpenEntry&)>& visit) const {
  for (const std::string& json : past_) {
    OpenEntry entry;
    if (ParseEntry(json, entry)) visit(entry);
  }
}

}  // namespace hotline::mirror
