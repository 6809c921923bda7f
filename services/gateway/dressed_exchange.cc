#include "services/gateway/dressed_exchange.h"

#include <optional>
#include <utility>

#include "services/gateway/compression.h"

namespace hotline::gateway {

namespace {

std::string_view HeaderOf(const HttpReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return {};
}

// Makes a whole body smaller where the client likes that. Streams are never packed: what comes
// together in one would show its size. Nor is what comes with a session.
void Pack(HttpReply& reply, std::string_view accept_encoding) {
  if (!IsCompressible(HeaderOf(reply, "Content-Type")) || reply.secret ||
      !HeaderOf(reply, "Content-Encoding").empty() || !HeaderOf(reply, "Set-Cookie").empty()) {
    return;
  }
  // A strong tag names the bytes; files bring their packed form along.
  if (HeaderOf(reply, "ETag").starts_with('"')) return;
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  if (reply.body.size() < kCompressBytesMin) return;
  const std::optional<Coding> coding = Negotiate(accept_encoding);
  if (!coding.has_value()) return;
  reply.body = Compress(*coding, reply.body, Effort::kQuick);
  reply.headers.emplace_back("Content-Encoding", std::string(CodingName(*coding)));
}

// Whoever adds to a reply says what it varies by; caches read one list.
void JoinVary(Headers& headers) {
  std::string all;
  for (const auto& [name, value] : headers) {
    if (name == "Vary") all += (all.empty() ? "" : ", ") + value;
  }
  if (all.empty()) return;
  std::erase_if(headers, [](const auto& header) { return header.first == "Vary"; });
  headers.emplace_back("Vary", std::move(all));
}

}  // namespace

void DressedExchange::Dress(HttpReply& reply) const {
  reply.headers.insert(reply.headers.end(), more_.begin(), more_.end());
  headers_.AddTo(reply, request(), request_id_);
  JoinVary(reply.headers);
}

void DressedExchange::Reply(HttpReply reply) {
  Pack(reply, request().Header("accept-encoding"));
  Dress(reply);
  inner_->Reply(std::move(reply));
}

void DressedExchange::ReplyStream(HttpReply head, std::shared_ptr<BodySource> source) {
  Dress(head);
  inner_->ReplyStream(std::move(head), std::move(source));
}

}  // namespace hotline::gateway
