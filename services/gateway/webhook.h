// What a platform of others calls, and what it gets: free of the HTTP library and of any platform.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::gateway {

struct WebhookRequest {
  std::string method;
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query, decoded
  std::string body;

  // The first value with this name; empty when there is none.
  std::string_view Parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
      if (key == name) return value;
    }
    return {};
  }
};

struct WebhookReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::string code = "ok";  // for the log: a fixed word
};

// Thread-safe.
class Webhook {
 public:
  using Done = std::function<void(WebhookReply)>;

  Webhook() = default;
  Webhook(const Webhook&) = delete;
  Webhook& operator=(const Webhook&) = delete;
  // Cancels and waits for what is under way.
  virtual ~Webhook() = default;

  // Calls `done` once, now or within a few seconds, from any thread.
  virtual void Handle(WebhookRequest request, Done done) = 0;
};

// By the {id} of "/webhooks/{id}".
using Webhooks = std::map<std::string, std::unique_ptr<Webhook>, std::less<>>;

}  // namespace hotline::gateway
