// RocksStore against its model: random commands, with the store closed and opened again in between,
// must give the same words, the same states at every position and the same digests as MemoryStore.
//
// KOUJING_MODEL_OPS and KOUJING_MODEL_SEED choose another run; the seed is printed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "proto/cc/time.h"
#include "storage/memory_store.h"
#include "storage/rocks_store.h"
#include "tests/model/random_commands.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

// Of one batch; the whole feed is compared in steps of this size at the end.
constexpr size_t kFeedChangesCompared = 20;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : std::atoll(value);
}

// Words that are equal exactly when two results mean the same.
std::string Words(const absl::Status& status) {
  return absl::StatusCodeToString(status.code()) + "/" +
         type::v1::ErrorReason_Name(ReasonOf(status));
}
std::string Words(const google::protobuf::Message& message) {
  return message.GetTypeName() + " " + ToHex(Sha256(SerializeDeterministic(message)));
}
std::string Words(const store::v1::Resource& resource) {
  return NameOf(resource) + " " + ToHex(Sha256(SerializeDeterministic(resource)));
}
std::string Words(int64_t number) { return std::to_string(number); }
std::string Words(const Versioned& version) {
  return std::to_string(version.kb_revision) + "=" + Words(version.resource);
}
std::string Words(const ResourcePage& page) {
  std::string words = page.position.timeline_id + "@" + std::to_string(page.position.kb_revision) +
                      (page.more ? " more" : " end");
  for (const Versioned& version : page.resources) words += "\n" + Words(version);
  return words;
}
std::string Words(const HistoryPage& page) {
  std::string words = page.more ? "more" : "end";
  for (const HistoryItem& item : page.versions) {
    words += "\n" + std::to_string(item.kb_revision) + "=";
    words += item.resource ? Words(*item.resource) : "deleted";
  }
  return words;
}
template <typename T>
std::string Words(const absl::StatusOr<T>& result) {
  return result.ok() ? Words(*result) : Words(result.status());
}

