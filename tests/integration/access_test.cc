// Identities on the product itself: kb-server in access.mode "required", set up by kbctl, called
// over gRPC and HTTP by everybody and by nobody.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "google/protobuf/util/time_util.h"
#include "grpcpp/generic/generic_stub.h"

#include "hotline/audit/v1/audit_service.pb.h"
#include "services/access/policy.h"
#include "tests/integration/http.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using google::protobuf::MethodDescriptor;
using identity::v1::IdentityService;
using identity::v1::Role;
using knowledge::v1::KnowledgeService;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;
using type::v1::NOT_ALLOWED;
using type::v1::SIGN_IN_REQUIRED;

using IdentityStub = IdentityService::Stub;
using KnowledgeStub = KnowledgeService::Stub;

constexpr char kNewPassword[] = "Ship-River-77";

const std::map<Role, std::string> kLogins = {{identity::v1::VIEWER, "sample-viewer"},
                                             {identity::v1::AGENT, "sample-agent"},
                                             {identity::v1::EDITOR, "sample-editor"},
                                             {identity::v1::REVIEWER, "sample-reviewer-1"},
                                             {identity::v1::PUBLISHER, "sample-publisher"},
                                             {identity::v1::DEPARTMENT_ADMIN, "sample-manager"},
                                             {identity::v1::AUDITOR, "sample-auditor"},
                                             {identity::v1::SYSTEM_ADMIN, "admin"}};

std::string Sample() {
  const char* source = std::getenv("KOUJING_SOURCE_DIR");
  return std::string(source == nullptr ? "." : source) + "/sample/knowledge.jsonl";
}

// The secret that the console showed.
std::string SecretOf(World& world) {
  std::smatch found;
  const std::string console = world.server().ErrorOutput();
  return std::regex_search(console, found, std::regex("--secret ([a-z0-9-]+)")) ? found[1].str()
                                                                                : std::string();
}

// One base for all tests of this file: setting it up takes a while.
class AccessTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ =
        new World({"--access.mode=required", "--gateway.services=hotline.answer.v1.AnswerService",
                   "--gateway.services=hotline.knowledge.v1.KnowledgeService",
                   "--gateway.services=hotline.store.v1.StoreService"});
    const auto setup = world_->Kbctl(
        {"--deadline", "60", "setup", "--secret", SecretOf(*world_), "--sample", Sample()});
    ASSERT_EQ(setup.code, 0) << setup.errors;
    setup_output_ = setup.output;
    for (const auto& [role, login] : kLogins) tokens_[role] = FirstSignIn(login);
  }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }

  static std::string PasswordOf(const std::string& login) {
    std::istringstream lines(setup_output_);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string first;
      std::string second;
      if (words >> first >> second && first == login) return second;
    }
    return "";
  }

  // Signs in with what setup printed and chooses a password, where one must.
  static std::string FirstSignIn(const std::string& login) {
    const auto client = As("");
    identity::v1::SignInRequest request;
    request.set_login(login);
    request.set_password(PasswordOf(login));
    const auto session = client->Call(&IdentityStub::SignIn, request);
    EXPECT_THAT(session, IsOk()) << login;
    if (!session.ok() || !session->principal().must_change_password())
      return session.ok() ? session->token() : "";
    identity::v1::ChangePasswordRequest change;
    change.set_password(request.password());
    change.set_new_password(kNewPassword);
    const auto changed = As(session->token())->Call(&IdentityStub::ChangePassword, change);
    EXPECT_THAT(changed, IsOk()) << login;
    return changed.ok() ? changed->token() : "";
  }

  static std::string SignInAgain(const std::string& login) {
    identity::v1::SignInRequest request;
    request.set_login(login);
    request.set_password(kNewPassword);
    const auto session = As("")->Call(&IdentityStub::SignIn, request);
    EXPECT_THAT(session, IsOk()) << login;
    return session.ok() ? session->token() : "";
  }

  static std::unique_ptr<client::Client> As(const std::string& token) {
    return client::Client::Connect({.address = world_->grpc_address(),
                                    .actor = "people/admin",  // a lie that nobody believes
                                    .token = token,
                                    .deadline = std::chrono::seconds(30)});
  }
  static std::unique_ptr<client::Client> As(Role role) { return As(tokens_[role]); }

  // Calls a unary method with an empty request.
  static absl::Status CallEmpty(const MethodDescriptor& method, const std::string& token) {
    const auto client = As(token);
    grpc::GenericStub stub(client->channel());
    grpc::ClientContext context;
    client->SetUp(context, true);
    grpc::CompletionQueue queue;
    const grpc::Slice nothing("");  // a buffer without a slice would be no message at all
    const auto call =
        stub.PrepareUnaryCall(&context, "/" + method.service()->full_name() + "/" + method.name(),
                              grpc::ByteBuffer(&nothing, 1), &queue);
    grpc::ByteBuffer response;
    grpc::Status status;
    call->StartCall();
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return FromGrpcStatus(status);
  }

  static void AddUnaryMethods(const google::protobuf::ServiceDescriptor& service,
                              std::vector<const MethodDescriptor*>& methods) {
    for (int i = 0; i < service.method_count(); ++i) {
      const auto* method = service.method(i);
      if (!method->client_streaming() && !method->server_streaming()) methods.push_back(method);
    }
  }

  static std::vector<const MethodDescriptor*> UnaryMethods() {
    std::vector<const MethodDescriptor*> methods;
    for (const auto* file : {answer::v1::AskRequest::descriptor()->file(),
                             identity::v1::SignInRequest::descriptor()->file(),
                             audit::v1::ListAuditRecordsRequest::descriptor()->file(),
                             knowledge::v1::GetEntryRequest::descriptor()->file(),
                             knowledge::v1::SubmitEntryRequest::descriptor()->file(),
                             knowledge::v1::GetFactRequest::descriptor()->file(),
                             knowledge::v1::CheckContentRequest::descriptor()->file(),
                             store::v1::CommitRequest::descriptor()->file()}) {
      for (int s = 0; s < file->service_count(); ++s) AddUnaryMethods(*file->service(s), methods);
    }
    return methods;
  }

  answer::v1::AskRequest Question(type::v1::Channel channel) {
    answer::v1::AskRequest request;
    request.set_question("高龄津贴怎么申请？");
    request.set_channel(channel);
    return request;
  }

  static World* world_;
  static std::string setup_output_;
  static std::map<Role, std::string> tokens_;
};

