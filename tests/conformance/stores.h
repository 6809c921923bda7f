// The stores under test: each opened empty, with clocks in the hand of the test.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "storage/clocks.h"
#include "storage/store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::storage {

// A wall clock and a boot clock that stand still until the test moves them. Thread-safe.
class TestClocks {
 public:
  static constexpr LogTime kStart = 1'700'000'000'000'000;  // 2023-11-14T22:13:20Z

  Clocks clocks();
  void SetWall(LogTime wall) { *wall_ = wall; }
  void AdvanceWall(LogTime by) { *wall_ += by; }
  void AdvanceBoot(std::chrono::microseconds by) { *boot_ += by.count(); }

 private:
  // Shared, because a store under destruction may still look at them.
  std::shared_ptr<std::atomic<LogTime>> wall_ = std::make_shared<std::atomic<LogTime>>(kStart);
  std::shared_ptr<std::atomic<int64_t>> boot_ = std::make_shared<std::atomic<int64_t>>(1'000'000);
};

// A store and everything that it stands on.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
};

using OpenStore = std::function<std::unique_ptr<StoreUnderTest>(const Clocks&)>;

std::unique_ptr<StoreUnderTest> OpenMemory(const Clocks& clocks);
// In a directory of its own, removed at the end.
std::unique_ptr<StoreUnderTest> OpenRocks(const Clocks& clocks);
// A RocksStore behind a real gRPC server on a loopback port, reached through RemoteStore.
std::unique_ptr<StoreUnderTest> OpenRemote(const Clocks& clocks);

struct NamedStore {
  std::string name;
  OpenStore open;
};
std::vector<NamedStore> AllStores();

inline Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }
inline Deadline Past() { return std::chrono::steady_clock::now() - std::chrono::seconds(1); }

// One test for each store: derive, write TEST_P, then INSTANTIATE_STORES(Fixture).
class StoreTest : public ::testing::TestWithParam<NamedStore> {
 protected:
  StoreTest() : under_test_(GetParam().open(clocks_.clocks())) {}

  Store& store() { return under_test_->store(); }

  // Commits and gives the position; the test fails when it is refused.
  int64_t Commit(const store::v1::CommitRequest& request);
  int64_t Head();
  std::string Digest(int64_t kb_revision = 0);
  std::vector<std::string> NamesOf(const ResourcePage& page);

  TestClocks clocks_;
  std::unique_ptr<StoreUnderTest> under_test_;
};

store::v1::ListResourcesRequest ListOf(std::string_view collection, int page_size = 1'000);

// What a server adds to a Store, to give it a gRPC address: used by OpenRemote and by the tests of
// RemoteStore.
class StoreServer {
 public:
  // Serves `store` on `address` ("127.0.0.1:0" = any port). `store` must outlive the server.
  explicit StoreServer(Store& store, const std::string& address = "127.0.0.1:0");
  StoreServer(const StoreServer&) = delete;
  StoreServer& operator=(const StoreServer&) = delete;
  // Cuts every connection.
  ~StoreServer();

  const std::string& address() const { return address_; }

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::string address_;
};

}  // namespace hotline::storage

#define INSTANTIATE_STORES(fixture)                                                               \
  INSTANTIATE_TEST_SUITE_P(Stores, fixture, ::testing::ValuesIn(::hotline::storage::AllStores()), \
                           [](const auto& tested) { return tested.param.name; })
