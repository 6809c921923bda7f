// What a kb-server saved is read by the next one: across kill -9 at any moment, nothing that was
// acknowledged is missing, nothing that was withdrawn comes back, and tokens go on.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::Entry;
using ::testing::HasSubstr;
using testing::IsOk;

class CheckpointTest : public ::testing::Test {
 protected:
  static std::vector<std::string> Settings(const std::string& dir) {
    std::vector<std::string> settings = World::Open();
    settings.push_back("--answer.checkpoint_dir=" + dir);
    // After every Change: a kill is likely to meet one that is being written.
    settings.push_back("--answer.checkpoint_every_changes=1");
    return settings;
  }

  Entry Create(const std::string& id, const std::string& question) {
    knowledge::v1::CreateEntryRequest create;
    create.set_entry_id(id);
    *create.mutable_entry()->mutable_content() = AContent(question, "答案〇");
    const auto draft = world_.client().CreateEntry(create);
    EXPECT_THAT(draft, IsOk());
    return draft.ok() ? *draft : Entry();
  }
  Entry Publish(const Entry& entry) {
    knowledge::v1::PublishEntryRequest request;
    request.set_name(entry.name());
    request.set_etag(entry.etag());
    const auto published = world_.client().PublishEntry(request);
    EXPECT_THAT(published, IsOk());
    return published.ok() ? *published : Entry();
  }
  Entry Edit(const Entry& entry, const std::string& answer) {
    knowledge::v1::UpdateEntryRequest request;
    request.mutable_entry()->set_name(entry.name());
    auto* block = request.mutable_entry()->mutable_content()->add_blocks();
    block->set_type(knowledge::v1::AnswerBlock::CONCLUSION);
    block->set_text(answer);
    request.mutable_update_mask()->add_paths("content.blocks");
    const auto edited = world_.client().UpdateEntry(request);
    EXPECT_THAT(edited, IsOk());
    return edited.ok() ? *edited : Entry();
  }
  void Recall(const std::string& name) {
    knowledge::v1::RecallEntryRequest request;
    request.set_name(name);
    request.set_reason("口径有误");
    EXPECT_THAT(world_.client().RecallEntry(request), IsOk());
  }

  std::set<std::string> Checkpoints() const {
    std::set<std::string> files;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(folder_.path(), error))
      if (file.path().extension() == ".checkpoint") files.insert(file.path().filename());
    return files;
  }
  // Spins until `done`; fails the test after a long while.
  static void Await(const std::function<bool()>& done, const std::string& what) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "never came: " << what;
      std::this_thread::yield();
    }
  }
  // Waits until the folder has a checkpoint that is not among `before`.
  void AwaitCheckpointBeside(const std::set<std::string>& before) const {
    const auto is_new = [&](const std::string& file) { return !before.contains(file); };
    Await([&] { return std::ranges::any_of(Checkpoints(), is_new); }, "a checkpoint");
  }
  // Whether the server that runs now began with a checkpoint. Its log is written a moment after
  // what it tells of, in order.
  bool BeganWithACheckpoint() {
    const auto logged = [&](std::string_view event) {
      return world_.server().ErrorOutput().find(event) != std::string::npos;
    };
    Await([&] { return logged("corpus loaded"); }, "corpus loaded");
    return logged("checkpoint read");
  }

  testing::TempDir folder_;
  World world_{Settings(folder_.path())};
};

TEST_F(CheckpointTest, KillsAtAnyMomentLoseNothingAndBringNothingBack) {
  Entry changing = Publish(Create("shiye-jin", "失业保险金怎么申领"));
  Publish(Create("cuowu", "口罩哪里可以免费领取"));
  int64_t seen = 0;
  constexpr int kRounds = 6;
  for (int round = 1; round <= kRounds; ++round) {
    const std::string answer = "答案第" + std::to_string(round) + "版";
    const std::set<std::string> before = Checkpoints();
    changing = Publish(Edit(changing, answer));
    // Every second kill comes straight after the reply: a checkpoint is being written, or not
    // begun. The others come when one has just been written, so that the next start has one to
    // read, which is older than what was acknowledged after it.
    const bool saved = round % 2 == 0;
    if (saved) AwaitCheckpointBeside(before);
    if (round == 4) Recall("entries/cuowu");
    world_.KillAndRestart();
    const auto said = world_.AskAgent("失业保险金怎么申领");
    EXPECT_EQ(said.entry, changing.name());
    EXPECT_THAT(said.text, HasSubstr(answer));
    EXPECT_GE(said.kb_revision, seen) << "never backwards";
    seen = said.kb_revision;
    if (saved) EXPECT_TRUE(BeganWithACheckpoint()) << "round " << round;
    EXPECT_EQ(world_.AskAgent("口罩哪里可以免费领取").known, round < 4);
  }

  // In good order: the next start has nothing left to do but read.
  Publish(Edit(changing, "答案最后一版"));
  EXPECT_THAT(world_.AskAgent("失业保险金怎么申领").text, HasSubstr("答案最后一版"));
  EXPECT_EQ(world_.server().Stop().code, 0);
  EXPECT_LE(Checkpoints().size(), 2U);
  world_.Start();
  EXPECT_THAT(world_.AskAgent("失业保险金怎么申领").text, HasSubstr("答案最后一版"));
  EXPECT_TRUE(BeganWithACheckpoint());
}

TEST_F(CheckpointTest, TheFolderMayBeEmptiedAtAnyTime) {
  const Entry entry = Publish(Create("shiye-jin", "失业保险金怎么申领"));
  EXPECT_EQ(world_.server().Stop().code, 0);
  EXPECT_GE(Checkpoints().size(), 1U);
  for (const auto& file : std::filesystem::directory_iterator(folder_.path()))
    std::filesystem::remove(file.path());
  world_.Start();
  EXPECT_EQ(world_.AskAgent("失业保险金怎么申领").entry, entry.name());
}

}  // namespace
}  // namespace hotline::integration
