// Reads at positions against a plain map as the model, over a random history.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "storage/entry_filter.h"
#include "storage/rocks_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;
using hotline::testing::TempDir;
using store::v1::ListResourcesRequest;

constexpr Deadline kForever = Deadline::max();
constexpr int kChanges = 150;
constexpr unsigned kSeed = 20'261'123;

using State = std::map<std::string, knowledge::v1::Entry>;

class RocksHistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    RocksStore::Options options;
    options.dir = dir_.Join("base");
    options.reserve_mib = 0;
    options.cache_mib = 8;
    auto store = RocksStore::Open(options);
    ASSERT_OK(store);
    store_ = *std::move(store);
    states_.emplace_back();
    for (int i = 0; i < kChanges; ++i) RandomChange();
  }

  void RandomChange() {
    State next = states_.back();
    const std::string id = "e" + std::to_string(random_() % 20);
    const std::string name = "entries/" + id;
    hotline::testing::CommitBuilder commit = ACommit();
    if (next.contains(name) && random_() % 4 == 0) {
      commit.Delete(name);
      next.erase(name);
    } else {
      const knowledge::v1::Entry entry =
          AnEntry(id)
              .Region(random_() % 2 == 0 ? "440300" : "440305")
              .Category(random_() % 2 == 0 ? "社保/养老" : "社保/医疗/门诊")
              .Question("第" + std::to_string(random_() % 1'000) + "问");
      commit.Put(entry);
      next[name] = entry;
    }
    auto response = store_->Commit(commit, kForever);
    ASSERT_OK(response);
    for (const auto& written : response->resources())
      next[written.entry().name()] = written.entry();
    states_.push_back(std::move(next));
  }

  std::vector<std::string> Expected(size_t at, const store::v1::EntryFilter& filter) const {
    std::vector<std::string> expected;
    for (const auto& [name, entry] : states_[at]) {
      if (MatchesFilter(filter, entry)) expected.push_back(entry.SerializeAsString());
    }
    return expected;
  }

  // All pages of three.
  std::vector<std::string> Listed(int64_t at, const store::v1::EntryFilter& filter) {
    std::vector<std::string> listed;
    ListResourcesRequest request;
    request.set_collection("entries");
    request.set_page_size(3);
    request.set_kb_revision(at);
    *request.mutable_filter() = filter;
    for (bool more = true; more;) {
      auto page = store_->List(request, kForever);
      if (!page.ok()) return {"error"};
      for (const auto& item : page->resources) {
        listed.push_back(item.resource.entry().SerializeAsString());
        request.set_after_name(item.resource.entry().name());
      }
      more = page->more;
    }
    return listed;
  }

  TempDir dir_;
  std::mt19937 random_{kSeed};
  std::unique_ptr<RocksStore> store_;
  std::vector<State> states_;
};

TEST_F(RocksHistoryTest, EveryPositionListsItsOwnState) {
  store::v1::EntryFilter all;
  store::v1::EntryFilter some;
  some.set_category("社保/医疗");
  some.set_region("440305");
  for (size_t at = 1; at < states_.size(); ++at) {
    ASSERT_EQ(Listed(static_cast<int64_t>(at), all), Expected(at, all)) << at;
    ASSERT_EQ(Listed(static_cast<int64_t>(at), some), Expected(at, some)) << at;
  }
  EXPECT_EQ(Listed(0, some), Expected(states_.size() - 1, some)) << "through the index";
}

TEST_F(RocksHistoryTest, EveryPositionGetsItsOwnVersions) {
  for (size_t at = 1; at < states_.size(); ++at) {
    for (int i = 0; i < 20; ++i) {
      const std::string name = "entries/e" + std::to_string(i);
      auto got = store_->Get(name, static_cast<int64_t>(at), kForever);
      const auto expected = states_[at].find(name);
      ASSERT_EQ(got.ok(), expected != states_[at].end()) << name << " at " << at;
      if (got.ok()) {
        ASSERT_EQ(got->resource.entry().SerializeAsString(), expected->second.SerializeAsString());
      }
    }
  }
}

TEST_F(RocksHistoryTest, TheFeedRebuildsTheState) {
  State state;
  for (int64_t after = 0; after < kChanges;) {
    auto batch = store_->ReadChanges(after, kForever);
    ASSERT_OK(batch);
    ASSERT_FALSE(batch->changes.empty());
    for (const auto& change : batch->changes) {
      ASSERT_EQ(change.kb_revision(), ++after);
      for (const auto& effect : change.effects()) {
        if (effect.has_put()) {
          state[effect.put().entry().name()] = effect.put().entry();
        } else {
          state.erase(effect.delete_name());
        }
      }
    }
  }
  ASSERT_EQ(state.size(), states_.back().size());
  for (const auto& [name, entry] : state) {
    EXPECT_EQ(entry.SerializeAsString(), states_.back()[name].SerializeAsString());
  }
}

TEST_F(RocksHistoryTest, TimesFindTheirPositions) {
  for (int64_t at = 1; at <= kChanges; ++at) {
    auto batch = store_->ReadChanges(at - 1, kForever);
    ASSERT_OK(batch);
    const LogTime time = ToLogTime(batch->changes.front().commit_time());
    EXPECT_GE(*store_->GetRevisionAtTime(time, kForever), at);
    EXPECT_LT(*store_->GetRevisionAtTime(time - 1, kForever), at);
  }
}

TEST_F(RocksHistoryTest, IsSound) {
  auto report = store_->Verify(kForever);

  ASSERT_OK(report);
  EXPECT_TRUE(report->violations.empty());
  EXPECT_EQ(report->log_entries, kChanges);
  EXPECT_EQ(report->resources, static_cast<int64_t>(states_.back().size()));
}

}  // namespace
}  // namespace hotline::storage
