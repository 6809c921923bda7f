// Cutting a plain answer into messages that a channel can carry.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/type/v1/channel.pb.h"

namespace hotline::text {

// What one message may hold. A text message counts UTF-16 units, WeChat counts UTF-8 bytes.
struct PartLimit {
  size_t bytes = std::string_view::npos;
  size_t utf16_units = std::string_view::npos;
};

inline constexpr size_t kWechatPartBytes = 2'000;  // the platform refuses beyond 2,048
inline constexpr size_t kWeiboPartUnits = 280;     // a private message holds 300
inline constexpr size_t kSmsSingleUnits = 70;      // one text message
inline constexpr size_t kSmsJoinedUnits = 67;      // one of several that are joined
inline constexpr size_t kIvrPartUnits = 200;       // about 45 seconds read aloud
// A cut never leaves less than this share of a part unused for the sake of a fine place.
inline constexpr size_t kSentenceShare = 2;

// How a channel's messages are limited: `single` when everything fits in one, else `part` each.
struct ChannelLimits {
  PartLimit single;
  PartLimit part;
};
ChannelLimits LimitsOf(type::v1::Channel channel);

// True for channels where the short answer is said when there is one.
bool PrefersShortAnswer(type::v1::Channel channel);

size_t Utf16Units(std::string_view text);
bool Fits(std::string_view text, const PartLimit& limit);

// Joins the sections with line breaks into as few parts as go, cutting between sections, else
// between sentences, else between characters. Nothing is lost but white space at the cuts; no part
// is empty.
std::vector<std::string> ToParts(const std::vector<std::string>& sections,
                                 const ChannelLimits& limits);

}  // namespace hotline::text
