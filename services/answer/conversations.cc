#include "services/answer/conversations.h"

#include <algorithm>
#include <utility>

#include "proto/cc/errors.h"
#include "services/answer/transcript.h"

namespace hotline::answer {
namespace {

constexpr std::chrono::seconds kSweepEvery{30};
// What it takes to keep an utterance, beside its text.
constexpr size_t kBytesBeside = 160;

size_t BytesOf(const Utterance& utterance) { return utterance.text().size() + kBytesBeside; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// The name is of a call, and so nothing of it is repeated in the error.
absl::Status CheckName(const std::string& name) {
  if (name.empty()) return FieldRequired("conversation");
  if (name.size() > kConversationNameLengthMax) {
    return FieldTooLong("conversation", kConversationNameLengthMax, name.size());
  }
  if (!std::ranges::all_of(name, IsNameCharacter)) {
    return FieldInvalid("conversation", "", "请使用通话编号：1 到 64 位字母、数字、“-”或“_”。");
  }
  return absl::OkStatus();
}

absl::Status TooMany(std::string_view what, size_t limit, std::string_view sentence) {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED, sentence,
                   {{"what", std::string(what)}, {"limit", std::to_string(limit)}});
}

void Wake(const std::vector<runtime::Waker>& wakers) {
  for (const runtime::Waker& wake : wakers) wake();
}

bool IsSame(const Utterance& one, const Utterance& other) {
  return one.text() == other.text() && one.speaker() == other.speaker() &&
         one.final() == other.final();
}

// Those that count: of two with one number in one call the later one.
std::map<int64_t, const Utterance*> ByNumber(
    const google::protobuf::RepeatedPtrField<Utterance>& utterances) {
  std::map<int64_t, const Utterance*> by_number;
  for (const Utterance& utterance : utterances) by_number[utterance.number()] = &utterance;
  return by_number;
}

}  // namespace

Conversation::News Conversation::After(uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  News news{.sequence = sequence_, .utterances = {}, .forgotten = forgotten_};
  for (auto at = by_change_.upper_bound(sequence); at != by_change_.end(); ++at) {
    news.utterances.push_back(said_.at(at->second).utterance);
  }
  std::ranges::sort(news.utterances, {}, &Utterance::number);
  return news;
}

Conversations::Conversations(const runtime::Clock& clock, const ConversationLimits& limits)
    : clock_(clock), limits_(limits) {
  SweepLater();
}

absl::StatusOr<int> Conversations::Add(
    const std::string& name, const google::protobuf::RepeatedPtrField<Utterance>& utterances) {
  RETURN_IF_ERROR(CheckName(name));
  if (utterances.empty()) return FieldRequired("utterances");
  if (utterances.size() > kAddUtterancesMax) {
    return TooMany("utterances", kAddUtterancesMax, "一次最多发送 100 句，请分几次发送。");
  }
  for (const Utterance& utterance : utterances) RETURN_IF_ERROR(CheckUtterance(utterance));
  const auto by_number = ByNumber(utterances);

  std::vector<runtime::Waker> wakers;
  int count = 0;
  {
    const std::lock_guard lock(mutex_);
    const std::shared_ptr<Conversation> conversation = FindOrBegin(name);
    const std::lock_guard its_lock(conversation->mutex_);
    size_t fresh = 0;
    size_t more = 0;
    size_t less = 0;
    for (const auto& [number, utterance] : by_number) {
      const auto known = conversation->said_.find(number);
      more += BytesOf(*utterance);
      if (known == conversation->said_.end()) {
        ++fresh;
      } else {
        less += BytesOf(known->second.utterance);
      }
    }
    if (absl::Status room = CheckRoom(*conversation, fresh, more > less ? more - less : 0);
        !room.ok()) {
      if (IsUnused(*conversation)) by_name_.erase(name);
      return room;
    }
    if (conversation->said_.empty()) ++begun_;
    bytes_ += more - less;
    conversation->bytes_ += more - less;
    conversation->last_ = clock_.Boot();
    for (const auto& [number, utterance] : by_number) {
      Conversation::Said& said = conversation->said_[number];
      if (said.sequence != 0) {
        if (IsSame(said.utterance, *utterance)) continue;
        conversation->by_change_.erase(said.sequence);
      }
      said.utterance = *utterance;
      said.sequence = ++conversation->sequence_;
      conversation->by_change_[said.sequence] = number;
    }
    count = static_cast<int>(conversation->said_.size());
    for (const auto& [_, waker] : conversation->followers_) wakers.push_back(waker);
  }
  Wake(wakers);
  return count;
}

absl::StatusOr<std::unique_ptr<Conversations::Following>> Conversations::Follow(
    const std::string& name, runtime::Waker waker) {
  RETURN_IF_ERROR(CheckName(name));
  const std::lock_guard lock(mutex_);
  auto following = std::make_unique<Following>(*this, name, FindOrBegin(name));
  const std::lock_guard its_lock(following->conversation_->mutex_);
  following->conversation_->followers_.emplace(following.get(), std::move(waker));
  return following;
}

void Conversations::Sweep() {
  std::vector<runtime::Waker> wakers;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = by_name_.begin(); at != by_name_.end();) {
      const std::shared_ptr<Conversation> conversation = at->second;
      const std::lock_guard its_lock(conversation->mutex_);
      if (!IsOver(*conversation)) {
        ++at;
        continue;
      }
      const std::vector<runtime::Waker> its = Forget(*conversation);
      wakers.insert(wakers.end(), its.begin(), its.end());
      at = by_name_.erase(at);
    }
  }
  Wake(wakers);
}

