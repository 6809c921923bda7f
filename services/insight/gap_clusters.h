// Finds the kin of a question among gaps: candidates by the search index, the decision by
// gap_kinship.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"

#include "services/index/index.h"
#include "services/insight/gap_kinship.h"

namespace hotline::insight {

// What is compared: the phrasings of one gap, and whose they are.
struct Cluster {
  std::string name;                    // gaps/{gap}
  std::string region;                  // GB/T 2260 code; empty = of several or unknown
  std::vector<std::string> phrasings;  // the question first
};

// The best kin of a question.
struct Kin {
  std::string name;  // empty: none
  double odds = 0;   // 0 to 1
};

// True when people of the two regions may be given one answer: one holds the other, both are of
// one city, or one is not known.
bool RegionsGoTogether(std::string_view a, std::string_view b);

// Readers at the same time; one writer, which they exclude.
class GapClusters {
 public:
  // What is asked of a cluster before it may be kin; must be quick.
  using Admit = absl::FunctionRef<bool(const std::string& name)>;

  // Takes over what these are now; those of the same names are replaced. Call Apply when all are
  // put.
  void Put(Cluster cluster);
  void Erase(std::string_view name);
  // Brings the index up to what was put.
  void Apply();
  void Clear();

  // The likeliest kin with at least kKinOddsMin, of those that are applied.
  Kin Find(std::string_view question, const QuestionProfile& profile, std::string_view region,
           Admit admit) const;

  size_t size() const { return held_.size(); }

 private:
  struct Held {
    Cluster cluster;
    std::vector<QuestionProfile> profiles;
  };
  static QuestionProfile ProfileIn(const Held* before, const std::string& phrasing);

  std::map<std::string, index::DocKey, std::less<>> keys_;  // never reused
  index::DocKey next_key_ = 1;
  absl::flat_hash_map<index::DocKey, std::shared_ptr<const Held>> held_;
  std::map<index::DocKey, index::IndexDocument> upserts_;  // put and not yet applied
  std::vector<index::DocKey> deletes_;                     // likewise
  std::unique_ptr<index::IndexWriter> writer_ = std::make_unique<index::IndexWriter>();
  std::shared_ptr<const index::IndexSnapshot> snapshot_ = writer_->snapshot();
};

}  // namespace hotline::insight
