#include "services/gateway/platforms/talk.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/text.h"
#include "services/gateway/platforms/words.h"

namespace hotline::gateway::platforms {
namespace {

using answer::v1::Answer;
using answer::v1::AskResponse;
using answer::v1::BatchGetAnswersResponse;
using Kind = Inbound::Kind;

constexpr size_t kQuestionLengthMax = 1'000;
constexpr size_t kReportLengthMax = 1'000;
constexpr char kChoicesHead[] = "您想问的是哪一个？";
constexpr char kHotHead[] = "最近大家在问：";
// Keys of buttons; any other key is asked as a question.
constexpr char kHelpKey[] = "help";
constexpr char kHumanKey[] = "human";
constexpr char kHotKey[] = "hot";
// What is left for the reply itself when a receipt is waited for.
constexpr std::chrono::milliseconds kReserve{200};

Talkers::Instant Now() { return std::chrono::steady_clock::now(); }

Outcome Saying(std::string text, std::string_view code = "ok") {
  Outcome outcome;
  outcome.text = std::move(text);
  outcome.code = code;
  return outcome;
}

Outcome Passing(std::string text, std::string_view code) {
  Outcome outcome = Saying(std::move(text), code);
  outcome.passing = true;
  return outcome;
}

Said SaidOf(const Answer& answer) {
  return {answer.entry(), answer.revision(), answer.content_hash()};
}

// The answer to what was asked for by this name, which may have been merged into another since.
const Answer* AnswerTo(const BatchGetAnswersResponse& response, const std::string& entry) {
  for (const Answer& answer : response.answers()) {
    if (answer.entry() == entry || answer.merged_from() == entry) return &answer;
  }
  return nullptr;
}

std::vector<std::string> EntriesOf(const std::vector<Said>& rests) {
  std::vector<std::string> entries;
  for (const Said& said : rests) entries.push_back(said.entry);
  return entries;
}

bool AllStillSaid(const std::vector<Said>& rests, const BatchGetAnswersResponse& now) {
  return std::all_of(rests.begin(), rests.end(), [&](const Said& said) {
    const Answer* answer = AnswerTo(now, said.entry);
    return answer != nullptr && SaidOf(*answer) == said;
  });
}

}  // namespace

std::string RequestId(std::string_view seed, std::string_view purpose) {
  constexpr size_t kUuidHexDigits = 32;
  std::string hex = ToHex(Sha256(std::string(seed) + " " + std::string(purpose)));
  hex.resize(kUuidHexDigits);
  hex[12] = '4';
  hex[16] = '8';
  for (const size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

Outcome OfFailure(const Voice& voice, const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return Saying(voice.NoText(), "not_understood");
    case absl::StatusCode::kDeadlineExceeded:
      return Passing(voice.Unavailable(), "deadline");
    default:
      return Passing(voice.Unavailable(), "unavailable");
  }
}

void Talk::Hear(Heard heard, Done done) {
  const Inbound& inbound = heard.inbound;
  switch (inbound.kind) {
    case Kind::kFollow:
      return done(Saying(voice_.Greeting()));
    case Kind::kUnfollow:
      talkers_.Forget(inbound.user);
      return done(Saying(""));
    case Kind::kNothing:
      return done(Saying(""));
    case Kind::kVoice:
      return done(Saying(voice_.NotHeard()));
    case Kind::kPicture:
      return done(Saying(voice_.NotSeen()));
    case Kind::kPlace:
      return done(Saying(voice_.NotPlace()));
    case Kind::kOther:
      return done(Saying(voice_.NotRead()));
    case Kind::kMenuKey:
      if (inbound.text == kHelpKey) return done(Saying(voice_.Help()));
      if (inbound.text == kHumanKey) return HandOver(heard, std::move(done));
      if (inbound.text == kHotKey) return ListHot(heard, std::move(done));
      return HearText(heard, std::move(done));
    case Kind::kText:
      return HearText(heard, std::move(done));
  }
}

void Talk::HearText(const Heard& heard, Done done) {
  const std::string text = Trimmed(heard.inbound.text);
  if (CodePoints(text) > kQuestionLengthMax) return done(Saying(voice_.TooLong(), "too_long"));
  const Standing standing = talkers_.Get(heard.inbound.user, Now());
  if (const auto number = NumberIn(text)) return Choose(heard, standing, *number, std::move(done));
  if (auto report = CorrectionIn(text)) return Correct(heard, *report, std::move(done));
  switch (WordIn(text)) {
    case Word::kUseful:
      return Judge(heard, insight::v1::USEFUL, std::move(done));
    case Word::kUseless:
      return Judge(heard, insight::v1::USELESS, std::move(done));
    case Word::kHuman:
      return HandOver(heard, std::move(done));
    case Word::kHelp:
      return done(Saying(voice_.Help()));
    case Word::kHot:
      return ListHot(heard, std::move(done));
    case Word::kMore:
      return Continue(heard, standing, std::move(done));
    case Word::kNone:
      break;
  }
  if (!SaysSomething(text)) return done(Saying(voice_.NoText(), "no_text"));
  Ask(heard, text, std::move(done));
}

void Talk::Ask(const Heard& heard, const std::string& question, Done done) {
  desk_.Ask(question, heard.patience,
            [this, heard, question, done = std::move(done)](absl::StatusOr<AskResponse> response) {
              if (!response.ok()) return done(OfFailure(voice_, response.status()));
              if (response->outcome() == AskResponse::ANSWERED) {
                return SayAnswer(heard, response->answer(), question, Again::kNo, done);
              }
              if (response->outcome() != AskResponse::CHOICES || response->choices().empty()) {
                talkers_.Update(heard.inbound.user, Now(), [](Standing& standing) {
                  std::string late = std::move(standing.late);
                  standing = {};
                  standing.late = std::move(late);
                });
                return done(Saying(voice_.NotKnown(response->referral()), "not_known"));
              }
              std::vector<Choice> choices;
              std::vector<Said> rests;
              for (const auto& hit : response->choices()) {
                choices.push_back({hit.question(), hit.distinction()});
                rests.push_back({hit.entry(), hit.revision(), hit.content_hash()});
              }
              done(SayMenu(heard, kChoicesHead, choices, std::move(rests), question));
            });
}

void Talk::ListHot(const Heard& heard, Done done) {
  desk_.ListHot(heard.patience, [this, heard, done = std::move(done)](
                                    absl::StatusOr<insight::v1::ListHotQuestionsResponse> hot) {
    if (!hot.ok()) return done(OfFailure(voice_, hot.status()));
    if (hot->questions().empty()) return done(Saying(voice_.NoHotQuestions()));
    std::vector<std::string> entries;
    for (const auto& question : hot->questions()) entries.push_back(question.entry());
    // What is counted may lie behind what is said now.
    desk_.Get(entries, heard.patience,
              [this, heard, done](absl::StatusOr<BatchGetAnswersResponse> answers) {
                if (!answers.ok()) return done(OfFailure(voice_, answers.status()));
                if (answers->answers().empty()) return done(Saying(voice_.NoHotQuestions()));
                std::vector<Choice> choices;
                std::vector<Said> rests;
                for (const Answer& answer : answers->answers()) {
                  choices.push_back({answer.question(), ""});
                  rests.push_back(SaidOf(answer));
                }
                done(SayMenu(heard, kHotHead, choices, std::move(rests), ""));
              });
  });
}

void Talk::Choose(const Heard& heard, const Standing& standing, size_t number, Done done) {
  if (standing.next_part > 0 && number == 1) return Continue(heard, standing, std::move(done));
  if (standing.menu.empty()) return done(Saying(voice_.NothingToContinue(), "nothing_open"));
  if (number > standing.menu.size()) {
    return done(Saying(voice_.NoSuchNumber(standing.menu.size()), "nothing_open"));
  }
  const std::string entry = standing.menu[number - 1];
  desk_.Get(
      {entry}, heard.patience,
      [this, heard, entry, menu = standing.menu, question = standing.question,
       done = std::move(done)](absl::StatusOr<BatchGetAnswersResponse> response) {
        if (!response.ok()) return done(OfFailure(voice_, response.status()));
        const Answer* answer = AnswerTo(*response, entry);
        if (answer == nullptr) return done(Saying(voice_.Withdrawn(), "withdrawn"));
        // Whether it is counted keeps nobody waiting.
        desk_.Judge(SaidOf(*answer), insight::v1::CHOSEN, "", RequestId(heard.request_id, "chosen"),
                    heard.patience, [](const auto&) {});
        SayAnswer(heard, *answer, question, Again::kNo, [this, heard, menu, done](Outcome outcome) {
          // The other choices stay open, unless "1" goes on with this answer.
          talkers_.Update(heard.inbound.user, Now(), [&](Standing& now) {
            if (now.next_part == 0) now.menu = menu;
          });
          done(std::move(outcome));
        });
      });
}

void Talk::Continue(const Heard& heard, const Standing& standing, Done done) {
  if (standing.next_part == 0) return done(Saying(voice_.NothingToContinue(), "nothing_open"));
  desk_.Get({standing.last.entry}, heard.patience,
            [this, heard, standing,
             done = std::move(done)](absl::StatusOr<BatchGetAnswersResponse> response) {
              if (!response.ok()) return done(OfFailure(voice_, response.status()));
              const Answer* answer = AnswerTo(*response, standing.last.entry);
              if (answer == nullptr) {
                talkers_.Update(heard.inbound.user, Now(), [](Standing& now) {
                  now.last = {};
                  now.next_part = 0;
                });
                return done(Saying(voice_.Withdrawn(), "withdrawn"));
              }
              if (SaidOf(*answer) != standing.last) {
                return SayAnswer(heard, *answer, standing.question, Again::kChanged, done);
              }
              done(SayPart(heard, *answer, standing.next_part, "", standing.question, Again::kNo));
            });
}

void Talk::Judge(const Heard& heard, insight::v1::Verdict verdict, Done done) {
  const Standing standing = talkers_.Get(heard.inbound.user, Now());
  if (standing.last.entry.empty()) return done(Saying(voice_.NothingToJudge(), "nothing_open"));
  const bool useful = verdict == insight::v1::USEFUL;
  desk_.Judge(standing.last, verdict, standing.question, RequestId(heard.request_id, "judged"),
              heard.patience,
              [this, useful, done = std::move(done)](
                  const absl::StatusOr<insight::v1::ReportFeedbackResponse>& response) {
                if (!response.ok()) return done(Passing(voice_.NotRecorded(), "not_recorded"));
                done(Saying(useful ? voice_.Useful() : voice_.Useless()));
              });
}

void Talk::Correct(const Heard& heard, const std::string& report, Done done) {
  const Standing standing = talkers_.Get(heard.inbound.user, Now());
  if (standing.last.entry.empty()) return done(Saying(voice_.NothingToJudge(), "nothing_open"));
  if (report.empty() || CodePoints(report) > kReportLengthMax) {
    return done(Saying(voice_.SayWhatIsWrong(), "no_text"));
  }
  desk_.Correct(standing.last, report, RequestId(heard.request_id, "corrected"), heard.patience,
                [this, done = std::move(done)](
                    const absl::StatusOr<insight::v1::ReportCorrectionResponse>& response) {
                  if (!response.ok()) return done(Passing(voice_.NotRecorded(), "not_recorded"));
                  done(Saying(voice_.Corrected(*response)));
                });
}

void Talk::HandOver(const Heard& heard, Done done) {
  const Standing standing = talkers_.Get(heard.inbound.user, Now());
  const bool after_answer = !standing.last.entry.empty();
  if (after_answer) {
    desk_.Judge(standing.last, insight::v1::HANDED_OVER, "",
                RequestId(heard.request_id, "handed over"), heard.patience, [](const auto&) {});
  }
  done(Saying(voice_.HandOver(after_answer), "handed_over"));
}

void Talk::SayAnswer(const Heard& heard, const Answer& answer, const std::string& question,
                     Again again, Done done) {
  const Desk::Deadline until = heard.prompt - kReserve;
  // A holding sentence leaves no receipt.
  if (answer.held() || until <= Now()) {
    return done(SayPart(heard, answer, 0, "", question, again));
  }
  desk_.GiveReceipt(SaidOf(answer), answer.kb_revision(),
                    RequestId(heard.request_id, "receipt " + answer.content_hash()), until,
                    [this, heard, answer, question, again,
                     done = std::move(done)](const absl::StatusOr<std::string>& code) {
                      done(SayPart(heard, answer, 0, code.ok() ? *code : "", question, again));
                    });
}

Outcome Talk::SayPart(const Heard& heard, const Answer& answer, size_t part,
                      const std::string& receipt, const std::string& question, Again again) {
  const AnswerPage page = voice_.Answer(answer, part, receipt, again);
  talkers_.Update(heard.inbound.user, Now(), [&](Standing& standing) {
    standing.last = SaidOf(answer);
    standing.question = question;
    standing.next_part = page.more ? part + 1 : 0;
    standing.menu.clear();
  });
  Outcome outcome = Saying(page.text);
  outcome.rests = {SaidOf(answer)};
  return outcome;
}

Outcome Talk::SayMenu(const Heard& heard, std::string_view head, const std::vector<Choice>& choices,
                      std::vector<Said> rests, const std::string& question) {
  talkers_.Update(heard.inbound.user, Now(), [&](Standing& standing) {
    standing.last = {};
    standing.question = question;
    standing.next_part = 0;
    standing.menu = EntriesOf(rests);
  });
  Outcome outcome = Saying(voice_.Menu(head, choices), "choices");
  outcome.rests = std::move(rests);
  outcome.menu = true;
  return outcome;
}

void Talk::Renew(const Outcome& before, const Heard& heard, Done done) {
  if (before.rests.empty()) return done(before);
  desk_.Get(EntriesOf(before.rests), heard.patience,
            [this, before, heard,
             done = std::move(done)](absl::StatusOr<BatchGetAnswersResponse> response) {
              if (!response.ok()) return done(OfFailure(voice_, response.status()));
              if (AllStillSaid(before.rests, *response)) return done(before);
              if (before.menu) return RenewMenu(before, heard, *response, done);
              const Answer* answer = AnswerTo(*response, before.rests.front().entry);
              if (answer == nullptr) return done(Saying(voice_.Withdrawn(), "withdrawn"));
              const Standing standing = talkers_.Get(heard.inbound.user, Now());
              SayAnswer(heard, *answer, standing.question, Again::kChanged, done);
            });
}

void Talk::RenewMenu(const Outcome& before, const Heard& heard, const BatchGetAnswersResponse& now,
                     Done done) {
  std::vector<Choice> choices;
  std::vector<Said> rests;
  for (const Said& said : before.rests) {
    const Answer* answer = AnswerTo(now, said.entry);
    if (answer == nullptr) continue;
    choices.push_back({answer->question(), ""});
    rests.push_back(SaidOf(*answer));
  }
  if (choices.empty()) return done(Saying(voice_.ChoicesWithdrawn(), "withdrawn"));
  const Standing standing = talkers_.Get(heard.inbound.user, Now());
  done(SayMenu(heard, kChoicesHead, choices, std::move(rests), standing.question));
}

}  // namespace hotline::gateway::platforms
