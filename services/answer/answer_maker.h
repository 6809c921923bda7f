// What replies show of an entry: the whole answer, or an item of a list. What depends on its text
// alone is kept; how its owner and its policies stand is added at the position of the read.
#pragma once

#include <cstdint>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/corpus.h"
#include "services/answer/finder.h"
#include "services/answer/renderer.h"
#include "services/answer/text_cache.h"
#include "storage/store.h"

namespace hotline::answer {

// Thread-safe.
class AnswerMaker {
 public:
  // The answer of an entry of this view, for somebody who may see it. `wish.suspect` is found out
  // here.
  v1::Answer Make(const View& view, const PublishedEntry& entry, RenderWish wish);

  // What lists show of an entry found.
  v1::SearchHit MakeHit(const Corpus& corpus, const Found& found, const Viewer& viewer);

 private:
  // Bounds of what is kept, in bytes.
  static constexpr size_t kAnswersMax = 64U << 20U;
  static constexpr size_t kHitsMax = 32U << 20U;

  TextCache<v1::Answer> answers_{kAnswersMax};
  TextCache<v1::SearchHit> hits_{kHitsMax};
};

// Where and when an earlier answer was read.
struct EarlierRead {
  int64_t kb_revision = 0;
  LogTime log_time = 0;
};

// The answer that was said then: marked as historical, with owner and policies as they stood.
// `cited` holds these.
v1::Answer MakeHistorical(const knowledge::v1::Entry& served, const storage::ResourcePage& cited,
                          RenderWish wish, const EarlierRead& read);

}  // namespace hotline::answer
