// Listening, limits of a connection, health and reflection.
#include "services/runtime/server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"
#include "tests/unit/runtime/echo_server.h"

namespace hotline::testing {
namespace {

using google::protobuf::DescriptorPool;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using runtime::Call;
using ::testing::HasSubstr;

EchoBehaviour Echoing() {
  return {.echo = [](const Call&, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
    EchoResponse response;
    response.set_text(request.text());
    return response;
  }};
}

HealthCheckResponse::ServingStatus HealthOf(EchoServer& server, const std::string& service) {
  const auto channel = server.Connect();
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  const auto status = grpc::internal::BlockingUnaryCall<HealthCheckRequest, HealthCheckResponse,
                                                        google::protobuf::MessageLite,
                                                        google::protobuf::MessageLite>(
      channel.get(), method, Context().get(), request, &response);
  return status.ok() ? response.status() : HealthCheckResponse::UNKNOWN;
}

// Asks the reflection service; its messages come from the library, which brings them without
// headers.
std::string Reflected(EchoServer& server, const std::string& symbol) {
  const auto* pool = DescriptorPool::generated_pool();
  const std::string package = "grpc.reflection.v1alpha.";
  google::protobuf::DynamicMessageFactory factory;
  const auto* type = pool->FindMessageTypeByName(package + "ServerReflectionRequest");
  if (type == nullptr) return "no reflection in this program";
  const std::unique_ptr<google::protobuf::Message> request(factory.GetPrototype(type)->New());
  request->GetReflection()->SetString(request.get(),
                                      type->FindFieldByName("file_containing_symbol"), symbol);

  const auto channel = server.Connect();
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const auto context = Context();
  const auto call = stub.PrepareCall(
      context.get(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  call->StartCall(nullptr);
  if (!wait()) return "not started";
  const grpc::Slice slice(request->SerializeAsString());
  call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  if (!wait()) return "not written";
  grpc::ByteBuffer bytes;
  call->Read(&bytes, nullptr);
  if (!wait()) return "not read";
  grpc::Slice reply;
  bytes.DumpToSingleSlice(&reply);
  context->TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  return {reinterpret_cast<const char*>(reply.begin()), reply.size()};
}

TEST(ServerTest, ServesHealthPerService) {
  EchoServer server(Echoing());
  EXPECT_EQ(HealthOf(server, ""), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(server, "hotline.testing.v1.EchoService"), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(server, "no.such.Service"), HealthCheckResponse::UNKNOWN);
}

TEST(ServerTest, ReflectsItsServicesAndHealth) {
  EchoServer server(Echoing());
  EXPECT_THAT(Reflected(server, "hotline.testing.v1.EchoService"), HasSubstr("EchoRequest"));
  EXPECT_THAT(Reflected(server, "grpc.health.v1.Health"), HasSubstr("HealthCheckRequest"));
}

TEST(ServerTest, RefusesAnAddressThatIsTaken) {
  EchoServer server(Echoing());
  config::v1::ServerConfig config;
  config.set_listen(server.server().address());

  const auto second = runtime::Server::Start(config, "", server.runtime(), {});

  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("已被占用"));
}

TEST(ServerTest, RefusesAnAddressWithoutAPort) {
  EchoServer server(Echoing());
  config::v1::ServerConfig config;
  config.set_listen("localhost");
  EXPECT_THAT(runtime::Server::Start(config, "", server.runtime(), {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ServerTest, ListensOnBothFamilies) {
  config::v1::ServerConfig config;
  config.set_listen("[::]:0");
  EchoServer server(Echoing(), EchoServer::SmallLimits(), config);
  const std::string address = server.server().address();
  ASSERT_TRUE(address.starts_with("[::]:")) << address;
  const std::string port = address.substr(address.rfind(':'));
  ASSERT_NE(port, ":0");

  for (const std::string& host : {std::string("127.0.0.1"), std::string("[::1]")}) {
    const auto stub = v1::EchoService::NewStub(
        grpc::CreateChannel(host + port, grpc::InsecureChannelCredentials()));
    EchoResponse response;
    EXPECT_TRUE(stub->Echo(Context().get(), {}, &response).ok()) << host;
  }
}

TEST(ServerTest, ServesInsideTheProcess) {
  EchoServer server(Echoing());
  const auto stub = v1::EchoService::NewStub(server.server().InProcessChannel());
  EchoRequest request;
  request.set_text("in process");
  EchoResponse response;

  ASSERT_TRUE(stub->Echo(Context().get(), request, &response).ok());

  EXPECT_EQ(response.text(), "in process");
}

TEST(ServerTest, RefusesMessagesAboveItsLimit) {
  config::v1::ServerConfig config;
  config.set_message_kib_max(64);
  EchoServer server(Echoing(), EchoServer::SmallLimits(), config);

  EXPECT_THAT(server.Echo(std::string(63 * 1024, 'x')), IsOk());
  EXPECT_THAT(server.Echo(std::string(65 * 1024, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(server.Echo("still serving"), IsOk());
}

TEST(ServerTest, RefusesMetadataAboveItsLimit) {
  EchoServer server(Echoing());
  const auto context = Context();
  context->AddMetadata("x-large", std::string(20 * 1024, 'x'));
  EchoResponse response;

  EXPECT_EQ(server.stub().Echo(context.get(), {}, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);

  // gRPC 1.51 may close the connection over it; others are served on.
  const auto other = v1::EchoService::NewStub(server.Connect());
  EXPECT_TRUE(other->Echo(Context().get(), {}, &response).ok());
}

TEST(ServerTest, AnswersUnknownMethods) {
  EchoServer server(Echoing());
  const auto channel = server.Connect();
  const grpc::internal::RpcMethod method("/hotline.testing.v1.EchoService/NoSuchMethod",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  EchoResponse response;
  const auto status =
      grpc::internal::BlockingUnaryCall<EchoRequest, EchoResponse, google::protobuf::MessageLite,
                                        google::protobuf::MessageLite>(
          channel.get(), method, Context().get(), {}, &response);
  EXPECT_THAT(FromGrpcStatus(status), HasReason(type::v1::UNKNOWN_METHOD));
}

TEST(ServerTest, DrainsOnce) {
  EchoServer server(Echoing());
  server.server().Drain();
  server.server().Drain();
  EXPECT_FALSE(server.Echo("").ok());
}

// A client that holds an HTTP/2 connection and does nothing, not even hang up when it is told to.
class DeafClient {
 public:
  explicit DeafClient(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    // The preface and an empty SETTINGS frame (RFC 9113, 3.4); then the server's own.
    constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
    EXPECT_EQ(::send(socket_, kPreface.data(), kPreface.size(), 0), 33);
    char heard = 0;
    EXPECT_EQ(::recv(socket_, &heard, 1, 0), 1);
  }
  DeafClient(const DeafClient&) = delete;
  DeafClient& operator=(const DeafClient&) = delete;
  ~DeafClient() { ::close(socket_); }

 private:
  const int socket_;
};

TEST(ServerTest, ADrainWaitsForCallsAndNotForConnections) {
  EchoServer server(Echoing());
  const DeafClient deaf(server.server().address());

  const auto begin = std::chrono::steady_clock::now();
  server.server().Drain();

  EXPECT_LT(std::chrono::steady_clock::now() - begin, EchoServer::SmallLimits().drain / 2);
}

}  // namespace
}  // namespace hotline::testing
