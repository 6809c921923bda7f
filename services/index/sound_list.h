// The wordings of some sounds over all segments, in one order that depends on the documents alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "services/index/index.h"
#include "services/index/pinyin_index.h"
#include "services/index/segment.h"

namespace hotline::index {

// The wordings that have one of several keys, of the live documents that a filter accepts: answers
// before statutes, shorter before longer, then by text and document. What is deleted or refused
// costs a little time and shows in nothing else. Made as far as it is asked for; snapshot and
// filter must outlive it.
class SoundList {
 public:
  struct Wording {
    const Segment* segment = nullptr;
    uint32_t unit = 0;
  };

  SoundList(const IndexSnapshot& snapshot, DocFilter filter,
            std::span<const PinyinIndex::Key> keys);

  // The first `count` wordings; fewer only when there are no more.
  std::span<const Wording> First(size_t count);

 private:
  // One key in one segment.
  struct Source {
    const IndexSnapshot::View* view = nullptr;
    PinyinIndex::Cursor cursor;
    uint32_t unit = 0;
    std::string_view text;
    DocKey key = 0;

    std::tuple<RankTier, size_t, std::string_view, DocKey, uint32_t> Order() const {
      return {view->segment->tier(), text.size(), text, key, unit};
    }
  };
  static bool Later(const Source& a, const Source& b) { return a.Order() > b.Order(); }

  // Moves on to the next wording that counts; false after the last one.
  bool Advance(Source& source) const;

  DocFilter filter_;
  std::vector<Source> heap_;  // the next one on top
  std::vector<Wording> taken_;
};

}  // namespace hotline::index
