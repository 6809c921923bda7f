#include "services/answer/checkpoint_corpus.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "services/answer/checkpoint_probe.h"
#include "services/index/byte_stream.h"
#include "services/index/segment.h"
#include "services/index/segment_bytes.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using index::ByteReader;
using index::ByteWriter;

// Raise it when a section means something else than before; a section that is new or gone, and what
// the probes of CorpusFingerprint see, need no thought.
constexpr uint32_t kCorpusFormat = 1;

// Values are saved in pieces of about this size, each of which is read by one thread and, of
// entries, stays in memory as it is.
constexpr size_t kPieceBytes = 8U << 20U;

using Block = std::shared_ptr<const std::string>;
template <typename Value>
typename PersistentMap<Value>::Cursor CursorOver(const PersistentMap<Value>& map) {
  return typename PersistentMap<Value>::Cursor(map);
}

using Sink = absl::FunctionRef<absl::Status(std::string_view piece)>;

// How one value is written and read back. `block` is what the reader reads from.

void WriteValue(const PublishedEntry& entry, ByteWriter& out) {
  out.Number(entry.id);
  out.Text(entry.name);
  out.Number(entry.revision);
  out.Number(entry.facts.effective);
  out.Number(entry.facts.expire);
  out.Number(entry.facts.region);
  out.Number(entry.facts.channels);
  out.Number(entry.marked_suspect);
  out.Number(entry.question);
  out.Number(entry.department);
  out.Array(entry.policies);
  out.Number(static_cast<uint64_t>(entry.included.size()));
  for (const auto& included : entry.included) {
    out.Number(included.fact);
    out.Number(included.in_answer);
  }
  out.Text(entry.bytes);
}

void ReadValue(ByteReader& in, const Block& block, PublishedEntry& entry) {
  entry.id = in.Number<uint64_t>();
  entry.name = in.Text();
  entry.revision = in.Number<int64_t>();
  entry.facts.effective = in.Number<LogTime>();
  entry.facts.expire = in.Number<LogTime>();
  entry.facts.region = in.Number<RegionCode>();
  entry.facts.channels = in.Number<uint16_t>();
  entry.marked_suspect = in.Number<uint8_t>() != 0;
  entry.question = in.Number<uint64_t>();
  entry.department = in.Number<uint64_t>();
  in.Array(entry.policies);
  entry.included.resize(in.Count(sizeof(uint64_t) + 1));
  for (auto& included : entry.included) {
    included.fact = in.Number<uint64_t>();
    included.in_answer = in.Number<uint8_t>() != 0;
  }
  entry.bytes = in.Text();
  entry.block = block;
}

void WriteValue(const WithdrawnEntry& entry, ByteWriter& out) { out.Number(entry.id); }

void ReadValue(ByteReader& in, const Block&, WithdrawnEntry& entry) {
  entry.id = in.Number<uint64_t>();
}

void WriteValue(const MergedEntry& entry, ByteWriter& out) {
  out.Number(entry.id);
  out.Text(entry.target);
}

void ReadValue(ByteReader& in, const Block&, MergedEntry& entry) {
  entry.id = in.Number<uint64_t>();
  entry.target = in.Text();
}

void WriteValue(const PublishedDepartment& department, ByteWriter& out) {
  out.Number(department.id);
  out.Text(department.name);
  out.Text(department.display_name);
  out.Text(department.phone);
}

void ReadValue(ByteReader& in, const Block&, PublishedDepartment& department) {
  department.id = in.Number<uint64_t>();
  department.name = in.Text();
  department.display_name = in.Text();
  department.phone = in.Text();
}

// A message that does not parse makes the reader unsound, as bytes that are missing do.
template <typename Message>
void ReadMessage(ByteReader& in, Message& message) {
  const std::string_view bytes = in.Text();
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) in.Refuse();
}

void WriteValue(const PublishedPolicy& policy, ByteWriter& out) {
  out.Number(policy.id);
  out.Text(policy.policy.SerializeAsString());
}

void ReadValue(ByteReader& in, const Block&, PublishedPolicy& policy) {
  policy.id = in.Number<uint64_t>();
  ReadMessage(in, policy.policy);
}

void WriteValue(const PublishedFact& fact, ByteWriter& out) {
  out.Number(fact.id);
  out.Number(fact.kb_revision);
  out.Text(fact.fact.SerializeAsString());
}

