// A whole Answer: the rendering of a text, and how its owner and its policies stand at the position
// of the read.
#pragma once

#include <cstdint>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/answer_cache.h"
#include "services/answer/corpus.h"
#include "services/answer/renderer.h"
#include "storage/store.h"

namespace hotline::answer {

// Thread-safe.
class AnswerMaker {
 public:
  // The answer of an entry of this view, for somebody who may see it. `wish.suspect` is found out
  // here.
  v1::Answer Make(const View& view, const PublishedEntry& entry, RenderWish wish);

 private:
  AnswerCache cache_;
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
