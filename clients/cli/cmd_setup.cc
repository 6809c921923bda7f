// setup: from an empty base to one that people can work with.
#include <ctime>
#include <iomanip>
#include <iostream>

#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using identity::v1::IdentityService;
using Stub = IdentityService::Stub;
using knowledge::v1::KnowledgeService;

constexpr char kAccount[] = "sample-import";
constexpr char kDepartment[] = "departments/sample-hotline";
constexpr int64_t kKeySeconds = 3'600;

struct Arguments {
  std::string secret;
  std::string login = "admin";
  std::string password;
  std::string sample;
  std::string calendar;
  std::string synonyms;
};

// What is printed at the end, and never again.
struct Credential {
  std::string login;
  std::string password;
  std::string words;
};

struct SamplePerson {
  const char* login;
  const char* words;
  identity::v1::Role role;
  const char* department;  // bound of the grant
};

// One of each role at least, and three reviewers: nobody takes two reviews of one text.
constexpr SamplePerson kPeople[] = {
    {"sample-editor", "示例采编员", identity::v1::EDITOR, ""},
    {"sample-reviewer-1", "示例初审", identity::v1::REVIEWER, ""},
    {"sample-reviewer-2", "示例复审", identity::v1::REVIEWER, ""},
    {"sample-reviewer-3", "示例终审", identity::v1::REVIEWER, ""},
    {"sample-publisher", "示例发布员", identity::v1::PUBLISHER, ""},
    {"sample-agent", "示例坐席", identity::v1::AGENT, ""},
    {"sample-viewer", "示例查看员", identity::v1::VIEWER, ""},
    {"sample-auditor", "示例审计员", identity::v1::AUDITOR, ""},
    {"sample-manager", "示例部门管理员", identity::v1::DEPARTMENT_ADMIN, kDepartment},
};

// What is there already is what was wanted: a setup that broke off can be repeated.
template <typename T>
absl::Status UnlessThere(const absl::StatusOr<T>& result) {
  return result.status().code() == absl::StatusCode::kAlreadyExists ? absl::OkStatus()
                                                                    : result.status();
}

// Long and random; whoever is given it is told to change it at once.
std::string NewPassword() { return "Kj-" + client::NewRequestId().substr(0, 18) + "-A"; }

absl::Status MakeAdmin(Context& context, const Arguments& arguments,
                       std::vector<Credential>* credentials) {
  identity::v1::BootstrapRequest request;
  request.set_secret(arguments.secret);
  request.set_login(arguments.login);
  request.set_password(arguments.password.empty() ? NewPassword() : arguments.password);
  request.set_display_name("系统管理员");
  ASSIGN_OR_RETURN(const auto session, context.client().Call(&Stub::Bootstrap, request));
  context.client().set_credential(session.token());
  credentials->push_back({arguments.login,
                          arguments.password.empty() ? request.password() : "（所给的密码）",
                          "系统管理员"});
  return absl::OkStatus();
}

// The sample texts were never reviewed here, so they come in as a migration: under an account for
// that alone, with a key of an hour that is revoked at the end.
absl::Status ImportSample(Context& context, const Arguments& arguments, const std::string& admin) {
  identity::v1::CreateServiceAccountRequest account;
  account.set_account_id(kAccount);
  account.mutable_account()->set_display_name("示例知识导入");
  account.mutable_account()->add_grants()->set_role(identity::v1::MIGRATOR);
  RETURN_IF_ERROR(UnlessThere(context.client().Call(&Stub::CreateServiceAccount, account)));
  identity::v1::CreateApiKeyRequest request;
  request.mutable_key()->set_account(std::string("accounts/") + kAccount);
  request.mutable_key()->set_display_name("setup");
  *request.mutable_key()->mutable_expire_time() =
      TimeUtil::SecondsToTimestamp(std::time(nullptr) + kKeySeconds);
  ASSIGN_OR_RETURN(const auto key, context.client().Call(&Stub::CreateApiKey, request));
  context.client().set_credential(key.token());
  absl::Status imported = ImportPublished(context, arguments.sample);
  if (imported.ok() && !arguments.synonyms.empty()) {
    imported = ImportSynonyms(context, arguments.synonyms);
  }
  context.client().set_credential(admin);
  identity::v1::RevokeApiKeyRequest revoke;
  revoke.set_name(key.key().name());
  RETURN_IF_ERROR(context.client().Call(&Stub::RevokeApiKey, revoke).status());
  return imported;
}

