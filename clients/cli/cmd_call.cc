// call, methods, completion: every RPC by its name, through descriptors.
#include <iostream>
#include <set>

#include "google/protobuf/dynamic_message.h"
#include "grpcpp/generic/generic_stub.h"

#include "clients/cli/context.h"
#include "hotline/answer/v1/open_data_service.pb.h"
#include "hotline/audit/v1/audit_service.pb.h"
#include "hotline/insight/v1/correction_service.pb.h"
#include "hotline/insight/v1/event_service.pb.h"
#include "hotline/insight/v1/gap_service.pb.h"
#include "hotline/insight/v1/privacy_service.pb.h"
#include "hotline/insight/v1/quality_service.pb.h"
#include "hotline/insight/v1/reading_service.pb.h"
#include "hotline/insight/v1/receipt_service.pb.h"
#include "hotline/insight/v1/usage_service.pb.h"

namespace hotline::cli {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const char* const kServices[] = {
    "hotline.answer.v1.AnswerService",       "hotline.answer.v1.OpenDataService",
    "hotline.knowledge.v1.KnowledgeService", "hotline.knowledge.v1.ReviewService",
    "hotline.knowledge.v1.FactService",      "hotline.knowledge.v1.TaskService",
    "hotline.knowledge.v1.CheckService",     "hotline.knowledge.v1.SynonymService",
    "hotline.identity.v1.IdentityService",   "hotline.audit.v1.AuditService",
    "hotline.store.v1.StoreService",         "hotline.insight.v1.CorrectionService",
    "hotline.insight.v1.EventService",       "hotline.insight.v1.GapService",
    "hotline.insight.v1.PrivacyService",     "hotline.insight.v1.QualityService",
    "hotline.insight.v1.ReadingService",     "hotline.insight.v1.ReceiptService",
    "hotline.insight.v1.UsageService"};

const ServiceDescriptor* FindService(const std::string& name) {
  // Taking a descriptor links each service's file in.
  answer::v1::AskRequest::descriptor();
  answer::v1::GetOpenSnapshotRequest::descriptor();
  audit::v1::ListAuditRecordsRequest::descriptor();
  knowledge::v1::GetEntryRequest::descriptor();
  knowledge::v1::GetFactRequest::descriptor();
  knowledge::v1::GetSynonymSetRequest::descriptor();
  identity::v1::GetSelfRequest::descriptor();
  insight::v1::ReportCorrectionRequest::descriptor();
  insight::v1::MarkMajorEventRequest::descriptor();
  insight::v1::ReportGapRequest::descriptor();
  insight::v1::MaskTextRequest::descriptor();
  insight::v1::MeasureQualityRequest::descriptor();
  insight::v1::RecordUseRequest::descriptor();
  insight::v1::CreateReceiptRequest::descriptor();
  insight::v1::ReportFeedbackRequest::descriptor();
  store::v1::CommitRequest::descriptor();
  return DescriptorPool::generated_pool()->FindServiceByName(name);
}

// "Service/Method", "package.Service/Method" or just "Method".
const MethodDescriptor* FindMethod(const std::string& path) {
  const size_t slash = path.find('/');
  const std::string method = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::string wanted = slash == std::string::npos ? "" : path.substr(0, slash);
  for (const char* name : kServices) {
    const ServiceDescriptor* service = FindService(name);
    if (!wanted.empty() && wanted != service->full_name() && wanted != service->name()) continue;
    if (const auto* found = service->FindMethodByName(method)) return found;
  }
  return nullptr;
}

absl::Status ReadReplies(Context& context, grpc::GenericStub& stub, const MethodDescriptor& method,
                         const google::protobuf::Message& request) {
  grpc::ClientContext call;
  context.client().SetUp(call, !method.server_streaming());
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  auto stream =
      stub.PrepareCall(&call, "/" + method.service()->full_name() + "/" + method.name(), &queue);
  stream->StartCall(nullptr);
  next();
  grpc::Slice slice(request.SerializeAsString());
  stream->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  next();
  auto reply = std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.output_type())
          ->New());
  while (true) {
    grpc::ByteBuffer bytes;
    stream->Read(&bytes, nullptr);
    if (!next()) break;
    std::vector<grpc::Slice> slices;
    std::string text;
    if (bytes.Dump(&slices).ok()) {
      for (const auto& part : slices)
        text.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
    if (reply->ParseFromString(text)) PrintJson(context, *reply);
  }
  grpc::Status status;
  stream->Finish(&status, nullptr);
  next();
  return FromGrpcStatus(status);
}