World* AccessTest::world_ = nullptr;
std::string AccessTest::setup_output_;
std::map<Role, std::string> AccessTest::tokens_;

TEST_F(AccessTest, WordsAreWrittenByThoseWhoKeepTermListsForTheWholeBase) {
  using knowledge::v1::SynonymService;
  knowledge::v1::CreateSynonymSetRequest create;
  create.mutable_synonym_set()->set_kind(knowledge::v1::SynonymSet::EQUIVALENT);
  create.mutable_synonym_set()->add_words("电瓶车");
  create.mutable_synonym_set()->add_words("电动自行车");
  // The sample manager's grant is bound to a department; words are everybody's.
  for (const Role role : {identity::v1::VIEWER, identity::v1::EDITOR, identity::v1::REVIEWER,
                          identity::v1::DEPARTMENT_ADMIN, identity::v1::AUDITOR,
                          identity::v1::SYSTEM_ADMIN, identity::v1::AGENT}) {
    EXPECT_THAT(As(role)->Call(&SynonymService::Stub::CreateSynonymSet, create),
                HasReason(NOT_ALLOWED))
        << identity::v1::Role_Name(role);
  }
  const auto made =
      As(identity::v1::PUBLISHER)->Call(&SynonymService::Stub::CreateSynonymSet, create);
  ASSERT_THAT(made, IsOk());
  knowledge::v1::GetSynonymSetRequest get;
  get.set_name(made->name());
  EXPECT_THAT(As(identity::v1::VIEWER)->Call(&SynonymService::Stub::GetSynonymSet, get), IsOk());
  EXPECT_THAT(As(identity::v1::AGENT)->Call(&SynonymService::Stub::GetSynonymSet, get),
              HasReason(NOT_ALLOWED));
  EXPECT_THAT(As("")->Call(&SynonymService::Stub::GetSynonymSet, get), HasReason(SIGN_IN_REQUIRED));
  knowledge::v1::DeleteSynonymSetRequest remove;
  remove.set_name(made->name());
  EXPECT_THAT(As(identity::v1::EDITOR)->Call(&SynonymService::Stub::DeleteSynonymSet, remove),
              HasReason(NOT_ALLOWED));
  EXPECT_THAT(As(identity::v1::PUBLISHER)->Call(&SynonymService::Stub::DeleteSynonymSet, remove),
              IsOk());
}

