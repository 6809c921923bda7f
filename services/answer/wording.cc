#include "services/answer/wording.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "proto/cc/regions.h"
#include "proto/cc/standing.h"
#include "proto/cc/text.h"

namespace hotline::answer {
namespace {

using type::v1::Language;

struct Phrase {
  std::string_view zh_cn;
  std::string_view zh_tw;
  std::string_view en;

  std::string_view In(Language language) const {
    switch (language) {
      case type::v1::EN:
        return en;
      case type::v1::ZH_TW:
        return zh_tw;
      default:
        return zh_cn;
    }
  }
};

constexpr Phrase kSample = {"【示例内容，仅供演示】", "【示例內容，僅供演示】",
                            "[Sample content, for demonstration only] "};
constexpr Phrase kSuspect = {
    "【本答复依据的政策可能已失效，正在核实，请以12345热线的答复为准】",
    "【本答覆依據的政策可能已失效，正在核實，請以12345熱線的答覆為準】",
    "[The policy behind this answer may no longer be in force. Please call 12345.] "};

constexpr Phrase kHolding = {"该答复依据的文件或数据已变动，正在核实，请拨打12345咨询。",
                             "該答覆依據的文件或數據已變動，正在核實，請撥打12345諮詢。",
                             "This answer is being reviewed. Please call 12345."};

// What is wrong, without a full stop.
std::string HoldingReason(const Holding& holding, Language language) {
  const bool english = language == type::v1::EN;
  if (holding.policy != nullptr) {
    if (!english) return EscapeMarkdown(LapseReason(*holding.policy, holding.now));
    std::string reason = "the document that it rests on, " + holding.policy->title();
    if (!holding.policy->document_number().empty())
      reason += " (" + holding.policy->document_number() + ")";
    return EscapeMarkdown(reason) + ", is no longer in force";
  }
  if (holding.fact != nullptr) {
    const std::string name = EscapeMarkdown(holding.fact->display_name());
    return english ? "a value in it (" + name + ") is out of date" : "其中的“" + name + "”需要更新";
  }
  return english ? "what it rests on is being checked" : "依据的文件可能已失效";
}

std::string WhomToCall(const Holding& holding, Language language) {
  const bool english = language == type::v1::EN;
  const std::string open = english ? " (" : "（";
  const std::string close = english ? ")" : "）";
  std::string whom;
  if (!holding.owner.empty() && !holding.owner_phone.empty()) {
    whom = holding.owner + open + holding.owner_phone + close + (english ? " or " : "或");
  }
  whom += holding.hotline + open + holding.hotline_phone + close;
  return EscapeMarkdown(whom);
}

struct Place {
  RegionCode code;
  std::string_view name;
};

// GB/T 2260: the provinces, and the city and districts that the sample base is about. Others are
// named by their level.
constexpr std::array kPlaces = {
    Place{110000, "北京市"},         Place{120000, "天津市"},
    Place{130000, "河北省"},         Place{140000, "山西省"},
    Place{150000, "内蒙古自治区"},   Place{210000, "辽宁省"},
    Place{220000, "吉林省"},         Place{230000, "黑龙江省"},
    Place{310000, "上海市"},         Place{320000, "江苏省"},
    Place{330000, "浙江省"},         Place{340000, "安徽省"},
    Place{350000, "福建省"},         Place{360000, "江西省"},
    Place{370000, "山东省"},         Place{410000, "河南省"},
    Place{420000, "湖北省"},         Place{430000, "湖南省"},
    Place{440000, "广东省"},         Place{440100, "广州市"},
    Place{440300, "深圳市"},         Place{440303, "罗湖区"},
    Place{440304, "福田区"},         Place{440305, "南山区"},
    Place{440306, "宝安区"},         Place{440307, "龙岗区"},
    Place{440308, "盐田区"},         Place{440309, "龙华区"},
    Place{440310, "坪山区"},         Place{440311, "光明区"},
    Place{450000, "广西壮族自治区"}, Place{460000, "海南省"},
    Place{500000, "重庆市"},         Place{510000, "四川省"},
    Place{520000, "贵州省"},         Place{530000, "云南省"},
    Place{540000, "西藏自治区"},     Place{610000, "陕西省"},
    Place{620000, "甘肃省"},         Place{630000, "青海省"},
    Place{640000, "宁夏回族自治区"}, Place{650000, "新疆维吾尔自治区"},
    Place{710000, "台湾省"},         Place{810000, "香港特别行政区"},
    Place{820000, "澳门特别行政区"},
};

std::string CodeText(RegionCode region) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%06u", region);
  return digits.data();
}

}  // namespace

Language LanguageOf(Language asked) {
  return asked == type::v1::LANGUAGE_UNSPECIFIED ? type::v1::ZH_CN : asked;
}

std::string RegionName(RegionCode region) {
  if (region == kNationCode) return "全国";
  const auto* place = std::find_if(kPlaces.begin(), kPlaces.end(),
                                   [&](const Place& p) { return p.code == region; });
  if (place != kPlaces.end()) return std::string(place->name);
  const std::string code = CodeText(region);
  return std::string(RegionLevelName(code)) + "（" + code + "）";
}

std::string RegionNote(RegionCode asked, RegionCode owner, Language language) {
  if (language == type::v1::EN) {
    return "There is no separate answer at present for region " + CodeText(asked) +
           "; this answer is that of region " + CodeText(owner) + ".";
  }
  const std::string level =
      owner == kNationCode ? "" : "（" + std::string(RegionLevelName(CodeText(owner))) + "）";
  std::string name = RegionName(owner);
  if (name.find("（") == std::string::npos) name += level;
  if (language == type::v1::ZH_TW)
    return RegionName(asked) + "暫無單獨答覆，以下為" + name + "的答覆。";
  return RegionName(asked) + "暂无单独答复，以下为" + name + "的答复。";
}

std::string_view SampleNote(Language language) { return kSample.In(language); }
std::string_view SuspectNote(Language language) { return kSuspect.In(language); }

std::string HoldingSentence(const Holding& holding, Language language) {
  const bool link =
      holding.with_link && holding.policy != nullptr && !holding.policy->url().empty();
  const std::string url = link ? holding.policy->url() : "";
  const std::string reason = HoldingReason(holding, language);
  const std::string whom = WhomToCall(holding, language);
  if (language == type::v1::EN) {
    return "The answer to this question is being reviewed: " + reason + "." +
           (link ? " [Text of the document](<" + url + ">)." : "") + " Please call " + whom + ".";
  }
  // The words of the service itself are few; names and reasons stay as they are written.
  if (language == type::v1::ZH_TW) {
    return "這個問題的答覆正在核實更新：" + reason + "。" +
           (link ? "[文件原文](<" + url + ">)。" : "") + "請撥打" + whom + "諮詢。";
  }
  return "这个问题的答复正在核实更新：" + reason + "。" +
         (link ? "[文件原文](<" + url + ">)。" : "") + "请拨打" + whom + "咨询。";
}

std::string_view HoldingNote(Language language) { return kHolding.In(language); }

}  // namespace hotline::answer
