// One server stream on gRPC's callback API, pulled from a StreamSource. Used through serve.h.
//
// The stream is always in one phase, and only the holder of the phase may act:
//
// * kRunning: a task on the executor, queued or running, asks the source. Then kWriting, kIdle or
//   kFinished.
// * kWriting: gRPC holds one message until the peer has room for it. OnWriteDone leads to kRunning.
// * kIdle: nobody works. A wake, a pulse, a cancel or a drain leads to kRunning.
// * kFinished: Finish was called, and all that arrives later is ignored.
//
// An idle or blocked stream therefore costs one source and one message, and no thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"

#include "proto/cc/errors.h"
#include "services/runtime/call.h"
#include "services/runtime/call_frame.h"
#include "services/runtime/stream_start.h"
#include "services/runtime/streams.h"

namespace hotline::runtime {

struct StreamOptions {
  // How often Next() is called while the source has nothing and nobody wakes it. Zero:
  // CallLimits::stream_pulse. Take seconds where thousands of streams wait for something rare.
  std::chrono::milliseconds pulse{0};
};

template <typename Response>
using SourceOr = absl::StatusOr<std::unique_ptr<StreamSource<Response>>>;

template <typename Response>
class StreamReactor final : public grpc::ServerWriteReactor<Response>,
                            public OpenStream,
                            public std::enable_shared_from_this<StreamReactor<Response>> {
 public:
  using Open = std::function<SourceOr<Response>(const Call&, Waker)>;

  // Returns the reactor to hand to gRPC; it lives until OnDone.
  static grpc::ServerWriteReactor<Response>* Start(Runtime& runtime,
                                                   grpc::CallbackServerContext& context,
                                                   std::string_view rpc, Open open,
                                                   StreamOptions options,
                                                   const google::protobuf::Message* request) {
    auto reactor = std::make_shared<StreamReactor>(runtime, context, rpc, std::move(open));
    reactor->self_ = reactor;
    reactor->frame_.SetMessages(request, nullptr);
    reactor->Begin(options);
    return reactor.get();
  }

  StreamReactor(Runtime& runtime, grpc::CallbackServerContext& context, std::string_view rpc,
                Open open)
      : frame_(runtime, context, rpc, cancelled_.Reader()), open_(std::move(open)) {}

  void OnWriteDone(bool ok) override {
    if (!ok) cancelled_.Set();
    const std::lock_guard lock(mutex_);
    if (ok) ++messages_;
    phase_ = Phase::kRunning;
    PostRun();
  }

  void OnCancel() override {
    cancelled_.Set();
    Wake();
  }

  void OnDone() override { const auto last = std::move(self_); }

  void Pulse() override {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::kWriting) return BreakOffIfStalled();
    WakeLocked();
  }

  void EndForDrain() override { Wake(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Phase { kRunning, kWriting, kIdle, kFinished };

  void Begin(StreamOptions options) {
    const absl::Status admitted = AdmitStream(
        frame_, this->weak_from_this(), options.pulse,
        [self = this->shared_from_this()] { self->Run(); }, id_);
    if (!admitted.ok()) End(admitted);
  }

  // Runs on the executor, once per message or wake.
  void Run() {
    for (;;) {
      {
        // What is announced until here, the lines below see; what comes later keeps the stream from
        // going idle.
        const std::lock_guard lock(mutex_);
        woken_ = false;
      }
      if (absl::Status wanted = StillWanted(); !wanted.ok()) return End(wanted);
      if (source_ == nullptr) {
        if (absl::Status opened = OpenSource(); !opened.ok()) return End(opened);
      }
      auto step = RunGuarded([this] { return source_->Next(); });
      if (!step.ok()) return End(step.status());
      if (step->kind == StreamStep<Response>::Kind::kEnd) return End(absl::OkStatus());
      if (step->kind == StreamStep<Response>::Kind::kMessage) return Send(std::move(step->message));
      if (GoIdle()) return;
    }
  }

  absl::Status StillWanted() const {
    if (frame_.runtime().draining()) return NotServing();
    return frame_.StillWanted();
  }

  absl::Status OpenSource() {
    Waker waker = [weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->Wake();
    };
    const Open open = std::move(open_);
    ASSIGN_OR_RETURN(source_, OpenGuarded(
                                  frame_, [&] { return open(frame_.call(), std::move(waker)); },
                                  "a stream factory returned no source"));
    return absl::OkStatus();
  }

  void Send(Response message) {
    message_ = std::move(message);
    {
      const std::lock_guard lock(mutex_);
      phase_ = Phase::kWriting;
      write_start_ = std::chrono::steady_clock::now();
    }
    this->StartWrite(&message_);
  }

  // False when something happened since Next() was called: ask again.
  bool GoIdle() {
    const std::lock_guard lock(mutex_);
    if (woken_) return false;
    phase_ = Phase::kIdle;
    return true;
  }

  void Wake() {
    const std::lock_guard lock(mutex_);
    WakeLocked();
  }

  void WakeLocked() {
    woken_ = true;
    if (phase_ != Phase::kIdle) return;
    phase_ = Phase::kRunning;
    PostRun();
  }

  void PostRun() {
    frame_.runtime().executor().Post([self = this->shared_from_this()] { self->Run(); });
  }

  // A peer that has not taken a message for the longest deadline is gone or hostile. The context is
  // alive: in kWriting Finish has not been called, and to call it someone would need the mutex held
  // here.
  void BreakOffIfStalled() {
    const auto waited = std::chrono::steady_clock::now() - write_start_;
    if (waited > frame_.runtime().limits().deadline_max) frame_.context().TryCancel();
  }

  void End(const absl::Status& status) {
    source_.reset();
    open_ = nullptr;
    int64_t messages = 0;
    {
      const std::lock_guard lock(mutex_);
      phase_ = Phase::kFinished;
      messages = messages_;
    }
    frame_.runtime().streams().Remove(id_);
    this->Finish(frame_.Close(status, messages));
  }

  CancelFlag cancelled_;  // before frame_, which reads it
  CallFrame frame_;
  Open open_;
  std::unique_ptr<StreamSource<Response>> source_;
  Response message_;
  uint64_t id_ = 0;
  std::mutex mutex_;
  Phase phase_ = Phase::kRunning;
  bool woken_ = false;
  int64_t messages_ = 0;
  Time write_start_;
  std::shared_ptr<StreamReactor> self_;  // until OnDone: gRPC holds a plain pointer
};

}  // namespace hotline::runtime
