// A small HTTP client for tests: what a browser sends, without a browser.
#pragma once

#include <string>
#include <vector>

namespace hotline::integration {

struct HttpReply {
  long status = 0;  // 0 = no connection
  std::string body;
  std::string headers;
};

// POSTs a JSON body as the Connect protocol has it.
HttpReply PostJson(const std::string& url, const std::string& json);
// The same with a credential.
HttpReply PostJsonAs(const std::string& url, const std::string& json, const std::string& token);

// POSTs a body as it is.
HttpReply Post(const std::string& url, const std::string& body);

// GETs a URL; `accept` may be empty.
HttpReply Get(const std::string& url, const std::string& accept = "");

std::string UrlEscape(const std::string& text);

}  // namespace hotline::integration
