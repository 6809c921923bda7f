// status, verify, digest: the store under the services.
#include <iostream>

#include "clients/cli/context.h"
#include "proto/cc/content_hash.h"

namespace hotline::cli {
namespace {

using store::v1::StoreService;

absl::Status Status(Context& context) {
  ASSIGN_OR_RETURN(const auto status,
                   context.client().Call(&StoreService::Stub::GetStoreStatus, {}));
  ASSIGN_OR_RETURN(const auto followers,
                   context.client().Call(&StoreService::Stub::ListFollowers, {}));
  if (context.json) {
    PrintJson(context, status);
    PrintJson(context, followers);
    return absl::OkStatus();
  }
  std::cout << "引擎      " << status.engine() << "（模式版本 " << status.schema_version() << "）\n"
            << "时间线    " << status.timeline_id() << "\n"
            << "全库版本  " << status.head_kb_revision() << "\n"
            << "日志哈希  " << ToHex(status.head_hash()) << "\n"
            << "磁盘      " << status.disk_bytes() / 1024 / 1024 << " MiB\n"
            << "写入      "
            << (status.write_refusal().empty() ? "正常" : "拒绝：" + status.write_refusal())
            << "\n";
  for (const auto& follower : followers.followers()) {
    std::cout << "跟随者    " << follower.follower() << " 已到 " << follower.visible_revision()
              << "，" << follower.silent_ms() << " 毫秒前确认\n";
  }
  return absl::OkStatus();
}

absl::Status Verify(Context& context) {
  ASSIGN_OR_RETURN(const auto report, context.client().Call(&StoreService::Stub::VerifyStore, {}));
  if (context.json) {
    PrintJson(context, report);
  } else {
    std::cout << "检查了 " << report.log_entry_count() << " 条日志、" << report.version_count()
              << " 个版本、" << report.resource_count() << " 个资源\n";
    for (const auto& violation : report.violations()) std::cout << "  不符：" << violation << "\n";
    if (report.violations().empty()) std::cout << "全部相符。\n";
  }
  if (report.violations().empty()) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kDataLoss, type::v1::STORE_CORRUPTED,
      "知识库有 " + std::to_string(report.violations_size()) + " 处不符，请停止写入并从备份核对。");
}

absl::Status Digest(Context& context, int64_t kb_revision) {
  store::v1::GetDigestRequest request;
  request.set_kb_revision(kb_revision);
  ASSIGN_OR_RETURN(const auto digest,
                   context.client().Call(&StoreService::Stub::GetDigest, request));
  std::cout << digest.kb_revision() << " " << ToHex(digest.digest()) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddStoreCommands(CLI::App& app, Context& context) {
  AddCommand(app, context, "status", "知识库的状态和跟随者",
             [&context] { return Status(context); });
  AddCommand(app, context, "verify", "在线检查全部不变量", [&context] { return Verify(context); });
  auto revision = std::make_shared<int64_t>(0);
  auto* digest = AddCommand(app, context, "digest", "某个全库版本的状态摘要",
                            [=, &context] { return Digest(context, *revision); });
  digest->add_option("kb_revision", *revision, "全库版本；不写为现在");
}

}  // namespace hotline::cli
