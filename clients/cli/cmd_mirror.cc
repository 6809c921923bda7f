// mirror: a verified copy of the public part of a base, and which pages of a website still show
// other texts.
#include <fstream>
#include <iostream>
#include <sstream>

#include "google/protobuf/struct.pb.h"

#include "clients/cli/context.h"
#include "clients/mirror/mirror_folder.h"
#include "clients/mirror/page.h"
#include "clients/mirror/page_check.h"
#include "clients/mirror/verified_lines.h"
#include "clients/mirror/web.h"
#include "hotline/answer/v1/open_data_service.grpc.pb.h"
#include "proto/cc/content_hash.h"

namespace hotline::cli {
namespace {

using answer::v1::GetOpenChangesRequest;
using answer::v1::OpenDataService;
using answer::v1::OpenDataSignature;
using mirror::Finding;
using Stub = OpenDataService::Stub;

constexpr char kService[] = "hotline.answer.v1.OpenDataService/";

// --- pull
// ------------------------------------------------------------------------------------------------

struct PullOptions {
  std::string dir;
  std::string url;
  std::string key;
  bool snapshot = false;
};

// Where open data comes from: a server of ours over gRPC, or a website over HTTP.
class Source {
 public:
  Source(Context& context, std::string url) : context_(context), url_(std::move(url)) {}

  absl::StatusOr<std::string> Key() {
    answer::v1::GetOpenDataKeyResponse response;
    if (url_.empty()) {
      ASSIGN_OR_RETURN(response, context_.client().Call(&Stub::GetOpenDataKey, {}));
    } else {
      RETURN_IF_ERROR(mirror::CallUnary(url_, std::string(kService) + "GetOpenDataKey",
                                        answer::v1::GetOpenDataKeyRequest(), response));
    }
    return response.public_key();
  }

  absl::StatusOr<mirror::LineSet> Snapshot(const std::string& key) {
    return Read<answer::v1::GetOpenSnapshotResponse>("GetOpenSnapshot", &Stub::GetOpenSnapshot,
                                                     answer::v1::GetOpenSnapshotRequest(), key);
  }

  absl::StatusOr<mirror::LineSet> Changes(const mirror::MirrorState& state,
                                          const std::string& key) {
    GetOpenChangesRequest request;
    request.set_timeline_id(state.timeline_id);
    request.set_after_kb_revision(state.kb_revision);
    *request.mutable_after_time() = state.log_time;
    return Read<answer::v1::GetOpenChangesResponse>("GetOpenChanges", &Stub::GetOpenChanges,
                                                    request, key);
  }

 private:
  template <typename Response, typename Request, typename Method>
  absl::StatusOr<mirror::LineSet> Read(const std::string& name, Method method,
                                       const Request& request, const std::string& key) {
    mirror::LineReader reader;
    OpenDataSignature signature;
    const auto take = [&](Response& response) {
      for (std::string& line : *response.mutable_lines()) reader.Add(std::move(line));
      if (response.has_signature()) signature = response.signature();
    };
    if (url_.empty()) {
      grpc::ClientContext call;
      context_.client().SetUp(call, false);
      const auto stream = (context_.client().stub<Stub>().*method)(&call, request);
      Response response;
      while (stream->Read(&response)) take(response);
      RETURN_IF_ERROR(FromGrpcStatus(stream->Finish()));
    } else {
      RETURN_IF_ERROR(
          mirror::CallStream(url_, kService + name, request, [&](const std::string& bytes) {
            Response response;
            if (!response.ParseFromString(bytes)) return mirror::Untrusted("消息读不懂，已丢弃。");
            take(response);
            return absl::OkStatus();
          }));
    }
    return reader.Finish(signature, key);
  }

