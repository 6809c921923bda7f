#include "tests/unit/gateway/platforms/fake_desk.h"

#include <utility>

#include "proto/cc/errors.h"

namespace hotline::gateway::platforms {

using answer::v1::AskResponse;
using answer::v1::BatchGetAnswersResponse;

void FakeDesk::Answer(const std::string& question, const std::string& entry,
                      const std::string& text, int64_t revision) {
  const std::lock_guard lock(mutex_);
  auto& answer = answers_[entry];
  answer.set_entry(entry);
  answer.set_revision(revision);
  answer.set_kb_revision(100 + revision);
  answer.set_content_hash("sha256:" + std::to_string(revision) + text);
  answer.set_question(question);
  answer.clear_text_parts();
  answer.add_text_parts(text);
  answer.mutable_owner()->set_display_name("市民政局");
  answer.mutable_owner()->set_phone("0755-00001006");
  questions_[question] = {entry};
}

void FakeDesk::Offer(const std::string& question, const std::vector<std::string>& entries) {
  const std::lock_guard lock(mutex_);
  questions_[question] = entries;
}

void FakeDesk::Change(const std::string& entry, const std::string& text) {
  std::string question;
  int64_t revision = 0;
  {
    const std::lock_guard lock(mutex_);
    question = answers_.at(entry).question();
    revision = answers_.at(entry).revision();
  }
  Answer(question, entry, text, revision + 1);
}

void FakeDesk::Withdraw(const std::string& entry) {
  const std::lock_guard lock(mutex_);
  answers_.erase(entry);
}

void FakeDesk::Fail(absl::Status status) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(status);
}

void FakeDesk::HoldBack() {
  const std::lock_guard lock(mutex_);
  held_back_ = true;
}

void FakeDesk::Release() {
  std::vector<std::function<void()>> held;
  {
    const std::lock_guard lock(mutex_);
    held_back_ = false;
    held.swap(held_);
  }
  for (const auto& answer : held) answer();
}

void FakeDesk::AwaitHeld(size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return held_.size() >= count; });
}

int FakeDesk::asks() const {
  const std::lock_guard lock(mutex_);
  return asks_;
}

std::vector<std::string> FakeDesk::notes() const {
  const std::lock_guard lock(mutex_);
  return notes_;
}

std::vector<std::string> FakeDesk::request_ids() const {
  const std::lock_guard lock(mutex_);
  return request_ids_;
}

void FakeDesk::Ask(std::string_view question, Deadline, Done<AskResponse> done) {
  AskResponse response;
  {
    const std::lock_guard lock(mutex_);
    ++asks_;
    if (held_back_) {
      held_.emplace_back([this, question = std::string(question), done = std::move(done)] {
        Ask(question, Deadline::max(), done);
        const std::lock_guard again(mutex_);
        --asks_;  // one ask
      });
      changed_.notify_all();
      return;
    }
    if (failure_.ok()) {
      response.set_outcome(AskResponse::NOT_KNOWN);
      response.mutable_referral()->set_message("这个问题没有现成的答复。");
      response.mutable_referral()->mutable_owner()->set_display_name("市公安局");
      response.mutable_referral()->set_phone("0755-84465000");
      const auto found = questions_.find(std::string(question));
      if (found != questions_.end() && found->second.size() == 1 &&
          answers_.contains(found->second[0])) {
        response.set_outcome(AskResponse::ANSWERED);
        *response.mutable_answer() = answers_.at(found->second[0]);
      } else if (found != questions_.end() && found->second.size() > 1) {
        response.set_outcome(AskResponse::CHOICES);
        for (const std::string& entry : found->second) {
          const auto& answer = answers_.at(entry);
          auto* hit = response.add_choices();
          hit->set_entry(entry);
          hit->set_revision(answer.revision());
          hit->set_content_hash(answer.content_hash());
          hit->set_question(answer.question());
        }
      }
    }
  }
  if (!failure_.ok()) return done(failure_);
  done(std::move(response));
}

void FakeDesk::Get(const std::vector<std::string>& entries, Deadline,
                   Done<BatchGetAnswersResponse> done) {
  BatchGetAnswersResponse response;
  absl::Status failure;
  {
    const std::lock_guard lock(mutex_);
    failure = failure_;
    for (const std::string& entry : entries) {
      const auto found = answers_.find(entry);
      if (found == answers_.end()) {
        response.add_missing_names(entry);
      } else {
        *response.add_answers() = found->second;
      }
    }
  }
  if (!failure.ok()) return done(failure);
  done(std::move(response));
}

void FakeDesk::ListHot(Deadline, Done<insight::v1::ListHotQuestionsResponse> done) {
  insight::v1::ListHotQuestionsResponse response;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [entry, answer] : answers_) response.add_questions()->set_entry(entry);
  }
  done(std::move(response));
}

void FakeDesk::GiveReceipt(const Said&, int64_t, const std::string& request_id, Deadline,
                           Done<std::string> done) {
  {
    const std::lock_guard lock(mutex_);
    request_ids_.push_back(request_id);
  }
  if (!receipts_) {
    return done(MakeError(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE, "x"));
  }
  done(std::string("4830 1296 5547"));
}

void FakeDesk::Judge(const Said& said, insight::v1::Verdict verdict, const std::string& question,
                     const std::string&, Deadline, Done<insight::v1::ReportFeedbackResponse> done) {
  {
    const std::lock_guard lock(mutex_);
    notes_.push_back(insight::v1::Verdict_Name(verdict) + " " + said.entry + " " +
                     std::to_string(said.revision) + (question.empty() ? "" : " " + question));
  }
  done(insight::v1::ReportFeedbackResponse());
}

void FakeDesk::Correct(const Said& said, const std::string& report, const std::string&, Deadline,
                       Done<insight::v1::ReportCorrectionResponse> done) {
  {
    const std::lock_guard lock(mutex_);
    notes_.push_back("correct " + said.entry + " " + report);
  }
  insight::v1::ReportCorrectionResponse response;
  response.set_code("8123 4567 8901");
  response.mutable_due_time()->set_seconds(1'767'225'600);  // 2026-01-01T00:00:00Z
  done(std::move(response));
}

}  // namespace hotline::gateway::platforms
