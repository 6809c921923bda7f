// A guard over a MemoryStore whose one clock stands in the test's hand, and people to call it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

#include "services/access/guard.h"
#include "storage/memory_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::access {

// Boot and wall time move together.
class HandClock final : public runtime::Clock {
 public:
  runtime::BootTime Boot() const override { return runtime::BootTime(moved_.load()); }
  LogTime Wall() const override { return kStart + moved_.load(); }
  void Advance(std::chrono::microseconds time) { moved_ += time.count(); }

 private:
  static constexpr LogTime kStart = 1'800'000'000'000'000;
  std::atomic<int64_t> moved_{0};
};

class AccessTest : public ::testing::Test {
 protected:
  explicit AccessTest(config::v1::AccessConfig config = {});

  // Moves the clock and waits until the guard is sure of everything again.
  void Advance(std::chrono::microseconds time);

  // Commits resources and waits until the guard has them; returns the position.
  template <typename... Resources>
  int64_t Put(const Resources&... resources) {
    testing::CommitBuilder commit;
    (commit.Put(resources), ...);
    return Commit(commit);
  }
  int64_t Commit(const store::v1::CommitRequest& commit);

  static store::v1::Resource Department(const std::string& id, const std::string& parent = "");
  static Grant AGrant(Role role, const std::string& department = "");
  static store::v1::Resource APerson(const std::string& id, std::initializer_list<Grant> grants);
  store::v1::Resource Stored(const std::string& name);

  // A session of a person that exists; returns its token.
  std::string SignIn(const std::string& person,
                     std::chrono::minutes idle = std::chrono::minutes(30),
                     std::chrono::minutes max = std::chrono::minutes(720));
  // An account with a key; returns its token.
  std::string AnAccount(const std::string& id, std::initializer_list<Grant> grants,
                        std::chrono::hours key_life = std::chrono::hours(24));

  // What the frame of a call does: the call as its handler sees it, or why it gets none.
  absl::StatusOr<runtime::Call> Call(const std::string& token, const std::string& method,
                                     runtime::Scope scope = runtime::Scope::kInternal) const;

  HandClock clock_;
  storage::MemoryStore store_;
  std::unique_ptr<Guard> guard_;
};

constexpr char kGetEntry[] = "/hotline.knowledge.v1.KnowledgeService/GetEntry";
constexpr char kPublishEntry[] = "/hotline.knowledge.v1.KnowledgeService/PublishEntry";
constexpr char kCreateEntry[] = "/hotline.knowledge.v1.KnowledgeService/CreateEntry";
constexpr char kAsk[] = "/hotline.answer.v1.AnswerService/Ask";
constexpr char kGetSelf[] = "/hotline.identity.v1.IdentityService/GetSelf";

}  // namespace hotline::access
