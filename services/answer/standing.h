// What an answer rests on at one position and instant: its policies, its facts, its owner – and
// whether it is doubtful for that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/answer/v1/answer.pb.h"
#include "services/answer/corpus.h"
#include "storage/store.h"

namespace hotline::answer {

// Valid as long as what it was taken from.
struct Standing {
  // A fact that what is served includes.
  struct Included {
    const knowledge::v1::Fact* fact = nullptr;  // null: it is missing, which the store forbids
    int64_t version = 0;                        // position at which this version was written
    bool in_answer = false;                     // not in the agent notes alone
  };
  std::vector<const knowledge::v1::Policy*> policies;
  std::vector<Included> facts;  // in order of their names
  std::optional<PublishedDepartment> owner;
  LogTime now = 0;              // when it is judged whether they hold
  bool marked_suspect = false;  // Entry.State SUSPECT
};

Standing StandingIn(const Corpus& corpus, const PublishedEntry& entry, LogTime now);
// From resources as they were read; `cited` holds policies, facts and the owner of `served`.
Standing StandingIn(const storage::ResourcePage& cited, const knowledge::v1::Entry& served,
                    LogTime now);

// Why an answer is doubtful.
struct Doubt {
  bool suspect = false;
  std::string reason;                             // in Chinese; empty when it is not
  const knowledge::v1::Policy* policy = nullptr;  // the first policy that lapsed, if one did
  const knowledge::v1::Fact* fact = nullptr;      // else the first fact that lapsed
};
// What is included in the agent notes alone makes an answer doubtful for agents alone.
Doubt DoubtOf(const Standing& standing, type::v1::Channel channel);

// True for the channels that citizens read: a doubtful answer is not told there.
bool IsForCitizens(type::v1::Channel channel);

// Fills what depends on the position of the read: owner, basis, facts, content hash, doubt. `held`:
// the text is a holding sentence, so the values of the facts are not told.
void Complete(const Standing& standing, const Doubt& doubt, bool held, v1::Answer& answer);

// The hash that answers of this text carry (proto/cc/content_hash.h).
std::string HashOf(const std::string& entry_hash, const Standing& standing);

// Puts the values of the facts into every text of `served`, in the language of each. A fact that is
// missing is said as "（待更新）".
void IncludeFacts(const Standing& standing, knowledge::v1::Entry* served);

// Replaces every text of `served` by the sentence that is told instead of a doubtful answer: which
// document, its link, whom to call.
struct Hotline {
  std::string name = "12345政务服务便民热线";
  std::string phone = "12345";
};
void HoldText(const Standing& standing, const Doubt& doubt, const Hotline& hotline,
              type::v1::Channel channel, knowledge::v1::Entry* served);

}  // namespace hotline::answer
