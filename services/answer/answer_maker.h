// A whole Answer: the rendering of a text, and how its owner and its policies stand at the position
// of the read.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/answer_cache.h"
#include "services/answer/corpus.h"
#include "services/answer/renderer.h"
#include "services/answer/standing.h"
#include "storage/store.h"

namespace hotline::answer {

// Thread-safe.
class AnswerMaker {
 public:
  explicit AnswerMaker(Hotline hotline) : hotline_(std::move(hotline)) {}

  // The answer of an entry of this view, for somebody who may see it. Whether it is doubtful, and
  // then told at all, is found out here.
  v1::Answer Make(const View& view, const PublishedEntry& entry, RenderWish wish);

 private:
  v1::Answer MakeHeld(const PublishedEntry& entry, const Standing& standing, const Doubt& doubt,
                      const RenderWish& wish) const;

  const Hotline hotline_;
  AnswerCache cache_;
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
