#include "services/index/segment_bytes.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "proto/cc/content_hash.h"
#include "services/index/byte_stream.h"
#include "services/index/segment.h"
#include "services/index/segment_builder.h"

namespace hotline::index {
namespace {

// Raise it when the bytes are laid out anew, or mean something else.
constexpr uint32_t kViewFormat = 1;

// DocAttributes has padding, so its fields go one by one. A new field must be added here: the round
// trip is compared by operator==.
template <typename Attributes, typename Visit>
void VisitFields(Attributes& a, const Visit& visit) {
  visit(a.key);
  visit(a.revision);
  visit(a.valid_from);
  visit(a.valid_to);
  visit(a.region);
  visit(a.category);
  visit(a.department);
  visit(a.channels);
  visit(a.kind);
  visit(a.audience);
  visit(a.flags);
}
constexpr size_t kAttributeBytes = 4 * 8 + 4 * 4 + 3;

void WriteArrays(const SegmentArrays& arrays, ByteWriter& out) {
  out.Number(arrays.tier);
  out.Number(static_cast<uint64_t>(arrays.attributes.size()));
  for (const DocAttributes& attributes : arrays.attributes) {
    VisitFields(attributes, [&](const auto& field) { out.Number(field); });
  }
  out.Text(arrays.text);
  SegmentArrays::VisitVectors(arrays, [&](const auto& vector) { out.Array(vector); });
}

SegmentArrays ReadArrays(ByteReader& in) {
  SegmentArrays arrays;
  arrays.tier = in.Number<RankTier>();
  arrays.attributes.resize(in.Count(kAttributeBytes));
  for (DocAttributes& attributes : arrays.attributes) {
    VisitFields(attributes, [&](auto& field) {
      field = in.Number<std::remove_reference_t<decltype(field)>>();
    });
  }
  arrays.text = in.Text();
  SegmentArrays::VisitVectors(arrays, [&](auto& vector) { in.Array(vector); });
  return arrays;
}

// `begins` cuts `total` things into `parts` parts.
bool Cuts(const std::vector<uint32_t>& begins, size_t parts, size_t total) {
  return begins.size() == parts + 1 && begins.front() == 0 && begins.back() == total &&
         std::is_sorted(begins.begin(), begins.end());
}

template <typename T>
bool Ascend(const T* begin, const T* end) {
  return std::adjacent_find(begin, end, [](T a, T b) { return a >= b; }) == end;
}

// Everything that searching and deriving rely on.
bool IsSound(const SegmentArrays& a) {
  const size_t docs = a.attributes.size();
  const size_t units = a.unit_terms.size();
  if (docs == 0 || docs > kMaxSegmentDocs || a.tier > RankTier::kStatute) return false;
  if (!Cuts(a.posting_begin, a.terms.size(), a.docs.size()) || a.payloads.size() != a.docs.size() ||
      a.bounds.size() != a.terms.size() || !Ascend(a.terms.data(), a.terms.data() + a.terms.size()))
    return false;
  for (size_t term = 0; term < a.terms.size(); ++term) {
    const DocId* begin = a.docs.data() + a.posting_begin[term];
    const DocId* end = a.docs.data() + a.posting_begin[term + 1];
    if (begin == end || !Ascend(begin, end) || *(end - 1) >= docs) return false;
  }
  if (!Cuts(a.unit_begin, docs, units) || !Cuts(a.text_begin, units, a.text.size()) ||
      !Cuts(a.detail_begin, docs, a.details.size()))
    return false;
  for (size_t doc = 0; doc < docs; ++doc) {
    const uint32_t own = a.unit_begin[doc + 1] - a.unit_begin[doc];
    if (own == 0 || own > kMaxUnits) return false;
    for (uint32_t i = a.detail_begin[doc]; i < a.detail_begin[doc + 1]; ++i) {
      if (a.details[i].unit >= own) return false;
    }
  }
  return true;
}

std::string BmpText() {
  std::string text;
  for (uint32_t c = 1; c < 0x10000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
               static_cast<char>(0x80 | (c & 0x3F))};
    }
  }
  return text;
}

std::vector<IndexDocument> ProbeDocuments() {
  IndexDocument plain;
  plain.question = "请问居住证怎么办理？";
  plain.similar_questions = {"居住證在哪裡辦", "ＪＺＺ　办理 K12 学校", "办 居住证 居住证",
                             "社保卡👨‍👩‍👧 e\u0301 ﬁ ①②③ ㎡ 12345-6789"};
  plain.keywords = {"居住证", "暂住证", "jzz"};
  plain.answer =
      "办理居住证需要10万元以下（含100000元）的证明，2024年1月5日起，依据穗人社规〔2023〕5号、"
      "二〇二三年第12号令第三条。电话0755-12345，https://example.test/a?b=1，下午2:30前。居住证。";
  IndexDocument statute = plain;
  statute.tier = RankTier::kStatute;
  IndexDocument lone;
  lone.question = "医";
  lone.answer = plain.answer + plain.answer + "医保 a";
  std::vector<IndexDocument> documents = {plain, statute, lone};
  // Each limit is met: too long a wording, too many of them, every character of the plane.
  const std::string all = BmpText();
  for (size_t at = 0; at < all.size(); at += kMaxUnitBytes / 2) {
    IndexDocument piece;
    piece.question = all.substr(at, kMaxUnitBytes);
    piece.similar_questions.assign(2, piece.question.substr(0, 64));
    piece.answer = all.substr(at, kMaxUnitBytes / 2);
    documents.push_back(std::move(piece));
  }
  documents.back().similar_questions.assign(kMaxUnits + 3, "一样");
  for (size_t i = 0; i < documents.size(); ++i) documents[i].attributes.key = i;
  return documents;
}

}  // namespace

std::string ViewBytes(const IndexSnapshot::View& view) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Number(kViewFormat);
  std::vector<DocId> gone;
  for (size_t doc = 0; view.tombstones != nullptr && doc < view.segment->size(); ++doc) {
    if (view.tombstones->IsDeleted(static_cast<DocId>(doc)))
      gone.push_back(static_cast<DocId>(doc));
  }
  out.Array(gone);
  WriteArrays(view.segment->arrays(), out);
  return bytes;
}

std::optional<IndexSnapshot::View> ViewOf(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.Number<uint32_t>() != kViewFormat) return std::nullopt;
  std::vector<DocId> gone;
  in.Array(gone);
  SegmentArrays arrays = ReadArrays(in);
  if (!in.finished() || !IsSound(arrays)) return std::nullopt;
  if (!Ascend(gone.data(), gone.data() + gone.size()) ||
      (!gone.empty() && gone.back() >= arrays.attributes.size()))
    return std::nullopt;
  auto segment = std::make_shared<const Segment>(std::move(arrays));
  std::shared_ptr<const Tombstones> tombstones;
  if (!gone.empty()) tombstones = Tombstones(*segment).With(*segment, gone);
  return IndexSnapshot::View{.segment = std::move(segment), .tombstones = std::move(tombstones)};
}

std::string IndexFingerprint(const RankingWeights& weights) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Number(kViewFormat);
  for (const RankTier tier : {RankTier::kAnswer, RankTier::kStatute}) {
    SegmentBuilder builder(tier, weights.field);
    for (const IndexDocument& document : ProbeDocuments()) {
      if (document.tier == tier) builder.Add(document);
    }
    WriteArrays(builder.Finish()->arrays(), out);
  }
  return Sha256(bytes);
}

}  // namespace hotline::index
