#include "services/answer/open_data_stream.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sodium.h>

#include "google/protobuf/util/json_util.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/answer/open_entry.h"

namespace hotline::answer {
namespace {

absl::Status SnapshotRequired() {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                   "这个位置之后的变化已不在内存中，请重新获取快照。",
                   {{"name", "openData"}, {"state", "SNAPSHOT_REQUIRED"}});
}

absl::Status OtherBase() {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::OTHER_TIMELINE,
                   "知识库已恢复到另一条时间线，请重新获取快照。");
}

absl::Status NotReached(int64_t wanted, int64_t head) {
  return MakeError(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED,
                   "这个位置在当前位置之后，请稍后重试。",
                   {{"kb_revision", std::to_string(wanted)}, {"head", std::to_string(head)}});
}

absl::Status BeginAgain() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                   "读取期间变化过多或知识库已更换，请重新开始。");
}

// SHA-256 of what is added.
class RunningHash {
 public:
  RunningHash() { crypto_hash_sha256_init(&state_); }
  void Add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
  }
  std::string Finish() {
    std::string hash(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&state_, reinterpret_cast<unsigned char*>(hash.data()));
    return hash;
  }

 private:
  crypto_hash_sha256_state state_{};
};

// Whether an instant at which something begins or ends lies after `since`, and is over by `now`.
bool Passed(LogTime instant, LogTime since, LogTime now) {
  return since < instant && instant <= now;
}

template <typename Resource>
bool ChangedByTime(const Resource& resource, LogTime since, LogTime now) {
  const type::v1::Validity& validity = resource.validity();
  return (validity.has_effective_time() &&
          Passed(ToLogTime(validity.effective_time()), since, now)) ||
         (validity.has_expire_time() && Passed(ToLogTime(validity.expire_time()), since, now));
}

// Names of the entries that say something else at `view` than at `since`, though no Change did it:
// validities of entries, policies and facts that began or ended.
std::vector<std::string> FlippedSince(const View& view, LogTime since) {
  const Corpus& corpus = *view.corpus;
  const LogTime now = view.log_time;
  std::unordered_set<uint64_t> basis;
  PersistentMap<PublishedPolicy>::Cursor policies(corpus.policies);
  while (const PublishedPolicy* policy = policies.Next()) {
    if (ChangedByTime(policy->policy, since, now)) basis.insert(policy->id);
  }
  PersistentMap<PublishedFact>::Cursor facts(corpus.facts);
  while (const PublishedFact* fact = facts.Next()) {
    if (ChangedByTime(fact->fact, since, now)) basis.insert(fact->id);
  }
  std::vector<std::string> names;
  PersistentMap<PublishedEntry>::Cursor entries(corpus.entries);
  while (const PublishedEntry* entry = entries.Next()) {
    const bool flipped =
        Passed(entry->facts.effective, since, now) || Passed(entry->facts.expire, since, now) ||
        std::ranges::any_of(entry->policies, [&](uint64_t key) { return basis.contains(key); }) ||
        std::ranges::any_of(entry->included,
                            [&](const auto& fact) { return basis.contains(fact.fact); });
    if (flipped) names.push_back(entry->name);
  }
  return names;
}

}  // namespace

std::string OpenDataSignedText(std::string_view sha256) {
  return "koujing-open-data-1\n" + ToHex(sha256) + "\n";
}

struct OpenDataLines::State {
  AnswerService& service;
  AnswerMaker& maker;
  const records::Signer& signer;

  std::string timeline{};
  std::optional<v1::OpenDataLine> begin{};
  // Of a snapshot: the entries of the view where it began, by structure. Their texts are taken from
  // the newest view.
  std::optional<PersistentMap<PublishedEntry>::Cursor> listing{};
  std::vector<std::string> names{};  // to be told before the events, from the end
  uint64_t sequence = 0;             // the newest event told
  std::optional<PersistentMap<PublishedDepartment>::Cursor> owners{};
  bool ended = false;
  RunningHash hash{};

  OpenDataPart part{};
  size_t bytes = 0;

  bool IsFull() const {
    return static_cast<int>(part.lines.size()) >= kOpenLinesPerMessage ||
           bytes >= kOpenBytesPerMessage;
  }

  void Say(const v1::OpenDataLine& line) {
    std::string json;
    // Texts are UTF-8: they came out of the base.
    (void)google::protobuf::util::MessageToJsonString(line, &json);
    hash.Add(json);
    hash.Add("\n");
    bytes += json.size();
    part.lines.push_back(std::move(json));
  }

  void SayEntry(const View& view, const PublishedEntry& entry) {
    v1::OpenDataLine line;
    *line.mutable_entry() = MakeOpenEntry(maker, view, entry);
    // The last line says where the reader stands; the same text is the same line.
    line.mutable_entry()->clear_kb_revision();
    Say(line);
  }

  // What holds of an entry now.
  void SayName(const View& view, const std::string& name) {
    const PublishedEntry* entry = view.corpus->FindEntry(name);
    if (entry != nullptr && IsVisible(entry->facts, OpenDataViewer(view.log_time))) {
      return SayEntry(view, *entry);
    }
    v1::OpenDataLine line;
    line.set_removed(name);
    Say(line);
  }