absl::Status CallMethod(Context& context, const std::string& path, const std::string& json) {
  const MethodDescriptor* method = FindMethod(path);
  if (method == nullptr)
    return FieldInvalid("method", path, "没有这个方法，用 kbctl methods 查看全部。");
  if (method->client_streaming())
    return FieldInvalid("method", path, "这个方法用 kbctl import 调用。");
  auto request = std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method->input_type())
          ->New());
  std::string text = json;
  if (json == "-") {
    ASSIGN_OR_RETURN(text, ReadFile("-"));
  }
  RETURN_IF_ERROR(ParseJson(text, *request));
  context.client().Prepare(*request);
  grpc::GenericStub stub(context.client().channel());
  return ReadReplies(context, stub, *method, *request);
}

absl::Status ListMethods() {
  for (const char* name : kServices) {
    const ServiceDescriptor* service = FindService(name);
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      std::cout << service->full_name() << "/" << method->name() << "\t"
                << method->input_type()->name() << " -> "
                << (method->server_streaming() ? "stream " : "") << method->output_type()->name()
                << "\n";
    }
  }
  return absl::OkStatus();
}

std::string Words(const CLI::App& app) {
  std::string words;
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    words += (words.empty() ? "" : " ") + sub->get_name();
  }
  return words;
}

std::string Options(const CLI::App& app) {
  std::string words;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames())
      words += (words.empty() ? "" : " ") + ("--" + name);
  }
  return words;
}

// A script for bash (and, through bashcompinit, zsh) made from the commands themselves, so that it
// cannot rot.
absl::Status Completion(const CLI::App& app, const std::string& shell) {
  if (shell == "zsh") std::cout << "autoload -U +X bashcompinit && bashcompinit\n";
  std::cout << "_kbctl() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" path=\"\" word\n"
            << "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do [[ $word == -* ]] || "
               "path=\"$path $word\"; done\n"
            << "  local words=\"\"\n  case \"$path\" in\n";
  for (const auto* group : app.get_subcommands([](const CLI::App*) { return true; })) {
    for (const auto* sub : group->get_subcommands([](const CLI::App*) { return true; })) {
      std::cout << "    \" " << group->get_name() << " " << sub->get_name() << "\"*) words=\""
                << Options(*sub) << "\" ;;\n";
    }
    std::cout << "    \" " << group->get_name() << "\"*) words=\"" << Words(*group) << " "
              << Options(*group) << "\" ;;\n";
  }
  std::cout
      << "    *) words=\"" << Words(app) << " " << Options(app) << "\" ;;\n  esac\n"
      << "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
      << "  [[ ${#COMPREPLY[@]} -eq 0 && $cur != -* ]] && COMPREPLY=($(compgen -f -- \"$cur\"))\n"
      << "}\ncomplete -F _kbctl kbctl\n";
  return absl::OkStatus();
}

}  // namespace

void AddCallCommands(CLI::App& app, Context& context) {
  auto path = std::make_shared<std::string>();
  auto json = std::make_shared<std::string>("{}");
  auto* call = AddCommand(app, context, "call", "按名称调用任何方法，请求为 JSON",
                          [=, &context] { return CallMethod(context, *path, *json); });
  call->add_option("method", *path, "方法，如 AnswerService/Ask 或 GetEntry")->required();
  call->add_option("json", *json, "请求；- 为标准输入")->capture_default_str();
  AddCommand(app, context, "methods", "列出全部方法", [] { return ListMethods(); });
  auto shell = std::make_shared<std::string>("bash");
  auto* completion =
      AddCommand(app, context, "completion", "输出补全脚本：source <(kbctl completion bash)",
                 [&app, shell] { return Completion(app, *shell); });
  completion->add_option("shell", *shell, "bash 或 zsh")->check(CLI::IsMember({"bash", "zsh"}));
}

}  // namespace hotline::cli
