// The sentences and headings that the service itself says, in the language of the answer.
#pragma once

#include <string>
#include <string_view>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "services/answer/visibility.h"
#include "services/text/plain_sections.h"

namespace hotline::answer {

// ZH_CN for LANGUAGE_UNSPECIFIED.
type::v1::Language LanguageOf(type::v1::Language asked);

using text::BlockHeading;

// "深圳市", "市级（441900）" where the name is not known, "全国".
std::string RegionName(RegionCode region);

// That an answer of a wider region is given, whether there never was one here or it was withdrawn:
// "南山区暂无单独答复，以下为深圳市（市级）的答复。"
std::string RegionNote(RegionCode asked, RegionCode owner, type::v1::Language language);

// What a plain text must say because nobody shows the flags beside it.
std::string_view SampleNote(type::v1::Language language);
std::string_view SuspectNote(type::v1::Language language);

// What is told instead of a doubtful answer, in CommonMark: which document and why, a link to it,
// whom to call.
struct Holding {
  const knowledge::v1::Policy* policy = nullptr;  // that lapsed, if one did
  const knowledge::v1::Fact* fact = nullptr;      // else the fact that lapsed, if one did
  std::string owner;                              // display name; empty = nobody is known
  std::string owner_phone;
  std::string hotline;
  std::string hotline_phone;
  bool with_link = true;  // false where the text is read aloud
  LogTime now = 0;
};
std::string HoldingSentence(const Holding& holding, type::v1::Language language);

// The same in a few plain words, for lists.
std::string_view HoldingNote(type::v1::Language language);

}  // namespace hotline::answer