TEST_F(AccessTest, SetupHappensOnceAndItsSecretsAreInNoLog) {
  EXPECT_THAT(setup_output_, ::testing::HasSubstr("拒绝 0"));
  EXPECT_THAT(setup_output_, ::testing::HasSubstr("以下密码只显示这一次"));
  const auto again = world_->Kbctl({"setup", "--secret", SecretOf(*world_)});
  EXPECT_NE(again.code, 0);
  EXPECT_THAT(again.errors, ::testing::HasSubstr("STATE_CONFLICT"));

  const std::string log = world_->server().ErrorOutput();
  for (const auto& [role, login] : kLogins)
    EXPECT_THAT(log, ::testing::Not(::testing::HasSubstr(PasswordOf(login)))) << login;
  for (const auto& [role, token] : tokens_)
    EXPECT_THAT(log, ::testing::Not(::testing::HasSubstr(token)));
}

// Methods x {none, bad, wrong role, right role}.
TEST_F(AccessTest, EveryMethodAsksWhoCallsAndWhatTheyMay) {
  using Who = access::RpcRule::Who;
  int closed = 0;
  for (const MethodDescriptor* method : UnaryMethods()) {
    const std::string rpc = "/" + method->service()->full_name() + "/" + method->name();
    // It would end the session that the other methods are called with.
    if (method->name() == "SignOut") continue;
    const access::RpcRule* rule = access::FindRule(rpc);
    ASSERT_NE(rule, nullptr) << rpc;
    const absl::Status nobody = CallEmpty(*method, "");
    if (ReasonOf(nobody) == type::v1::UNKNOWN_METHOD) continue;  // not served by this program
    EXPECT_THAT(CallEmpty(*method, "rubbish"),
                StatusIs(absl::StatusCode::kUnauthenticated, SIGN_IN_REQUIRED))
        << rpc;
    if (rule->who == Who::kAnyone || rule->who == Who::kPublic || rule->who == Who::kInside) {
      EXPECT_NE(ReasonOf(nobody), SIGN_IN_REQUIRED) << rpc;
      continue;
    }
    ++closed;
    EXPECT_THAT(nobody,
                rule->who == Who::kNobody ? HasReason(NOT_ALLOWED) : HasReason(SIGN_IN_REQUIRED))
        << rpc;
    for (const auto& [role, token] : tokens_) {
      bool may = rule->who != Who::kNobody && rule->who != Who::kAnyOf;
      for (const access::Permission permission : rule->any_of)
        may = may || access::RoleAllows(role, permission);
      const absl::Status status = CallEmpty(*method, token);
      if (!may) {
        EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied, NOT_ALLOWED))
            << rpc << " as " << identity::v1::Role_Name(role);
      } else {
        EXPECT_NE(ReasonOf(status), SIGN_IN_REQUIRED)
            << rpc << " as " << identity::v1::Role_Name(role);
      }
    }
  }
  EXPECT_GT(closed, 50);
}

TEST_F(AccessTest, TheThreePowersAreApart) {
  knowledge::v1::GetEntryRequest get;
  get.set_name("entries/gaoling-jintie-shi");
  const auto entry = As(identity::v1::AUDITOR)->GetEntry(get);
  ASSERT_THAT(entry, IsOk()) << "an auditor reads";
  knowledge::v1::PublishEntryRequest publish;
  publish.set_name(entry->name());
  publish.set_etag(entry->etag());
  EXPECT_THAT(As(identity::v1::SYSTEM_ADMIN)->PublishEntry(publish), HasReason(NOT_ALLOWED));
  EXPECT_THAT(As(identity::v1::AUDITOR)->PublishEntry(publish), HasReason(NOT_ALLOWED));

  knowledge::v1::RecallEntryRequest recall;
  recall.set_name(entry->name());
  recall.set_reason("错");
  for (const Role role : {identity::v1::SYSTEM_ADMIN, identity::v1::AUDITOR, identity::v1::EDITOR})
    EXPECT_THAT(As(role)->RecallEntry(recall), HasReason(NOT_ALLOWED));

  knowledge::v1::CreateEntryRequest create;
  *create.mutable_entry()->mutable_content() = AContent("新问题", "新答复");
  EXPECT_THAT(As(identity::v1::AUDITOR)->CreateEntry(create), HasReason(NOT_ALLOWED));
  const auto created = As(identity::v1::EDITOR)->CreateEntry(create);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->updater(), "people/sample-editor") << "not what the caller called itself";
}

