// The base as the gates see it at one position: which texts are told and what they state, which
// names exist, which policies hold, which words are listed.
//
// A function of the resources put so far. Not thread-safe: base_view.h guards it. What takes time
// (folding, reading values, building a matcher) is done by Prepare, which needs no state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "hotline/store/v1/change.pb.h"
#include "services/knowledge/checks/base_index.h"
#include "services/knowledge/checks/wording.h"
#include "services/knowledge/synonym_book.h"

namespace hotline::knowledge::checks {

// How an entry stands, for links to it.
struct Standing {
  v1::Entry::State state = v1::Entry::STATE_UNSPECIFIED;
  bool online = false;
  std::string merged_into;
};

// The parts of a policy that gates look at.
struct PolicyStanding {
  v1::Policy::Status status = v1::Policy::VALID;
  std::optional<LogTime> expire;
  std::string title;
  std::string document_number;
  std::string replaced_by;

  bool IsLapsed(LogTime now) const;
};

struct PreparedEntry {
  std::string name;
  Standing standing;
  std::optional<IndexedText> text;  // absent: nothing of it is told or about to be
};
struct PreparedPolicy {
  std::string name;
  PolicyStanding standing;
};
struct PreparedFact {
  std::string name;
};
struct PreparedTerms {
  std::shared_ptr<const CompiledList> list;
};
struct PreparedSynonyms {
  v1::SynonymSet set;
};
struct Deleted {
  std::string name;
};
// One resource, ready to be put; monostate for kinds that gates do not look at.
using Prepared = std::variant<std::monostate, PreparedEntry, PreparedPolicy, PreparedFact,
                              PreparedTerms, PreparedSynonyms, Deleted>;

Prepared Prepare(const store::v1::Resource& resource);
Prepared Prepare(const store::v1::Effect& effect);

// The text of an entry that is told; else the one in review or approved, which is about to be; else
// null.
const v1::EntryContent* ComparedText(const v1::Entry& entry);

class BaseState {
 public:
  void Apply(Prepared prepared);

  const BaseIndex& index() const { return index_; }
  // Null when there is no such resource.
  const Standing* FindEntry(std::string_view name) const;
  // Steps of the longest chain of merged entries that leads to `name`, counted up to `depth_max`.
  int MergeDepth(std::string_view name, int depth_max) const;
  const PolicyStanding* FindPolicy(std::string_view name) const;
  bool HasFact(std::string_view name) const {
    return facts_.contains(absl::string_view(name.data(), name.size()));
  }
  // Policies of this document number, as `ExtractValues` reads it; ascending names.
  std::vector<std::string> PoliciesOf(std::string_view document_number) const;
  // By name.
  const absl::btree_map<std::string, std::shared_ptr<const CompiledList>>& lists() const {
    return lists_;
  }

  const SynonymBook& synonyms() const { return synonyms_; }

  // The position, and the log time seen with it.
  int64_t kb_revision = 0;
  LogTime log_time = 0;
  std::string timeline_id;

 private:
  void PutPolicy(PreparedPolicy policy);
  void Erase(std::string_view name);

  BaseIndex index_;
  absl::flat_hash_map<std::string, Standing> entries_;
  absl::flat_hash_map<std::string, PolicyStanding> policies_;
  absl::flat_hash_map<std::string, std::vector<std::string>> by_number_;
  absl::flat_hash_set<std::string> facts_;
  absl::btree_map<std::string, std::shared_ptr<const CompiledList>> lists_;
  SynonymBook synonyms_;
};

}  // namespace hotline::knowledge::checks
