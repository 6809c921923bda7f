// wechat simulate: speaks to an account of ours as WeChat or WeCom would, to try what was set up.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <memory>
#include <random>

#include <curl/curl.h>

#include "clients/cli/context.h"
#include "services/gateway/platforms/sealing/envelope.h"

namespace hotline::cli {
namespace {

using gateway::platforms::Envelope;
using gateway::platforms::Form;
using gateway::platforms::Message;
using gateway::platforms::Sealer;
using gateway::platforms::SignatureOf;
using gateway::platforms::Stamp;

// The platform gives up after 5 s.
constexpr long kTimeoutSeconds = 5;
constexpr char kAccountName[] = "gh_simulated";
constexpr char kPerson[] = "o-simulated";

struct Options {
  std::string url;
  std::string token_file;
  std::string aes_key_file;
  std::string app_id;
  std::string format = "xml";
  std::string event;
  std::string event_key;
  int64_t agent_id = 0;
  bool check = false;
  bool wecom = false;
  std::vector<std::string> texts;
};

struct HttpAnswer {
  long status = 0;
  std::string body;
};

size_t Append(char* data, size_t size, size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

absl::StatusOr<HttpAnswer> Send(const std::string& url, const std::string* body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: text/xml"), curl_slist_free_all);
  HttpAnswer answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  if (body != nullptr) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return MakeError(absl::StatusCode::kUnavailable, type::v1::NOT_SERVING,
                     std::string("没有回复（平台等 5 秒）：") + curl_easy_strerror(code));
  }
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  if (answer.status != 200) {
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::NOT_ALLOWED,
                     "回复是 HTTP " + std::to_string(answer.status) + "：" +
                         answer.body.substr(0, 200) +
                         "。请核对 --url、两个密钥文件、--app-id 和本机时钟。");
  }
  return answer;
}

std::string Escaped(const std::string& text) {
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size())), curl_free);
  return escaped.get();
}

// The platform's end of the account.
class Platform {
 public:
  static absl::StatusOr<std::unique_ptr<Platform>> Open(const Options& options) {
    ASSIGN_OR_RETURN(std::string token, Secret(options.token_file));
    ASSIGN_OR_RETURN(const std::string key, Secret(options.aes_key_file));
    ASSIGN_OR_RETURN(Sealer sealer, Sealer::Make(key, options.app_id));
    ASSIGN_OR_RETURN(Sealer second, Sealer::Make(key, options.app_id));
    return std::unique_ptr<Platform>(
        new Platform(options, std::move(token), std::move(sealer), std::move(second)));
  }

