// The whole chain over gRPC with the product's own configuration: three honest people, the cheats,
// and the same steps from a shell.
#include <map>

#include <gtest/gtest.h>

#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::Entry;
using knowledge::v1::KnowledgeService;
using knowledge::v1::Review;
using knowledge::v1::ReviewService;
using knowledge::v1::ReviewStep;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

class ReviewChain : public ::testing::Test {
 protected:
  using Result = absl::StatusOr<Entry>;

  client::Client& As(const std::string& person) {
    auto& client = people_[person];
    if (client == nullptr) {
      client = client::Client::Connect({.address = world_.grpc_address(), .actor = person});
    }
    return *client;
  }
  Result Write(const std::string& person, const std::string& id) {
    knowledge::v1::CreateEntryRequest request;
    request.set_entry_id(id);
    *request.mutable_entry()->mutable_content() = AContent("问题" + id, "第一版");
    return As(person).CreateEntry(request);
  }
  Result Edit(const std::string& person, const std::string& name, const std::string& answer) {
    knowledge::v1::UpdateEntryRequest request;
    request.mutable_entry()->set_name(name);
    *request.mutable_entry()->mutable_content() = AContent("问题", answer);
    request.mutable_update_mask()->add_paths("content.blocks");
    return As(person).UpdateEntry(request);
  }
  Result Submit(const std::string& person, const Entry& entry) {
    knowledge::v1::SubmitEntryRequest request;
    request.set_name(entry.name());
    request.set_etag(entry.etag());
    return As(person).Call(&ReviewService::Stub::SubmitEntry, request);
  }
  Result Approve(const std::string& person, const Entry& entry, const std::string& lender = "") {
    knowledge::v1::ReviewEntryRequest request;
    request.set_name(entry.name());
    request.set_etag(entry.etag());
    request.set_decision(ReviewStep::APPROVE);
    request.set_delegator(lender);
    return As(person).Call(&ReviewService::Stub::ReviewEntry, request);
  }
  Result Publish(const std::string& person, const Entry& entry) {
    knowledge::v1::PublishEntryRequest request;
    request.set_name(entry.name());
    request.set_etag(entry.etag());
    return As(person).PublishEntry(request);
  }
  std::string Served(const std::string& name) {
    answer::v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(type::v1::WEB);
    request.set_rendering(answer::v1::BLOCKS);
    request.mutable_consistency()->set_at_least_token(token_);
    const auto reply = As("reader").GetAnswer(request);
    return reply.ok() && reply->answer().blocks_size() > 0 ? reply->answer().blocks(0).text() : "";
  }

  World world_{std::vector<std::string>{"--access.mode=open"}};  // the chain as it comes
  std::map<std::string, std::unique_ptr<client::Client>> people_;
  std::string token_;
};

