// What replies show of an entry: the whole answer, or an item of a list. What depends on its text
// and its facts alone is kept; how its owner and its policies stand is added at the position of the
// read.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/wrappers.pb.h"

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/corpus.h"
#include "services/answer/finder.h"
#include "services/answer/highlight.h"
#include "services/answer/renderer.h"
#include "services/answer/standing.h"
#include "services/answer/text_cache.h"
#include "storage/store.h"

namespace hotline::answer {

// Thread-safe.
class AnswerMaker {
 public:
  // `answers_max`: bytes of answers that are kept.
  explicit AnswerMaker(Hotline hotline, size_t answers_max = kAnswersMax)
      : hotline_(std::move(hotline)), answers_(answers_max) {}

  // The answer of an entry of this view, for somebody who may see it. Whether it is doubtful, and
  // then told at all, is found out here.
  v1::Answer Make(const View& view, const PublishedEntry& entry, RenderWish wish);

  // What lists show of an entry found.
  v1::SearchHit MakeHit(const Corpus& corpus, const Found& found, const Viewer& viewer);

  // The same for what is sought: the snippet is the part of the answer that has most of it, and
  // the texts are marked. Nothing of that is kept, but for the plain text of the answer.
  v1::SearchHit MakeMarkedHit(const Corpus& corpus, const Found& found, const Viewer& viewer,
                              const SoughtTerms& sought);

 private:
  // Bounds of what is kept, in bytes.
  static constexpr size_t kAnswersMax = 64U << 20U;
  static constexpr size_t kHitsMax = 32U << 20U;
  static constexpr size_t kPlainMax = 32U << 20U;

  v1::Answer MakeHeld(const PublishedEntry& entry, const Standing& standing, const Doubt& doubt,
                      const RenderWish& wish) const;

  const Hotline hotline_;
  TextCache<v1::Answer> answers_;
  TextCache<v1::SearchHit> hits_{kHitsMax};
  TextCache<google::protobuf::StringValue> plain_{kPlainMax};
};

// Where an earlier answer was read, and the instant at which it is judged what holds.
struct EarlierRead {
  int64_t kb_revision = 0;
  LogTime log_time = 0;
};

// What CitedBy names of a text: owner, policies and facts, to be read beside it; at most 1 + 20 +
// 150.
std::vector<std::string> CitedBy(const knowledge::v1::Entry& served);

// The answer that was said then: marked as historical, with owner, policies and facts as they
// stood. `cited` holds these. For AGENT and API, which are told doubtful answers.
v1::Answer MakeHistorical(const knowledge::v1::Entry& served, const storage::ResourcePage& cited,
                          RenderWish wish, const EarlierRead& read);

}  // namespace hotline::answer
