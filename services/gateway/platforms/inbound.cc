#include "services/gateway/platforms/inbound.h"

#include <algorithm>
#include <cctype>

namespace hotline::gateway::platforms {
namespace {

using Kind = Inbound::Kind;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void ReadEvent(const Message& message, Inbound& inbound) {
  const std::string event = Lower(message.Get("Event"));
  if (event == "subscribe") inbound.kind = Kind::kFollow;
  if (event == "unsubscribe") inbound.kind = Kind::kUnfollow;
  if (event == "click") {
    inbound.kind = Kind::kMenuKey;
    inbound.text = message.Get("EventKey");
  }
  // The platform tells repeats of events by who and when; two buttons within a second are two.
  inbound.id = "event " + message.Get("CreateTime") + " " + event + " " + message.Get("EventKey");
}

void ReadOrdinary(const std::string& type, const Message& message, Inbound& inbound) {
  inbound.id = "message " + message.Get("MsgId");
  if (type == "text") {
    inbound.kind = Kind::kText;
    inbound.text = message.Get("Content");
  } else if (type == "voice") {
    inbound.text = message.Get("Recognition");
    inbound.kind = inbound.text.empty() ? Kind::kVoice : Kind::kText;
  } else if (type == "image" || type == "video" || type == "shortvideo") {
    inbound.kind = Kind::kPicture;
  } else {
    inbound.kind = type == "location" ? Kind::kPlace : Kind::kOther;
  }
}

}  // namespace

std::optional<Inbound> ReadInbound(const Message& message) {
  const std::string type = Lower(message.Get("MsgType"));
  Inbound inbound;
  inbound.user = message.Get("FromUserName");
  const bool addressed = !inbound.user.empty() && !message.Get("ToUserName").empty();
  if (!addressed || type.empty()) return std::nullopt;
  if (type == "event") {
    if (!message.Number("CreateTime").has_value() || message.Get("Event").empty()) {
      return std::nullopt;
    }
    ReadEvent(message, inbound);
    return inbound;
  }
  if (message.Get("MsgId").empty()) return std::nullopt;
  ReadOrdinary(type, message, inbound);
  return inbound;
}

const char* NameOf(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "text";
    case Kind::kVoice:
      return "voice";
    case Kind::kPicture:
      return "picture";
    case Kind::kPlace:
      return "place";
    case Kind::kOther:
      return "other";
    case Kind::kFollow:
      return "follow";
    case Kind::kUnfollow:
      return "unfollow";
    case Kind::kMenuKey:
      return "menu_key";
    case Kind::kNothing:
      return "nothing";
  }
  return "nothing";
}

}  // namespace hotline::gateway::platforms
