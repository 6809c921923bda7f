#include "tests/unit/runtime/echo_server.h"

#include <fstream>
#include <sstream>
#include <thread>

#include "google/protobuf/util/json_util.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"

namespace hotline::testing {

using runtime::Lane;
using runtime::ServeBidi;
using runtime::ServeStream;
using runtime::ServeUnary;

EchoResponse Numbered(int64_t number) {
  EchoResponse response;
  response.set_number(number);
  return response;
}

void Door::Open() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  opened_.notify_all();
}

void Door::Wait() {
  std::unique_lock lock(mutex_);
  opened_.wait(lock, [this] { return open_; });
}

bool Door::WaitFor(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return opened_.wait_for(lock, time, [this] { return open_; });
}

class EchoServer::Service final : public v1::EchoService::CallbackService {
 public:
  Service(EchoBehaviour behaviour, runtime::Runtime& runtime)
      : behaviour_(std::move(behaviour)), runtime_(runtime) {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoResponse* response) override {
    return ServeUnary(runtime_, context, "/hotline.testing.v1.EchoService/Echo", request, response,
                      behaviour_.echo);
  }

  grpc::ServerUnaryReactor* EchoInline(grpc::CallbackServerContext* context,
                                       const EchoRequest* request,
                                       EchoResponse* response) override {
    return ServeUnary(runtime_, context, "/hotline.testing.v1.EchoService/EchoInline", request,
                      response, behaviour_.echo, Lane::kInline);
  }

  grpc::ServerWriteReactor<EchoResponse>* Count(grpc::CallbackServerContext* context,
                                                const EchoRequest* request) override {
    return ServeStream<EchoResponse>(runtime_, context, "/hotline.testing.v1.EchoService/Count",
                                     request, behaviour_.count, {.pulse = behaviour_.pulse});
  }

  grpc::ServerBidiReactor<EchoRequest, EchoResponse>* Chat(
      grpc::CallbackServerContext* context) override {
    return ServeBidi<EchoRequest, EchoResponse>(
        runtime_, context, "/hotline.testing.v1.EchoService/Chat", behaviour_.chat);
  }

 private:
  const EchoBehaviour behaviour_;
  runtime::Runtime& runtime_;
};

runtime::CallLimits EchoServer::SmallLimits() {
  runtime::CallLimits limits;
  limits.handler_threads = 4;
  limits.stream_pulse = std::chrono::hours(1);
  limits.drain = std::chrono::seconds(20);
  return limits;
}

EchoServer::EchoServer(EchoBehaviour behaviour, runtime::CallLimits limits,
                       config::v1::ServerConfig config) {
  config::v1::LogConfig log;
  log.set_file(dir_.Join("log"));
  logger_ = runtime::Logger::Open(log).value();
  runtime_ = std::make_unique<runtime::Runtime>(limits, *logger_);
  service_ = std::make_unique<Service>(std::move(behaviour), *runtime_);
  server_ = runtime::Server::Start(config, "127.0.0.1:0", *runtime_, {service_.get()}).value();
  stub_ = v1::EchoService::NewStub(Connect());
}

EchoServer::~EchoServer() = default;

std::shared_ptr<grpc::Channel> EchoServer::Connect(Window window) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (window == Window::kNarrow) {
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 1024);
  }
  return grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(),
                                   arguments);
}

absl::Status EchoServer::Echo(const std::string& text, EchoResponse* response) {
  const auto context = Context();
  EchoRequest request;
  request.set_text(text);
  EchoResponse ignored;
  return FromGrpcStatus(
      stub_->Echo(context.get(), request, response != nullptr ? response : &ignored));
}

std::string EchoServer::StopAndReadLogText() {
  stub_.reset();
  server_.reset();
  service_.reset();
  runtime_.reset();
  logger_.reset();
  std::ifstream file(dir_.Join("log"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<google::protobuf::Struct> EchoServer::StopAndReadLog() {
  std::vector<google::protobuf::Struct> lines;
  std::stringstream text(StopAndReadLogText());
  for (std::string line; std::getline(text, line);) {
    google::protobuf::Struct parsed;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
    lines.push_back(std::move(parsed));
  }
  return lines;
}

std::unique_ptr<grpc::ClientContext> ContextFor(std::chrono::milliseconds after) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + after);
  return context;
}

bool Eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace hotline::testing
