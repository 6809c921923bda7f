#include "services/gateway/platforms/platform.h"

#include <cstdint>

#include <openssl/rand.h>

namespace hotline::gateway::platforms {

Message TextMessage(const Delivery& delivery, std::string_view text, int64_t now_s) {
  Message reply(delivery.message.form());
  reply.Set("ToUserName", delivery.message.Get("FromUserName"));
  reply.Set("FromUserName", delivery.message.Get("ToUserName"));
  reply.SetNumber("CreateTime", now_s);
  reply.Set("MsgType", "text");
  reply.Set("Content", std::string(text));
  return reply;
}

WebhookReply ReplyWith(const Message& message) {
  WebhookReply reply;
  reply.content_type = message.form() == Form::kJson ? "application/json; charset=utf-8"
                                                     : "application/xml; charset=utf-8";
  reply.body = message.Write();
  return reply;
}

std::string FreshNonce() {
  uint32_t number = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number);
  return std::to_string(number);
}

}  // namespace hotline::gateway::platforms
