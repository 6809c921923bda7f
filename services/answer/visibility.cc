#include "services/answer/visibility.h"

namespace hotline::answer {
namespace {

using type::v1::AGENT;
using type::v1::AGENT_ONLY;

constexpr RegionCode kProvince = 10'000;
constexpr RegionCode kCity = 100;

// All channels that exist; a channel added later is included by its number.
constexpr uint16_t kEveryChannel =
    static_cast<uint16_t>(~ChannelBit(type::v1::CHANNEL_UNSPECIFIED));

}  // namespace

RegionCode ToRegionCode(std::string_view region) {
  if (region.empty()) return kAnyRegion;
  RegionCode code = 0;
  for (const char c : region) code = code * 10 + static_cast<RegionCode>(c - '0');
  return code;
}

RegionCode ParentOf(RegionCode region) {
  if (region == kNationCode || region == kAnyRegion) return kAnyRegion;
  if (region % kCity != 0) return region / kCity * kCity;
  if (region % kProvince != 0) return region / kProvince * kProvince;
  return kNationCode;
}

std::optional<int> Distance(RegionCode asked, RegionCode owner) {
  int distance = 0;
  for (RegionCode at = asked; at != kAnyRegion; at = ParentOf(at), ++distance) {
    if (at == owner) return distance;
  }
  return asked == kAnyRegion ? std::optional<int>(0) : std::nullopt;
}

VisibilityFacts FactsOf(const knowledge::v1::EntryContent& content) {
  VisibilityFacts facts;
  const type::v1::Validity& validity = content.validity();
  if (validity.has_effective_time()) facts.effective = ToLogTime(validity.effective_time());
  if (validity.has_expire_time()) facts.expire = ToLogTime(validity.expire_time());
  // A text whose region is missing is everybody's: the nation's.
  facts.region = content.region().empty() ? kNationCode : ToRegionCode(content.region());
  for (const int channel : content.channels()) {
    facts.channels |= ChannelBit(static_cast<type::v1::Channel>(channel));
  }
  if (content.channels().empty()) facts.channels = kEveryChannel;
  if (content.audience() == AGENT_ONLY) facts.channels &= ChannelBit(AGENT);
  return facts;
}

bool HoldsAt(const VisibilityFacts& facts, LogTime now) {
  return facts.effective <= now && now < facts.expire;
}

bool IsVisible(const VisibilityFacts& facts, const Viewer& viewer) {
  return (facts.channels & ChannelBit(viewer.channel)) != 0 && HoldsAt(facts, viewer.now) &&
         Distance(viewer.region, facts.region).has_value();
}

}  // namespace hotline::answer
