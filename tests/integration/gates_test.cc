// The gates as an editor meets them: through kbctl, against a real kb-server.
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

class GatesTest : public ::testing::Test {
 protected:
  std::string PublishNew(const std::string& id, const std::string& question,
                         const std::string& answer) {
    knowledge::v1::CreateEntryRequest create;
    create.set_entry_id(id);
    *create.mutable_entry()->mutable_content() = AContent(question, answer);
    const auto draft = world_.client().CreateEntry(create);
    EXPECT_THAT(draft, IsOk());
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name(draft->name());
    publish.set_etag(draft->etag());
    const auto published = world_.client().PublishEntry(publish);
    EXPECT_THAT(published, IsOk());
    world_.AwaitToken(published->consistency_token());
    return published->name();
  }

  // The path of a new file with this message as JSON.
  std::string File(const std::string& name, const google::protobuf::Message& message) {
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
    const std::string path = world_.dir() + "/../" + name + std::to_string(getpid()) + ".json";
    std::ofstream(path) << json;
    files_.push_back(path);
    return path;
  }

  ~GatesTest() override {
    for (const std::string& file : files_) std::remove(file.c_str());
  }

  World world_;
  std::vector<std::string> files_;
};

TEST_F(GatesTest, AWordThatIsListedBlocksFromTheNextCheckOn) {
  const std::string text = File("text", AContent("高龄津贴怎么领", "可以领旧说法。"));
  EXPECT_EQ(world_.Kbctl({"check", text}).code, 0);

  knowledge::v1::TermList list;
  list.set_name("terms/x");
  list.set_display_name("规范表述");
  list.set_effect(knowledge::v1::TermList::BLOCK);
  list.add_terms()->set_text("旧说法");
  ASSERT_EQ(world_.Kbctl({"terms", "put", File("terms", list)}).code, 0);

  const auto blocked = world_.Kbctl({"check", text});
  EXPECT_EQ(blocked.code, 1);
  EXPECT_THAT(blocked.output, HasSubstr("旧说法"));
  EXPECT_THAT(blocked.errors, HasSubstr("GATE_BLOCKED"));
  EXPECT_THAT(world_.Kbctl({"terms", "list"}).output, HasSubstr("terms/x"));
  ASSERT_EQ(world_.Kbctl({"terms", "delete", "terms/x"}).code, 0);
  EXPECT_EQ(world_.Kbctl({"check", text}).code, 0);
}

TEST_F(GatesTest, AContradictionIsFoundAndAMergeEndsIt) {
  const std::string stays = PublishNew("stays", "高龄津贴标准是多少", "高龄津贴每人每月300元。");
  const std::string goes = PublishNew("goes", "高龄津贴的标准是多少？", "高龄津贴每人每月500元。");
  EXPECT_THAT(world_.Kbctl({"scan", "--fault", "CONTRADICTION"}).output, HasSubstr("500元"));

  const auto merged = world_.Kbctl({"entries", "merge", goes, "--into", stays});
  ASSERT_EQ(merged.code, 0) << merged.errors;

  EXPECT_THAT(world_.Kbctl({"scan"}).output, ::testing::Not(HasSubstr("500元")));
  knowledge::v1::GetEntryRequest get;
  get.set_name(goes);
  const auto old = world_.client().GetEntry(get);
  ASSERT_THAT(old, IsOk());
  EXPECT_EQ(old->merged_into(), stays);
  world_.AwaitToken(old->consistency_token());
  answer::v1::GetAnswerRequest ask;
  ask.set_name(goes);
  ask.set_channel(type::v1::WEB);
  const auto answer = world_.client().GetAnswer(ask);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->answer().entry(), stays);
  EXPECT_EQ(answer->answer().merged_from(), goes);
}

TEST_F(GatesTest, GoldenQuestionsSayWhenTheyMiss) {
  const std::string entry = PublishNew("a", "居住证怎么办理", "到窗口办理。");
  const std::string other = PublishNew("b", "公积金怎么提取", "网上提取。");
  ASSERT_EQ(world_.Kbctl({"goldens", "add", "居住证咋办理", entry, "--id", "hit"}).code, 0);
  EXPECT_EQ(world_.Kbctl({"goldens", "run"}).code, 0);

  ASSERT_EQ(world_.Kbctl({"goldens", "add", "居住证办理", other, "--id", "miss"}).code, 0);
  const auto missed = world_.Kbctl({"goldens", "run"});
  EXPECT_EQ(missed.code, 1);
  EXPECT_THAT(missed.output, HasSubstr("1 条未中"));
}

}  // namespace
}  // namespace hotline::integration