// The whole chain by people who signed in, and by those who try to pass it by.
TEST_F(AccessTest, ATextGoesOnlineByFivePeopleAndNoneOfThemTwice) {
  using Review = knowledge::v1::ReviewService::Stub;
  const auto editor = As(identity::v1::EDITOR);
  const auto first = As(identity::v1::REVIEWER);
  const auto second = As(FirstSignIn("sample-reviewer-2"));
  const auto third = As(FirstSignIn("sample-reviewer-3"));
  const auto publisher = As(identity::v1::PUBLISHER);
  knowledge::v1::CreateEntryRequest create;
  create.set_entry_id("chain");
  *create.mutable_entry()->mutable_content() = AContent("审校链条怎么走", "三审之后发布。");
  auto entry = editor->CreateEntry(create);
  ASSERT_THAT(entry, IsOk());
  knowledge::v1::PublishEntryRequest publish;
  publish.set_name(entry->name());
  publish.set_etag(entry->etag());
  EXPECT_THAT(editor->PublishEntry(publish), HasReason(NOT_ALLOWED));
  EXPECT_THAT(publisher->PublishEntry(publish), HasReason(type::v1::STATE_CONFLICT))
      << "nobody has reviewed it";

  knowledge::v1::SubmitEntryRequest submit;
  submit.set_name(entry->name());
  submit.set_etag(entry->etag());
  entry = editor->Call(&Review::SubmitEntry, submit);
  ASSERT_THAT(entry, IsOk());
  knowledge::v1::ReviewEntryRequest review;
  review.set_name(entry->name());
  review.set_etag(entry->etag());
  review.set_decision(knowledge::v1::ReviewStep::APPROVE);
  EXPECT_THAT(editor->Call(&Review::ReviewEntry, review), HasReason(NOT_ALLOWED));
  EXPECT_THAT(publisher->Call(&Review::ReviewEntry, review), HasReason(NOT_ALLOWED));
  entry = first->Call(&Review::ReviewEntry, review);
  ASSERT_THAT(entry, IsOk());
  review.set_etag(entry->etag());
  EXPECT_THAT(first->Call(&Review::ReviewEntry, review), HasReason(type::v1::SAME_PERSON));
  entry = second->Call(&Review::ReviewEntry, review);
  ASSERT_THAT(entry, IsOk());
  review.set_etag(entry->etag());

  // A role that is taken away in the middle of a review counts at once.
  const auto admin = As(identity::v1::SYSTEM_ADMIN);
  identity::v1::GetPersonRequest get;
  get.set_name("people/sample-reviewer-3");
  const auto person = admin->Call(&IdentityStub::GetPerson, get);
  ASSERT_THAT(person, IsOk());
  identity::v1::UpdatePersonRequest change;
  *change.mutable_person() = *person;
  change.mutable_person()->clear_etag();
  change.mutable_person()->mutable_grants(0)->set_role(identity::v1::VIEWER);
  change.mutable_update_mask()->add_paths("grants");
  ASSERT_THAT(admin->Call(&IdentityStub::UpdatePerson, change), IsOk());
  EXPECT_THAT(third->Call(&Review::ReviewEntry, review), HasReason(NOT_ALLOWED));
  change.mutable_person()->mutable_grants(0)->set_role(identity::v1::REVIEWER);
  ASSERT_THAT(admin->Call(&IdentityStub::UpdatePerson, change), IsOk());
  entry = third->Call(&Review::ReviewEntry, review);
  ASSERT_THAT(entry, IsOk());
  EXPECT_EQ(entry->state(), knowledge::v1::Entry::APPROVED);

  publish.set_etag(entry->etag());
  EXPECT_THAT(third->PublishEntry(publish), HasReason(NOT_ALLOWED));
  ASSERT_THAT(publisher->PublishEntry(publish), IsOk());
  answer::v1::GetAnswerRequest read;
  read.set_name(entry->name());
  read.set_channel(type::v1::WEB);
  read.mutable_consistency()->set_at_least_token(publisher->token());
  EXPECT_THAT(As("")->GetAnswer(read), IsOk());

  // A translation is seen at once, so it takes the right to publish.
  knowledge::v1::SetEntryVariantRequest translation;
  translation.set_name(entry->name());
  translation.mutable_variant()->set_language(type::v1::EN);
  translation.mutable_variant()->set_source_revision(1);
  translation.mutable_variant()->set_question("How does a text go online?");
  auto* block = translation.mutable_variant()->add_blocks();
  block->set_type(knowledge::v1::AnswerBlock::CONCLUSION);
  block->set_text("After three reviews.");
  EXPECT_THAT(editor->Call(&KnowledgeStub::SetEntryVariant, translation), HasReason(NOT_ALLOWED));
  EXPECT_THAT(publisher->Call(&KnowledgeStub::SetEntryVariant, translation), IsOk());

  // Programs are told doubtful texts in full: not without a credential.
  read.set_channel(type::v1::API);
  EXPECT_THAT(As("")->GetAnswer(read), HasReason(NOT_ALLOWED));
  EXPECT_THAT(editor->GetAnswer(read), IsOk());
}

