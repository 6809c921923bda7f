// What the services of this room are told by the configuration, and whom they ask.
#pragma once

#include "hotline/config/v1/config.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/gate.h"
#include "services/knowledge/writer.h"

namespace hotline::knowledge {

// Reviews that a text needs before it may be released, by its risk class; 0 = none.
struct ReviewStages {
  int low = 0;
  int normal = 0;
  int high = 0;

  // UNSPECIFIED counts as NORMAL; a class that this version does not know, as HIGH.
  int For(v1::RiskClass risk) const;
};

// As configured: 0 = the default (2, 3, 3), -1 = none. A number that is no length of a chain counts
// as the longest: a slip of the pen must not let texts out unread.
ReviewStages StagesOf(const config::v1::KnowledgeConfig& config);

struct Options {
  ReviewStages stages;
  // All of these may be null; what they point to must outlive the service.
  Gate* gate = nullptr;
  QuestionRanker* ranker = nullptr;
  SynonymCatalogue* synonyms = nullptr;
  bool gates_enforced = true;  // false: findings are told, but stand in nobody's way
  Writer::NewId new_id;        // empty = random UUIDs
};

}  // namespace hotline::knowledge
