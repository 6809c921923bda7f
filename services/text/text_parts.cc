#include "services/text/text_parts.h"

#include <array>

namespace hotline::text {
namespace {

constexpr std::array<std::string_view, 8> kSentenceEnds = {"。", "！", "？", "；",
                                                           "\n", ". ", "! ", "? "};

size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

size_t CharacterUnits(char lead) { return CharacterBytes(lead) == 4 ? 2 : 1; }

// Bytes of the longest start of whole characters that fits; at least one character.
size_t LongestFit(std::string_view text, const PartLimit& limit) {
  size_t bytes = 0;
  size_t units = 0;
  while (bytes < text.size()) {
    const size_t next = bytes + CharacterBytes(text[bytes]);
    units += CharacterUnits(text[bytes]);
    if (bytes > 0 && (next > limit.bytes || units > limit.utf16_units)) break;
    bytes = next;
  }
  return std::min(bytes, text.size());
}

// Where to cut `text` so that the start fits: behind a sentence when one ends in its second half.
size_t CutAt(std::string_view text, const PartLimit& limit) {
  const size_t longest = LongestFit(text, limit);
  if (longest == text.size()) return longest;
  size_t best = 0;
  for (const std::string_view end : kSentenceEnds) {
    const size_t at = text.substr(0, longest).rfind(end);
    if (at != std::string_view::npos) best = std::max(best, at + end.size());
  }
  return best >= longest / kSentenceShare ? best : longest;
}

std::string_view TrimLines(std::string_view text) {
  while (!text.empty() && (text.front() == '\n' || text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

std::string Join(const std::vector<std::string>& sections) {
  std::string text;
  for (const std::string& section : sections) {
    if (TrimLines(section).empty()) continue;
    if (!text.empty()) text += '\n';
    text += TrimLines(section);
  }
  return text;
}

}  // namespace

ChannelLimits LimitsOf(type::v1::Channel channel) {
  switch (channel) {
    case type::v1::WECHAT:
      return {{.bytes = kWechatPartBytes}, {.bytes = kWechatPartBytes}};
    case type::v1::WEIBO:
      return {{.utf16_units = kWeiboPartUnits}, {.utf16_units = kWeiboPartUnits}};
    case type::v1::SMS:
      return {{.utf16_units = kSmsSingleUnits}, {.utf16_units = kSmsJoinedUnits}};
    case type::v1::IVR:
      return {{.utf16_units = kIvrPartUnits}, {.utf16_units = kIvrPartUnits}};
    default:
      return {};
  }
}

bool PrefersShortAnswer(type::v1::Channel channel) {
  return channel == type::v1::SMS || channel == type::v1::IVR;
}

size_t Utf16Units(std::string_view text) {
  size_t units = 0;
  for (size_t at = 0; at < text.size(); at += CharacterBytes(text[at]))
    units += CharacterUnits(text[at]);
  return units;
}

bool Fits(std::string_view text, const PartLimit& limit) {
  return text.size() <= limit.bytes && Utf16Units(text) <= limit.utf16_units;
}

std::vector<std::string> ToParts(const std::vector<std::string>& sections,
                                 const ChannelLimits& limits) {
  std::string whole = Join(sections);
  if (whole.empty()) return {};
  if (Fits(whole, limits.single)) return {std::move(whole)};
  std::vector<std::string> parts;
  std::string part;
  for (const std::string& section : sections) {
    std::string_view rest = TrimLines(section);
    if (rest.empty()) continue;
    const std::string joined = part.empty() ? std::string(rest) : part + '\n' + std::string(rest);
    if (Fits(joined, limits.part)) {
      part = joined;
      continue;
    }
    if (!part.empty()) parts.push_back(std::move(part));
    part.clear();
    while (!Fits(rest, limits.part)) {
      const size_t cut = CutAt(rest, limits.part);
      const std::string_view piece = TrimLines(rest.substr(0, cut));
      if (!piece.empty()) parts.emplace_back(piece);
      rest = TrimLines(rest.substr(cut));
    }
    part = std::string(rest);
  }
  if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

}  // namespace hotline::text