TEST_F(AccessTest, StreamsAskAsWell) {
  const auto outcome_of = [&](const std::string& token) {
    const auto client = As(token);
    grpc::ClientContext context;
    client->SetUp(context, true);
    auto stream = client->stub<KnowledgeStub>().ExportEntries(&context, {});
    knowledge::v1::ExportEntriesResponse page;
    while (stream->Read(&page)) {
    }
    return FromGrpcStatus(stream->Finish());
  };
  EXPECT_THAT(outcome_of(""), HasReason(SIGN_IN_REQUIRED));
  EXPECT_THAT(outcome_of(tokens_[identity::v1::EDITOR]), HasReason(NOT_ALLOWED));
  EXPECT_THAT(outcome_of(tokens_[identity::v1::PUBLISHER]), IsOk());

  grpc::ClientContext context;
  const auto editor = As(identity::v1::EDITOR);
  editor->SetUp(context, true);
  auto import = editor->stub<KnowledgeStub>().ImportEntries(&context);
  knowledge::v1::ImportEntriesRequest request;
  request.set_mode(knowledge::v1::ImportEntriesRequest::PUBLISH_ROWS);
  request.set_first_row(1);
  request.add_rows(R"({"id":"x1","q":"怎么办？","a":"这么办。"})");
  ASSERT_TRUE(import->Write(request));
  knowledge::v1::ImportEntriesResponse report;
  ASSERT_TRUE(import->Read(&report));
  EXPECT_EQ(report.created_count(), 0) << "an editor publishes nothing, also not by importing";
  ASSERT_EQ(report.refused_rows_size(), 1);
  import->WritesDone();
}

TEST_F(AccessTest, ThePublicSeesPublicChannelsAndAnAgentTheirOwnThroughTheSameDoor) {
  const std::string url = world_->http() + "/hotline.answer.v1.AnswerService/Ask";
  const std::string web = R"({"question":"高龄津贴怎么申请？","channel":"WEB"})";
  const std::string agent = R"({"question":"高龄津贴怎么申请？","channel":"AGENT"})";

  EXPECT_EQ(PostJson(url, web).status, 200);
  EXPECT_EQ(PostJson(url, agent).status, 403);
  EXPECT_EQ(PostJsonAs(url, agent, "rubbish").status, 401);
  EXPECT_EQ(PostJsonAs(url, web, "rubbish").status, 401) << "never taken for the public";
  EXPECT_EQ(PostJsonAs(url, agent, tokens_[identity::v1::AGENT]).status, 200);
  EXPECT_EQ(PostJsonAs(url, agent, tokens_[identity::v1::SYSTEM_ADMIN]).status, 403);

  EXPECT_THAT(As("")->Ask(Question(type::v1::WEB)), IsOk());
  EXPECT_THAT(As("")->Ask(Question(type::v1::AGENT)), HasReason(NOT_ALLOWED))
      << "coming from inside is no credential";
  EXPECT_THAT(As(identity::v1::AGENT)->Ask(Question(type::v1::AGENT)), IsOk());
  const std::string commit = world_->http() + "/hotline.store.v1.StoreService/Commit";
  EXPECT_EQ(PostJson(commit, "{}").status, 403);
  EXPECT_EQ(PostJsonAs(commit, "{}", tokens_[identity::v1::SYSTEM_ADMIN]).status, 403);
}