void ReadValue(ByteReader& in, const Block&, PublishedFact& fact) {
  fact.id = in.Number<uint64_t>();
  fact.kb_revision = in.Number<int64_t>();
  ReadMessage(in, fact.fact);
}

// One kind of section: how it is written, and how a piece is added to the parts. False: the piece
// is not of this kind.
struct SectionKind {
  std::string_view name;
  absl::Status (*write)(const Corpus& corpus, Sink sink);
  bool (*read)(const Block& piece, CorpusParts& parts);
};

// The values of a map of the corpus.
template <auto kMap, auto kParts>
constexpr SectionKind MapSection(std::string_view name) {
  return {.name = name,
          .write = [](const Corpus& corpus, Sink sink) -> absl::Status {
            std::string piece;
            ByteWriter out(piece);
            auto cursor = CursorOver(corpus.*kMap);
            while (const auto* value = cursor.Next()) {
              WriteValue(*value, out);
              if (piece.size() < kPieceBytes) continue;
              RETURN_IF_ERROR(sink(piece));
              piece.clear();
            }
            return piece.empty() ? absl::OkStatus() : sink(piece);
          },
          .read =
              [](const Block& piece, CorpusParts& parts) {
                auto& values = parts.*kParts;
                using Value =
                    typename std::remove_reference_t<decltype(values)>::value_type::element_type;
                ByteReader in(*piece);
                while (in.sound() && !in.finished()) {
                  auto value = std::make_shared<Value>();
                  ReadValue(in, piece, *value);
                  values.push_back(std::move(value));
                }
                return in.finished();
              }};
}

absl::Status WriteWords(const Corpus& corpus, Sink sink) {
  std::string piece;
  ByteWriter out(piece);
  for (const std::string& word : corpus.words->All()) out.Text(word);
  return sink(piece);
}

bool ReadWords(const Block& piece, CorpusParts& parts) {
  ByteReader in(*piece);
  while (in.sound() && !in.finished()) parts.words.emplace_back(in.Text());
  return in.finished();
}

absl::Status WriteSynonyms(const Corpus& corpus, Sink sink) {
  std::string piece;
  ByteWriter out(piece);
  auto cursor = CursorOver(corpus.synonyms.sets());
  while (const SynonymTable::Set* set = cursor.Next()) {
    knowledge::v1::SynonymSet saved;
    saved.set_name(set->name);
    saved.set_kind(set->kind);
    for (const std::u32string& word : set->words) saved.add_words(text::ToUtf8(word));
    out.Text(saved.SerializeAsString());
  }
  return sink(piece);
}

bool ReadSynonyms(const Block& piece, CorpusParts& parts) {
  ByteReader in(*piece);
  while (in.sound() && !in.finished()) ReadMessage(in, parts.synonym_sets.emplace_back());
  return in.finished();
}

absl::Status WriteIndex(const Corpus& corpus, Sink sink) {
  for (const auto& view : corpus.index->views()) RETURN_IF_ERROR(sink(index::ViewBytes(view)));
  return absl::OkStatus();
}

bool ReadIndex(const Block& piece, CorpusParts& parts) {
  std::optional<index::IndexSnapshot::View> view = index::ViewOf(*piece);
  if (view.has_value()) parts.views.push_back(std::move(*view));
  return view.has_value();
}

// Everything that a corpus consists of. What is added to Corpus is added here, to CorpusParts, and
// to CorpusBuilder(CorpusParts). The index comes first, because it takes longest to read.
constexpr std::array kSections = {
    SectionKind{.name = "index", .write = WriteIndex, .read = ReadIndex},
    MapSection<&Corpus::entries, &CorpusParts::entries>("entries"),
    MapSection<&Corpus::withdrawn, &CorpusParts::withdrawn>("withdrawn"),
    MapSection<&Corpus::merged, &CorpusParts::merged>("merged"),
    MapSection<&Corpus::departments, &CorpusParts::departments>("departments"),
    MapSection<&Corpus::policies, &CorpusParts::policies>("policies"),
    MapSection<&Corpus::facts, &CorpusParts::facts>("facts"),
    SectionKind{.name = "synonyms", .write = WriteSynonyms, .read = ReadSynonyms},
    SectionKind{.name = "words", .write = WriteWords, .read = ReadWords},
};

