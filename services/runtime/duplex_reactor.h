// One bidirectional stream whose sides speak when they like, on gRPC's callback API. Used through
// dialogue_server.h.
//
// One read and one write may be open at gRPC at the same time; everything else is done by one task
// on the executor, queued or running at most once (`running_`), which takes what has come in, hands
// it to the dialogue, and writes what the dialogue has to say once the peer has taken the message
// before. What happens meanwhile sets `woken_`, so nothing is missed. One task hears one message at
// most; the next one is queued behind the tasks of the other calls and streams, so a peer that
// writes without pause holds no thread. Nor does a quiet one, and a peer that does not read stops
// its own writes only.
//
// The stream ends (Finish) only while no write is open: a write to a peer that reads nothing is
// broken off by Pulse after the longest deadline, by the peer's leaving, or by the server's stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"

#include "proto/cc/errors.h"
#include "services/runtime/call.h"
#include "services/runtime/call_frame.h"
#include "services/runtime/dialogue.h"
#include "services/runtime/stream_reactor.h"
#include "services/runtime/stream_start.h"
#include "services/runtime/streams.h"

namespace hotline::runtime {

template <typename Request, typename Response>
class DuplexReactor final : public grpc::ServerBidiReactor<Request, Response>,
                            public OpenStream,
                            public std::enable_shared_from_this<DuplexReactor<Request, Response>> {
 public:
  using DialogueOr = absl::StatusOr<std::unique_ptr<Dialogue<Request, Response>>>;
  using Open = std::function<DialogueOr(const Call&, Waker)>;

  // Returns the reactor to hand to gRPC; it lives until OnDone.
  static grpc::ServerBidiReactor<Request, Response>* Start(Runtime& runtime,
                                                           grpc::CallbackServerContext& context,
                                                           std::string_view rpc, Open open,
                                                           StreamOptions options) {
    auto reactor = std::make_shared<DuplexReactor>(runtime, context, rpc, std::move(open));
    reactor->self_ = reactor;
    reactor->Begin(options);
    return reactor.get();
  }

  DuplexReactor(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
                Open open)
      : frame_(runtime, context, rpc, cancelled_.Reader()), open_(std::move(open)) {}

  void OnReadDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    heard_ = ok ? Heard::kMessage : Heard::kEnd;
    WakeLocked();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) cancelled_.Set();
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (ok) ++messages_;
    WakeLocked();
  }

  void OnCancel() override {
    cancelled_.Set();
    const std::lock_guard lock(mutex_);
    WakeLocked();
  }

  void OnDone() override { const auto last = std::move(self_); }

  void Pulse() override {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    const Time now = std::chrono::steady_clock::now();
    const auto longest = frame_.runtime().limits().deadline_max;
    // As in StreamReactor: while a write is open the context is alive.
    if (writing_ && now - write_start_ > longest) frame_.context().TryCancel();
    if (reading_ && now - read_start_ > longest) silent_ = true;
    WakeLocked();
  }

  void EndForDrain() override {
    const std::lock_guard lock(mutex_);
    WakeLocked();
  }

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Heard { kNothing, kMessage, kEnd };

  void Begin(StreamOptions options) {
    const absl::Status admitted = AdmitStream(
        frame_, this->weak_from_this(), options.pulse,
        [self = this->shared_from_this()] { self->Run(); }, id_);
    if (!admitted.ok()) Finish(admitted);
  }

  // Runs on the executor; one at a time.
  void Run() {
    const Heard heard = TakeHeard();
    if (!ending_.has_value()) {
      absl::Status status = Step(heard);
      if (!status.ok()) ending_ = std::move(status);
    }
    if (ending_.has_value() && MayFinish()) return Finish(*ending_);
    Rest();
  }

  // Hears what came and says what there is to say. An error ends the stream.
  absl::Status Step(Heard heard) {
    RETURN_IF_ERROR(StillWanted());
    if (dialogue_ == nullptr) {
      RETURN_IF_ERROR(OpenDialogue());
      Read();
    }
    if (heard == Heard::kMessage) {
      RETURN_IF_ERROR(RunGuarded([this] { return dialogue_->Hear(request_); }));
      Read();
    } else if (heard == Heard::kEnd) {
      dialogue_->HearEnd();
    }
    return Say();
  }

  absl::Status Say() {
    if (IsWriting()) return absl::OkStatus();
    auto step = RunGuarded([this] { return dialogue_->Next(); });
    if (!step.ok()) return step.status();
    if (step->kind == StreamStep<Response>::Kind::kEnd) ending_ = absl::OkStatus();
    if (step->kind == StreamStep<Response>::Kind::kMessage) Write(std::move(step->message));
    return absl::OkStatus();
  }

  absl::Status StillWanted() {
    if (frame_.runtime().draining()) return NotServing();
    // A cancelled read may be reported before the cancellation itself; it must not pass for the
    // peer's orderly end.
    if (frame_.context().IsCancelled()) cancelled_.Set();
    RETURN_IF_ERROR(frame_.StillWanted());
    const std::lock_guard lock(mutex_);
    return silent_ ? DeadlinePassed() : absl::OkStatus();
  }

  absl::Status OpenDialogue() {
    Waker waker = [weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->Wake();
    };
    const Open open = std::move(open_);
    ASSIGN_OR_RETURN(dialogue_, OpenGuarded(
                                    frame_, [&] { return open(frame_.call(), std::move(waker)); },
                                    "a dialogue factory returned no dialogue"));
    return absl::OkStatus();
  }

  Heard TakeHeard() {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    return std::exchange(heard_, Heard::kNothing);
  }

  bool IsWriting() {
    const std::lock_guard lock(mutex_);
    return writing_;
  }
  bool MayFinish() { return !IsWriting(); }

  void Read() {
    {
      const std::lock_guard lock(mutex_);
      reading_ = true;
      read_start_ = std::chrono::steady_clock::now();
    }
    this->StartRead(&request_);
  }

  void Write(Response response) {
    response_ = std::move(response);
    {
      const std::lock_guard lock(mutex_);
      writing_ = true;
      write_start_ = std::chrono::steady_clock::now();
    }
    this->StartWrite(&response_);
  }

  // Ends the task. Whatever happened since it looked has a task of its own, after all that waits.
  void Rest() {
    const std::lock_guard lock(mutex_);
    running_ = false;
    if (woken_) WakeLocked();
  }

  void Wake() {
    const std::lock_guard lock(mutex_);
    WakeLocked();
  }

  void WakeLocked() {
    woken_ = true;
    if (running_ || finished_) return;
    running_ = true;
    frame_.runtime().executor().Post([self = this->shared_from_this()] { self->Run(); });
  }

  // A read that is still open completes unseen.
  void Finish(const absl::Status& status) {
    dialogue_.reset();
    open_ = nullptr;
    int64_t messages = 0;
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
      messages = messages_;
    }
    frame_.runtime().streams().Remove(id_);
    grpc::ServerBidiReactor<Request, Response>::Finish(frame_.Close(status, messages));
  }

  CancelFlag cancelled_;  // before frame_, which reads it
  CallFrame frame_;
  Open open_;
  // Of the running task.
  std::unique_ptr<Dialogue<Request, Response>> dialogue_;
  std::optional<absl::Status> ending_;  // how the stream ends as soon as it may
  Request request_;
  Response response_;
  uint64_t id_ = 0;

  std::mutex mutex_;
  bool running_ = true;  // the first task is posted by Begin
  bool woken_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool silent_ = false;
  bool finished_ = false;
  Heard heard_ = Heard::kNothing;
  int64_t messages_ = 0;
  Time read_start_;
  Time write_start_;
  std::shared_ptr<DuplexReactor> self_;  // until OnDone: gRPC holds a plain pointer
};

}  // namespace hotline::runtime
