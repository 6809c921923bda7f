// Messages of channels, as the read path uses them: services/text/text_parts.h says what they are.
#pragma once

#include "services/text/text_parts.h"

namespace hotline::answer {

using text::ChannelLimits;
using text::Fits;
using text::kIvrPartUnits;
using text::kSentenceShare;
using text::kSmsJoinedUnits;
using text::kSmsSingleUnits;
using text::kWechatPartBytes;
using text::kWeiboPartUnits;
using text::LimitsOf;
using text::PartLimit;
using text::PrefersShortAnswer;
using text::ToParts;
using text::Utf16Units;

}  // namespace hotline::answer
