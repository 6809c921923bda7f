// One account's side of the talk: understands a message and works out what is said.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/gateway/platforms/desk.h"
#include "services/gateway/platforms/inbound.h"
#include "services/gateway/platforms/outcome.h"
#include "services/gateway/platforms/talkers.h"
#include "services/gateway/platforms/voice.h"

namespace hotline::gateway::platforms {

// A message and until when what is worth to be said.
struct Heard {
  Inbound inbound;         // `user` is a hash
  std::string request_id;  // a UUID, equal for repeats of one message
  Desk::Deadline prompt;   // a reply until then reaches the person at once
  Desk::Deadline patience;
};

// Thread-safe. Calls back once, now or later, from any thread.
class Talk {
 public:
  using Done = std::function<void(Outcome)>;

  Talk(Voice voice, Desk& desk, Talkers& talkers)
      : voice_(std::move(voice)), desk_(desk), talkers_(talkers) {}

  const Voice& voice() const { return voice_; }

  // Works out what is said, and notes where the person stands then.
  void Hear(Heard heard, Done done);

  // What is said instead of `before` now: the same while what it rests on is said, else the new
  // state. Nothing remembered is said when the services cannot confirm it.
  void Renew(const Outcome& before, const Heard& heard, Done done);

 private:
  void HearText(const Heard& heard, Done done);
  void Ask(const Heard& heard, const std::string& question, Done done);
  void ListHot(const Heard& heard, Done done);
  void Choose(const Heard& heard, const Standing& standing, size_t number, Done done);
  void Continue(const Heard& heard, const Standing& standing, Done done);
  void Judge(const Heard& heard, insight::v1::Verdict verdict, Done done);
  void Correct(const Heard& heard, const std::string& report, Done done);
  void HandOver(const Heard& heard, Done done);

  // Says the first part of an answer, with a receipt when one can be had in time.
  void SayAnswer(const Heard& heard, const answer::v1::Answer& answer, const std::string& question,
                 Again again, Done done);
  Outcome SayPart(const Heard& heard, const answer::v1::Answer& answer, size_t part,
                  const std::string& receipt, const std::string& question, Again again);
  Outcome SayMenu(const Heard& heard, std::string_view head, const std::vector<Choice>& choices,
                  std::vector<Said> rests, const std::string& question);
  void RenewMenu(const Outcome& before, const Heard& heard,
                 const answer::v1::BatchGetAnswersResponse& now, Done done);

  const Voice voice_;
  Desk& desk_;
  Talkers& talkers_;
};

// A UUID (version 4 in form): equal for equal arguments, so that repeats of one message are one
// request to the services.
std::string RequestId(std::string_view seed, std::string_view purpose);

// What is said of an error of the services.
Outcome OfFailure(const Voice& voice, const absl::Status& status);

}  // namespace hotline::gateway::platforms
