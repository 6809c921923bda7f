// login, logout, whoami, passwd, explain, sessions: who one is, and why one may.
#include <iostream>

#include <termios.h>
#include <unistd.h>

#include "clients/cli/context.h"
#include "clients/cli/session_file.h"

namespace hotline::cli {
namespace {

using identity::v1::IdentityService;
using Stub = IdentityService::Stub;

// Asks on the terminal without showing what is typed; from a pipe reads one line.
absl::StatusOr<std::string> AskPassword(const std::string& prompt) {
  termios shown{};
  const bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
  if (terminal) {
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    std::cerr << prompt << std::flush;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    std::cerr << "\n";
  }
  if (!read || line.empty()) return FieldRequired("password");
  return line;
}

absl::Status Login(Context& context, const std::string& login) {
  identity::v1::SignInRequest request;
  request.set_login(login);
  ASSIGN_OR_RETURN(*request.mutable_password(), AskPassword("密码："));
  context.client().set_credential("");
  ASSIGN_OR_RETURN(const auto session, context.client().Call(&Stub::SignIn, request));
  RETURN_IF_ERROR(KeepSession(context.server, session));
  std::cout << "已登录：" << session.principal().display_name() << "（"
            << session.principal().name() << "）\n";
  if (session.principal().must_change_password()) std::cout << "请先修改密码：kbctl passwd\n";
  return absl::OkStatus();
}

absl::Status Logout(Context& context) {
  const auto ended = context.client().Call(&Stub::SignOut, identity::v1::SignOutRequest());
  RETURN_IF_ERROR(ForgetSession(context.server));
  // A session that is over already is what was wanted.
  if (ended.status().code() == absl::StatusCode::kUnauthenticated) return absl::OkStatus();
  return ended.status();
}

absl::Status ChangePassword(Context& context) {
  identity::v1::ChangePasswordRequest request;
  ASSIGN_OR_RETURN(*request.mutable_password(), AskPassword("现在的密码："));
  ASSIGN_OR_RETURN(*request.mutable_new_password(), AskPassword("新密码（至少 10 个字符）："));
  if (isatty(STDIN_FILENO) != 0) {
    ASSIGN_OR_RETURN(const std::string again, AskPassword("再输一遍："));
    if (again != request.new_password())
      return FieldInvalid("new_password", "", "两次输入的不一样，密码没有修改。");
  }
  ASSIGN_OR_RETURN(const auto session, context.client().Call(&Stub::ChangePassword, request));
  if (context.token.empty()) RETURN_IF_ERROR(KeepSession(context.server, session));
  std::cout << "密码已修改，其他登录都已失效。\n";
  return absl::OkStatus();
}

void AddExplain(CLI::App& app, Context& context) {
  auto request = std::make_shared<identity::v1::ExplainAccessRequest>();
  auto rpc = std::make_shared<std::string>();
  auto* command = AddCommand(app, context, "explain", "为什么可以、为什么不可以", [=, &context] {
    // "PublishEntry" is enough for the commonest service.
    const bool full = rpc->find('/') != std::string::npos;
    request->set_rpc(full ? (rpc->front() == '/' ? *rpc : "/" + *rpc)
                          : "/hotline.knowledge.v1.KnowledgeService/" + *rpc);
    const auto reply = context.client().Call(&Stub::ExplainAccess, *request);
    if (!reply.ok() || context.json) return PrintResult(context, reply);
    std::cout << (reply->allowed() ? "可以。" : "不可以。") << reply->explanation() << "\n";
    for (const auto& grant : reply->grants()) {
      std::cout << "  " << (grant.allows() ? "✓ " : "✗ ")
                << identity::v1::Role_Name(grant.grant().role()) << " "
                << grant.grant().department() << " " << grant.grant().region() << " "
                << grant.grant().category() << "：" << grant.reason() << "\n";
    }
    return absl::OkStatus();
  });
  command->add_option("rpc", *rpc, "方法，如 PublishEntry 或 包.服务/方法")->required();
  command->add_option("name", *request->mutable_name(), "资源，如 entries/xxx");
  command->add_option("--who", *request->mutable_principal(), "人员或账号；不写为自己");
}

void AddSessions(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("sessions", "登录会话");
  group->require_subcommand(1);
  group->fallthrough();
  auto person = std::make_shared<std::string>();
  auto* list = AddCommand(*group, context, "list", "列出一个人的会话", [=, &context] {
    identity::v1::ListSessionsRequest request;
    request.set_person(*person);
    return PrintResult(context, context.client().Call(&Stub::ListSessions, request));
  });
  list->add_option("person", *person, "people/…")->required();
  auto name = std::make_shared<std::string>();
  auto* end = AddCommand(*group, context, "end", "结束一个会话", [=, &context] {
    identity::v1::EndSessionRequest request;
    request.set_name(*name);
    return PrintResult(context, context.client().Call(&Stub::EndSession, request));
  });
  end->add_option("name", *name, "sessions/…")->required();
}

}  // namespace

void AddSessionCommands(CLI::App& app, Context& context) {
  auto login = std::make_shared<std::string>();
  auto* command = AddCommand(app, context, "login", "登录（密码从终端或标准输入读取）",
                             [=, &context] { return Login(context, *login); });
  command->add_option("login", *login, "登录名")->required();
  AddCommand(app, context, "logout", "退出登录", [&context] { return Logout(context); });
  AddCommand(app, context, "passwd", "修改自己的密码（先输现在的，再输新的）",
             [&context] { return ChangePassword(context); });
  AddCommand(app, context, "whoami", "我是谁、有哪些权限", [&context] {
    return PrintResult(context,
                       context.client().Call(&Stub::GetSelf, identity::v1::GetSelfRequest()));
  });
  AddExplain(app, context);
  AddSessions(app, context);
}

}  // namespace hotline::cli
