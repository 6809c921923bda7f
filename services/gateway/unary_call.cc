#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/client_callback.h"

#include "proto/cc/errors.h"
#include "services/gateway/calls.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/dialect.h"
#include "services/gateway/reply_cache.h"
#include "services/runtime/call.h"

namespace hotline::gateway {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kActor[] = "web";
constexpr char kPublicScope[] = "public";
constexpr std::chrono::milliseconds kHealthDeadline{2'000};

// Lives until OnDone; the exchange keeps a reference for Gone().
class UnaryCall final : public grpc::ClientUnaryReactor, public Follower {
 public:
  explicit UnaryCall(CallSite site) : site_(std::move(site)) {}

  void Start(std::shared_ptr<UnaryCall> self) {
    self_ = std::move(self);
    Prepare(context_, site_.rpc);
    request_ = ToBuffer(site_.rpc.message);
    site_.backend->routes.StubFor(site_.rpc.method->path)
        .PrepareUnaryCall(&context_, site_.rpc.method->path, grpc::StubOptions(), &request_,
                          &response_, this);
    const std::shared_ptr<UnaryCall> alive = self_;  // OnDone may come before StartCall returns
    StartCall();
    site_.exchange->Follow(alive);
  }

  void OnDone(const grpc::Status& status) override {
    site_.exchange->Reply(ReplyFor(WithDetails(status)));
    site_.place.reset();  // who takes the reply slowly keeps nobody else waiting
    self_.reset();
  }

  void Gone() override { context_.TryCancel(); }

 private:
  HttpReply ReplyFor(const grpc::Status& status) {
    const Dialect& dialect = site_.rpc.dialect;
    std::string message = ToBytes(response_);
    Headers session = FollowSession(site_, status, message);
    if (!status.ok()) return Failure(status, std::move(session));
    Admission& admission = site_.backend->admission;
    admission.Prove(site_.visitor);
    if (site_.rpc.method->signs_in) {
      admission.NoteSignIn(site_.visitor, std::chrono::steady_clock::now());
    }
    auto body = EncodeMessage(dialect, *site_.rpc.method, message);
    if (!body.ok()) return Failure(ToGrpcStatus(body.status()), {});
    site_.exchange->NoteCode(ConnectCode(grpc::OK));
    HttpReply reply = Head(dialect);
    reply.body = *std::move(body) + EncodeEnd(dialect, status);
    reply.secret = site_.rpc.method->secret_reply;
    reply.headers.insert(reply.headers.end(), session.begin(), session.end());
    if (dialect.get) Cache(message, reply);
    return reply;
  }

  void Cache(const std::string& message, HttpReply& reply) const {
    const std::string tag = TagOf(*site_.rpc.method, message);
    if (tag.empty()) return;
    AddCaching(reply, tag, !site_.rpc.authorization.empty());
    if (!HasTag(site_.exchange->request().Header("if-none-match"), tag)) return;
    reply.status = 304;
    reply.body.clear();
  }

  HttpReply Failure(const grpc::Status& status, Headers session) {
    site_.exchange->NoteCode(ConnectCode(status.error_code()));
    HttpReply reply = ErrorReply(site_.rpc.dialect, status);
    reply.headers.insert(reply.headers.end(), session.begin(), session.end());
    return reply;
  }

  CallSite site_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::shared_ptr<UnaryCall> self_;
};

struct HealthCheck {
  std::shared_ptr<void> pass;  // first, so that it is given back last
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
};

}  // namespace

void Prepare(grpc::ClientContext& context, const RpcRequest& rpc) {
  context.set_deadline(std::chrono::system_clock::now() + rpc.timeout);
  context.AddMetadata(std::string(runtime::kScopeKey), kPublicScope);
  context.AddMetadata(std::string(runtime::kActorKey), kActor);
  context.AddMetadata(std::string(runtime::kRequestIdKey), rpc.request_id);
  if (!rpc.client.empty()) context.AddMetadata(std::string(runtime::kAddressKey), rpc.client);
  if (!rpc.authorization.empty())
    context.AddMetadata(std::string(runtime::kAuthorizationKey), rpc.authorization);
}

Headers FollowSession(const CallSite& site, const grpc::Status& status, std::string& message) {
  Headers headers;
  if (site.backend->sessions.has_value()) {
    site.backend->sessions->Follow(site.rpc.session, *site.rpc.method, status, message, headers);
  }
  return headers;
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return "";
  std::string bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::shared_ptr<void> CallGate::Enter() {
  const std::lock_guard lock(mutex_);
  ++inside_;
  return {nullptr, [this](void*) {
            const std::lock_guard leaving(mutex_);
            if (--inside_ == 0) empty_.notify_all();
          }};
}

void CallGate::Wait() {
  std::unique_lock lock(mutex_);
  empty_.wait(lock, [this] { return inside_ == 0; });
}

void StartUnaryCall(CallSite site) {
  auto call = std::make_shared<UnaryCall>(std::move(site));
  UnaryCall& started = *call;
  started.Start(std::move(call));
}

void CheckHealth(Backend& backend, std::function<void(bool serving)> done) {
  auto check = std::make_shared<HealthCheck>();
  check->pass = backend.gate.Enter();
  check->context.set_deadline(std::chrono::system_clock::now() + kHealthDeadline);
  check->request = ToBuffer(HealthCheckRequest().SerializeAsString());  // the whole server
  constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
  backend.routes.StubFor(kCheck).UnaryCall(
      &check->context, kCheck, grpc::StubOptions(), &check->request, &check->response,
      [check, done = std::move(done)](const grpc::Status& status) {
        HealthCheckResponse response;
        done(status.ok() && response.ParseFromString(ToBytes(check->response)) &&
             response.status() == HealthCheckResponse::SERVING);
      });
}

}  // namespace hotline::gateway
