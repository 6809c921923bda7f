// From an approved entry to what a channel shows. A rendering may shorten, never say otherwise.
#pragma once

#include <string>
#include <string_view>

#include "hotline/answer/v1/answer.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "services/answer/visibility.h"

namespace hotline::answer {

// What is wanted of an answer.
struct RenderWish {
  type::v1::Channel channel = type::v1::CHANNEL_UNSPECIFIED;
  v1::Rendering rendering = v1::RENDERING_UNSPECIFIED;
  type::v1::Language language = type::v1::LANGUAGE_UNSPECIFIED;
  RegionCode region = kAnyRegion;  // that was asked for
  bool suspect = false;            // doubtful, and told all the same: marked in the text
};

// The usual rendering of the channel when none is named.
v1::Rendering RenderingOf(v1::Rendering asked, type::v1::Channel channel);

// The answer that `served` (see PublishedEntry::bytes; its facts put in) gives, but for what
// depends on the position of the read: kb_revision, owner, basis, facts, historical. content_hash
// is that of the entry.
v1::Answer Render(const knowledge::v1::Entry& served, const RenderWish& wish);

// Fills region, region_match and region_note.
void SetRegion(const knowledge::v1::Entry& served, const RenderWish& wish, v1::Answer& answer);

// Plain start of the answer for lists, at most kSnippetLength characters.
inline constexpr size_t kSnippetLength = 120;
std::string SnippetOf(const knowledge::v1::Entry& served);

}  // namespace hotline::answer
