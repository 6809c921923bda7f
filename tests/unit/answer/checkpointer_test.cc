// A follower that is stopped and started again over one store, with checkpoints between.
#include "services/answer/checkpointer.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>

#include "tests/testing/temp_dir.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ACommit;
using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using hotline::testing::StatusIs;
using knowledge::v1::Entry;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class CheckpointerTest : public AnswerWorld {
 protected:
  // What it tells goes into members of ours.
  ~CheckpointerTest() override { follower_.reset(); }

  void Start() {
    ++starts_;
    follower_ = std::make_unique<Follower>(
        handle_, clock_, board_, history_,
        Follower::Options{.instance = std::to_string(starts_ + 1),
                          .limits = kLimits,
                          .feed_wait = std::chrono::milliseconds(20),
                          .checkpoint_dir = dir_.Join("checkpoints"),
                          .checkpoint_every_changes = every_,
                          .notice = [this](auto, std::string_view event, std::string_view detail) {
                            const std::lock_guard lock(mutex_);
                            told_.push_back(std::string(event) + ": " + std::string(detail));
                          }});
    ASSERT_THAT(
        follower_->AwaitServing(std::chrono::steady_clock::now() + std::chrono::seconds(20)),
        IsOk());
  }
  // Stops in good order, as a drain does.
  void Stop() {
    follower_->Leave();
    follower_.reset();
  }
  // Forgets what was told before.
  void Restart() {
    Stop();
    {
      const std::lock_guard lock(mutex_);
      told_.clear();
    }
    Start();
  }
  std::string Told() {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const std::string& one : told_) all += one + "\n";
    return all;
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(dir_.Join("checkpoints"), error))
      files.push_back(file.path());
    std::sort(files.begin(), files.end());
    return files;
  }
  std::vector<std::string> Found(const std::string& question) {
    v1::SearchRequest request;
    request.set_query(question);
    request.set_channel(type::v1::AGENT);
    *request.mutable_consistency() = newest();
    const auto reply = service_.Search(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    std::vector<std::string> names;
    if (!reply.ok()) return names;
    for (const auto& result : reply->hits()) names.push_back(result.entry());
    return names;
  }

  void MakeOther(const std::string& timeline_id) {
    other_ = std::make_unique<storage::MemoryStore>(
        storage::MemoryStore::Options{.timeline_id = timeline_id,
                                      .clocks = {.boot = [this] { return clock_.Boot(); },
                                                 .wall = [this] { return clock_.Wall(); }}});
  }

  testing::TempDir dir_;
  std::unique_ptr<storage::MemoryStore> other_;  // the base after a restore
  int64_t every_ = 1;
  int starts_ = 0;
  std::mutex mutex_;
  std::vector<std::string> told_;
};

TEST_F(CheckpointerTest, ARestartReadsWhatWasSavedAndTheFeedAfterIt) {
  Put(AFact("shiye-jin", "2360"), Entry(AnEntry("a").Question("社保怎么缴纳").Online()),
      Entry(AnEntry("b").Question("公积金怎么提取").Answer("{{facts/shiye-jin}}").Online()));
  Restart();  // the first one to save, at its end
  Restart();
  EXPECT_THAT(Told(), HasSubstr("checkpoint read"));
  EXPECT_THAT(Found("社保怎么缴纳"), Contains("entries/a"));

  Stop();
  // While nobody follows: one is recalled, one is new, a fact changes.
  Put(Entry(AnEntry("a").Withdrawn(Entry::RECALLED, "错了", 1)));
  Put(Entry(AnEntry("c").Question("居住证怎么办").Online()));
  Put(AFact("shiye-jin", "9999"));
  Start();
  EXPECT_THAT(Get("entries/a"), HasReason(type::v1::ANSWER_NOT_VISIBLE));
  EXPECT_THAT(Found("社保怎么缴纳"), Not(Contains("entries/a")));
  EXPECT_THAT(Found("居住证怎么办"), Contains("entries/c"));
  const auto b = Get("entries/b");
  ASSERT_THAT(b, IsOk());
  EXPECT_THAT(b->answer().DebugString(), HasSubstr("9999"));
}

TEST_F(CheckpointerTest, SavesBesideItsWorkAndKeepsTheNewestTwo) {
  Restart();
  for (int i = 0; i < 6; ++i) {
    Put(Entry(AnEntry("a" + std::to_string(i)).Online()));
    ASSERT_THAT(Get("entries/a" + std::to_string(i)), IsOk());
    const std::string at = std::to_string(head()) + ".checkpoint: ";
    Await([&] { return Told().find(at) != std::string::npos; });
  }
  EXPECT_EQ(Files().size(), 2U);
  EXPECT_THAT(Files().back(), HasSubstr(std::to_string(head()) + ".checkpoint"));
  EXPECT_THAT(Told(), Not(HasSubstr("not saved")));
}

TEST_F(CheckpointerTest, AFewChangesAreNotWorthAFile) {
  every_ = 10'000;
  Put(Entry(AnEntry("a").Online()));
  Restart();
  Await([&] { return Files().size() == 1; });  // loaded from the store: saved at once
  Put(Entry(AnEntry("b").Online()));
  ASSERT_THAT(Get("entries/b"), IsOk());
  Restart();
  EXPECT_EQ(Files().size(), 1U);
  EXPECT_THAT(Told(), HasSubstr("checkpoint read"));
  EXPECT_THAT(Get("entries/b"), IsOk());
}

