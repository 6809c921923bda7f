// Checks of requests that several methods share: channel, region, texts, and what public callers
// may not do.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/answer/v1/answer.pb.h"
#include "services/access/channels.h"
#include "services/answer/corpus.h"
#include "services/answer/renderer.h"
#include "services/runtime/call.h"

namespace hotline::answer {

using access::CheckChannel;

// NOT_ALLOWED unless answers of earlier dates may be given to this caller on this channel.
absl::Status CheckHistory(const runtime::Call& call, type::v1::Channel channel);

// UNKNOWN_REGION unless empty or a code of GB/T 2260's form.
absl::StatusOr<RegionCode> CheckRegion(std::string_view region);

// FIELD_REQUIRED, INVALID_UTF8, FIELD_TOO_LONG.
absl::Status CheckText(std::string_view field, std::string_view text, size_t length_max);

// Channel, region, language and rendering of any request that has them.
template <typename Request>
absl::StatusOr<RenderWish> CheckWish(const runtime::Call& call, const Request& request);

// The rule of visibility for a reader of a view.
inline Viewer ViewerOf(const RenderWish& wish, LogTime now) {
  return {wish.channel, wish.region, now};
}

absl::Status CheckLanguage(type::v1::Language language);
absl::Status CheckRendering(v1::Rendering rendering);

template <typename Request>
absl::StatusOr<RenderWish> CheckWish(const runtime::Call& call, const Request& request) {
  if (absl::Status status = CheckChannel(call, request.channel()); !status.ok()) return status;
  absl::StatusOr<RegionCode> region = CheckRegion(request.region());
  if (!region.ok()) return region.status();
  if (absl::Status status = CheckLanguage(request.language()); !status.ok()) return status;
  if (absl::Status status = CheckRendering(request.rendering()); !status.ok()) return status;
  return RenderWish{.channel = request.channel(),
                    .rendering = request.rendering(),
                    .language = request.language(),
                    .region = *region};
}

}  // namespace hotline::answer
