// A base whose clock stands in the test's hand, and a book that follows it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/insight/usage_book.h"
#include "services/insight/usage_writer.h"
#include "services/records/projection.h"
#include "services/runtime/call.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {

inline constexpr LogTime kSecondMicros = 1'000'000;
inline constexpr LogTime kHourMicros = 3'600 * kSecondMicros;
inline constexpr LogTime kDayMicros = 24 * kHourMicros;

// 2026-03-02 (a Monday) 09:30 in China.
inline constexpr LogTime kMonday = 1'772'415'000 * kSecondMicros;

// One process: a book that follows a store.
struct Following {
  explicit Following(storage::Store& store, std::vector<records::Projection*> more = {})
      : follower(
            [&store] { return std::shared_ptr<storage::Store>(std::shared_ptr<void>(), &store); },
            [](const absl::Status&) {}) {
    follower.Add(book);
    for (records::Projection* view : more) follower.Add(*view);
    follower.Start();
    EXPECT_OK(follower.AwaitLoaded(std::chrono::steady_clock::now() + std::chrono::seconds(60)));
  }
  ~Following() { follower.Stop(); }
  void Await(int64_t kb_revision) {
    EXPECT_OK(
        follower.Await(kb_revision, std::chrono::steady_clock::now() + std::chrono::seconds(60)));
  }

  UsageBook book;
  records::ProjectionFollower follower;
};

class UsageWorld : public ::testing::Test {
 protected:
  UsageWorld()
      : store_({.clocks = {.boot = [this] { return std::chrono::microseconds(wall_.load()); },
                           .wall = [this] { return wall_.load(); }}}) {}

  static storage::Deadline Soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(60);
  }
  static runtime::Call ACall(runtime::Scope scope = runtime::Scope::kInternal) {
    runtime::Call call;
    call.rpc = "/test";
    call.caller.actor = "tester";
    call.caller.scope = scope;
    call.deadline = Soon();
    return call;
  }
  static v1::UsageRow ARow(const std::string& entry, int64_t asked,
                           type::v1::Channel channel = type::v1::WEB,
                           const std::string& region = "440305") {
    v1::UsageRow row;
    row.set_entry(entry);
    row.set_revision(1);
    row.set_channel(channel);
    row.set_region(region);
    row.set_asked_count(asked);
    return row;
  }

  int64_t Commit(const store::v1::CommitRequest& commit) {
    const auto committed = store_.Commit(commit, Soon());
    EXPECT_OK(committed);
    return committed.ok() ? committed->kb_revision() : 0;
  }
  template <typename T>
  int64_t Put(const T& resource) {
    return Commit(hotline::testing::ACommit().Put(resource));
  }
  // Rows that were counted at `begin` and are written now.
  int64_t Append(LogTime begin, std::vector<v1::UsageRow> rows) {
    return Commit(UsageCommit("a", begin, std::move(rows), {++next_hash_}));
  }
  // Sets the clock, and makes a Change so that everybody notices.
  int64_t SetTime(LogTime time) {
    wall_ = time;
    return Put(hotline::testing::ADepartment("d" + std::to_string(++next_department_)));
  }
  // Everything that the base has counted, by a book that begins anew.
  absl::flat_hash_map<std::string, v1::UsageRow> Counted() {
    return Following(store_).book.Totals(400);
  }

  std::atomic<LogTime> wall_{kMonday};
  storage::MemoryStore store_;

 private:
  uint64_t next_hash_ = 0;
  int next_department_ = 0;
};

}  // namespace hotline::insight
