// What a kb-server saved is read by the next one: across kill -9 at any moment, nothing that was
// acknowledged is missing, nothing that was withdrawn comes back, and tokens go on.
#include <algorithm>
#include <filesystem>

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

  size_t Checkpoints() const {
    size_t count = 0;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(folder_.path(), error))
      count += file.path().extension() == ".checkpoint" ? 1 : 0;
    return count;
  }

  testing::TempDir folder_;
  World world_{Settings(folder_.path())};
};

TEST_F(CheckpointTest, KillsAtAnyMomentLoseNothingAndBringNothingBack) {
  Entry changing = Publish(Create("shiye-jin", "失业保险金怎么申领"));
  Publish(Create("cuowu", "口罩哪里可以免费领取"));
  int64_t seen = 0;
  int read = 0;
  constexpr int kRounds = 6;
  for (int round = 1; round <= kRounds; ++round) {
    const std::string answer = "答案第" + std::to_string(round) + "版";
    changing = Publish(Edit(changing, answer));
    if (round == 3) Recall("entries/cuowu");
    // A kill straight after the reply: the checkpoint of this Change is being written, or not
    // begun.
    world_.KillAndRestart();
    if (world_.server().ErrorOutput().find("checkpoint read") != std::string::npos) ++read;
    const auto said = world_.AskAgent("失业保险金怎么申领");
    EXPECT_EQ(said.entry, changing.name());
    EXPECT_THAT(said.text, HasSubstr(answer));
    EXPECT_GE(said.kb_revision, seen) << "never backwards";
    seen = said.kb_revision;
    EXPECT_EQ(world_.AskAgent("口罩哪里可以免费领取").known, round < 3);
  }
  EXPECT_GE(read, 1) << "no start read a checkpoint, so nothing was tested";
  EXPECT_LE(Checkpoints(), 2U);

  // In good order: the next start has nothing left to do but read.
  EXPECT_EQ(world_.server().Stop().code, 0);
  world_.Start();
  EXPECT_THAT(world_.server().ErrorOutput(), HasSubstr("checkpoint read"));
  EXPECT_THAT(world_.AskAgent("失业保险金怎么申领").text, HasSubstr("答案第6版"));
}

TEST_F(CheckpointTest, TheFolderMayBeEmptiedAtAnyTime) {
  const Entry entry = Publish(Create("shiye-jin", "失业保险金怎么申领"));
  EXPECT_EQ(world_.server().Stop().code, 0);
  EXPECT_GE(Checkpoints(), 1U);
  for (const auto& file : std::filesystem::directory_iterator(folder_.path()))
    std::filesystem::remove(file.path());
  world_.Start();
  EXPECT_EQ(world_.AskAgent("失业保险金怎么申领").entry, entry.name());
}

}  // namespace
}  // namespace hotline::integration
