#include "tests/eval/judge.h"

#include <chrono>
#include <unordered_map>
#include <utility>

#include "proto/cc/text.h"
#include "tests/eval/corpus_file.h"

namespace hotline::eval {
namespace {

using answer::v1::AskResponse;
using Clock = std::chrono::steady_clock;
using Grades = std::unordered_map<std::string, int>;  // by entry name

constexpr size_t kQueryMax = 1000;  // SearchRequest.query, AskRequest.question

double MillisSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int GradeOf(const Grades& grades, const std::string& entry) {
  const auto at = grades.find(entry);
  return at == grades.end() ? 0 : at->second;
}

// What is wrong with the query itself is judged; what is wrong with the service ends the run.
bool IsRefusal(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument;
}

class Judgement {
 public:
  Judgement(client::Client& client, const JudgeOptions& options, JudgedSet& set)
      : client_(client),
        options_(options),
        wanted_(std::max(1, options.relevant_grade)),
        set_(set) {}

  absl::Status Take(const Query& query) {
    Grades grades;
    std::vector<int> all;
    for (const auto& [id, grade] : query.grades) {
      grades[EntryNameOf(id)] = grade;
      all.push_back(grade);
    }
    const std::string text = CutQuery(query.text, kQueryMax);
    set_.cut += text.size() < query.text.size() ? 1 : 0;
    RETURN_IF_ERROR(Search(text, grades, all));
    if (options_.ask) RETURN_IF_ERROR(Ask(text, grades));
    return absl::OkStatus();
  }

 private:
  absl::Status Search(const std::string& text, const Grades& grades, const std::vector<int>& all) {
    answer::v1::SearchRequest request;
    request.set_query(text);
    request.set_channel(type::v1::AGENT);
    request.set_page_size(kDepth);
    const auto start = Clock::now();
    const auto reply = client_.Search(request);
    const double millis = MillisSince(start);
    if (!reply.ok() && !IsRefusal(reply.status())) return reply.status();
    std::vector<int> ranked;
    if (reply.ok()) {
      for (const auto& hit : reply->hits()) ranked.push_back(GradeOf(grades, hit.entry()));
    } else if (set_.first_refusal.empty()) {
      set_.first_refusal = std::string(reply.status().message());
    }
    set_.queries.push_back(Judge(ranked, all, wanted_));
    set_.queries.back().millis = millis;
    set_.queries.back().refused = !reply.ok();
    return absl::OkStatus();
  }

  absl::Status Ask(const std::string& text, const Grades& grades) {
    answer::v1::AskRequest request;
    request.set_question(text);
    request.set_channel(type::v1::AGENT);
    const auto start = Clock::now();
    const auto reply = client_.Ask(request);
    Judged& judged = set_.queries.back();
    judged.ask_millis = MillisSince(start);
    if (!reply.ok() && !IsRefusal(reply.status())) return reply.status();
    judged.reply = Reply::kNotKnown;
    if (!reply.ok()) return absl::OkStatus();
    const auto right = [&](const std::string& entry) { return GradeOf(grades, entry) >= wanted_; };
    judged.confidence = reply->confidence();
    if (reply->outcome() == AskResponse::ANSWERED) {
      judged.top_right = right(reply->answer().entry());
      judged.reply = judged.top_right ? Reply::kRight : Reply::kWrong;
    } else if (reply->outcome() == AskResponse::CHOICES) {
      judged.reply = Reply::kChoiceWrong;
      for (const auto& choice : reply->choices()) {
        if (right(choice.entry())) judged.reply = Reply::kChoiceRight;
      }
      judged.top_right = reply->choices_size() > 0 && right(reply->choices(0).entry());
    }
    return absl::OkStatus();
  }

  client::Client& client_;
  const JudgeOptions& options_;
  const int wanted_;
  JudgedSet& set_;
};

}  // namespace

absl::StatusOr<JudgedSet> JudgeQueries(client::Client& client, const std::string& name,
                                       const std::vector<Query>& queries,
                                       const JudgeOptions& options) {
  JudgedSet set{.name = name};
  set.queries.reserve(queries.size());
  Judgement judgement(client, options, set);
  for (const Query& query : queries) RETURN_IF_ERROR(judgement.Take(query));
  set.summary = Summarise(set.queries);
  return set;
}

}  // namespace hotline::eval
