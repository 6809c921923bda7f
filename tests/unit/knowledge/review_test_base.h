// A base with a review chain, and short words for what people do in it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/cc/time.h"
#include "services/knowledge/review_service.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {

// A gate that finds what it is told to find in every text.
class FakeGate final : public Gate {
 public:
  absl::StatusOr<v1::CheckContentResponse> Check(const v1::EntryContent&, std::string_view,
                                                 storage::Deadline) override {
    return found_;
  }
  void Find(const std::string& id, v1::Finding::Severity severity);
  void FindNothing() { found_.Clear(); }

 private:
  v1::CheckContentResponse found_;
};

class ReviewTest : public ::testing::Test {
 protected:
  using Result = absl::StatusOr<v1::Entry>;

  // Writes a draft of NORMAL risk (three reviews).
  v1::Entry Write(const std::string& author, const std::string& id,
                  const std::string& answer = "网上办。", v1::RiskClass risk = v1::NORMAL);
  Result Edit(const std::string& author, const std::string& name, const std::string& answer);
  Result Submit(const std::string& person, const v1::Entry& entry);
  Result TakeBack(const std::string& person, const v1::Entry& entry);
  Result Approve(const std::string& person, const v1::Entry& entry, const std::string& lender = "");
  Result Return(const std::string& person, const v1::Entry& entry, const std::string& reason);
  Result Comment(const std::string& person, const v1::Entry& entry, const std::string& text);
  Result Publish(const std::string& person, const v1::Entry& entry);
  absl::StatusOr<v1::Recall> Recall(const std::string& name);
  // Takes a written text through "chu", "fu" and "zhong".
  v1::Entry Reviewed(const v1::Entry& draft);
  v1::Entry Published(const std::string& author, const std::string& id,
                      const std::string& answer = "网上办。");
  // Writes a text that expires `hours` from now.
  v1::Entry WriteHolding(const std::string& author, const std::string& id, double hours);
  Result Propose(const std::string& person, const v1::Entry& entry);
  Result Confirm(const std::string& person, const v1::Entry& entry);
  v1::Entry Get(const std::string& name);
  LogTime Now();

  absl::StatusOr<v1::Release> Compose(const v1::Release& release);
  absl::StatusOr<v1::Release> Release(const v1::Release& release);
  static v1::Release::Item& AddItem(v1::Release* release, v1::Release::Item::Action action,
                                    const std::string& target);

  const std::unique_ptr<storage::Store> owned_store_ = MakeTestStore();
  storage::Store& store_ = *owned_store_;
  FakeGate gate_;
  const Options options_{.stages = {.low = 2, .normal = 3, .high = 3}, .gate = &gate_};
  KnowledgeService knowledge_{store_, options_};
  ReviewService reviews_{store_, options_};
};

}  // namespace hotline::knowledge
