#include "services/gateway/dressed_exchange.h"

namespace hotline::gateway {

void DressedExchange::Dress(HttpReply& reply) const {
  reply.headers.insert(reply.headers.end(), more_.begin(), more_.end());
  headers_.AddTo(reply, request(), request_id_);
}

void DressedExchange::Reply(HttpReply reply) {
  Dress(reply);
  inner_->Reply(std::move(reply));
}

void DressedExchange::ReplyStream(HttpReply head, std::shared_ptr<BodySource> source) {
  Dress(head);
  inner_->ReplyStream(std::move(head), std::move(source));
}

}  // namespace hotline::gateway
