// What changed for whom, on the product itself: kb-server, its clients, and a partner's system.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>

#include "absl/strings/escaping.h"
#include "google/protobuf/util/json_util.h"

#include "hotline/insight/v1/reading_service.grpc.pb.h"
#include "proto/cc/content_hash.h"
#include "tests/integration/receiver.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using insight::v1::EntryChange;
using insight::v1::ReadingService;
using knowledge::v1::KnowledgeService;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using Stub = ReadingService::Stub;

constexpr char kSeed[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr char kPublicKey[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

std::string KeyFile(const testing::TempDir& dir) {
  const std::string path = dir.Join("signing.key");
  std::ofstream(path) << kSeed << "\n";
  chmod(path.c_str(), 0600);
  return path;
}

std::vector<std::string> Settings(const testing::TempDir& dir) {
  std::vector<std::string> settings = World::Open();
  settings.push_back("--insight.signing_key_file=" + KeyFile(dir));
  settings.push_back("--insight.webhook_hosts=127.0.0.1");
  return settings;
}

bool Verifies(const std::string& signature, const std::string& text) {
  const std::string key = absl::HexStringToBytes(kPublicKey);
  const auto bytes = [](const std::string& s) {
    return reinterpret_cast<const unsigned char*>(s.data());
  };
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes(signature), bytes(text), text.size(), bytes(key)) == 0;
}

class Reading : public ::testing::Test {
 protected:
  Reading() : world_(Settings(dir_)) { EXPECT_GE(sodium_init(), 0); }

  std::unique_ptr<client::Client> As(const std::string& actor) {
    return client::Client::Connect({.address = world_.grpc_address(), .actor = actor});
  }
  void Revise(const std::string& entry, const std::string& answer) {
    knowledge::v1::GetEntryRequest get;
    get.set_name(entry);
    const auto now = world_.client().GetEntry(get);
    ASSERT_THAT(now, IsOk());
    knowledge::v1::UpdateEntryRequest update;
    update.mutable_entry()->set_name(entry);
    *update.mutable_entry()->mutable_content() = now->content();
    update.mutable_entry()->mutable_content()->mutable_blocks(0)->set_text(answer);
    update.mutable_update_mask()->add_paths("content.blocks");
    const auto updated = world_.client().UpdateEntry(update);
    ASSERT_THAT(updated, IsOk());
    knowledge::v1::PublishEntryRequest publish;
    publish.set_name(entry);
    publish.set_etag(updated->etag());
    ASSERT_THAT(world_.client().PublishEntry(publish), IsOk());
  }
  void Recall(const std::string& entry) {
    knowledge::v1::RecallEntryRequest recall;
    recall.set_name(entry);
    recall.set_reason("金额写错");
    ASSERT_THAT(world_.client().RecallEntry(recall), IsOk());
  }
  insight::v1::ListReadingItemsResponse Items(client::Client& client, bool pending = false) {
    insight::v1::ListReadingItemsRequest request;
    request.set_pending_only(pending);
    const auto reply = client.Call(&Stub::ListReadingItems, request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? *reply : insight::v1::ListReadingItemsResponse();
  }
  insight::v1::GetReadingShareResponse Share(const std::string& entry) {
    insight::v1::GetReadingShareRequest request;
    request.set_entry(entry);
    const auto reply = world_.client().Call(&Stub::GetReadingShare, request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? *reply : insight::v1::GetReadingShareResponse();
  }
  absl::StatusOr<insight::v1::AcknowledgeItemsResponse> Acknowledge(client::Client& client,
                                                                    const EntryChange& change) {
    insight::v1::AcknowledgeItemsRequest request;
    auto* item = request.add_items();
    item->set_entry(change.entry());
    item->set_kb_revision(change.kb_revision());
    return client.Call(&Stub::AcknowledgeItems, request);
  }
  absl::Status Use(client::Client& client, const std::string& entry, int64_t revision) {
    insight::v1::RecordUseRequest request;
    request.set_entry(entry);
    request.set_revision(revision);
    return client.Call(&Stub::RecordUse, request).status();
  }
  // Until uses were written.
  void AwaitUse() {
    grpc::ClientContext context;
    world_.client().SetUp(context, false);
    const auto stream = world_.client().stub<store::v1::StoreService::Stub>().FollowChanges(
        &context, store::v1::FollowChangesRequest());
    store::v1::FollowChangesResponse message;
    bool written = false;
    while (!written && stream->Read(&message)) {
      for (const auto& change : message.changes()) {
        for (const auto& effect : change.effects())
          written = written || effect.put().has_reading_batch();
      }
    }
    EXPECT_TRUE(written);
    context.TryCancel();
    stream->Finish();
  }
  // Everything after a position until nothing is left: "kind entry", each verified.
  std::vector<std::string> Changes(int64_t after) {
    std::vector<std::string> told;
    grpc::ClientContext context;
    world_.client().SetUp(context, false);
    insight::v1::WatchChangesRequest request;
    request.set_after_kb_revision(after);
    const auto stream = world_.client().stub<Stub>().WatchChanges(&context, request);
    insight::v1::WatchChangesResponse message;
    int64_t resume = after;
    while (stream->Read(&message) && message.has_change()) {
      EXPECT_TRUE(Verifies(message.signature(), SerializeDeterministic(message.change())));
      EXPECT_GE(message.resume_kb_revision(), resume);
      resume = message.resume_kb_revision();
      told.push_back(insight::v1::ChangeKind_Name(message.change().kind()) + " " +
                     message.change().entry());
    }
    context.TryCancel();
    stream->Finish();
    return told;
  }

  testing::TempDir dir_;
  World world_;
};

TEST_F(Reading, WhatAnAgentUsedMustBeReadWhenItChanges) {
  const std::string entry = world_.PublishNew("a", AContent("社保怎么交？", "到窗口。")).name();
  const std::string other = world_.PublishNew("b", AContent("路灯坏了？", "打电话。")).name();
  const auto agent = As("people/li");
  EXPECT_THAT(Use(*agent, entry, 2), HasReason(type::v1::FIELD_INVALID));
  ASSERT_THAT(Use(*agent, entry, 1), IsOk());
  Revise(entry, "网上也可以。");
  Revise(other, "也可以留言。");
  // The use is written within seconds and counts although the change came before it.
  AwaitUse();
  const auto items = Items(*agent);
  ASSERT_EQ(items.items_size(), 1);
  EXPECT_TRUE(items.items(0).must_read());
  EXPECT_TRUE(items.items(0).used());
  EXPECT_EQ(items.items(0).change().kind(), insight::v1::REVISED);
  EXPECT_EQ(items.pending_count(), 1);
  EXPECT_EQ(Share(entry).reader_count(), 1);
  EXPECT_THAT(Share(entry).pending_people(), ElementsAre("people/li"));

  const EntryChange change = items.items(0).change();
  for (int i = 0; i < 2; ++i) {
    const auto done = Acknowledge(*agent, change);
    ASSERT_THAT(done, IsOk());
    EXPECT_EQ(done->pending_count(), 0);
  }
  EXPECT_TRUE(Items(*agent, true).items().empty());
  EXPECT_TRUE(Items(*agent).items(0).has_acknowledge_time());
  EXPECT_EQ(Share(entry).acknowledged_count(), 1);
  EXPECT_TRUE(Share(entry).pending_people().empty());

  // What was acknowledged is durable.
  world_.KillAndRestart();
  const auto again = As("people/li");
  EXPECT_TRUE(Items(*again, true).items().empty());
  EXPECT_EQ(Share(entry).acknowledged_count(), 1);
  Recall(entry);
  const auto recalled = Items(*again, true);
  ASSERT_EQ(recalled.items_size(), 1);
  EXPECT_EQ(recalled.items(0).change().kind(), insight::v1::RECALLED);
  EXPECT_EQ(recalled.items(0).change().reason(), "金额写错");
}

TEST_F(Reading, SubscribersAreToldAndMustReadWithdrawals) {
  world_.PublishNew("a", AContent("社保怎么交？", "到窗口。"));
  const auto owner = As("people/wang");
  const auto subscribe = [&](const std::function<void(insight::v1::Subscription&)>& fill) {
    insight::v1::CreateSubscriptionRequest request;
    fill(*request.mutable_subscription());
    return owner->Call(&Stub::CreateSubscription, request).status();
  };
  EXPECT_THAT(subscribe([](auto& s) { s.set_category("人力社保"); }), IsOk());
  EXPECT_THAT(subscribe([](auto& s) { s.set_category("没有的"); }),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(subscribe([](auto& s) { s.set_entry("entries/none"); }),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(subscribe([](auto& s) { s.set_department("departments/none"); }),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(subscribe([](auto& s) { s.set_region("999"); }), HasReason(type::v1::UNKNOWN_REGION));
  EXPECT_THAT(subscribe([](auto&) {}), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(As("somebody")->Call(&Stub::ListReadingItems, {}),
              HasReason(type::v1::STATE_CONFLICT));
  Revise("entries/a", "网上也可以。");
  auto items = Items(*owner);
  ASSERT_EQ(items.items_size(), 1);
  EXPECT_TRUE(items.items(0).subscribed());
  EXPECT_FALSE(items.items(0).must_read());
  Recall("entries/a");
  items = Items(*owner);
  ASSERT_EQ(items.items_size(), 2);
  EXPECT_TRUE(items.items(0).must_read());
  EXPECT_EQ(items.pending_count(), 1);
  // Only one's own can be seen and ended.
  insight::v1::ListSubscriptionsRequest list;
  const auto own = owner->Call(&Stub::ListSubscriptions, list);
  ASSERT_THAT(own, IsOk());
  ASSERT_EQ(own->subscriptions_size(), 1);
  insight::v1::DeleteSubscriptionRequest remove;
  remove.set_name(own->subscriptions(0).name());
  EXPECT_THAT(As("people/li")->Call(&Stub::DeleteSubscription, remove),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(owner->Call(&Stub::DeleteSubscription, remove), IsOk());
  EXPECT_TRUE(Items(*owner).items().empty());
}

TEST_F(Reading, AFeedResumesFromAnyPositionAlsoAfterARestart) {
  world_.PublishNew("a", AContent("社保怎么交？", "到窗口。"));
  world_.PublishNew("b", AContent("路灯坏了？", "打电话。"));
  Revise("entries/a", "网上也可以。");
  const auto all = ElementsAre("PUBLISHED entries/a", "PUBLISHED entries/b", "REVISED entries/a",
                               "RECALLED entries/b");
  Recall("entries/b");
  EXPECT_THAT(Changes(0), all);
  world_.KillAndRestart();
  EXPECT_THAT(Changes(0), all);
  const auto key = world_.client().Call(&Stub::GetSigningKey, {});
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(ToHex(key->public_key()), kPublicKey);
}

TEST_F(Reading, FromTheCommandLine) {
  world_.PublishNew("a", AContent("社保怎么交？", "到窗口。"));
  world_.PublishNew("b", AContent("路灯坏了？", "打电话。"));
  const auto as_wang = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--actor", "people/wang"});
    return arguments;
  };
  EXPECT_THAT(world_.Run(as_wang({"reading", "subscribe", "--category", "人力社保"})),
              HasSubstr("subscriptions/"));
  EXPECT_THAT(world_.Run(as_wang({"reading", "subscriptions"})), HasSubstr("人力社保"));
  Recall("entries/b");
  EXPECT_THAT(world_.Run(as_wang({"reading", "items"})), HasSubstr("[必读]"));
  const int64_t at = Share("entries/b").change().kb_revision();
  EXPECT_THAT(world_.Run({"reading", "share", "entries/b"}), HasSubstr("0 / 1"));
  world_.Run(as_wang({"reading", "ack", "entries/b@" + std::to_string(at)}));
  EXPECT_THAT(world_.Run({"reading", "share", "entries/b"}), HasSubstr("1 / 1"));
  EXPECT_THAT(world_.Run(as_wang({"reading", "items"})), HasSubstr("[已阅]"));
  EXPECT_THAT(world_.Run({"reading", "key"}), HasSubstr(kPublicKey));
  const std::string printed =
      world_.Run({"reading", "changes", "--verify", kPublicKey, "--entry", "entries/a"});
  EXPECT_THAT(printed, HasSubstr("签名相符"));
  EXPECT_THAT(printed, Not(HasSubstr("entries/b")));
  std::string wrong = kPublicKey;
  std::swap(wrong[0], wrong[1]);
  EXPECT_THAT(world_.Refused({"reading", "changes", "--verify", wrong}), HasSubstr("签名不符"));

  Receiver receiver;
  insight::v1::Webhook webhook;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  world_.Run({"--json", "webhooks", "create", "伙伴", receiver.url()}), &webhook)
                  .ok());
  world_.Run({"webhooks", "disable", webhook.name()});
  EXPECT_THAT(world_.Run({"webhooks", "list"}), HasSubstr("\"disabled\": true"));
  world_.Run({"webhooks", "enable", webhook.name()});
  world_.Run({"webhooks", "resend", webhook.name(), std::to_string(at - 1)});
  EXPECT_GE(receiver.Await(1).size(), 1);
  world_.Run({"webhooks", "delete", webhook.name()});
  EXPECT_THAT(world_.Run({"webhooks", "list"}), Not(HasSubstr(webhook.name())));
}

class Webhooks : public Reading {
 protected:
  absl::StatusOr<insight::v1::Webhook> Create(const std::string& url) {
    insight::v1::CreateWebhookRequest request;
    request.mutable_webhook()->set_display_name("伙伴系统");
    request.mutable_webhook()->set_url(url);
    return world_.client().Call(&Stub::CreateWebhook, request);
  }
  absl::Status Update(const std::string& name, bool disabled, int64_t resend) {
    insight::v1::UpdateWebhookRequest request;
    request.set_name(name);
    request.set_disabled(disabled);
    request.set_resend_after_kb_revision(resend);
    return world_.client().Call(&Stub::UpdateWebhook, request).status();
  }
  // The ids that came, in order; each one signed, and each body what its id says.
  std::vector<std::string> Ids(const std::vector<Received>& received) {
    std::vector<std::string> ids;
    for (const Received& message : received) {
      const auto header = [&](const char* name) { return message.headers.at(name); };
      const std::string id = header("webhook-id");
      const std::string given = header("webhook-signature");
      EXPECT_EQ(given.substr(0, 4), "v1a,");
      std::string signature;
      EXPECT_TRUE(absl::Base64Unescape(given.substr(4), &signature));
      EXPECT_TRUE(Verifies(signature, id + "." + header("webhook-timestamp") + "." + message.body));
      EntryChange change;
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(message.body, &change).ok());
      EXPECT_EQ(id, std::to_string(change.kb_revision()) + "-" + change.entry().substr(8));
      ids.push_back(id);
    }
    return ids;
  }
  // The ids without their repeats, which come after a break; all must be in order.
  static std::vector<int64_t> Positions(const std::vector<std::string>& ids) {
    std::set<int64_t> positions;
    for (const std::string& id : ids) positions.insert(std::atoll(id.c_str()));
    return {positions.begin(), positions.end()};
  }
};

TEST_F(Webhooks, GetEveryChangeInOrderThroughFailuresAndKills) {
  Receiver receiver;
  world_.PublishNew("before", AContent("以前的问题？", "不推送。"));
  ASSERT_THAT(Create(receiver.url()), IsOk());
  receiver.FailNext(2);
  world_.PublishNew("a", AContent("社保怎么交？", "到窗口。"));
  Revise("entries/a", "网上也可以。");
  const auto first = Ids(receiver.Await(2));
  ASSERT_EQ(first.size(), 2);
  EXPECT_EQ(receiver.failed(), 2);
  EXPECT_LT(std::atoll(first[0].c_str()), std::atoll(first[1].c_str()));
  EXPECT_THAT(first[0], HasSubstr("-a"));

  for (int i = 0; i < 5; ++i) Revise("entries/a", "第" + std::to_string(i) + "次修改。");
  world_.KillAndRestart();
  Recall("entries/a");
  std::vector<std::string> ids;
  for (size_t wanted = 8; wanted < 40; ++wanted) {
    ids = Ids(receiver.Await(wanted));
    if (Positions(ids).size() >= 8) break;
  }
  EXPECT_EQ(Positions(ids).size(), 8) << ::testing::PrintToString(ids);
  // The first appearance of each is in order.
  std::set<std::string> seen;
  int64_t last = 0;
  for (const std::string& id : ids) {
    if (!seen.insert(id).second) continue;
    EXPECT_GT(std::atoll(id.c_str()), last);
    last = std::atoll(id.c_str());
  }
}

TEST_F(Webhooks, GoOnlyWhereTheyMay) {
  for (const char* url : {"https://evil.example/", "http://127.0.0.2/", "https://localhost/"})
    EXPECT_THAT(Create(url), HasReason(type::v1::FIELD_INVALID)) << url;
}

TEST_F(Webhooks, AreDisabledSentAgainAndDeleted) {
  Receiver receiver;
  const auto webhook = Create(receiver.url());
  ASSERT_THAT(webhook, IsOk());
  EXPECT_THAT(Update(webhook->name(), true, -1), IsOk());
  world_.PublishNew("a", AContent("社保怎么交？", "到窗口。"));
  EXPECT_TRUE(receiver.Await(1, std::chrono::seconds(1)).empty());
  EXPECT_THAT(Update(webhook->name(), false, -1), IsOk());
  const auto ids = Ids(receiver.Await(1));
  ASSERT_EQ(ids.size(), 1);
  EXPECT_THAT(Update(webhook->name(), false, std::atoll(ids[0].c_str()) - 1), IsOk());
  EXPECT_THAT(Ids(receiver.Await(2)), ElementsAre(ids[0], ids[0]));
  EXPECT_THAT(Update(webhook->name(), false, 1'000'000), HasReason(type::v1::FIELD_INVALID));
  insight::v1::DeleteWebhookRequest remove;
  remove.set_name(webhook->name());
  EXPECT_THAT(world_.client().Call(&Stub::DeleteWebhook, remove), IsOk());
  const auto left = world_.client().Call(&Stub::ListWebhooks, {});
  ASSERT_THAT(left, IsOk());
  EXPECT_TRUE(left->webhooks().empty());
}

// Two kb-insight over the store of one kb-server, which has no key and so sends nothing itself.
class SeveralSenders : public Webhooks {
 protected:
  SeveralSenders() : base_(World::Open()) {}
  std::unique_ptr<testing::Process> Insight() {
    auto process = testing::Process::Start(
        {.binary = Binary("kb-insight"),
         .arguments = {"--access.mode=open", "--store.address=" + base_.grpc_address(),
                       "--insight.answer_address=" + base_.grpc_address(),
                       "--insight.knowledge_address=" + base_.grpc_address(),
                       "--insight.signing_key_file=" + dir_.Join("signing.key"),
                       "--insight.webhook_hosts=127.0.0.1"}});
    EXPECT_THAT(process, IsOk());
    return process.ok() ? std::move(process).value() : nullptr;
  }
  void Publish(int first, int last) {
    for (int i = first; i <= last; ++i) {
      base_.PublishNew("e" + std::to_string(i),
                       AContent("第" + std::to_string(i) + "个问题？", "答复。"));
    }
  }
  World base_;
};

TEST_F(SeveralSenders, OneSendsAtATimeAndTheNextOneTakesOver) {
  Receiver receiver;
  auto first = Insight();
  const auto second = Insight();
  ASSERT_TRUE(first != nullptr && second != nullptr);
  const auto client = client::Client::Connect({.address = first->address(), .actor = "tester"});
  insight::v1::CreateWebhookRequest create;
  create.mutable_webhook()->set_display_name("伙伴系统");
  create.mutable_webhook()->set_url(receiver.url());
  ASSERT_THAT(client->Call(&Stub::CreateWebhook, create), IsOk());
  Publish(1, 10);
  const auto alone = Ids(receiver.Await(10));
  EXPECT_EQ(alone.size(), 10);
  EXPECT_EQ(std::set<std::string>(alone.begin(), alone.end()).size(), 10);
  first->Kill();
  Publish(11, 15);
  std::vector<std::string> ids;
  for (size_t wanted = 15; wanted < 60; ++wanted) {
    ids = Ids(receiver.Await(wanted));
    if (Positions(ids).size() >= 15) break;
  }
  EXPECT_EQ(Positions(ids).size(), 15) << ::testing::PrintToString(ids);
}

TEST(WithoutAKey, NothingIsSignedOrSent) {
  World world;
  EXPECT_THAT(world.client().Call(&Stub::GetSigningKey, {}), HasReason(type::v1::NOT_CONFIGURED));
  insight::v1::CreateWebhookRequest create;
  create.mutable_webhook()->set_display_name("伙伴系统");
  create.mutable_webhook()->set_url("https://a.example/");
  EXPECT_THAT(world.client().Call(&Stub::CreateWebhook, create),
              HasReason(type::v1::NOT_CONFIGURED));
}

TEST(AKeyThatOthersMayRead, IsRefusedAtStart) {
  const testing::TempDir dir;
  const std::string key = KeyFile(dir);
  chmod(key.c_str(), 0644);
  const auto process = testing::Process::Start(
      {.binary = Binary("kb-server"),
       .arguments = {"--access.mode=open", "--store.dir=" + dir.Join("data"),
                     "--store.reserve_mib=1", "--gateway.listen=127.0.0.1:0",
                     "--insight.signing_key_file=" + key}});
  ASSERT_FALSE(process.ok());
  EXPECT_THAT(std::string(process.status().message()), HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace hotline::integration
