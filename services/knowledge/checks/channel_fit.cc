#include "services/knowledge/checks/channel_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "services/text/fold.h"
#include "services/text/plain_sections.h"
#include "services/text/text_parts.h"

namespace hotline::knowledge::checks {
namespace {

using Fit = v1::CheckContentResponse::Fit;
using type::v1::Channel;

std::vector<Channel> ChannelsOf(const v1::EntryContent& content) {
  constexpr std::array<Channel, 7> kAll = {type::v1::AGENT, type::v1::WEB, type::v1::WECHAT,
                                           type::v1::WEIBO, type::v1::SMS, type::v1::IVR,
                                           type::v1::API};
  std::vector<Channel> channels;
  for (const Channel channel : kAll) {
    const bool named = content.channels().empty() ||
                       std::find(content.channels().begin(), content.channels().end(), channel) !=
                           content.channels().end();
    const bool internal = content.audience() == type::v1::AGENT_ONLY && channel != type::v1::AGENT;
    if (named && !internal) channels.push_back(channel);
  }
  return channels;
}

void Tell(Channel channel, std::string_view message, std::vector<v1::Finding>* findings) {
  findings->push_back(MakeFinding({.fault = v1::Finding::CHANNEL_MISFIT,
                                   .path = "short_answer",
                                   .about = type::v1::Channel_Name(channel),
                                   .message = std::string(message)}));
}

void Judge(const Fit& fit, std::vector<v1::Finding>* findings) {
  const std::string parts = std::to_string(fit.parts());
  switch (fit.channel()) {
    case type::v1::IVR:
      if (fit.seconds() <= kReadAloudMaxSeconds) return;
      return Tell(fit.channel(),
                  "语音播报约需 " + std::to_string(std::lround(fit.seconds())) +
                      " 秒，超过 60 秒听不下去；请写一段短答复。",
                  findings);
    case type::v1::SMS:
      if (fit.parts() <= kSmsPartsMax) return;
      return Tell(fit.channel(), "短信要拆成 " + parts + " 条；请写一段短答复。", findings);
    case type::v1::WECHAT:
      if (fit.parts() <= kWechatPartsMax) return;
      return Tell(fit.channel(),
                  "微信一条回复最多 2048 字节，本文 " + std::to_string(fit.bytes()) +
                      " 字节，要拆成 " + parts + " 条；请精简正文。",
                  findings);
    default:
      return;
  }
}

}  // namespace

double ReadAloudSeconds(std::string_view plain) {
  size_t spoken = 0;
  bool in_word = false;
  for (const char32_t c : text::ToCodePoints(plain)) {
    const text::CharClass kind = text::ClassOf(text::FoldCharacter(c));
    // A Latin word is said about as quickly as a character.
    const bool letter = kind == text::CharClass::kLetter;
    if (kind == text::CharClass::kCjk || kind == text::CharClass::kDigit) ++spoken;
    if (letter && !in_word) ++spoken;
    in_word = letter;
  }
  return static_cast<double>(spoken) / kCharactersPerSecond;
}

std::vector<Fit> CheckChannelFit(const v1::EntryContent& content,
                                 std::vector<v1::Finding>* findings) {
  std::vector<Fit> fits;
  const std::vector<std::string> whole = text::PlainSections(
      content.blocks(), content.short_answer(), type::v1::AGENT, type::v1::ZH_CN);
  const std::vector<std::string> brief = {content.short_answer()};
  for (const Channel channel : ChannelsOf(content)) {
    const bool in_short = text::PrefersShortAnswer(channel) && !content.short_answer().empty();
    const std::vector<std::string>& sections = in_short ? brief : whole;
    const std::vector<std::string> parts = text::ToParts(sections, text::LimitsOf(channel));
    Fit fit;
    fit.set_channel(channel);
    size_t bytes = 0;
    double seconds = 0;
    for (const std::string& part : parts) {
      bytes += part.size();
      seconds += ReadAloudSeconds(part);
    }
    fit.set_bytes(static_cast<int32_t>(bytes));
    const bool aloud = channel == type::v1::IVR || channel == type::v1::AGENT;
    const bool sent =
        channel == type::v1::SMS || channel == type::v1::WECHAT || channel == type::v1::WEIBO;
    if (aloud) fit.set_seconds(std::round(seconds * 10) / 10);
    if (sent) fit.set_parts(static_cast<int32_t>(parts.size()));
    Judge(fit, findings);
    fits.push_back(std::move(fit));
  }
  return fits;
}

}  // namespace hotline::knowledge::checks
