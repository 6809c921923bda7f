// An exchange whose replies wear what every reply of the edge wears, whoever makes them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "services/gateway/edge_headers.h"
#include "services/gateway/exchange.h"

namespace hotline::gateway {

class DressedExchange final : public Exchange {
 public:
  // `headers` must outlive the exchange.
  DressedExchange(std::shared_ptr<Exchange> inner, const EdgeHeaders& headers,
                  std::string request_id)
      : inner_(std::move(inner)), headers_(headers), request_id_(std::move(request_id)) {}

  const std::string& request_id() const { return request_id_; }
  // Of the reply that will be made; to be called before others know the exchange.
  void AddHeaders(Headers more) {
    for (auto& header : more) more_.push_back(std::move(header));
  }

  const HttpRequest& request() const override { return inner_->request(); }
  void Reply(HttpReply reply) override;
  void ReplyStream(HttpReply head, std::shared_ptr<BodySource> source) override;
  void Wake() override { inner_->Wake(); }
  void Follow(std::shared_ptr<Follower> follower) override { inner_->Follow(std::move(follower)); }
  void NoteRoute(std::string_view route, std::string_view request_id) override {
    inner_->NoteRoute(route, request_id);
  }
  void NoteCode(std::string_view code) override { inner_->NoteCode(code); }

 private:
  void Dress(HttpReply& reply) const;

  const std::shared_ptr<Exchange> inner_;
  const EdgeHeaders& headers_;
  const std::string request_id_;
  Headers more_;
};

}  // namespace hotline::gateway