TEST_F(CheckpointerTest, AnotherTimelineIsNotBelieved) {
  Put(Entry(AnEntry("a").Online()));
  Restart();
  MakeOther("00000000-0000-4000-8000-00000000000f");
  ASSERT_THAT(other_->Commit(ACommit().Put(Entry(AnEntry("z").Online())),
                             std::chrono::steady_clock::now() + std::chrono::seconds(5)),
              IsOk());
  Stop();
  store_.Replace(*other_);
  Start();
  EXPECT_THAT(Told(), HasSubstr("of another timeline"));
  v1::GetAnswerRequest request;
  request.set_name("entries/z");
  request.set_channel(type::v1::WEB);
  EXPECT_THAT(service_.GetAnswer(ACall(), request), IsOk());
  request.set_name("entries/a");
  EXPECT_THAT(service_.GetAnswer(ACall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

// The timeline is the same and so is the position, but what was written there is not.
TEST_F(CheckpointerTest, AnotherHistoryIsNotBelieved) {
  Put(Entry(AnEntry("a").Answer("从前的").Online()));
  Restart();
  MakeOther(board_.Current()->corpus->timeline_id);
  ASSERT_THAT(other_->Commit(ACommit().Put(Entry(AnEntry("a").Answer("如今的").Online())),
                             std::chrono::steady_clock::now() + std::chrono::seconds(5)),
              IsOk());
  Stop();
  store_.Replace(*other_);
  Start();
  EXPECT_THAT(Told(), HasSubstr("of another history"));
  v1::GetAnswerRequest request;
  request.set_name("entries/a");
  request.set_channel(type::v1::WEB);
  const auto reply = service_.GetAnswer(ACall(), request);
  ASSERT_THAT(reply, IsOk());
  EXPECT_THAT(reply->answer().DebugString(), HasSubstr("\\345\\246\\202\\344\\273\\212"));  // 如今
}

TEST_F(CheckpointerTest, ABaseThatWentBackIsNotOvertaken) {
  Put(Entry(AnEntry("a").Online()));
  Put(Entry(AnEntry("b").Online()));
  Restart();
  MakeOther(board_.Current()->corpus->timeline_id);
  ASSERT_THAT(other_->Commit(ACommit().Put(Entry(AnEntry("a").Online())),
                             std::chrono::steady_clock::now() + std::chrono::seconds(5)),
              IsOk());
  Stop();
  store_.Replace(*other_);
  Start();
  EXPECT_THAT(Told(), HasSubstr("ahead of the base"));
}

TEST_F(CheckpointerTest, DamageIsToldAndTheOneBeforeIsTaken) {
  Restart();
  Put(Entry(AnEntry("a").Online()));
  ASSERT_THAT(Get("entries/a"), IsOk());
  Await([&] { return Files().size() == 1; });
  Restart();
  Put(Entry(AnEntry("b").Online()));
  ASSERT_THAT(Get("entries/b"), IsOk());
  Stop();
  ASSERT_EQ(Files().size(), 2U);
  const std::string newest = Files().back();
  std::filesystem::resize_file(newest, std::filesystem::file_size(newest) / 2);
  Start();
  EXPECT_THAT(Told(), HasSubstr("checkpoint passed over: " + newest));
  EXPECT_THAT(Told(), HasSubstr("checkpoint read: " + Files().front()));
  EXPECT_THAT(Get("entries/b"), IsOk());

  Stop();
  for (const std::string& file : Files()) std::filesystem::resize_file(file, 40);
  Start();
  EXPECT_THAT(Get("entries/a"), IsOk());
  EXPECT_THAT(Get("entries/b"), IsOk());
}

TEST_F(CheckpointerTest, DraftsOfAKilledProcessGo) {
  Put(Entry(AnEntry("a").Online()));
  std::filesystem::create_directory(dir_.Join("checkpoints"));
  const std::string draft =
      dir_.Join("checkpoints") + "/corpus-0000000000000000001.checkpoint.draft";
  std::ofstream(draft) << "half";
  std::ofstream(dir_.Join("checkpoints") + "/notes.txt") << "not ours";
  Restart();
  Await([&] { return Told().find("checkpoint saved") != std::string::npos; });
  EXPECT_FALSE(std::filesystem::exists(draft));
  EXPECT_TRUE(std::filesystem::exists(dir_.Join("checkpoints") + "/notes.txt"));
}

TEST_F(CheckpointerTest, AFolderThatCannotBeMadeIsTroubleAndNoMore) {
  Put(Entry(AnEntry("a").Online()));
  std::ofstream(dir_.Join("checkpoints")) << "a file where the folder should be";
  Restart();
  Await([&] { return Told().find("checkpoint not saved") != std::string::npos; });
  EXPECT_THAT(Get("entries/a"), IsOk());
}

TEST_F(CheckpointerTest, AStoreThatIsAwayIsAskedAgain) {
  Put(Entry(AnEntry("a").Online()));
  Restart();
  Stop();
  store_.SetDown(true);
  const std::string told = [&] {
    // Starts without a store; it must neither serve nor give the checkpoint up.
    follower_ = std::make_unique<Follower>(
        handle_, clock_, board_, history_,
        Follower::Options{.instance = "9",
                          .limits = kLimits,
                          .feed_wait = std::chrono::milliseconds(20),
                          .checkpoint_dir = dir_.Join("checkpoints"),
                          .notice = [this](auto, std::string_view event, std::string_view detail) {
                            const std::lock_guard lock(mutex_);
                            told_.push_back(std::string(event) + ": " + std::string(detail));
                          }});
    Await([&] { return Told().find("store not followed") != std::string::npos; });
    return Told();
  }();
  EXPECT_THAT(told, Not(HasSubstr("passed over")));
  EXPECT_EQ(board_.Current(), nullptr);
  store_.SetDown(false);
  ASSERT_THAT(follower_->AwaitServing(std::chrono::steady_clock::now() + std::chrono::seconds(20)),
              IsOk());
  EXPECT_THAT(Told(), HasSubstr("checkpoint read"));
}

}  // namespace
}  // namespace hotline::answer