size_t Conversations::size() const {
  const std::lock_guard lock(mutex_);
  return begun_;
}

// A conversation that is over begins anew; those who follow the old one are told at the next sweep
// or word.
std::shared_ptr<Conversation> Conversations::FindOrBegin(const std::string& name) {
  std::shared_ptr<Conversation>& conversation = by_name_[name];
  if (conversation != nullptr) {
    std::vector<runtime::Waker> wakers;
    bool over = false;
    {
      const std::lock_guard its_lock(conversation->mutex_);
      over = IsOver(*conversation);
      if (over) wakers = Forget(*conversation);
    }
    if (over) conversation.reset();
    // Soon, and not under the lock that is held here.
    for (runtime::Waker& waker : wakers) timer_.After({}, std::move(waker));
  }
  if (conversation == nullptr) conversation = std::make_shared<Conversation>();
  return conversation;
}

absl::Status Conversations::CheckRoom(const Conversation& conversation, size_t fresh,
                                      size_t bytes) const {
  absl::Status room;
  if (conversation.said_.empty() && begun_ >= limits_.conversations) {
    room = TooMany("conversations", limits_.conversations,
                   "同时进行的通话过多，请稍后再试，或请管理员增加答复服务。");
  } else if (conversation.said_.size() + fresh > limits_.utterances) {
    room = TooMany("utterances", limits_.utterances, "一次通话最多 10000 句，请结束后重新开始。");
  } else if (conversation.bytes_ + bytes > limits_.bytes) {
    room = TooMany("bytes", limits_.bytes, "一次通话的记录过长，请结束后重新开始。");
  } else if (bytes_ + bytes > limits_.bytes_of_all) {
    room = TooMany("bytes_of_all", limits_.bytes_of_all,
                   "全部通话的记录过长，请稍后再试，或请管理员增加答复服务。");
  }
  return room;
}

void Conversations::Leave(const Following& following) {
  const std::lock_guard lock(mutex_);
  bool unused = false;
  {
    Conversation& conversation = *following.conversation_;
    const std::lock_guard its_lock(conversation.mutex_);
    conversation.followers_.erase(&following);
    unused = IsUnused(conversation);
  }
  const auto at = by_name_.find(following.name_);
  if (unused && at != by_name_.end() && at->second == following.conversation_) by_name_.erase(at);
}

void Conversations::SweepLater() {
  timer_.After(kSweepEvery, [this] {
    Sweep();
    SweepLater();
  });
}

bool Conversations::IsOver(const Conversation& conversation) const {
  return !conversation.said_.empty() && clock_.Boot() - conversation.last_ >= limits_.kept;
}

bool Conversations::IsUnused(const Conversation& conversation) {
  return conversation.followers_.empty() && conversation.said_.empty();
}

std::vector<runtime::Waker> Conversations::Forget(Conversation& conversation) {
  --begun_;
  bytes_ -= conversation.bytes_;
  conversation.bytes_ = 0;
  conversation.said_.clear();
  conversation.by_change_.clear();
  conversation.forgotten_ = true;
  std::vector<runtime::Waker> wakers;
  for (const auto& [_, waker] : conversation.followers_) wakers.push_back(waker);
  return wakers;
}

}  // namespace hotline::answer