TEST_F(ReviewChain, LetsThreePeopleThroughAndNoCheat) {
  Entry entry = *Write("editor", "a");
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(Approve("chu", entry), HasReason(type::v1::STATE_CONFLICT));
  const Entry submitted = *Submit("editor", entry);
  EXPECT_THAT(Approve("editor", submitted),
              StatusIs(absl::StatusCode::kPermissionDenied, type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("deputy", submitted, "editor"), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Edit("editor", submitted.name(), "送审后改"), HasReason(type::v1::STATE_CONFLICT));
  entry = *Approve("chu", submitted);
  EXPECT_THAT(Approve("fu", submitted), HasReason(type::v1::ETAG_MISMATCH));
  EXPECT_THAT(Approve("chu", entry), HasReason(type::v1::SAME_PERSON));
  EXPECT_THAT(Approve("fu", entry, "chu"), HasReason(type::v1::SAME_PERSON));
  entry = *Approve("fu", entry);
  EXPECT_THAT(Publish("boss", entry), HasReason(type::v1::STATE_CONFLICT));
  entry = *Approve("zhong", entry);
  EXPECT_THAT(Approve("fourth", entry), HasReason(type::v1::STATE_CONFLICT));
  entry = *Publish("boss", entry);
  token_ = entry.consistency_token();
  EXPECT_EQ(Served(entry.name()), "第一版");

  Entry second = *Submit("editor", *Edit("editor", entry.name(), "第二版"));
  second = *Approve("zhong", *Approve("fu", *Approve("chu", second)));
  token_ = second.consistency_token();
  EXPECT_EQ(Served(entry.name()), "第一版") << "the old revision stays online";
  const Entry changed = *Edit("editor", entry.name(), "审后改");
  EXPECT_THAT(Publish("boss", changed), HasReason(type::v1::STATE_CONFLICT));
}

TEST_F(ReviewChain, GoesFromDraftToPublishedAndBackFromAShell) {
  const auto run = [&](const std::string& person, std::vector<std::string> words) {
    words.insert(words.begin(), {"--actor", person});
    const auto result = world_.Kbctl(words);
    EXPECT_EQ(result.code, 0) << words[2] << " " << words[3] << ": " << result.errors;
    return result.output;
  };
  using ::testing::HasSubstr;
  ASSERT_THAT(Write("editor", "a"), IsOk());
  EXPECT_THAT(run("editor", {"entries", "submit", "entries/a", "--note", "请审"}),
              HasSubstr("待初审（1/3）"));
  EXPECT_THAT(run("chu", {"entries", "queue"}), HasSubstr("entries/a"));
  run("chu", {"entries", "comment", "entries/a", "口径对吗", "--path", "blocks[0].text"});
  run("chu", {"entries", "review", "entries/a"});
  EXPECT_THAT(run("fu", {"entries", "review", "entries/a", "--return", "--reason", "数字不符"}),
              HasSubstr("已退回"));
  run("editor", {"entries", "submit", "entries/a"});
  run("editor", {"entries", "take-back", "entries/a"});
  run("editor", {"entries", "submit", "entries/a"});
  for (const char* person : {"chu", "fu"}) run(person, {"entries", "review", "entries/a"});
  EXPECT_THAT(run("zhong", {"entries", "review", "entries/a"}), HasSubstr("审核通过"));
  EXPECT_EQ(world_.Kbctl({"--actor", "editor", "entries", "review", "entries/a"}).code, 1);

  run("boss", {"release", "now", "--title", "一", "--publish", "entries/a", "--compose-only"});
  knowledge::v1::ListReleasesRequest list;
  const auto releases = As("boss").Call(&KnowledgeService::Stub::ListReleases, list);
  ASSERT_THAT(releases, IsOk());
  const std::string name = releases->releases(0).name();
  EXPECT_THAT(run("boss", {"release", "update", name, "--title", "改了标题"}),
              HasSubstr("改了标题"));
  EXPECT_THAT(run("boss", {"release", "rehearse", name}), HasSubstr("可以发布"));
  EXPECT_THAT(run("boss", {"release", "schedule", name, "--at", "2027-01-01T00:00:00+08:00"}),
              HasSubstr("定于"));
  run("boss", {"release", "publish", name});
  EXPECT_THAT(run("boss", {"release", "rollback", name, "--id", "back"}), HasSubstr("RETIRE"));
  EXPECT_THAT(run("boss", {"release", "cancel", "releases/back", "--reason", "不用了"}),
              HasSubstr("已取消"));
}

TEST_F(ReviewChain, HasAnEmergencyDoorForTwo) {
  knowledge::v1::CreateEntryRequest request;
  request.set_entry_id("tingshui");
  *request.mutable_entry()->mutable_content() = AContent("停水吗", "正在抢修");
  request.mutable_entry()
      ->mutable_content()
      ->mutable_validity()
      ->mutable_expire_time()
      ->set_seconds(time(nullptr) + 3600);
  ASSERT_THAT(As("editor").CreateEntry(request), IsOk());
  const std::string name = "entries/tingshui";
  ASSERT_EQ(
      world_.Kbctl({"--actor", "clerk", "holding", "propose", name, "--reason", "大面积停水"}).code,
      0);
  EXPECT_EQ(world_.Kbctl({"--actor", "clerk", "holding", "confirm", name}).code, 1);
  const auto confirmed = world_.Kbctl({"--actor", "boss", "holding", "confirm", name});
  EXPECT_EQ(confirmed.code, 0) << confirmed.errors;
  EXPECT_THAT(confirmed.output, ::testing::HasSubstr("待补完整审核"));
  knowledge::v1::GetEntryRequest get;
  get.set_name(name);
  token_ = As("boss").GetEntry(get)->consistency_token();
  EXPECT_EQ(Served(name), "正在抢修");
}

}  // namespace
}  // namespace hotline::integration
