// The sentences and headings that the service itself says, in the language of the answer.
#pragma once

#include <string>
#include <string_view>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "services/answer/visibility.h"
#include "services/text/plain_sections.h"

namespace hotline::answer {

// ZH_CN for LANGUAGE_UNSPECIFIED.
type::v1::Language LanguageOf(type::v1::Language asked);

using text::BlockHeading;

// "深圳市", "市级（441900）" where the name is not known, "全国".
std::string RegionName(RegionCode region);

// That a rule of a wider region is given: "南山区没有单独规定，以下为深圳市（市级）的答复。"
std::string RegionNote(RegionCode asked, RegionCode owner, type::v1::Language language);

// What a plain text must say because nobody shows the flags beside it.
std::string_view SampleNote(type::v1::Language language);
std::string_view SuspectNote(type::v1::Language language);

}  // namespace hotline::answer