TEST_F(AccessTest, AChannelServiceSpeaksForItsChannelsOnly) {
  const auto admin = As(identity::v1::SYSTEM_ADMIN);
  identity::v1::CreateServiceAccountRequest account;
  account.set_account_id("wechat");
  account.mutable_account()->set_display_name("微信公众号");
  account.mutable_account()->add_channels(type::v1::WECHAT);
  account.mutable_account()->add_grants()->set_role(identity::v1::CHANNEL_SERVICE);
  ASSERT_THAT(admin->Call(&IdentityStub::CreateServiceAccount, account), IsOk());
  identity::v1::CreateApiKeyRequest request;
  request.mutable_key()->set_account("accounts/wechat");
  *request.mutable_key()->mutable_expire_time() =
      google::protobuf::util::TimeUtil::SecondsToTimestamp(std::time(nullptr) + 3600);
  const auto key = admin->Call(&IdentityStub::CreateApiKey, request);
  ASSERT_THAT(key, IsOk());

  EXPECT_THAT(As(key->token())->Ask(Question(type::v1::WECHAT)), IsOk());
  EXPECT_THAT(As(key->token())->Ask(Question(type::v1::WEB)), HasReason(NOT_ALLOWED));
  EXPECT_THAT(As(key->token())->Ask(Question(type::v1::AGENT)), HasReason(NOT_ALLOWED));

  identity::v1::RevokeApiKeyRequest revoke;
  revoke.set_name(key->key().name());
  ASSERT_THAT(admin->Call(&IdentityStub::RevokeApiKey, revoke), IsOk());
  EXPECT_THAT(As(key->token())->Ask(Question(type::v1::WECHAT)), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(AccessTest, AnOpenStreamEndsSoonAfterItsSession) {
  const std::string token = SignInAgain("sample-agent");
  const auto client = As(token);
  grpc::ClientContext context;
  client->SetUp(context, false);
  answer::v1::WatchAnswersRequest request;
  request.set_channel(type::v1::AGENT);
  auto stream = client->stub<answer::v1::AnswerService::Stub>().WatchAnswers(&context, request);
  answer::v1::WatchAnswersResponse response;
  ASSERT_TRUE(stream->Read(&response));

  ASSERT_THAT(As(token)->Call(&IdentityStub::SignOut, identity::v1::SignOutRequest()), IsOk());

  const auto start = std::chrono::steady_clock::now();
  while (stream->Read(&response)) {
  }
  EXPECT_THAT(FromGrpcStatus(stream->Finish()), HasReason(SIGN_IN_REQUIRED));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(AccessTest, SessionsAndRightsSurviveARestart) {
  const std::string token = SignInAgain("sample-viewer");
  world_->KillAndRestart();

  const auto self = As(token)->Call(&IdentityStub::GetSelf, identity::v1::GetSelfRequest());
  ASSERT_THAT(self, IsOk());
  EXPECT_EQ(self->name(), "people/sample-viewer");
  EXPECT_EQ(SecretOf(*world_), "") << "there is an administrator";
}

TEST_F(AccessTest, KbctlSignsInKeepsItsSessionAndExplains) {
  testing::TempDir home;
  const std::string file = home.Join("koujing/token");
  const std::vector<std::pair<std::string, std::string>> environment = {
      {"KOUJING_TOKEN_FILE", file}};
  // The password comes over standard input, which a test process does not have: the session is
  // written as `login` writes it.
  std::filesystem::create_directories(home.Join("koujing"));
  const int64_t now = std::time(nullptr);
  std::ofstream(file) << world_->grpc_address() << " " << SignInAgain("sample-publisher") << " "
                      << now - 3600 << " " << now + 1800 << " " << now + 36'000 << "\n";

  const auto whoami = world_->Kbctl({"whoami"}, environment);
  EXPECT_EQ(whoami.code, 0) << whoami.errors;
  EXPECT_THAT(whoami.output, ::testing::HasSubstr("people/sample-publisher"));
  struct stat state {};
  ASSERT_EQ(stat(file.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0600U) << "after the refresh";

  const auto explain =
      world_->Kbctl({"explain", "PublishEntry", "entries/gaoling-jintie-shi"}, environment);
  EXPECT_THAT(explain.output, ::testing::StartsWith("可以。"));
  const auto not_allowed = world_->Kbctl({"explain", "CreateEntry"}, environment);
  EXPECT_THAT(not_allowed.output, ::testing::StartsWith("不可以。"));

  EXPECT_EQ(world_->Kbctl({"logout"}, environment).code, 0);
  const auto after = world_->Kbctl({"whoami"}, environment);
  EXPECT_NE(after.code, 0);
  EXPECT_THAT(after.errors, ::testing::HasSubstr("SIGN_IN_REQUIRED"));
}

}  // namespace
}  // namespace hotline::integration
