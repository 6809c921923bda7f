// kbctl: every RPC of the knowledge base from a shell.
#include <iostream>

#include "clients/cli/context.h"

namespace {

constexpr int kExitError = 1;

int Report(const hotline::cli::Context& context) {
  if (context.status.ok()) return 0;
  const std::string reason = hotline::type::v1::ErrorReason_Name(hotline::ReasonOf(context.status));
  std::cerr << "kbctl: " << context.status.message() << "\n       ["
            << absl::StatusCodeToString(context.status.code()) << " " << reason << "]";
  for (const auto& [key, value] : hotline::MetadataOf(context.status)) {
    std::cerr << " " << key << "=" << value;
  }
  std::cerr << "\n";
  return kExitError;
}

}  // namespace

int main(int argc, char** argv) {
  hotline::cli::Context context;
  CLI::App app{"kbctl：口径知识库命令行"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("kbctl ") + KOUJING_VERSION);
  app.add_option("-s,--server", context.server, "服务地址 host:port")
      ->envname("KOUJING_SERVER")
      ->capture_default_str();
  app.add_option("--actor", context.actor, "操作人，写入审计记录（只在 access.mode=open 时有效）")
      ->envname("KOUJING_ACTOR");
  app.add_option("--token", context.token, "登录凭证（会话、密钥或单点登录的令牌）")
      ->envname("KOUJING_TOKEN");
  app.add_flag("--json", context.json, "输出 JSON，每个结果一行");
  app.add_option("--deadline", context.deadline_s, "每次调用的时限（秒）")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  hotline::cli::AddAnswerCommands(app, context);
  hotline::cli::AddEntryCommands(app, context);
  hotline::cli::AddReleaseCommands(app, context);
  hotline::cli::AddLedgerCommands(app, context);
  hotline::cli::AddReviewCommands(app, context);
  hotline::cli::AddReleaseLifeCommands(app, context);
  hotline::cli::AddTransferCommands(app, context);
  hotline::cli::AddSheetCommands(app, context);
  hotline::cli::AddSynonymCommands(app, context);
  hotline::cli::AddReceiptCommands(app, context);
  hotline::cli::AddGapCommands(app, context);
  hotline::cli::AddCorrectionCommands(app, context);
  hotline::cli::AddPrivacyCommands(app, context);
  hotline::cli::AddMirrorCommands(app, context);
  hotline::cli::AddWechatCommands(app, context);
  hotline::cli::AddStoreCommands(app, context);
  hotline::cli::AddCheckCommands(app, context);
  hotline::cli::AddAuditCommands(app, context);
  hotline::cli::AddQualityCommands(app, context);
  hotline::cli::AddBenchCommands(app, context);
  hotline::cli::AddCallCommands(app, context);
  hotline::cli::AddSessionCommands(app, context);
  hotline::cli::AddIdentityCommands(app, context);
  hotline::cli::AddUsageCommands(app, context);
  hotline::cli::AddSetupCommands(app, context);
  hotline::cli::AddReadingCommands(app, context);
  CLI11_PARSE(app, argc, argv);
  return Report(context);
}
