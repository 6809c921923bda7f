// What a person does on a platform, whatever the platform calls it.
#pragma once

#include <optional>
#include <string>

#include "services/gateway/platforms/sealing/message.h"

namespace hotline::gateway::platforms {

struct Inbound {
  enum class Kind {
    kText,      // `text`: typed, or said and recognised by the platform
    kVoice,     // said, but nobody recognised what
    kPicture,   // an image or a video
    kPlace,     // a location
    kOther,     // a link, a file, or something new
    kFollow,    // begins to follow the account
    kUnfollow,  // ends it: must not be answered
    kMenuKey,   // `text`: the key of a button
    kNothing,   // an event that nobody waits to be answered
  };
  Kind kind = Kind::kNothing;
  std::string user;  // personal data: to be hashed at once
  std::string text;
  std::string id;  // equal for the repeats of one message, different for different messages
};

// Nothing when sender, receiver, kind or what tells repeats is missing.
std::optional<Inbound> ReadInbound(const Message& message);

// "text", "voice": for the log.
const char* NameOf(Inbound::Kind kind);

}  // namespace hotline::gateway::platforms