  void SayListed(const View& view) {
    const Viewer viewer = OpenDataViewer(view.log_time);
    while (!IsFull()) {
      const PublishedEntry* listed = listing->Next();
      if (listed == nullptr) {
        listing.reset();
        return;
      }
      const PublishedEntry* entry = view.corpus->entries.Find(listed->id);
      if (entry != nullptr && IsVisible(entry->facts, viewer)) SayEntry(view, *entry);
    }
  }

  absl::Status SayEvents(const View& view) {
    std::unordered_set<std::string> said;  // in this part: of this view
    while (!IsFull()) {
      bool lost = false;
      const auto event = service.history().Next(sequence, view.event_sequence, lost);
      if (lost) return BeginAgain();
      if (!event.has_value()) return absl::OkStatus();
      sequence = event->sequence;
      const auto web = [](const EntryEvent::Side& side) {
        return side.online && (side.facts.channels & ChannelBit(type::v1::WEB)) != 0;
      };
      if (!web(event->before) && !web(event->after)) continue;  // never was, and is not, public
      if (said.insert(event->name).second) SayName(view, event->name);
    }
    return absl::OkStatus();
  }

  // Departments are few, and their phones change without an event of their entries.
  void SayOwners(const View& view) {
    if (!owners.has_value()) owners.emplace(view.corpus->departments);
    while (!IsFull()) {
      const PublishedDepartment* listed = owners->Next();
      if (listed == nullptr) return;
      const PublishedDepartment* department = view.corpus->departments.Find(listed->id);
      if (department == nullptr) continue;
      v1::OpenDataLine line;
      line.mutable_owner()->set_department(department->name);
      line.mutable_owner()->set_display_name(department->display_name);
      line.mutable_owner()->set_phone(department->phone);
      Say(line);
    }
  }

  void SayEnd(const View& view) {
    v1::OpenDataLine line;
    line.mutable_end()->set_kb_revision(view.corpus->kb_revision);
    *line.mutable_end()->mutable_log_time() = ToTimestamp(view.log_time);
    line.mutable_end()->set_entry_count(CountOpenEntries(view));
    Say(line);
    ended = true;
    v1::OpenDataSignature& signature = part.signature.emplace();
    signature.set_sha256(hash.Finish());
    signature.set_signature(signer.Sign(OpenDataSignedText(signature.sha256())));
    signature.set_key_id(signer.key_id());
  }
};

OpenDataLines::OpenDataLines(AnswerService& service, AnswerMaker& maker,
                             const records::Signer& signer)
    : state_(new State{.service = service, .maker = maker, .signer = signer}) {}

OpenDataLines::~OpenDataLines() = default;

void OpenDataLines::StartSnapshot(const Reading& reading) {
  State& s = *state_;
  s.timeline = reading.corpus().timeline_id;
  auto& begin = *s.begin.emplace().mutable_begin();
  begin.set_kind(v1::OpenDataLine::Begin::SNAPSHOT);
  begin.set_timeline_id(s.timeline);
  s.sequence = reading.view->event_sequence;
  s.listing.emplace(reading.corpus().entries);
}

absl::Status OpenDataLines::StartChanges(const Reading& reading,
                                         const v1::GetOpenChangesRequest& request) {
  State& s = *state_;
  const Corpus& corpus = reading.corpus();
  if (request.timeline_id() != corpus.timeline_id) return OtherBase();
  if (request.after_kb_revision() > corpus.kb_revision) {
    return NotReached(request.after_kb_revision(), corpus.kb_revision);
  }
  const auto point = s.service.history().PointOf(request.after_kb_revision());
  if (!point.has_value()) return SnapshotRequired();
  s.timeline = corpus.timeline_id;
  auto& begin = *s.begin.emplace().mutable_begin();
  begin.set_kind(v1::OpenDataLine::Begin::CHANGES);
  begin.set_timeline_id(s.timeline);
  begin.set_after_kb_revision(request.after_kb_revision());
  *begin.mutable_after_time() = request.after_time();
  s.names = FlippedSince(*reading.view, ToLogTime(request.after_time()));
  s.sequence = *point;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<OpenDataPart>> OpenDataLines::Next() {
  State& s = *state_;
  if (s.ended) return std::nullopt;
  ASSIGN_OR_RETURN(const Reading reading, s.service.Read());
  if (reading.corpus().timeline_id != s.timeline) return BeginAgain();
  const View& view = *reading.view;
  s.part = {};
  s.bytes = 0;
  if (s.begin.has_value()) s.Say(*std::exchange(s.begin, std::nullopt));
  if (s.listing.has_value()) s.SayListed(view);
  while (!s.names.empty() && !s.IsFull()) {
    s.SayName(view, s.names.back());
    s.names.pop_back();
  }
  if (!s.IsFull()) RETURN_IF_ERROR(s.SayEvents(view));
  if (!s.IsFull()) s.SayOwners(view);
  // All of it was said, the newest in this view: nothing of it is older. Owners that changed since
  // the first of them was told come with the next changes.
  if (!s.IsFull()) s.SayEnd(view);
  return std::move(s.part);
}

}  // namespace hotline::answer
