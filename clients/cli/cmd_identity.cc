// people, accounts, keys: who may do what.
#include <ctime>
#include <iostream>

#include "absl/strings/str_split.h"
#include "google/protobuf/util/time_util.h"

#include "clients/cli/context.h"

namespace hotline::cli {
namespace {

using google::protobuf::util::TimeUtil;
using identity::v1::IdentityService;
using Stub = IdentityService::Stub;

// "EDITOR,departments/rsj,440305,社会保障": a role and, where wanted, its bounds in this order.
absl::StatusOr<identity::v1::Grant> ParseGrant(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  identity::v1::Grant grant;
  identity::v1::Role role = identity::v1::ROLE_UNSPECIFIED;
  if (parts.size() > 4 || !identity::v1::Role_Parse(parts[0], &role)) {
    return FieldInvalid("grant", text,
                        "应为 角色[,部门[,区划[,类目]]]，如 EDITOR,departments/rsj,440305；角色见 "
                        "docs/access.md。");
  }
  grant.set_role(role);
  if (parts.size() > 1) grant.set_department(parts[1]);
  if (parts.size() > 2) grant.set_region(parts[2]);
  if (parts.size() > 3) grant.set_category(parts[3]);
  return grant;
}

template <typename Holder>
absl::Status AddGrants(const std::vector<std::string>& texts, Holder* holder) {
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(*holder->add_grants(), ParseGrant(text));
  }
  return absl::OkStatus();
}

google::protobuf::Timestamp InDays(int days) {
  return TimeUtil::SecondsToTimestamp(std::time(nullptr) + days * int64_t{86'400});
}

template <typename Request, typename Response>
void AddByName(CLI::App& group, Context& context, const std::string& word,
               const std::string& description,
               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  auto name = std::make_shared<std::string>();
  auto* command = AddCommand(group, context, word, description, [=, &context] {
    Request request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(method, request));
  });
  command->add_option("name", *name, "名称")->required();
}

void AddPersonCreate(CLI::App& group, Context& context) {
  auto request = std::make_shared<identity::v1::CreatePersonRequest>();
  auto grants = std::make_shared<std::vector<std::string>>();
  auto* command =
      AddCommand(group, context, "create", "新建人员，打印初始密码（只此一次）", [=, &context] {
        RETURN_IF_ERROR(AddGrants(*grants, request->mutable_person()));
        return PrintResult(context, context.client().Call(&Stub::CreatePerson, *request));
      });
  auto* person = request->mutable_person();
  command->add_option("login", *request->mutable_person_id(), "登录名")->required();
  command->add_option("display_name", *person->mutable_display_name(), "姓名")->required();
  command->add_option("--department", *person->mutable_department(), "部门 departments/…");
  command->add_option("--subject", *person->mutable_issuer_subject(), "单点登录标识");
  command->add_option("--grant", *grants, "角色[,部门[,区划[,类目]]]，可多次");
}

void AddPersonUpdate(CLI::App& group, Context& context) {
  auto json = std::make_shared<std::string>();
  auto mask = std::make_shared<std::vector<std::string>>();
  auto* update = AddCommand(group, context, "update", "修改人员，内容为 JSON", [=, &context] {
    identity::v1::UpdatePersonRequest request;
    ASSIGN_OR_RETURN(const std::string text,
                     *json == "-" ? ReadFile("-") : absl::StatusOr<std::string>(*json));
    RETURN_IF_ERROR(ParseJson(text, *request.mutable_person()));
    for (const std::string& path : *mask) request.mutable_update_mask()->add_paths(path);
    return PrintResult(context, context.client().Call(&Stub::UpdatePerson, request));
  });
  update
      ->add_option("json", *json, "如 {\"name\":\"people/x\",\"displayName\":\"…\"}；- 为标准输入")
      ->required();
  update->add_option("--mask", *mask, "只改这些字段，如 grants、disabled");

  auto name = std::make_shared<std::string>();
  auto grants = std::make_shared<std::vector<std::string>>();
  auto* grant = AddCommand(group, context, "grant", "把人员的角色换成这些", [=, &context] {
    identity::v1::UpdatePersonRequest request;
    request.mutable_person()->set_name(*name);
    RETURN_IF_ERROR(AddGrants(*grants, request.mutable_person()));
    request.mutable_update_mask()->add_paths("grants");
    return PrintResult(context, context.client().Call(&Stub::UpdatePerson, request));
  });
  grant->add_option("name", *name, "people/…")->required();
  grant->add_option("grants", *grants, "角色[,部门[,区划[,类目]]]；不写为收回全部");

  for (const bool disabled : {true, false}) {
    auto who = std::make_shared<std::string>();
    auto* command = AddCommand(group, context, disabled ? "disable" : "enable",
                               disabled ? "停用人员" : "启用人员", [=, &context] {
                                 identity::v1::UpdatePersonRequest request;
                                 request.mutable_person()->set_name(*who);
                                 request.mutable_person()->set_disabled(disabled);
                                 request.mutable_update_mask()->add_paths("disabled");
                                 return PrintResult(
                                     context, context.client().Call(&Stub::UpdatePerson, request));
                               });
    command->add_option("name", *who, "people/…")->required();
  }
}

void AddDelegate(CLI::App& group, Context& context) {
  auto delegate = std::make_shared<std::string>();
  auto grant = std::make_shared<std::string>();
  auto days = std::make_shared<int>(7);
  auto* command = AddCommand(group, context, "delegate", "把自己的角色委托给别人", [=, &context] {
    identity::v1::DelegateRoleRequest request;
    request.set_delegate(*delegate);
    ASSIGN_OR_RETURN(*request.mutable_grant(), ParseGrant(*grant));
    *request.mutable_grant()->mutable_expire_time() = InDays(*days);
    return PrintResult(context, context.client().Call(&Stub::DelegateRole, request));
  });
  command->add_option("delegate", *delegate, "people/…")->required();
  command->add_option("grant", *grant, "角色[,部门[,区划[,类目]]]")->required();
  command->add_option("--days", *days, "几天（至多 30）")->capture_default_str();
}

void AddAccounts(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "accounts", "服务账号");
  AddByName(*group, context, "get", "按名称读取", &Stub::GetServiceAccount);
  AddListAll(*group, context, &Stub::ListServiceAccounts);
  auto request = std::make_shared<identity::v1::CreateServiceAccountRequest>();
  auto grants = std::make_shared<std::vector<std::string>>();
  auto channels = std::make_shared<std::vector<std::string>>();
  auto* create = AddCommand(*group, context, "create", "新建服务账号", [=, &context] {
    RETURN_IF_ERROR(AddGrants(*grants, request->mutable_account()));
    for (const std::string& name : *channels) {
      ASSIGN_OR_RETURN(const type::v1::Channel channel, ParseChannel(name));
      request->mutable_account()->add_channels(channel);
    }
    return PrintResult(context, context.client().Call(&Stub::CreateServiceAccount, *request));
  });
  auto* account = request->mutable_account();
  create->add_option("id", *request->mutable_account_id(), "编号")->required();
  create->add_option("display_name", *account->mutable_display_name(), "名称")->required();
  create->add_option("--department", *account->mutable_department(), "负责的部门 departments/…");
  create->add_option("--grant", *grants, "角色，如 CHANNEL_SERVICE，可多次");
  create->add_option("--channel", *channels, "可用的渠道，如 WECHAT，可多次");
  auto json = std::make_shared<std::string>();
  auto mask = std::make_shared<std::vector<std::string>>();
  auto* update = AddCommand(*group, context, "update", "修改服务账号，内容为 JSON", [=, &context] {
    identity::v1::UpdateServiceAccountRequest change;
    RETURN_IF_ERROR(ParseJson(*json, *change.mutable_account()));
    for (const std::string& path : *mask) change.mutable_update_mask()->add_paths(path);
    return PrintResult(context, context.client().Call(&Stub::UpdateServiceAccount, change));
  });
  update->add_option("json", *json, "如 {\"name\":\"accounts/x\",\"disabled\":true}")->required();
  update->add_option("--mask", *mask, "只改这些字段");
}

void AddKeys(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "keys", "服务账号的密钥");
  auto account = std::make_shared<std::string>();
  auto* list = AddCommand(*group, context, "list", "列出一个账号的密钥", [=, &context] {
    identity::v1::ListApiKeysRequest request;
    request.set_account(*account);
    return PrintResult(context, context.client().Call(&Stub::ListApiKeys, request));
  });
  list->add_option("account", *account, "accounts/…")->required();
  auto request = std::make_shared<identity::v1::CreateApiKeyRequest>();
  auto days = std::make_shared<int>(90);
  auto* create = AddCommand(*group, context, "create", "新建密钥，打印一次", [=, &context] {
    *request->mutable_key()->mutable_expire_time() = InDays(*days);
    return PrintResult(context, context.client().Call(&Stub::CreateApiKey, *request));
  });
  create->add_option("account", *request->mutable_key()->mutable_account(), "accounts/…")
      ->required();
  create->add_option("--for", *request->mutable_key()->mutable_display_name(), "用途");
  create->add_option("--days", *days, "有效天数（至多 399；迁移账号至多 6）")
      ->capture_default_str();
  AddByName(*group, context, "revoke", "作废密钥", &Stub::RevokeApiKey);
}

}  // namespace

void AddIdentityCommands(CLI::App& app, Context& context) {
  auto* people = AddGroup(app, "people", "人员");
  AddByName(*people, context, "get", "按名称读取", &Stub::GetPerson);
  AddListAll(*people, context, &Stub::ListPeople);
  AddPersonCreate(*people, context);
  AddPersonUpdate(*people, context);
  AddByName(*people, context, "reset", "重置密码，打印新的初始密码（只此一次）",
            &Stub::ResetPassword);
  AddDelegate(*people, context);
  AddAccounts(app, context);
  AddKeys(app, context);
}

}  // namespace hotline::cli