  absl::Status CheckAddress() {
    const std::string echo = Fresh();
    const std::string said = options_.wecom ? sealer_.Seal(echo) : echo;
    const std::string query =
        options_.wecom ? StampOf(said, "msg_signature") : StampOf("", "signature");
    ASSIGN_OR_RETURN(const HttpAnswer answer,
                     Send(options_.url + "?" + query + "&echostr=" + Escaped(said), nullptr));
    if (answer.body == echo) return absl::OkStatus();
    return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::FIELD_INVALID,
                     "地址验证没有通过：回显的内容不对。", {{"field", "url"}});
  }

  // What the person reads; empty = nothing.
  absl::StatusOr<std::string> Deliver(Message message) {
    message.Set("ToUserName", kAccountName);
    message.Set("FromUserName", kPerson);
    message.SetNumber("CreateTime", std::time(nullptr));
    if (options_.wecom) message.SetNumber("AgentID", options_.agent_id);
    const std::string sealed = sealer_.Seal(message.Write());
    Message outer(FormWanted());
    outer.Set("ToUserName", kAccountName);
    outer.Set("Encrypt", sealed);
    const std::string body = outer.Write();
    ASSIGN_OR_RETURN(
        const HttpAnswer answer,
        Send(options_.url + "?encrypt_type=aes&" + StampOf(sealed, "msg_signature"), &body));
    return ReadReply(answer.body);
  }

  Message Text(const std::string& text) {
    Message message(FormWanted());
    message.Set("MsgType", "text");
    message.Set("Content", text);
    message.Set("MsgId", Fresh());
    return message;
  }

  Message Event() const {
    Message message(FormWanted());
    message.Set("MsgType", "event");
    message.Set("Event", options_.event);
    message.Set("EventKey", options_.event_key);
    return message;
  }

 private:
  Platform(const Options& options, std::string token, Sealer sealer, Sealer second)
      : options_(options),
        token_(token),
        sealer_(std::move(sealer)),
        envelope_(std::move(token), std::move(second)) {}

  static absl::StatusOr<std::string> Secret(const std::string& file) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(file));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
  }

  Form FormWanted() const { return options_.format == "json" ? Form::kJson : Form::kXml; }

  std::string Fresh() { return std::to_string(random_() >> 2); }

  std::string StampOf(const std::string& sealed, const std::string& name) {
    const std::string timestamp = std::to_string(std::time(nullptr));
    const std::string nonce = Fresh();
    std::vector<std::string_view> parts = {token_, timestamp, nonce};
    if (!sealed.empty()) parts.push_back(sealed);
    return name + "=" + SignatureOf(parts) + "&timestamp=" + timestamp + "&nonce=" + nonce;
  }

  absl::StatusOr<std::string> ReadReply(const std::string& body) const {
    if (body.empty() || body == "success") return std::string();
    const auto outer = Message::Read(body);
    if (outer.has_value()) {
      const Stamp stamp{outer->Get("TimeStamp"), outer->Get("Nonce"), outer->Get("MsgSignature")};
      const std::string& sealed = outer->Get("Encrypt");
      const auto text = envelope_.IsGenuine(sealed, stamp) ? envelope_.Open(sealed) : std::nullopt;
      const auto message = text.has_value() ? Message::Read(*text) : std::nullopt;
      if (message.has_value()) return message->Get("Content");
    }
    return MakeError(absl::StatusCode::kDataLoss, type::v1::FIELD_INVALID,
                     "回复的签名或加密不对，平台会说“该公众号暂时无法提供服务”。",
                     {{"field", "reply"}});
  }

  const Options options_;
  const std::string token_;
  const Sealer sealer_;
  const Envelope envelope_;
  std::mt19937_64 random_{std::random_device{}()};
};

absl::Status Simulate(const Options& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Platform> platform, Platform::Open(options));
  if (options.check) {
    RETURN_IF_ERROR(platform->CheckAddress());
    std::cout << "地址验证通过。\n";
  }
  if (!options.event.empty()) {
    ASSIGN_OR_RETURN(const std::string reply, platform->Deliver(platform->Event()));
    std::cout << (reply.empty() ? "（不回复）" : reply) << "\n";
  }
  for (const std::string& text : options.texts) {
    if (options.texts.size() > 1) std::cout << "> " << text << "\n";
    ASSIGN_OR_RETURN(const std::string reply, platform->Deliver(platform->Text(text)));
    std::cout << (reply.empty() ? "（不回复）" : reply) << "\n";
    if (options.texts.size() > 1) std::cout << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddWechatCommands(CLI::App& app, Context& context) {
  auto* group = AddGroup(app, "wechat", "公众号和企业微信：像平台那样发消息，试一个账号");
  auto options = std::make_shared<Options>();
  auto* simulate =
      AddCommand(*group, context, "simulate", "发送加密消息并读出回复；依次给出多句话就是一次对话",
                 [=] { return Simulate(*options); });
  simulate->add_option("text", options->texts, "要说的话");
  simulate->add_option("--url", options->url, "账号的地址，如 http://127.0.0.1:8080/webhooks/city")
      ->required();
  simulate->add_option("--token-file", options->token_file, "放 Token 的文件")->required();
  simulate->add_option("--aes-key-file", options->aes_key_file, "放 EncodingAESKey 的文件")
      ->required();
  simulate->add_option("--app-id", options->app_id, "AppID；企业微信为 CorpID")->required();
  simulate->add_option("--format", options->format, "消息的格式")
      ->check(CLI::IsMember({"xml", "json"}))
      ->capture_default_str();
  simulate->add_option("--event", options->event, "先发送一个事件，如 subscribe、CLICK");
  simulate->add_option("--event-key", options->event_key, "事件的键，如菜单的 human");
  simulate->add_flag("--check", options->check, "先验证地址，如平台在保存设置时所做");
  simulate->add_flag("--wecom", options->wecom, "企业微信");
  simulate->add_option("--agent-id", options->agent_id, "企业微信应用的编号");
}

}  // namespace hotline::cli
