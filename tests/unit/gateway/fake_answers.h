// An AnswerService with answers that a test sets, to see what the gateway makes of it. Real gRPC,
// no index, no store.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grpcpp/server.h"

#include "hotline/answer/v1/answer_service.grpc.pb.h"
#include "tests/unit/gateway/fake_identity.h"

namespace hotline::gateway {

namespace answer = ::hotline::answer::v1;

// Thread-safe. Questions that begin with one of these words do something special.
inline constexpr std::string_view kHang = "等待";  // answers nothing until the call is cancelled
inline constexpr std::string_view kRefuse =
    "拒绝";  // NOT_FOUND with ErrorInfo and LocalizedMessage
inline constexpr std::string_view kUnknown = "不知道";
inline constexpr std::string_view kChoose = "选择";
// WatchAnswers of this name sends messages without end, as fast as they are taken; of kFailName,
// fails at once.
inline constexpr std::string_view kFloodName = "entries/flood";
inline constexpr std::string_view kFailName = "entries/fail";
inline constexpr std::string_view kSilentName = "entries/silent";

class FakeAnswers final : public answer::AnswerService::CallbackService {
 public:
  using Metadata = std::multimap<std::string, std::string>;

  FakeAnswers();
  ~FakeAnswers() override;

  // Publishes a new revision of an entry: watchers see CHANGED.
  void Change(const std::string& name, const std::string& question, const std::string& html);
  // Watchers see WITHDRAWN.
  void Withdraw(const std::string& name);
  // Readings of the base are marked stale.
  void MarkStale(bool stale);
  // The length that the html of every later answer has, to test large replies.
  void PadAnswersTo(size_t bytes);

  Metadata last_metadata() const;
  int64_t last_deadline_ms() const;  // left when the last unary call came in
  std::string last_request() const;  // of the last unary call, in text format
  int64_t last_after_kb_revision() const;
  int64_t flood_messages() const;

  // Wait until the number of open streams (or cancelled unary calls) is `count`; false after 10 s.
  bool AwaitWatchers(size_t count) const;
  bool AwaitCancelled(int count) const;

  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context,
                                const answer::AskRequest* request,
                                answer::AskResponse* response) override;
  grpc::ServerUnaryReactor* Suggest(grpc::CallbackServerContext* context,
                                    const answer::SuggestRequest* request,
                                    answer::SuggestResponse* response) override;
  grpc::ServerUnaryReactor* GetAnswer(grpc::CallbackServerContext* context,
                                      const answer::GetAnswerRequest* request,
                                      answer::GetAnswerResponse* response) override;
  grpc::ServerWriteReactor<answer::WatchAnswersResponse>* WatchAnswers(
      grpc::CallbackServerContext* context, const answer::WatchAnswersRequest* request) override;

 private:
  friend class WatchReactor;
  void Note(const grpc::CallbackServerContext& context, const google::protobuf::Message& request);
  void Send(const answer::WatchAnswersResponse& event);
  answer::Answer Shown(const answer::Answer& stored) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, answer::Answer> answers_;
  std::set<class WatchReactor*> watchers_;
  int64_t kb_revision_ = 100;
  size_t padded_to_ = 0;
  bool stale_ = false;
  int readings_ = 0;
  Metadata metadata_;
  int64_t deadline_ms_ = 0;
  std::string request_;
  int64_t after_kb_revision_ = 0;
  int64_t flood_messages_ = 0;
  int cancelled_ = 0;
};

// The fake on a gRPC server of its own, with health.
class FakeBackend {
 public:
  FakeBackend();
  ~FakeBackend();
  FakeAnswers& answers() { return answers_; }
  FakeIdentity& identities() { return identities_; }
  grpc::Server& server() { return *server_; }
  std::shared_ptr<grpc::Channel> InProcessChannel();
  std::shared_ptr<grpc::Channel> TcpChannel() const;
  const std::string& address() const { return address_; }

 private:
  FakeAnswers answers_;
  FakeIdentity identities_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace hotline::gateway