template <typename T>
void Append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void Append(CorpusParts& to, CorpusParts&& from) {
  Append(to.entries, std::move(from.entries));
  Append(to.withdrawn, std::move(from.withdrawn));
  Append(to.merged, std::move(from.merged));
  Append(to.departments, std::move(from.departments));
  Append(to.policies, std::move(from.policies));
  Append(to.facts, std::move(from.facts));
  Append(to.synonym_sets, std::move(from.synonym_sets));
  Append(to.words, std::move(from.words));
  Append(to.views, std::move(from.views));
}

absl::StatusOr<CorpusParts> ReadPiece(const CheckpointReader& reader, size_t section) {
  const std::string& name = reader.section_name(section);
  const auto kind = std::find_if(kSections.begin(), kSections.end(),
                                 [&](const SectionKind& one) { return one.name == name; });
  if (kind == kSections.end()) return absl::DataLossError("unknown section " + name);
  ASSIGN_OR_RETURN(std::string bytes, reader.Read(section));
  CorpusParts parts;
  if (!kind->read(std::make_shared<const std::string>(std::move(bytes)), parts))
    return absl::DataLossError("section " + name + " says nothing that can be understood");
  return parts;
}

std::string MakeFingerprint() {
  std::string bytes;
  ByteWriter out(bytes);
  out.Number(kCorpusFormat);
  for (const SectionKind& section : kSections) out.Text(section.name);
  out.Text(index::IndexFingerprint());
  const std::shared_ptr<const Corpus> probe = ProbeCorpus();
  for (const SectionKind& section : kSections) {
    static_cast<void>(section.write(*probe, [&](std::string_view piece) {
      out.Text(piece);
      return absl::OkStatus();
    }));
  }
  return Sha256(bytes);
}

}  // namespace

std::string CheckpointHead::Bytes() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Text(fingerprint);
  out.Text(timeline_id);
  out.Number(kb_revision);
  out.Number(log_time);
  out.Text(digest);
  out.Number(entries);
  return bytes;
}

absl::StatusOr<CheckpointHead> CheckpointHead::Parse(std::string_view bytes) {
  ByteReader in(bytes);
  CheckpointHead head;
  head.fingerprint = in.Text();
  head.timeline_id = in.Text();
  head.kb_revision = in.Number<int64_t>();
  head.log_time = in.Number<LogTime>();
  head.digest = in.Text();
  head.entries = in.Number<uint64_t>();
  if (!in.finished()) return absl::DataLossError("head says nothing that can be understood");
  return head;
}

const std::string& CorpusFingerprint() {
  static const std::string fingerprint = MakeFingerprint();
  return fingerprint;
}

absl::Status WriteCorpus(const Corpus& corpus, CheckpointWriter& writer) {
  for (const SectionKind& section : kSections) {
    RETURN_IF_ERROR(section.write(
        corpus, [&](std::string_view piece) { return writer.Add(section.name, piece); }));
  }
  return absl::OkStatus();
}

absl::StatusOr<CorpusParts> ReadCorpus(const CheckpointReader& reader, size_t threads) {
  ASSIGN_OR_RETURN(const CheckpointHead head, CheckpointHead::Parse(reader.head()));
  std::vector<absl::StatusOr<CorpusParts>> pieces(reader.section_count(), CorpusParts());
  std::atomic<size_t> next{0};
  const auto read_some = [&] {
    for (size_t at = next++; at < pieces.size(); at = next++) pieces[at] = ReadPiece(reader, at);
  };
  std::vector<std::future<void>> others;
  for (size_t i = 1; i < threads; ++i) others.push_back(std::async(std::launch::async, read_some));
  read_some();
  for (auto& other : others) other.get();
  CorpusParts parts;
  for (auto& piece : pieces) {
    RETURN_IF_ERROR(piece.status());
    Append(parts, *std::move(piece));
  }
  size_t found = 0;
  for (const auto& view : parts.views) {
    found += view.segment->size() - (view.tombstones == nullptr ? 0 : view.tombstones->deleted());
  }
  if (parts.entries.size() != head.entries || found != head.entries)
    return absl::DataLossError("entries are missing");
  parts.timeline_id = head.timeline_id;
  parts.kb_revision = head.kb_revision;
  parts.log_time = head.log_time;
  return parts;
}

uint64_t CheckpointBytes(const Corpus& corpus) {
  constexpr uint64_t kPerEntry = 160;  // of what is not its text
  uint64_t bytes = corpus.index->stats().memory_bytes;
  auto cursor = CursorOver(corpus.entries);
  while (const PublishedEntry* entry = cursor.Next()) bytes += entry->bytes.size() + kPerEntry;
  return bytes;
}

}  // namespace hotline::answer
