#include "tests/integration/http.h"

#include <memory>

#include <curl/curl.h>

namespace hotline::integration {
namespace {

constexpr long kTimeoutSeconds = 20;

size_t Append(char* data, size_t size, size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

HttpReply Perform(const std::string& url, const std::vector<std::string>& headers,
                  const std::string* body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  HttpReply reply;
  curl_slist* list = nullptr;
  for (const auto& header : headers) list = curl_slist_append(list, header.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &reply.headers);
  if (body != nullptr) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
  }
  if (curl_easy_perform(curl.get()) == CURLE_OK) {
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply.status);
  }
  curl_slist_free_all(list);
  return reply;
}

}  // namespace

HttpReply PostJson(const std::string& url, const std::string& json) {
  return Perform(url, {"Content-Type: application/json", "Connect-Protocol-Version: 1"}, &json);
}

HttpReply PostJsonAs(const std::string& url, const std::string& json, const std::string& token) {
  return Perform(url,
                 {"Content-Type: application/json", "Connect-Protocol-Version: 1",
                  "Authorization: Bearer " + token},
                 &json);
}

HttpReply Post(const std::string& url, const std::string& body) {
  return Perform(url, {"Content-Type: text/xml"}, &body);
}

HttpReply Get(const std::string& url, const std::string& accept) {
  std::vector<std::string> headers;
  if (!accept.empty()) headers.push_back("Accept: " + accept);
  return Perform(url, headers, nullptr);
}

std::string UrlEscape(const std::string& text) {
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size())), curl_free);
  return escaped.get();
}

}  // namespace hotline::integration
