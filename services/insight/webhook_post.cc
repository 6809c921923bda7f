#include "services/insight/webhook_post.h"

#include <memory>
#include <mutex>

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/escaping.h"
#include "google/protobuf/util/json_util.h"

#include "proto/cc/names.h"
#include "proto/cc/text.h"

namespace hotline::insight {
namespace {

constexpr size_t kNoteMax = 500;

struct Transfer {
  const WebhookHosts& hosts;
  const std::function<bool()>& stopped;
  size_t received = 0;
  bool refused = false;  // the address is not one to connect to
  bool cut_off = false;  // the response was longer than is read
};

// Also opens it: nothing can change between the look and the connection.
curl_socket_t OpenSocket(void* data, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(data);
  if (!transfer.hosts.MayConnect(&address->addr)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

size_t TakeBody(char* /*bytes*/, size_t size, size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  transfer.received += size * count;
  if (transfer.received <= kResponseBytesMax) return size * count;
  transfer.cut_off = true;
  return 0;
}

int Progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(data)->stopped() ? 1 : 0;
}

void InitCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::unique_ptr<curl_slist, CurlDeleter> HeadersOf(const WebhookMessage& message) {
  curl_slist* list = nullptr;
  for (const std::string& line :
       {std::string("Content-Type: application/json"), std::string("Expect:"),
        "webhook-id: " + message.id, "webhook-timestamp: " + std::to_string(message.timestamp),
        "webhook-signature: " + message.signature}) {
    list = curl_slist_append(list, line.c_str());
  }
  return std::unique_ptr<curl_slist, CurlDeleter>(list);
}

}  // namespace

WebhookMessage MakeMessage(const v1::EntryChange& change, int64_t timestamp,
                           const records::Signer& signer) {
  WebhookMessage message;
  message.id = std::to_string(change.kb_revision()) + "-" + std::string(IdOf(change.entry()));
  message.timestamp = timestamp;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  // It fails for messages with Any alone.
  if (!google::protobuf::util::MessageToJsonString(change, &message.body, options).ok())
    std::abort();
  const std::string signed_text =
      message.id + "." + std::to_string(message.timestamp) + "." + message.body;
  message.signature = "v1a," + absl::Base64Escape(signer.Sign(signed_text));
  return message;
}

PostResult Post(const std::string& url, const WebhookMessage& message, const WebhookHosts& hosts,
                const std::function<bool()>& stopped) {
  InitCurl();
  const std::unique_ptr<CURL, CurlDeleter> curl(curl_easy_init());
  const auto headers = HeadersOf(message);
  Transfer transfer{.hosts = hosts, .stopped = stopped};
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_POST, 1L);
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, message.body.data());
  curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body.size()));
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_USERAGENT, "koujing-webhook/1");
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(c, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, static_cast<long>(kConnectMax.count()));
  curl_easy_setopt(c, CURLOPT_TIMEOUT, static_cast<long>(kPostMax.count()));
  curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &Progress);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = curl_easy_perform(c);
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  PostResult result;
  if (code == CURLE_OK || transfer.cut_off) {
    result.delivered = status >= 200 && status < 300;
    if (!result.delivered) result.note = "对方返回 HTTP " + std::to_string(status);
  } else if (transfer.refused) {
    result.note = "主机名解析到内网或本机地址，已拒绝连接；确需推送请把该地址加入 webhook_hosts。";
  } else {
    result.note = std::string("未能送达：") + curl_easy_strerror(code);
  }
  result.note = std::string(Prefix(result.note, kNoteMax));
  return result;
}

}  // namespace hotline::insight
