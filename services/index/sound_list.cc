#include "services/index/sound_list.h"

#include <algorithm>
#include <utility>

namespace hotline::index {

SoundList::SoundList(const IndexSnapshot& snapshot, DocFilter filter,
                     std::span<const PinyinIndex::Key> keys)
    : filter_(filter) {
  for (const IndexSnapshot::View& view : snapshot.views()) {
    for (const PinyinIndex::Key key : keys) {
      Source source{.view = &view,
                    .cursor = PinyinIndex::Cursor(view.segment->sounds(), key),
                    .unit = 0,
                    .text = {},
                    .key = 0};
      if (Advance(source)) heap_.push_back(std::move(source));
    }
  }
  std::make_heap(heap_.begin(), heap_.end(), Later);
}

bool SoundList::Advance(Source& source) const {
  const Segment& segment = *source.view->segment;
  while (const std::optional<uint32_t> unit = source.cursor.Next()) {
    const DocId doc = segment.unit_doc(*unit);
    if (source.view->tombstones != nullptr && source.view->tombstones->IsDeleted(doc)) continue;
    const DocAttributes& attributes = segment.attributes(doc);
    if (!filter_(attributes)) continue;
    source.unit = *unit;
    source.text = segment.unit_text(*unit);
    source.key = attributes.key;
    return true;
  }
  return false;
}

std::span<const SoundList::Wording> SoundList::First(size_t count) {
  while (taken_.size() < count && !heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    Source& next = heap_.back();
    const Wording wording{next.view->segment.get(), next.unit};
    // A wording with several of the keys comes several times in a row.
    const bool again = !taken_.empty() && taken_.back().segment == wording.segment &&
                       taken_.back().unit == wording.unit;
    if (!again) taken_.push_back(wording);
    if (Advance(next)) {
      std::push_heap(heap_.begin(), heap_.end(), Later);
    } else {
      heap_.pop_back();
    }
  }
  return std::span(taken_).first(std::min(count, taken_.size()));
}

}  // namespace hotline::index
