#include "services/index/pinyin_index.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "services/index/segment.h"
#include "services/text/fold.h"

namespace hotline::index {
namespace {

constexpr size_t kKeys = kSymbols * kSymbols * kSymbols;
constexpr size_t kFewWordings = 128;

uint32_t BytesFor(uint32_t gap) {
  return static_cast<uint32_t>((std::bit_width(gap | 1U) + 6) / 7);
}

// Writes a difference, seven bits a byte, low first; returns the bytes.
uint32_t Encode(uint32_t gap, uint8_t* to) {
  const uint8_t* const begin = to;
  for (; gap >= 0x80; gap >>= 7) *to++ = static_cast<uint8_t>(gap | 0x80);
  *to++ = static_cast<uint8_t>(gap);
  return static_cast<uint32_t>(to - begin);
}

template <typename Take>
void ForEachSymbol(uint32_t symbols, const Take& take) {
  for (; symbols != 0; symbols &= symbols - 1) take(static_cast<Symbol>(std::countr_zero(symbols)));
}

// Replaces `keys` by the keys of a wording, each once.
void KeysOf(std::u32string_view wording, std::vector<text::Reading>& readings,
            std::vector<PinyinIndex::Key>& keys) {
  const std::u32string_view heard = wording.substr(0, PinyinIndex::kMaxCharacters);
  keys.clear();
  if (heard.empty()) return;
  text::Pinyin::Builtin().Read(heard, readings);
  constexpr uint32_t kEdge = 1U << kEdgeSymbol;
  uint32_t first = kEdge;
  uint32_t second = SymbolsOf(heard[0], readings[0]);
  ForEachSymbol(second,
                [&](Symbol b) { keys.push_back(PinyinIndex::KeyOf(kEdgeSymbol, b, kEdgeSymbol)); });
  for (size_t i = 1; i <= heard.size(); ++i) {
    const uint32_t third = i < heard.size() ? SymbolsOf(heard[i], readings[i]) : kEdge;
    ForEachSymbol(first, [&](Symbol a) {
      ForEachSymbol(second, [&](Symbol b) {
        ForEachSymbol(third, [&](Symbol c) { keys.push_back(PinyinIndex::KeyOf(a, b, c)); });
      });
    });
    first = second;
    second = third;
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

PinyinIndex::PinyinIndex(const Segment& segment)
    : by_length_(segment.sorted_units().begin(), segment.sorted_units().end()) {
  std::stable_sort(by_length_.begin(), by_length_.end(), [&](uint32_t a, uint32_t b) {
    return segment.unit_text(a).size() < segment.unit_text(b).size();
  });
  std::vector<Key> all;  // of the wordings in the order of their ranks
  std::vector<uint32_t> ends;
  std::vector<Key> keys;
  std::vector<text::Reading> readings;
  for (const uint32_t unit : by_length_) {
    KeysOf(text::ToCodePoints(segment.unit_text(unit)), readings, keys);
    all.insert(all.end(), keys.begin(), keys.end());
    ends.push_back(static_cast<uint32_t>(all.size()));
  }
  if (by_length_.size() <= kFewWordings) {
    BuildFew(all, ends);
  } else {
    BuildMany(all, ends);
  }
  by_length_.shrink_to_fit();
  keys_.shrink_to_fit();
  begin_.shrink_to_fit();
}

// Sorts: a segment of one Change must not pay for tables of all keys.
void PinyinIndex::BuildFew(const std::vector<Key>& all, const std::vector<uint32_t>& ends) {
  std::vector<std::pair<Key, uint32_t>> postings;
  for (uint32_t rank = 0, next = 0; rank < ends.size(); ++rank) {
    for (; next < ends[rank]; ++next) postings.emplace_back(all[next], rank);
  }
  std::sort(postings.begin(), postings.end());
  uint32_t last = 0;
  for (const auto& [key, rank] : postings) {
    if (keys_.empty() || keys_.back() != key) {
      keys_.push_back(key);
      begin_.push_back(static_cast<uint32_t>(ranks_.size()));
      last = 0;
    }
    ranks_.resize(ranks_.size() + BytesFor(rank - last));
    Encode(rank - last, ranks_.data() + ranks_.size() - BytesFor(rank - last));
    last = rank;
  }
  begin_.push_back(static_cast<uint32_t>(ranks_.size()));
}

// First the sizes of the lists, then their bytes: a list gets its ranks in ascending order by
// itself.
void PinyinIndex::BuildMany(const std::vector<Key>& all, const std::vector<uint32_t>& ends) {
  std::vector<uint32_t> bytes(kKeys, 0);
  std::vector<uint32_t> last(kKeys, 0);
  for (uint32_t rank = 0, next = 0; rank < ends.size(); ++rank) {
    for (; next < ends[rank]; ++next) {
      bytes[all[next]] += BytesFor(rank - last[all[next]]);
      last[all[next]] = rank;
    }
  }
  std::vector<uint32_t> at(kKeys, 0);
  uint32_t total = 0;
  for (size_t key = 0; key < kKeys; ++key) {
    if (bytes[key] == 0) continue;
    keys_.push_back(static_cast<Key>(key));
    begin_.push_back(total);
    at[key] = total;
    total += bytes[key];
  }
  begin_.push_back(total);
  ranks_.resize(total);
  std::fill(last.begin(), last.end(), 0);
  for (uint32_t rank = 0, next = 0; rank < ends.size(); ++rank) {
    for (; next < ends[rank]; ++next) {
      const Key key = all[next];
      at[key] += Encode(rank - last[key], ranks_.data() + at[key]);
      last[key] = rank;
    }
  }
}

size_t PinyinIndex::Find(Key key) const {
  const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
  return at != keys_.end() && *at == key ? static_cast<size_t>(at - keys_.begin()) : keys_.size();
}

PinyinIndex::Cursor::Cursor(const PinyinIndex& index, Key key) : index_(&index) {
  const size_t found = index.Find(key);
  if (found == index.keys_.size()) return;
  at_ = index.begin_[found];
  end_ = index.begin_[found + 1];
}

std::optional<uint32_t> PinyinIndex::Cursor::Next() {
  if (at_ == end_) return std::nullopt;
  for (uint32_t shift = 0;; shift += 7) {
    const uint8_t byte = index_->ranks_[at_++];
    rank_ += static_cast<uint32_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) break;
  }
  return index_->by_length_[rank_];
}

void PinyinIndex::ForEach(Key key, absl::FunctionRef<bool(uint32_t unit)> take) const {
  Cursor cursor(*this, key);
  while (const std::optional<uint32_t> unit = cursor.Next()) {
    if (!take(*unit)) return;
  }
}

size_t PinyinIndex::Estimate(Key key) const {
  const size_t index = Find(key);
  return index == keys_.size() ? 0 : begin_[index + 1] - begin_[index];
}

size_t PinyinIndex::memory_bytes() const {
  return by_length_.capacity() * sizeof(uint32_t) + keys_.capacity() * sizeof(Key) +
         begin_.capacity() * sizeof(uint32_t) + ranks_.capacity();
}

}  // namespace hotline::index
