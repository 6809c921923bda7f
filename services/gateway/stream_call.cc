// A server stream on its way to a browser. At most one message is on its way from gRPC and one
// waits to be sent: the next StartRead comes when the HTTP side has taken what was there.
//
// Reads are started by HTTP threads, outside of gRPC's reactions, so a hold keeps the call open
// until no further read can be started; whoever finds that out releases it, once. gRPC may run a
// reaction inside StartRead, StartCall or RemoveHold, so none of them is called with mutex_ held.
#include <mutex>
#include <utility>

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/client_callback.h"

#include "proto/cc/errors.h"
#include "services/gateway/calls.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/dialect.h"

namespace hotline::gateway {
namespace {

// An event stream that has not failed by then is opened, with status 200, though it may have
// nothing to say yet. Until then a failure has an HTTP status of its own, which tells a browser not
// to try again.
constexpr std::chrono::milliseconds kOpenAfter{500};
constexpr char kHeartbeat[] = ": alive\n\n";

class StreamCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                         public BodySource,
                         public Follower,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  explicit StreamCall(CallSite site) : site_(std::move(site)) {}

  void Start();

  // BodySource and Follower, from HTTP threads.
  Pulled Pull(std::string& bytes) override;
  void Gone() override { Cancel(); }
  void Tick(Instant now) override;
  void Stop() override;

  // gRPC's reactions.
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  bool IsEvents() const { return site_.rpc.dialect.protocol == Protocol::kServerSentEvents; }
  void Open();
  void Cancel();
  void ReleaseHold();
  void ReplyWith(HttpReply reply, std::shared_ptr<BodySource> source);
  grpc::Status MeaningLocked(const grpc::Status& status) const;

  const CallSite site_;
  const Instant began_ = std::chrono::steady_clock::now();
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  std::shared_ptr<StreamCall> self_;  // until OnDone

  std::mutex mutex_;
  std::string buffer_;  // encoded, not yet taken by HTTP
  Instant last_taken_ = began_;
  bool reading_ = true;  // a StartRead is under way
  bool hold_released_ = false;
  bool cancelled_ = false;  // no further read is started
  bool opened_ = false;     // a reply has been started
  bool stopped_ = false;
  bool broken_ = false;  // a message was not of its type
  bool done_ = false;
};

void StreamCall::Start() {
  const auto alive = shared_from_this();  // OnDone may come before StartCall returns
  self_ = alive;
  Prepare(context_, site_.rpc);
  request_ = ToBuffer(site_.rpc.message);
  site_.backend->routes.StubFor(site_.rpc.method->path)
      .PrepareBidiStreamingCall(&context_, site_.rpc.method->path, grpc::StubOptions(), this);
  AddHold();
  StartWriteLast(&request_, grpc::WriteOptions());
  StartRead(&message_);
  StartCall();
  if (!IsEvents()) Open();
  site_.exchange->Follow(alive);
}

void StreamCall::Open() {
  HttpReply head = Head(site_.rpc.dialect);
  {
    const std::lock_guard lock(mutex_);
    if (opened_) return;
    opened_ = true;
    buffer_ = head.body + buffer_;
  }
  ReplyWith(std::move(head), shared_from_this());
}

void StreamCall::ReplyWith(HttpReply reply, std::shared_ptr<BodySource> source) {
  if (source == nullptr) {
    site_.exchange->Reply(std::move(reply));
  } else {
    site_.exchange->ReplyStream(std::move(reply), std::move(source));
  }
}

BodySource::Pulled StreamCall::Pull(std::string& bytes) {
  bool read = false;
  {
    const std::lock_guard lock(mutex_);
    if (buffer_.empty()) return done_ ? Pulled::kEnd : Pulled::kNothingNow;
    bytes.swap(buffer_);
    last_taken_ = std::chrono::steady_clock::now();
    read = !reading_ && !hold_released_ && !cancelled_;
    if (read) reading_ = true;
  }
  if (read) StartRead(&message_);
  return Pulled::kBytes;
}

void StreamCall::OnReadDone(bool ok) {
  const auto alive = shared_from_this();  // OnDone may come when the hold is released
  if (!ok) {
    ReleaseHold();
    return;
  }
  site_.backend->admission.Prove(site_.visitor);
  auto bytes = EncodeMessage(site_.rpc.dialect, *site_.rpc.method, ToBytes(message_));
  message_.Clear();
  // After a message that is not of its type the call is given up; the read below sees its end.
  if (!bytes.ok()) context_.TryCancel();
  bool read_on = false;
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    cancelled = cancelled_;
    if (bytes.ok()) {
      buffer_ += *bytes;
      reading_ = false;
    } else {
      broken_ = true;
    }
    read_on = !bytes.ok();
  }
  if (read_on) {
    StartRead(&message_);
    return;
  }
  if (cancelled) ReleaseHold();
  Open();
  site_.exchange->Wake();
}

void StreamCall::Cancel() {
  context_.TryCancel();
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (reading_)
      return;  // that read ends now, with a last message or without, and releases the hold
  }
  ReleaseHold();
}

void StreamCall::ReleaseHold() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(hold_released_, true)) return;
  }
  RemoveHold();
}

void StreamCall::Tick(Instant now) {
  if (!IsEvents()) return;
  if (now - began_ >= kOpenAfter) Open();
  {
    const std::lock_guard lock(mutex_);
    if (!buffer_.empty() || done_ || now - last_taken_ < site_.backend->heartbeat) return;
    buffer_ = kHeartbeat;
  }
  site_.exchange->Wake();
}

void StreamCall::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  Cancel();
}

grpc::Status StreamCall::MeaningLocked(const grpc::Status& status) const {
  if (broken_) return ToGrpcStatus(absl::InternalError("a message of a stream is not of its type"));
  // The end of a stream's allowed life is not an error of the client: it is to connect again.
  const bool life_over =
      status.error_code() == grpc::DEADLINE_EXCEEDED && !site_.rpc.has_own_timeout;
  if (!stopped_ && !life_over) return WithDetails(status);
  return ToGrpcStatus(MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                                "连接已到时限或服务正在重启，请从上次的位置重新连接。"));
}

void StreamCall::OnDone(const grpc::Status& status) {
  const auto alive = std::exchange(self_, nullptr);
  grpc::Status meaning;
  bool opened = false;
  {
    const std::lock_guard lock(mutex_);
    meaning = MeaningLocked(status);
    opened = opened_;
    // A browser reconnects by itself after a plain end; the word of failure is for what stays
    // wrong.
    const bool reconnects = IsEvents() && meaning.error_code() == grpc::UNAVAILABLE;
    if (opened || meaning.ok()) {
      buffer_ += EncodeEnd(site_.rpc.dialect, reconnects ? grpc::Status::OK : meaning);
    } else {
      opened_ = true;
    }
    done_ = true;
  }
  site_.exchange->NoteCode(ConnectCode(meaning.error_code()));
  if (opened) {
    site_.exchange->Wake();
  } else if (meaning.ok()) {
    Open();
  } else {
    HttpReply failure = ErrorReply(site_.rpc.dialect, meaning);
    std::string nothing;
    for (auto& header : FollowSession(site_, meaning, nothing)) {
      failure.headers.push_back(std::move(header));
    }
    ReplyWith(std::move(failure), nullptr);
  }
}

}  // namespace

void StartStreamCall(CallSite site) { std::make_shared<StreamCall>(std::move(site))->Start(); }

}  // namespace hotline::gateway
