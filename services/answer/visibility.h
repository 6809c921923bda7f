// The one rule of what may be seen. Every read path asks it – the index while it searches, a get by
// name, a batch, a watch, a read as of an earlier position – and none has a rule of its own.
//
// Pure and cheap: no locks, no clocks, no allocation. `now` is log time, never a machine's clock.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "proto/cc/time.h"

namespace hotline::answer {

// A GB/T 2260 code as a number (440305), so that nesting is arithmetic.
using RegionCode = uint32_t;
inline constexpr RegionCode kNationCode = 0;
inline constexpr RegionCode kAnyRegion = std::numeric_limits<RegionCode>::max();

// kAnyRegion for an empty text. `region` must satisfy IsRegion or be empty.
RegionCode ToRegionCode(std::string_view region);

// The region above: 440305 -> 440300 -> 440000 -> 0; kAnyRegion above the nation.
RegionCode ParentOf(RegionCode region);

// RegionDistance of proto/cc/regions.h over codes: 0 = the same or any asked; nullopt when `owner`
// is elsewhere.
std::optional<int> Distance(RegionCode asked, RegionCode owner);

// Bit of a channel in a mask of channels.
constexpr uint16_t ChannelBit(type::v1::Channel channel) {
  return static_cast<uint16_t>(1U << static_cast<unsigned>(channel));
}

// What the rule needs to know of a published text; kept in memory for each entry.
struct VisibilityFacts {
  LogTime effective = std::numeric_limits<LogTime>::min();  // first instant at which it holds
  LogTime expire = std::numeric_limits<LogTime>::max();  // first instant at which it holds no more
  RegionCode region = kNationCode;
  uint16_t channels = 0;  // the channels that may show it, audience already taken into account
  friend bool operator==(const VisibilityFacts&, const VisibilityFacts&) = default;
};

// The facts of a text that is online. A draft has none: it cannot be asked about.
VisibilityFacts FactsOf(const knowledge::v1::EntryContent& content);

// Who looks, from where, and when.
struct Viewer {
  type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;
  RegionCode region = kAnyRegion;
  LogTime now = 0;
};

// Whether the validity includes `now`.
bool HoldsAt(const VisibilityFacts& facts, LogTime now);

// THE RULE.
bool IsVisible(const VisibilityFacts& facts, const Viewer& viewer);

}  // namespace hotline::answer
