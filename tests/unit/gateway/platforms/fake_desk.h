// A desk with answers that a test sets: at once, held back, or failing.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "services/gateway/platforms/desk.h"

namespace hotline::gateway::platforms {

// Thread-safe.
class FakeDesk final : public Desk {
 public:
  // What is said to a question; other questions are not known.
  void Answer(const std::string& question, const std::string& entry, const std::string& text,
              int64_t revision = 1);
  void Offer(const std::string& question, const std::vector<std::string>& entries);
  void Change(const std::string& entry, const std::string& text);
  void Withdraw(const std::string& entry);
  void Fail(absl::Status status);  // OK = no more
  void RefuseReceipts() { receipts_ = false; }

  // Asks are kept back from now on, until Release.
  void HoldBack();
  void Release();
  void AwaitHeld(size_t count);

  int asks() const;
  std::vector<std::string> notes() const;  // "USEFUL entries/a 1 question", "correct entries/a …"
  std::vector<std::string> request_ids() const;

  void Ask(std::string_view question, Deadline deadline,
           Done<answer::v1::AskResponse> done) override;
  void Get(const std::vector<std::string>& entries, Deadline deadline,
           Done<answer::v1::BatchGetAnswersResponse> done) override;
  void ListHot(Deadline deadline, Done<insight::v1::ListHotQuestionsResponse> done) override;
  void GiveReceipt(const Said& said, int64_t kb_revision, const std::string& request_id,
                   Deadline deadline, Done<std::string> done) override;
  void Judge(const Said& said, insight::v1::Verdict verdict, const std::string& question,
             const std::string& request_id, Deadline deadline,
             Done<insight::v1::ReportFeedbackResponse> done) override;
  void Correct(const Said& said, const std::string& report, const std::string& request_id,
               Deadline deadline, Done<insight::v1::ReportCorrectionResponse> done) override;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, answer::v1::Answer> answers_;  // by entry
  std::map<std::string, std::vector<std::string>> questions_;
  absl::Status failure_;
  bool receipts_ = true;
  bool held_back_ = false;
  std::vector<std::function<void()>> held_;
  int asks_ = 0;
  std::vector<std::string> notes_;
  std::vector<std::string> request_ids_;
};

}  // namespace hotline::gateway::platforms