  Context& context_;
  const std::string url_;
};

bool NeedsSnapshot(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  if (reason == type::v1::OTHER_TIMELINE) return true;
  const ErrorMetadata metadata = MetadataOf(status);
  const auto state = metadata.find("state");
  return reason == type::v1::STATE_CONFLICT && state != metadata.end() &&
         state->second == "SNAPSHOT_REQUIRED";
}

// The key that is trusted: given, else the mirror's, else the one that the server names at first.
absl::StatusOr<std::string> TrustedKey(Source& source, const PullOptions& options,
                                       const mirror::MirrorState& state) {
  if (!options.key.empty()) return mirror::ParsePublicKey(options.key);
  if (!state.empty()) return mirror::ParsePublicKey(state.public_key);
  ASSIGN_OR_RETURN(std::string key, source.Key());
  std::cerr << "第一次获取，信任服务端的公钥 " << ToHex(key)
            << "；请与主管单位公布的核对，也可用 --key 指定。\n";
  return key;
}

absl::Status Pull(Context& context, const PullOptions& options) {
  ASSIGN_OR_RETURN(const auto folder, mirror::MirrorFolder::Open(options.dir, true));
  Source source(context, options.url);
  ASSIGN_OR_RETURN(const std::string key, TrustedKey(source, options, folder->state()));
  bool snapshot = options.snapshot || folder->state().empty();
  absl::StatusOr<mirror::LineSet> set;
  if (!snapshot) {
    set = source.Changes(folder->state(), key);
    if (!set.ok() && NeedsSnapshot(set.status())) {
      std::cerr << "变化已接不上，改为获取快照。\n";
      snapshot = true;
    }
  }
  if (snapshot) set = source.Snapshot(key);
  if (!set.ok()) return set.status();
  ASSIGN_OR_RETURN(const auto applied, folder->Apply(*set, ToHex(key)));
  const mirror::MirrorState& state = folder->state();
  if (context.json) {
    google::protobuf::Struct json;
    auto& fields = *json.mutable_fields();
    fields["kbRevision"].set_string_value(std::to_string(state.kb_revision));
    fields["entryCount"].set_number_value(static_cast<double>(state.entry_count));
    fields["changed"].set_number_value(static_cast<double>(applied.changed));
    fields["removed"].set_number_value(static_cast<double>(applied.removed));
    fields["snapshot"].set_bool_value(snapshot);
    PrintJson(context, json);
  } else {
    std::cout << (snapshot ? "快照" : "变化") << "：更新 " << applied.changed << " 条，撤下 "
              << applied.removed << " 条；现有 " << state.entry_count << " 条，全库位置 "
              << state.kb_revision << "。\n";
  }
  return absl::OkStatus();
}

// --- check
// ------------------------------------------------------------------------------------------------

struct CheckOptions {
  std::string dir;
  std::vector<std::string> pages;
  bool strict = false;
};

bool IsUrl(const std::string& page) {
  return page.starts_with("http://") || page.starts_with("https://");
}

absl::StatusOr<std::string> ReadPageOf(const std::string& page) {
  if (IsUrl(page)) return mirror::FetchPage(page);
  std::ifstream file(page, std::ios::binary);
  if (!file) return FieldInvalid("page", page, "文件打不开，请检查路径。");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct KindWords {
  const char* name;
  const char* sentence;
};

KindWords WordsOf(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::kOldMark:
      return {"OLD_MARK", "标记的是旧口径"};
    case Finding::Kind::kGoneMark:
      return {"GONE_MARK", "标记的口径已撤下（召回、下线或过期）"};
    case Finding::Kind::kOldText:
      return {"OLD_TEXT", "仍有旧口径的文字"};
    case Finding::Kind::kGoneText:
      return {"GONE_TEXT", "仍有已撤下口径的文字"};
    case Finding::Kind::kMissingText:
      return {"MISSING_TEXT", "有这个问题，但没有现行口径的文字，请人工核对"};
  }
  return {"", ""};
}

void Print(const Context& context, const std::string& page, const Finding& finding) {
  const KindWords words = WordsOf(finding.kind);
  if (context.json) {
    google::protobuf::Struct json;
    auto& fields = *json.mutable_fields();
    fields["page"].set_string_value(page);
    fields["kind"].set_string_value(words.name);
    fields["entry"].set_string_value(finding.entry);
    fields["shown"].set_string_value(finding.shown);
    fields["revision"].set_string_value(std::to_string(finding.revision));
    fields["contentHash"].set_string_value(finding.content_hash);
    fields["kbRevision"].set_string_value(std::to_string(finding.kb_revision));
    PrintJson(context, json);
    return;
  }
  std::cout << page << "\n  " << finding.entry << "  " << words.sentence << "：" << finding.shown
            << "\n";
  if (finding.revision > 0) {
    std::cout << "  现行为第 " << finding.revision << " 版（" << finding.content_hash
              << "），全库位置 " << finding.kb_revision << "\n";
  } else {
    std::cout << "  全库位置 " << finding.kb_revision << " 时已不对公众提供\n";
  }
}

absl::Status Check(Context& context, const CheckOptions& options) {
  ASSIGN_OR_RETURN(const auto folder, mirror::MirrorFolder::Open(options.dir, false));
  const mirror::PageChecker checker(*folder);
  size_t bad = 0;
  absl::Status unread;
  for (const std::string& page : options.pages) {
    const auto html = ReadPageOf(page);
    if (!html.ok()) {
      // The other pages are looked at all the same.
      std::cerr << page << "  " << html.status().message() << "\n";
      if (unread.ok()) unread = html.status();
      continue;
    }
    bool is_bad = false;
    for (const Finding& finding : checker.Check(mirror::ReadPage(*html))) {
      Print(context, page, finding);
      is_bad = is_bad || options.strict || finding.kind != Finding::Kind::kMissingText;
    }
    if (is_bad) ++bad;
  }
  if (bad > 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT,
                     std::to_string(bad) + " 个网页显示的不是现行口径，请更新。",
                     {{"pages", std::to_string(bad)}});
  }
  RETURN_IF_ERROR(unread);
  if (!context.json) {
    std::cout << options.pages.size() << " 个网页没有发现旧口径（全库位置 "
              << folder->state().kb_revision << "）。\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddMirrorCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "mirror", "开放数据镜像：获取并验签，检查网页是否还显示旧口径");
  auto pull = std::make_shared<PullOptions>();
  auto* pulling = AddCommand(*group, context, "pull", "获取或更新镜像：先快照，之后只取变化",
                             [pull, &context] { return Pull(context, *pull); });
  pulling->add_option("dir", pull->dir, "镜像目录")->required();
  pulling->add_option("--url", pull->url,
                      "网站地址（经网关），如 https://www.example.gov.cn；不写则用 --server");
  pulling->add_option("--key", pull->key, "信任的公钥：64 个十六进制数字");
  pulling->add_flag("--snapshot", pull->snapshot, "重新获取快照");
  auto check = std::make_shared<CheckOptions>();
  auto* checking =
      AddCommand(*group, context, "check", "检查网页或文件：有旧口径或已撤下的口径时退出码不为 0",
                 [check, &context] { return Check(context, *check); });
  checking->add_option("pages", check->pages, "网址或 HTML 文件")->required();
  checking->add_option("--mirror", check->dir, "镜像目录")->required();
  checking->add_flag("--strict", check->strict, "有问题而没有现行口径的网页也算");
}

}  // namespace hotline::cli
