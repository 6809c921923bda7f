// privacy: masks a text as everything that people write is masked, and shows what was deleted by
// schedule.
#include <iostream>
#include <memory>

#include "clients/cli/context.h"
#include "hotline/insight/v1/privacy_service.grpc.pb.h"

namespace hotline::cli {
namespace {

using insight::v1::PrivacyService;

template <typename Request, typename Response>
absl::StatusOr<Response> CallPrivacy(
    Context& context,
    grpc::Status (PrivacyService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    const Request& request) {
  client::Client& client = context.client();
  const auto stub = PrivacyService::NewStub(client.channel());
  grpc::ClientContext call;
  client.SetUp(call, true);
  Response response;
  const grpc::Status status = ((*stub).*method)(&call, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

absl::Status Mask(Context& context, const std::string& file) {
  insight::v1::MaskTextRequest request;
  ASSIGN_OR_RETURN(*request.mutable_text(), ReadFile(file));
  ASSIGN_OR_RETURN(const auto masked,
                   CallPrivacy(context, &PrivacyService::Stub::MaskText, request));
  if (context.json) {
    PrintJson(context, masked);
  } else {
    std::cout << masked.text();
    if (!masked.text().ends_with('\n')) std::cout << "\n";
  }
  return absl::OkStatus();
}

absl::Status ListRuns(Context& context, int page_size, const std::string& page_token) {
  insight::v1::ListRetentionRunsRequest request;
  request.set_page_size(page_size);
  request.set_page_token(page_token);
  ASSIGN_OR_RETURN(const auto page,
                   CallPrivacy(context, &PrivacyService::Stub::ListRetentionRuns, request));
  if (!context.json && page.runs().empty() && page.next_page_token().empty()) {
    std::cout << "没有到期删除的记录。\n";
  } else {
    PrintJson(context, page);
  }
  return absl::OkStatus();
}

}  // namespace

void AddPrivacyCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "privacy", "个人信息：脱敏，到期删除的记录");
  auto file = std::make_shared<std::string>("-");
  auto* mask =
      AddCommand(*group, context, "mask", "脱敏一段文字（至多 10,000 字）后打印；文字不会被保存",
                 [=, &context] { return Mask(context, *file); });
  mask->add_option("file", *file, "文件；- 为标准输入")->capture_default_str();
  auto page_size = std::make_shared<int>(50);
  auto page_token = std::make_shared<std::string>();
  auto* runs = AddCommand(*group, context, "runs", "列出到期删除的记录，从早到晚",
                          [=, &context] { return ListRuns(context, *page_size, *page_token); });
  runs->add_option("-n,--page-size", *page_size, "每页条数")->capture_default_str();
  runs->add_option("--page-token", *page_token, "翻页标记");
}

}  // namespace hotline::cli
