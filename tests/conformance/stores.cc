#include "tests/conformance/stores.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "proto/cc/names.h"
#include "services/runtime/logging.h"
#include "services/runtime/runtime.h"
#include "storage/memory_store.h"
#include "storage/remote_store.h"
#include "storage/rocks_store.h"
#include "storage/store_service_grpc.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

// Set-up that cannot fail in a sound build; without it no test can go on.
template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s\n", testing::Describe(result.status()).c_str());
  std::abort();
}

class MemoryUnderTest final : public StoreUnderTest {
 public:
  explicit MemoryUnderTest(const Clocks& clocks)
      : store_({.timeline_id = "memory-timeline", .clocks = clocks}) {}
  Store& store() override { return store_; }

 private:
  MemoryStore store_;
};

class RocksUnderTest final : public StoreUnderTest {
 public:
  explicit RocksUnderTest(const Clocks& clocks) {
    RocksOptions options;
    options.dir = dir_.Join("data");
    options.clocks = clocks;
    options.reserve_mib = 1;
    options.cache_mib = 8;
    store_ = OrDie(RocksStore::Open(options));
  }
  Store& store() override { return *store_; }

 private:
  testing::TempDir dir_;
  std::unique_ptr<RocksStore> store_;
};

class RemoteUnderTest final : public StoreUnderTest {
 public:
  explicit RemoteUnderTest(const Clocks& clocks)
      : rocks_(clocks),
        server_(rocks_.store()),
        remote_({.address = server_.address(), .caller = "conformance"}) {}
  Store& store() override { return remote_; }

 private:
  RocksUnderTest rocks_;
  StoreServer server_;
  RemoteStore remote_;
};

}  // namespace

Clocks TestClocks::clocks() {
  return {.boot = [boot = boot_] { return std::chrono::microseconds(boot->load()); },
          .wall = [wall = wall_] { return wall->load(); }};
}

std::unique_ptr<StoreUnderTest> OpenMemory(const Clocks& clocks) {
  return std::make_unique<MemoryUnderTest>(clocks);
}
std::unique_ptr<StoreUnderTest> OpenRocks(const Clocks& clocks) {
  return std::make_unique<RocksUnderTest>(clocks);
}
std::unique_ptr<StoreUnderTest> OpenRemote(const Clocks& clocks) {
  return std::make_unique<RemoteUnderTest>(clocks);
}

std::vector<NamedStore> AllStores() {
  return {{"Memory", OpenMemory}, {"Rocks", OpenRocks}, {"Remote", OpenRemote}};
}

int64_t StoreTest::Commit(const store::v1::CommitRequest& request) {
  const auto response = store().Commit(request, Soon());
  EXPECT_OK(response);
  return response.ok() ? response->kb_revision() : -1;
}

int64_t StoreTest::Head() {
  const auto status = store().GetStatus(Soon());
  EXPECT_OK(status);
  return status.ok() ? status->head_kb_revision() : -1;
}

std::string StoreTest::Digest(int64_t kb_revision) {
  const auto digest = store().GetDigest(kb_revision, Soon());
  EXPECT_OK(digest);
  return digest.ok() ? digest->digest() : "";
}

std::vector<std::string> StoreTest::NamesOf(const ResourcePage& page) {
  std::vector<std::string> names;
  for (const Versioned& version : page.resources) names.push_back(NameOf(version.resource));
  return names;
}

store::v1::ListResourcesRequest ListOf(std::string_view collection, int page_size) {
  store::v1::ListResourcesRequest request;
  request.set_collection(std::string(collection));
  request.set_page_size(page_size);
  return request;
}

struct StoreServer::Parts {
  explicit Parts(std::unique_ptr<runtime::Logger> quiet, Store& store)
      : logger(std::move(quiet)),
        runtime(runtime::CallLimits{.handler_threads = 16}, *logger),
        service(runtime, store, {.heartbeat = std::chrono::milliseconds(50)}) {}

  std::unique_ptr<runtime::Logger> logger;
  runtime::Runtime runtime;
  StoreServiceGrpc service;
  std::unique_ptr<grpc::Server> server;
};

StoreServer::StoreServer(Store& store, const std::string& address) {
  config::v1::LogConfig quiet;
  quiet.set_level("off");
  parts_ = std::make_unique<Parts>(OrDie(runtime::Logger::Open(quiet)), store);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.SetMaxSendMessageSize(kMessageBytesMax);
  builder.RegisterService(&parts_->service);
  parts_->server = builder.BuildAndStart();
  if (parts_->server == nullptr) std::abort();
  address_ = "127.0.0.1:" + std::to_string(port);
}

StoreServer::~StoreServer() {
  parts_->runtime.BeginDrain();
  parts_->server->Shutdown(std::chrono::system_clock::now());
}

}  // namespace hotline::storage