class Model : public ::testing::Test {
 protected:
  Model()
      : ops_(FromEnvironment("KOUJING_MODEL_OPS", 2'000)),
        seed_(static_cast<uint64_t>(
            FromEnvironment("KOUJING_MODEL_SEED", static_cast<int64_t>(std::random_device{}())))),
        random_(seed_) {
    options_.dir = dir_.Join("data");
    options_.reserve_mib = 1;
    options_.cache_mib = 8;
    options_.write_buffer_mib = 1;  // small, so that flushes and compactions happen in the run
    options_.clocks = {.boot = [] { return std::chrono::microseconds(0); },
                       .wall = [this] { return wall_; }};
    std::printf("model: seed %llu, %lld operations\n", static_cast<unsigned long long>(seed_),
                static_cast<long long>(ops_));
    Reopen();
    if (rocks_ == nullptr) return;
    const auto status = rocks_->GetStatus(Soon());
    MemoryStore::Options options;
    options.timeline_id = status.ok() ? status->timeline_id() : "";
    options.clocks = options_.clocks;
    memory_ = std::make_unique<MemoryStore>(options);
  }

  void Reopen() {
    rocks_.reset();
    auto opened = RocksStore::Open(options_);
    EXPECT_OK(opened) << "seed " << seed_;
    if (opened.ok()) rocks_ = *std::move(opened);
    ++reopenings_;
  }

  // Runs `question` on both and compares the words.
  template <typename Function>
  void Ask(const char* what, Function question) {
    const auto model = question(static_cast<Store&>(*memory_));
    const std::string expected = Words(model);
    const std::string actual = Words(question(static_cast<Store&>(*rocks_)));
    ++outcomes_[std::string(what) + " " + Words(model.status())];
    ASSERT_EQ(actual, expected) << what << ", seed " << seed_ << ", operation " << op_;
  }

  int64_t Head() { return memory_->GetStatus(Soon())->head_kb_revision(); }
  // The receipts of each entry, page by page.
  void CompareReceipts() {
    for (int entry = 0; entry < 3; ++entry) {
      store::v1::ListResourcesRequest request;
      request.set_collection("receipts");
      request.set_page_size(4);
      request.mutable_receipts()->set_entry("entries/e" + std::to_string(entry));
      for (bool more = true; more;) {
        Ask("ListReceipts", [&](Store& store) { return store.List(request, Soon()); });
        if (HasFatalFailure()) return;
        const auto page = memory_->List(request, Soon());
        more = page.ok() && page->more;
        if (!more) break;
        request.set_after_name(NameOf(page->resources.back().resource));
        request.set_after_kb_revision(page->resources.back().kb_revision);
      }
    }
  }

  int64_t APosition() { return random_.OneIn(3) ? 0 : random_.Below(Head() + 2); }

  void Commit(const store::v1::CommitRequest& request) {
    Ask("Commit", [&](Store& store) { return store.Commit(request, Soon()); });
    const int64_t head = Head();
    if (head > 0) etags_.push_back(MakeEtag(head));
    if (etags_.size() > 20) etags_.erase(etags_.begin());
    sent_.push_back(request);
  }

  // Time goes on; now and then the wall clock is set back. The newest stamp is committed first,
  // because a store that was opened again knows only committed stamps.
  void MoveClock() {
    wall_ += random_.Below(2'000'000);
    if (!random_.OneIn(50)) return;
    Commit(random_.ASimpleCommit());
    wall_ -= random_.Below(60'000'000);
  }

  void RepeatAnEarlierRequest() {
    if (sent_.empty()) return;
    store::v1::CommitRequest request =
        sent_[static_cast<size_t>(random_.Below(static_cast<int64_t>(sent_.size())))];
    if (random_.OneIn(3)) request.set_request_fingerprint(std::string(32, 'f'));
    Ask("Repeat", [&](Store& store) { return store.Commit(request, Soon()); });
    Ask("Outcome",
        [&](Store& store) { return store.GetRequestOutcome(request.request_id(), Soon()); });
  }

  void ReadSomething() {
    const int64_t at = APosition();
    const std::string name = random_.AName();
    switch (random_.Below(8)) {
      case 0:
        Ask("Get", [&](Store& store) { return store.Get(name, at, Soon()); });
        break;
      case 1: {
        const std::vector<std::string> names = {name, random_.AName(), random_.AName(), name};
        Ask("BatchGet", [&](Store& store) { return store.BatchGet(names, at, Soon()); });
        break;
      }
      case 2: {
        const auto request = random_.AList(at);
        Ask("List", [&](Store& store) { return store.List(request, Soon()); });
        break;
      }
      case 7: {
        const auto request = random_.AReceiptList(at);
        Ask("ListReceipts", [&](Store& store) { return store.List(request, Soon()); });
        break;
      }
      case 3: {
        const int page_size = static_cast<int>(1 + random_.Below(5));
        Ask("ListVersions",
            [&](Store& store) { return store.ListVersions(name, at, page_size, Soon()); });
        break;
      }
      case 4: {
        const LogTime time = wall_ - random_.Below(120'000'000);
        Ask("RevisionAt", [&](Store& store) { return store.GetRevisionAtTime(time, Soon()); });
        break;
      }
      case 5:
        Ask("Digest", [&](Store& store) { return store.GetDigest(at, Soon()); });
        break;
      default:
        CompareFeedFrom(std::max<int64_t>(at - 1, 0));
        break;
    }
  }

  // Batches may be cut differently; their Changes must be the same.
  void CompareFeedFrom(int64_t after) {
    const auto expected = memory_->ReadChanges(after, Soon());
    ASSERT_EQ(Words(rocks_->ReadChanges(after, Soon()).status()), Words(expected.status()));
    if (!expected.ok()) return;
    const auto actual = rocks_->ReadChanges(after, Soon());
    ASSERT_EQ(actual->changes.empty(), expected->changes.empty());
    const size_t both =
        std::min({actual->changes.size(), expected->changes.size(), kFeedChangesCompared});
    for (size_t i = 0; i < both; ++i) {
      ASSERT_EQ(Words(actual->changes[i]), Words(expected->changes[i])) << "seed " << seed_;
    }
    ASSERT_EQ(actual->head.kb_revision, expected->head.kb_revision);
    ASSERT_EQ(actual->log_time, expected->log_time) << "seed " << seed_;
  }

  void OneOperation() {
    MoveClock();
    if (random_.OneIn(150)) {
      Reopen();
      ASSERT_NE(rocks_, nullptr);
    }
    const int64_t choice = random_.Below(10);
    if (choice < 5) {
      Commit(random_.ACommit(etags_));
    } else if (choice == 5) {
      RepeatAnEarlierRequest();
    } else {
      ReadSomething();
    }
  }

  // The state at every position that there ever was.
  void CompareEveryPosition() {
    for (int64_t at = 1; at <= Head(); ++at) {
      Ask("Digest", [&](Store& store) { return store.GetDigest(at, Soon()); });
      if (::testing::Test::HasFatalFailure()) return;
      for (const char* collection : {"entries", "departments", "policies", "receipts"}) {
        store::v1::ListResourcesRequest request;
        request.set_collection(collection);
        request.set_page_size(100);
        request.set_kb_revision(at);
        Ask("List", [&](Store& store) { return store.List(request, Soon()); });
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
    int64_t after = 0;
    while (after < Head()) {
      CompareFeedFrom(after);
      if (::testing::Test::HasFatalFailure()) return;
      after += static_cast<int64_t>(kFeedChangesCompared);
    }
  }

  const int64_t ops_;
  const uint64_t seed_;
  RandomCommands random_;
  testing::TempDir dir_;
  LogTime wall_ = 1'700'000'000'000'000;
  RocksOptions options_;
  std::unique_ptr<RocksStore> rocks_;
  std::unique_ptr<MemoryStore> memory_;
  std::vector<std::string> etags_;
  std::vector<store::v1::CommitRequest> sent_;
  std::map<std::string, int> outcomes_;
  int64_t op_ = 0;
  int reopenings_ = -1;
};

TEST_F(Model, RocksStoreSaysAndHoldsWhatTheModelSaysAndHolds) {
  ASSERT_NE(rocks_, nullptr);
  for (op_ = 1; op_ <= ops_; ++op_) {
    OneOperation();
    if (HasFatalFailure()) return;
  }
  CompareEveryPosition();
  if (HasFatalFailure()) return;
  CompareReceipts();
  if (HasFatalFailure()) return;
  Reopen();
  ASSERT_NE(rocks_, nullptr);
  for (Store* store : {static_cast<Store*>(memory_.get()), static_cast<Store*>(rocks_.get())}) {
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store->Verify(Soon()));
    EXPECT_THAT(report.violations, ::testing::IsEmpty()) << "seed " << seed_;
    EXPECT_EQ(report.log_entries, Head());
  }
  // A run in which some kind of outcome never happened has tested less than it claims.
  for (const char* outcome :
       {"Commit OK/ERROR_REASON_UNSPECIFIED", "Commit ABORTED/ETAG_MISMATCH",
        "Commit ALREADY_EXISTS/RESOURCE_ALREADY_EXISTS",
        "Commit FAILED_PRECONDITION/REFERENCE_CONFLICT", "ListReceipts OK/ERROR_REASON_UNSPECIFIED",
        "ListReceipts INVALID_ARGUMENT/FIELD_REQUIRED",
        "Repeat ALREADY_EXISTS/REQUEST_ID_REUSED"}) {
    EXPECT_TRUE(ops_ < 1'000 || outcomes_[outcome] > 0) << outcome << ", seed " << seed_;
  }
  EXPECT_TRUE(ops_ < 1'000 || reopenings_ > 1);
  std::printf("model: %lld positions, %d reopenings, %zu kinds of outcomes, all equal\n",
              static_cast<long long>(Head()), reopenings_, outcomes_.size());
}

}  // namespace
}  // namespace hotline::storage
