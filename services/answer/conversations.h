// Transcripts of calls under way: fed by AddUtterances, followed by FollowAssist.
//
// They are kept in memory only and never written, logged or shown to the audit: what a caller says
// is gone with the process, or some time after the last word. A follower is a cursor, never a
// queue: a slow one gets the newest text of what it has not read, and its memory is bounded.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "hotline/answer/v1/answer_service.pb.h"
#include "services/runtime/call.h"
#include "services/runtime/clock.h"
#include "services/runtime/timer.h"

namespace hotline::answer {

using Utterance = v1::AssistRequest::Utterance;

inline constexpr size_t kConversationNameLengthMax = 64;
inline constexpr int kAddUtterancesMax = 100;

struct ConversationLimits {
  size_t conversations = 5'000;
  // Distinct numbers in one conversation; the numbers themselves go up to kUtterancesMax too.
  size_t utterances = 10'000;
  // Of texts and what it takes to keep them. A whole conversation goes into one message.
  size_t bytes = size_t{2} << 20U;
  size_t bytes_of_all = size_t{512} << 20U;
  // A conversation is forgotten so long after the last word.
  std::chrono::minutes kept{30};
};

// One call. Thread-safe.
class Conversation {
 public:
  // What was said after a point in time of the conversation.
  struct News {
    uint64_t sequence = 0;              // pass it on to get what comes after
    std::vector<Utterance> utterances;  // by number, each as it is now
    bool forgotten = false;             // the conversation is over for all who follow it
  };
  News After(uint64_t sequence) const;

 private:
  friend class Conversations;
  struct Said {
    Utterance utterance;
    uint64_t sequence = 0;
  };

  mutable std::mutex mutex_;
  std::map<int64_t, Said> said_;           // by number
  std::map<uint64_t, int64_t> by_change_;  // sequence of the newest change of a number
  uint64_t sequence_ = 0;
  size_t bytes_ = 0;
  runtime::BootTime last_{0};
  bool forgotten_ = false;
  std::unordered_map<const void*, runtime::Waker> followers_;
};

// Thread-safe.
class Conversations {
 public:
  // Follows one conversation until it is destroyed. Conversations must outlive it.
  class Following {
   public:
    Following(Conversations& all, std::string name, std::shared_ptr<Conversation> conversation)
        : all_(all), name_(std::move(name)), conversation_(std::move(conversation)) {}
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;
    ~Following() { all_.Leave(*this); }
    const Conversation& conversation() const { return *conversation_; }

   private:
    friend class Conversations;
    Conversations& all_;
    const std::string name_;
    const std::shared_ptr<Conversation> conversation_;
  };

  // `clock` must outlive it.
  explicit Conversations(const runtime::Clock& clock, const ConversationLimits& limits = {});
  Conversations(const Conversations&) = delete;
  Conversations& operator=(const Conversations&) = delete;

  // Adds all or, with an error, none, and wakes who follows. Returns how many utterances the
  // conversation has. FIELD_*, INVALID_UTF8; RESOURCE_EXHAUSTED: LIMIT_EXCEEDED.
  absl::StatusOr<int> Add(const std::string& name,
                          const google::protobuf::RepeatedPtrField<Utterance>& utterances);

  // Follows a conversation, which may not have begun. `waker` is woken when something is added.
  // FIELD_*.
  absl::StatusOr<std::unique_ptr<Following>> Follow(const std::string& name, runtime::Waker waker);

  // Wakes a follower a little later.
  void WakeAfter(std::chrono::microseconds time, runtime::Waker waker) {
    timer_.After(time, std::move(waker));
  }

  // Forgets the conversations in which nothing was said for long. Done from time to time.
  void Sweep();
  // Conversations in which something was said.
  size_t size() const;

 private:
  std::shared_ptr<Conversation> FindOrBegin(const std::string& name);
  absl::Status CheckRoom(const Conversation& conversation, size_t fresh, size_t bytes) const;
  void Leave(const Following& following);
  void SweepLater();
  // With mutex_ and the conversation's held: the wakers of those who follow it.
  std::vector<runtime::Waker> Forget(Conversation& conversation);
  bool IsOver(const Conversation& conversation) const;
  // With its mutex held: nobody would miss it.
  static bool IsUnused(const Conversation& conversation);

  const runtime::Clock& clock_;
  const ConversationLimits limits_;
  mutable std::mutex mutex_;  // taken before that of a conversation
  std::unordered_map<std::string, std::shared_ptr<Conversation>> by_name_;
  size_t begun_ = 0;  // of by_name_, with something said
  size_t bytes_ = 0;
  runtime::Timer timer_;  // last: it uses the others
};

}  // namespace hotline::answer
