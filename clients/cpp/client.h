// The C++ client: channels with sound settings, deadlines, retries and consistency tokens.
//
//   auto client = Client::Connect({.address = "127.0.0.1:7200", .actor = "importer"});
//   AskRequest request;  request.set_question("居住证怎么办");  request.set_channel(type::v1::WEB);
//   StatusOr<AskResponse> reply = client->Ask(request);
//
// * Every call gets a deadline (Options.deadline).
// * UNAVAILABLE is retried by the channel's service config, with backoff, at most 4 attempts in
// all. Writes get a
//   request_id first, so a repeat has no second effect.
// * A client is a session: it remembers the newest consistency token that it has seen, of a write
// or a read, and sends it
//   with each read, so it never goes back. Pass token() on to another client to hand the session
//   over.
// Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <typeindex>
#include <typeinfo>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"

#include "hotline/answer/v1/answer_service.grpc.pb.h"
#include "hotline/identity/v1/identity_service.grpc.pb.h"
#include "hotline/knowledge/v1/check_service.grpc.pb.h"
#include "hotline/knowledge/v1/fact_service.grpc.pb.h"
#include "hotline/knowledge/v1/knowledge_service.grpc.pb.h"
#include "hotline/knowledge/v1/review_service.grpc.pb.h"
#include "hotline/knowledge/v1/synonym_service.grpc.pb.h"
#include "hotline/store/v1/store_service.grpc.pb.h"
#include "proto/cc/errors.h"

namespace hotline::client {

struct Options {
  std::string address;           // host:port of kb-server, or of the one service called
  std::string actor = "client";  // who calls, for the audit; believed in access.mode "open" only
  std::string token;             // of a session, an API key or single sign-on; empty = none
  std::chrono::milliseconds deadline{10'000};  // of each unary call
  int message_mib_max = 64;                    // largest reply accepted
};

// A random UUID (version 4).
std::string NewRequestId();

class Client {
 public:
  static std::unique_ptr<Client> Connect(Options options);

  // Who calls from now on: the token of a session or a key; empty = nobody.
  void set_credential(const std::string& credential);
  std::string credential() const;

  // The newest token seen; empty before the first reply.
  std::string token() const;
  // Continues another session: reads are served at this token's position or later.
  void set_token(const std::string& token);

  // Calls any unary method of any service:
  // client.Call(&AnswerService::Stub::Ask, request).
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                std::type_identity_t<Request> request) {
    Prepare(request);
    grpc::ClientContext context;
    SetUp(context, true);
    Response response;
    const grpc::Status status = (stub<Stub>().*method)(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    Remember(response);
    return response;
  }

  // The stub of a service, e.g. stub<AnswerService::Stub>(), for streams; SetUp gives the context
  // identity and, if wanted, the deadline.
  template <typename Stub>
  Stub& stub() {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<void>& made = stubs_[std::type_index(typeid(Stub))];
    if (made == nullptr) made = std::make_shared<Stub>(channel_);
    return *static_cast<Stub*>(made.get());
  }
  void SetUp(grpc::ClientContext& context, bool with_deadline) const;

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Gives a request its request_id (writes) and the session's token (reads); notes the token of a
  // reply.
  void Prepare(google::protobuf::Message& request) const;
  void Remember(const google::protobuf::Message& response);

  // The commonest calls by name.
  auto Ask(const answer::v1::AskRequest& r) {
    return Call(&answer::v1::AnswerService::Stub::Ask, r);
  }
  auto Search(const answer::v1::SearchRequest& r) {
    return Call(&answer::v1::AnswerService::Stub::Search, r);
  }
  auto Suggest(const answer::v1::SuggestRequest& r) {
    return Call(&answer::v1::AnswerService::Stub::Suggest, r);
  }
  auto GetAnswer(const answer::v1::GetAnswerRequest& r) {
    return Call(&answer::v1::AnswerService::Stub::GetAnswer, r);
  }
  auto GetEntry(const knowledge::v1::GetEntryRequest& r) {
    return Call(&knowledge::v1::KnowledgeService::Stub::GetEntry, r);
  }
  auto CreateEntry(const knowledge::v1::CreateEntryRequest& r) {
    return Call(&knowledge::v1::KnowledgeService::Stub::CreateEntry, r);
  }
  auto UpdateEntry(const knowledge::v1::UpdateEntryRequest& r) {
    return Call(&knowledge::v1::KnowledgeService::Stub::UpdateEntry, r);
  }
  auto PublishEntry(const knowledge::v1::PublishEntryRequest& r) {
    return Call(&knowledge::v1::KnowledgeService::Stub::PublishEntry, r);
  }
  auto RecallEntry(const knowledge::v1::RecallEntryRequest& r) {
    return Call(&knowledge::v1::KnowledgeService::Stub::RecallEntry, r);
  }

 private:
  explicit Client(Options options);

  const Options options_;
  std::shared_ptr<grpc::Channel> channel_;
  mutable std::mutex mutex_;
  std::map<std::type_index, std::shared_ptr<void>> stubs_;  // guarded by mutex_
  std::string credential_;                                  // guarded by mutex_
  std::string token_;                                       // guarded by mutex_
  int64_t token_revision_ = 0;                              // guarded by mutex_
};

}  // namespace hotline::client
