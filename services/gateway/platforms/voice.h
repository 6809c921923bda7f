// The sentences that are said on platforms, and how answers and choices become messages of theirs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hotline/answer/v1/answer_service.pb.h"
#include "hotline/insight/v1/correction_service.pb.h"

namespace hotline::gateway::platforms {

// Why an answer is said again.
enum class Again {
  kNo,
  kChanged,  // it is another one than before
};

struct AnswerPage {
  std::string text;
  bool more = false;  // a further part follows
};

struct Choice {
  std::string question;
  std::string distinction;  // what tells it apart; may be empty
};

// Immutable and thread-safe. No text is longer than the platform's limit.
class Voice {
 public:
  struct Settings {
    std::string display_name;  // empty = the hotline's
    std::string greeting;      // empty = ours
    std::string phone;         // empty = 12345
    size_t text_bytes_max = 2'000;
  };
  explicit Voice(Settings settings);

  // One part of an answer, from 0; beyond the last one: the last. `receipt` may be empty.
  AnswerPage Answer(const answer::v1::Answer& answer, size_t part, std::string_view receipt,
                    Again again) const;
  std::string Menu(std::string_view head, const std::vector<Choice>& choices) const;
  std::string NotKnown(const answer::v1::Referral& referral) const;

  std::string Greeting() const;
  std::string Help() const;
  std::string HandOver(bool after_answer) const;

  // What is not a question.
  std::string NoText() const;  // empty, or signs only
  std::string TooLong() const;
  std::string NotHeard() const;  // a voice message
  std::string NotSeen() const;   // a picture
  std::string NotPlace() const;  // a location
  std::string NotRead() const;   // a file, a link
  std::string NothingToContinue() const;
  std::string NoSuchNumber(size_t count) const;

  // What stands in the way.
  std::string Late() const;
  std::string Unavailable() const;
  std::string Busy() const;
  std::string TooMany() const;
  std::string Withdrawn() const;
  std::string ChoicesWithdrawn() const;
  std::string NoHotQuestions() const;

  // Thanks.
  std::string Useful() const;
  std::string Useless() const;
  std::string NothingToJudge() const;
  std::string SayWhatIsWrong() const;
  std::string Corrected(const insight::v1::ReportCorrectionResponse& response) const;
  std::string NotRecorded() const;

 private:
  std::string Fit(std::string text) const;

  const std::string display_name_;
  const std::string greeting_;
  const std::string phone_;
  const size_t text_bytes_max_;
};

}  // namespace hotline::gateway::platforms
