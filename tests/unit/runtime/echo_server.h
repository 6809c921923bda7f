// A running server of EchoService whose behaviour each test sets, with its log.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/struct.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

#include "echo.grpc.pb.h"
#include "services/runtime/call.h"
#include "services/runtime/runtime.h"
#include "services/runtime/serve.h"
#include "services/runtime/server.h"
#include "tests/testing/temp_dir.h"

namespace hotline::testing {

using v1::EchoRequest;
using v1::EchoResponse;
using EchoSource = runtime::StreamSource<EchoResponse>;
using EchoSession = runtime::Session<EchoRequest, EchoResponse>;
using EchoStep = runtime::StreamStep<EchoResponse>;

EchoResponse Numbered(int64_t number);

// What the service does; set before the first call.
struct EchoBehaviour {
  runtime::Handler<EchoRequest, EchoResponse> echo;
  std::function<absl::StatusOr<std::unique_ptr<EchoSource>>(const runtime::Call&,
                                                            const EchoRequest&, runtime::Waker)>
      count;
  std::function<absl::StatusOr<std::unique_ptr<EchoSession>>(const runtime::Call&)> chat;
  std::chrono::milliseconds pulse{0};
};

// A door that threads wait at: closed until Open().
class Door {
 public:
  void Open();
  void Wait();
  bool WaitFor(std::chrono::milliseconds time);

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

// A source made of functions; `gone` opens when the frame has destroyed it.
class FunctionSource final : public EchoSource {
 public:
  using Next_ = std::function<absl::StatusOr<EchoStep>()>;
  explicit FunctionSource(Next_ next, std::shared_ptr<Door> gone = nullptr)
      : next_(std::move(next)), gone_(std::move(gone)) {}
  ~FunctionSource() override {
    if (gone_ != nullptr) gone_->Open();
  }
  absl::StatusOr<EchoStep> Next() override { return next_(); }

 private:
  const Next_ next_;
  const std::shared_ptr<Door> gone_;
};

class EchoServer {
 public:
  explicit EchoServer(EchoBehaviour behaviour, runtime::CallLimits limits = SmallLimits(),
                      config::v1::ServerConfig config = {});
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;
  ~EchoServer();

  // Few threads, so that a stream that held one would show; pulses far apart, so that a lost wake
  // would show.
  static runtime::CallLimits SmallLimits();

  v1::EchoService::Stub& stub() { return *stub_; }
  runtime::Runtime& runtime() { return *runtime_; }
  runtime::Server& server() { return *server_; }

  // A further connection; one with a narrow window takes next to nothing of what it does not read.
  enum class Window { kNormal, kNarrow };
  std::shared_ptr<grpc::Channel> Connect(Window window = Window::kNormal) const;

  absl::Status Echo(const std::string& text, EchoResponse* response = nullptr);

  // Stops the server and returns the lines of its log, parsed; a line that is not JSON fails the
  // test.
  std::vector<google::protobuf::Struct> StopAndReadLog();
  // The same as plain text.
  std::string StopAndReadLogText();

 private:
  class Service;

  TempDir dir_;
  std::unique_ptr<runtime::Logger> logger_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<runtime::Server> server_;
  std::unique_ptr<v1::EchoService::Stub> stub_;
};

// A client context with a deadline `after` from now.
std::unique_ptr<grpc::ClientContext> ContextFor(std::chrono::milliseconds after);
inline std::unique_ptr<grpc::ClientContext> Context() {
  return ContextFor(std::chrono::seconds(60));
}

// Spins until `condition` holds, for the few facts that nothing announces; false after a minute.
bool Eventually(const std::function<bool()>& condition);

}  // namespace hotline::testing