absl::Status MakePeople(Context& context, std::vector<Credential>* credentials) {
  knowledge::v1::CreateDepartmentRequest department;
  department.set_department_id(std::string(kDepartment).substr(sizeof("departments/") - 1));
  department.mutable_department()->set_display_name("示例市12345热线中心");
  RETURN_IF_ERROR(
      UnlessThere(context.client().Call(&KnowledgeService::Stub::CreateDepartment, department)));
  for (const SamplePerson& sample : kPeople) {
    identity::v1::CreatePersonRequest request;
    request.set_person_id(sample.login);
    auto* person = request.mutable_person();
    person->set_display_name(sample.words);
    person->set_department(kDepartment);
    person->set_sample(true);
    auto* grant = person->add_grants();
    grant->set_role(sample.role);
    grant->set_department(sample.department);
    const auto created = context.client().Call(&Stub::CreatePerson, request);
    RETURN_IF_ERROR(UnlessThere(created));
    if (created.ok())
      credentials->push_back({sample.login, created->initial_password(),
                              std::string(sample.words) + "（首次登录须改密码）"});
  }
  return absl::OkStatus();
}

absl::Status PutCalendar(Context& context, const std::string& file) {
  knowledge::v1::UpdateCalendarRequest request;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  RETURN_IF_ERROR(ParseJson(text, *request.mutable_calendar()));
  return context.client().Call(&knowledge::v1::TaskService::Stub::UpdateCalendar, request).status();
}

void Print(const std::vector<Credential>& credentials) {
  if (credentials.empty()) return;
  std::cout << "\n以下密码只显示这一次，请立即记下：\n";
  for (const Credential& one : credentials) {
    std::cout << "  " << std::left << std::setw(20) << one.login << std::setw(28) << one.password
              << one.words << "\n";
  }
  std::cout << "\n登录：kbctl login " << credentials.front().login << "\n";
}

absl::Status Setup(Context& context, const Arguments& arguments) {
  std::vector<Credential> credentials;
  absl::Status status;
  if (!arguments.secret.empty()) {
    context.client().set_credential("");
    status = MakeAdmin(context, arguments, &credentials);
  }
  if (status.ok() && !arguments.calendar.empty()) {
    status = PutCalendar(context, arguments.calendar);
  }
  if (status.ok() && !arguments.sample.empty()) {
    const std::string admin = context.client().credential();
    status = MakePeople(context, &credentials);
    if (status.ok()) status = ImportSample(context, arguments, admin);
  }
  // What was made is told even when what followed failed: nobody could sign in otherwise.
  Print(credentials);
  if (!arguments.secret.empty() && !credentials.empty())
    context.client().Call(&Stub::SignOut, identity::v1::SignOutRequest()).IgnoreError();
  return status;
}

}  // namespace

void AddSetupCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = AddCommand(app, context, "setup", "建立第一个管理员，并可装入示例知识和示例人员",
                             [=, &context] {
                               if (arguments->secret.empty() && arguments->sample.empty())
                                 return FieldRequired("secret");
                               return Setup(context, *arguments);
                             });
  command->add_option("--secret", arguments->secret,
                      "启动时打印在控制台上的一次性口令；不写则用现有的登录");
  command->add_option("--login", arguments->login, "管理员登录名")->capture_default_str();
  command->add_option("--password", arguments->password, "管理员密码；不写则随机生成并打印一次")
      ->envname("KOUJING_ADMIN_PASSWORD");
  command->add_option("--sample", arguments->sample, "示例知识文件，如 sample/knowledge.jsonl");
  command->add_option("--calendar", arguments->calendar, "工作日历文件，如 sample/calendar.json");
  command->add_option("--synonyms", arguments->synonyms,
                      "与示例知识一起装入的同义词，如 sample/synonyms.tsv");
}

}  // namespace hotline::cli
