// A bare gRPC server: callback API, default reactor, nothing around it. Baseline of system_bench.
#include <fstream>
#include <iostream>
#include <string>

#include "grpcpp/grpcpp.h"

#include "tests/bench/echo.grpc.pb.h"

namespace {

class BareEcho final : public hotline::bench::EchoService::CallbackService {
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const hotline::bench::EchoRequest* request,
                                 hotline::bench::EchoResponse* response) override {
    response->mutable_data()->assign(static_cast<size_t>(request->reply_bytes()), 'x');
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

// Arguments as the test launcher gives them: --server.listen=HOST:PORT --server.ready_file=PATH.
int main(int argc, char** argv) {
  std::string listen = "127.0.0.1:0";
  std::string ready;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--server.listen=")) listen = argument.substr(16);
    if (argument.starts_with("--server.ready_file=")) ready = argument.substr(20);
  }
  BareEcho service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::ofstream(ready + ".part") << "127.0.0.1:" << port;
  if (std::rename((ready + ".part").c_str(), ready.c_str()) != 0) return 1;
  server->Wait();
  return 0;
}
