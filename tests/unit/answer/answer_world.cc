#include "tests/unit/answer/answer_world.h"

#include <thread>

#include "proto/cc/errors.h"
#include "proto/cc/tokens.h"

namespace hotline::answer {

using std::chrono::steady_clock;

absl::Status SwitchedStore::Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, type::v1::STORE_UNREACHABLE, "存储服务不可达。");
}

AnswerWorld::AnswerWorld()
    : memory_({.clocks = {.boot = [this] { return clock_.Boot(); },
                          .wall = [this] { return clock_.Wall(); }}}),
      service_(board_, history_, handle_, clock_, {.limits = kLimits}),
      follower_(std::make_unique<Follower>(
          handle_, clock_, board_, history_,
          Follower::Options{
              .instance = "1", .limits = kLimits, .feed_wait = std::chrono::milliseconds(20)})) {
  EXPECT_OK(follower_->AwaitServing(steady_clock::now() + std::chrono::seconds(20)));
}

AnswerWorld::~AnswerWorld() { follower_.reset(); }

type::v1::ReadConsistency AnswerWorld::Commit(const hotline::testing::CommitBuilder& commit) {
  const auto committed = memory_.Commit(commit, steady_clock::now() + std::chrono::seconds(10));
  EXPECT_OK(committed);
  if (!committed.ok()) return newest_;
  head_ = committed->kb_revision();
  newest_.set_at_least_token(EncodeToken({committed->timeline_id(), committed->kb_revision()}));
  return newest_;
}

runtime::Call AnswerWorld::ACall(runtime::Scope scope) {
  runtime::Call call;
  call.rpc = "/test";
  call.caller.scope = scope;
  call.deadline = steady_clock::now() + std::chrono::seconds(20);
  return call;
}

absl::StatusOr<v1::GetAnswerResponse> AnswerWorld::Get(const std::string& name,
                                                       type::v1::Channel channel,
                                                       const std::string& region) {
  v1::GetAnswerRequest request;
  request.set_name(name);
  request.set_channel(channel);
  request.set_region(region);
  *request.mutable_consistency() = newest_;
  return service_.GetAnswer(ACall(), request);
}

absl::StatusOr<v1::AskResponse> AnswerWorld::Ask(const std::string& question,
                                                 type::v1::Channel channel,
                                                 const std::string& region) {
  v1::AskRequest request;
  request.set_question(question);
  request.set_channel(channel);
  request.set_region(region);
  *request.mutable_consistency() = newest_;
  return service_.Ask(ACall(), request);
}

void AnswerWorld::Await(const std::function<bool()>& done) {
  const auto until = steady_clock::now() + std::chrono::seconds(20);
  while (!done()) {
    ASSERT_LT(steady_clock::now(), until) << "it never came";
    std::this_thread::yield();
  }
}

}  // namespace hotline::answer
