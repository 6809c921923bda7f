#include "tests/integration/world.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "google/protobuf/util/json_util.h"

#include "tests/integration/http.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

World::Said SaidIn(const answer::v1::AskResponse& reply) {
  World::Said said;
  said.kb_revision = reply.freshness().kb_revision();
  said.known = reply.outcome() == answer::v1::AskResponse::ANSWERED;
  if (!said.known) return said;
  const auto& answer = reply.answer();
  said.entry = answer.entry();
  said.revision = answer.revision();
  said.hash = answer.content_hash();
  for (const auto& block : answer.blocks()) said.text += block.text();
  said.text += answer.html();
  for (const auto& part : answer.text_parts()) said.text += part;
  return said;
}

}  // namespace

std::string Binary(const std::string& name) {
  const char* dir = std::getenv("KOUJING_BINARY_DIR");
  return std::string(dir == nullptr ? "build/dev" : dir) + "/bin/" + name;
}

std::string SharedDir() {
  const char* given = std::getenv("KOUJING_SHARED_DIR");
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  const std::string dir =
      given != nullptr ? given : std::string(source == nullptr ? "." : source) + "/../shared";
  return std::filesystem::exists(dir + "/data/kb_demo.jsonl") ? dir : "";
}

knowledge::v1::EntryContent AContent(const std::string& question, const std::string& answer,
                                     const std::string& region) {
  knowledge::v1::EntryContent content;
  content.set_kind(knowledge::v1::FAQ);
  content.set_question(question);
  content.set_category("人力社保");
  content.set_region(region);
  auto* block = content.add_blocks();
  block->set_type(knowledge::v1::AnswerBlock::CONCLUSION);
  block->set_text(answer);
  return content;
}

std::vector<std::string> World::Open() {
  return {"--access.mode=open", "--knowledge.review_stages_low=-1",
          "--knowledge.review_stages_normal=-1", "--knowledge.review_stages_high=-1"};
}

World::World(std::vector<std::string> settings) : settings_(std::move(settings)) { Start(); }

void World::Start() {
  // A store that has just started waits refuse_after_ms_max for followers that it cannot know.
  std::vector<std::string> arguments = {"--store.dir=" + dir_.Join("data"), "--store.reserve_mib=1",
                                        "--store.refuse_after_ms_max=6000",
                                        "--gateway.listen=127.0.0.1:0",
                                        "--gateway.address_calls_max=1000000"};
  arguments.insert(arguments.end(), settings_.begin(), settings_.end());
  auto process = testing::Process::Start({.binary = Binary("kb-server"),
                                          .arguments = std::move(arguments),
                                          .second_ready_flag = "gateway.ready_file"});
  if (!process.ok()) {
    ADD_FAILURE() << process.status();
    std::abort();
  }
  server_ = std::move(process).value();
  client_ = client::Client::Connect({.address = server_->address(), .actor = "tester"});
}

void World::KillAndRestart() {
  const std::string token = client_->token();
  server_->Kill();
  Start();
  client_->set_token(token);
}

World::CommandResult World::Kbctl(std::vector<std::string> arguments,
                                  std::vector<std::pair<std::string, std::string>> environment) {
  arguments.insert(arguments.begin(), {"--server", grpc_address()});
  auto process = testing::Process::Start({.binary = Binary("kbctl"),
                                          .arguments = std::move(arguments),
                                          .environment = std::move(environment),
                                          .serves = false});
  if (!process.ok()) {
    ADD_FAILURE() << process.status();
    return {};
  }
  const auto end = (*process)->Wait();
  return {end.code, (*process)->Output(), (*process)->ErrorOutput()};
}

std::string World::Run(std::vector<std::string> arguments) {
  const CommandResult result = Kbctl(std::move(arguments));
  EXPECT_EQ(result.code, 0) << result.errors;
  return result.output;
}

std::string World::Refused(std::vector<std::string> arguments) {
  const CommandResult result = Kbctl(std::move(arguments));
  EXPECT_NE(result.code, 0) << result.output;
  return result.errors;
}

knowledge::v1::Entry World::PublishNew(const std::string& id,
                                       const knowledge::v1::EntryContent& content) {
  knowledge::v1::CreateEntryRequest create;
  create.set_entry_id(id);
  *create.mutable_entry()->mutable_content() = content;
  const auto draft = client().CreateEntry(create);
  EXPECT_THAT(draft, testing::IsOk());
  if (!draft.ok()) return {};
  knowledge::v1::PublishEntryRequest publish;
  publish.set_name(draft->name());
  publish.set_etag(draft->etag());
  const auto published = client().PublishEntry(publish);
  EXPECT_THAT(published, testing::IsOk());
  return published.ok() ? *published : knowledge::v1::Entry();
}

World::Said World::AskAgent(const std::string& question) {
  answer::v1::AskRequest request;
  request.set_question(question);
  request.set_channel(type::v1::AGENT);
  const auto reply = client_->Ask(request);
  EXPECT_THAT(reply, testing::IsOk());
  return reply.ok() ? SaidIn(*reply) : Said{};
}

World::Said World::ParseHttp(const std::string& body, bool plain) {
  answer::v1::AskResponse reply;
  const auto status = google::protobuf::util::JsonStringToMessage(body, &reply);
  EXPECT_TRUE(status.ok()) << body;
  if (plain && reply.has_answer()) {
    EXPECT_GT(reply.answer().text_parts_size(), 0);
  }
  return SaidIn(reply);
}

World::Said World::AskWeb(const std::string& question) {
  answer::v1::AskRequest request;
  request.set_question(question);
  request.set_channel(type::v1::WEB);
  request.mutable_consistency()->set_at_least_token(client_->token());
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(request, &json).ok());
  const HttpReply reply = PostJson(http() + "/hotline.answer.v1.AnswerService/Ask", json);
  EXPECT_EQ(reply.status, 200) << reply.body;
  return ParseHttp(reply.body, false);
}

World::Said World::AskPlain(const std::string& question) {
  answer::v1::AskRequest request;
  request.set_question(question);
  request.set_channel(type::v1::WECHAT);
  request.set_rendering(answer::v1::PLAIN);
  request.mutable_consistency()->set_at_least_token(client_->token());
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(request, &json).ok());
  const HttpReply reply =
      Get(http() + "/hotline.answer.v1.AnswerService/Ask?connect=v1&encoding=json&message=" +
          UrlEscape(json));
  EXPECT_EQ(reply.status, 200) << reply.body;
  return ParseHttp(reply.body, true);
}

void World::AwaitToken(const std::string& token) {
  answer::v1::SearchRequest request;
  request.set_query("等");
  request.set_channel(type::v1::AGENT);
  request.mutable_consistency()->set_at_least_token(token);
  EXPECT_THAT(client_->Search(request), testing::IsOk());
}

}  // namespace hotline::integration
