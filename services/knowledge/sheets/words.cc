#include "services/knowledge/sheets/words.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"

namespace hotline::knowledge::sheets {
namespace {

template <typename E>
struct Word {
  std::string_view word;
  E value;
};

constexpr std::array<Word<v1::EntryKind>, 16> kKinds = {{
    {"热点问答", v1::FAQ},
    {"办事指南", v1::GUIDE},
    {"机构职能", v1::FUNCTION},
    {"办事结果查询", v1::RESULT_QUERY},
    {"政策文件", v1::POLICY_DOCUMENT},
    {"政策解读", v1::INTERPRETATION},
    {"通知公告", v1::NOTICE},
    {"应急口径", v1::EMERGENCY},
    {"法律条文", v1::STATUTE},
    {"诉求案例", v1::CASE},
    {"部门职能", v1::FUNCTION},
    {"日常咨询类", v1::FAQ},
    {"日常咨询", v1::FAQ},
    {"业务指引", v1::GUIDE},
    {"审批", v1::GUIDE},
    {"法律法规", v1::STATUTE},
}};
constexpr std::array<std::string_view, 6> kForeignKinds = {"日常咨询类", "日常咨询", "业务指引",
                                                           "审批",       "法律法规", "规章制度"};

constexpr std::array<Word<v1::AnswerBlock::Type>, 39> kBlockTypes = {{
    {"结论", v1::AnswerBlock::CONCLUSION},
    {"条件", v1::AnswerBlock::CONDITIONS},
    {"材料", v1::AnswerBlock::MATERIALS},
    {"流程", v1::AnswerBlock::PROCEDURE},
    {"时限", v1::AnswerBlock::TIME_LIMIT},
    {"收费", v1::AnswerBlock::FEE},
    {"地点", v1::AnswerBlock::LOCATION},
    {"电话", v1::AnswerBlock::PHONE},
    {"依据", v1::AnswerBlock::BASIS},
    {"查询入口", v1::AnswerBlock::LINK},
    {"注意事项", v1::AnswerBlock::NOTE},
    {"答复", v1::AnswerBlock::CONCLUSION},
    {"标准答复", v1::AnswerBlock::CONCLUSION},
    {"标准答复口径", v1::AnswerBlock::CONCLUSION},
    {"办理条件", v1::AnswerBlock::CONDITIONS},
    {"申请条件", v1::AnswerBlock::CONDITIONS},
    {"受理条件", v1::AnswerBlock::CONDITIONS},
    {"所需材料", v1::AnswerBlock::MATERIALS},
    {"申请材料", v1::AnswerBlock::MATERIALS},
    {"办理材料", v1::AnswerBlock::MATERIALS},
    {"办理流程", v1::AnswerBlock::PROCEDURE},
    {"办理程序", v1::AnswerBlock::PROCEDURE},
    {"办理流程与地点", v1::AnswerBlock::PROCEDURE},
    {"办理时限", v1::AnswerBlock::TIME_LIMIT},
    {"办结时限", v1::AnswerBlock::TIME_LIMIT},
    {"收费标准", v1::AnswerBlock::FEE},
    {"收费情况", v1::AnswerBlock::FEE},
    {"办理地点", v1::AnswerBlock::LOCATION},
    {"办公地点", v1::AnswerBlock::LOCATION},
    {"地址", v1::AnswerBlock::LOCATION},
    {"咨询电话", v1::AnswerBlock::PHONE},
    {"联系电话", v1::AnswerBlock::PHONE},
    {"办理依据", v1::AnswerBlock::BASIS},
    {"法律依据", v1::AnswerBlock::BASIS},
    {"政策依据", v1::AnswerBlock::BASIS},
    {"网址", v1::AnswerBlock::LINK},
    {"链接", v1::AnswerBlock::LINK},
    {"备注", v1::AnswerBlock::NOTE},
    {"温馨提示", v1::AnswerBlock::NOTE},
}};

constexpr std::array<Word<type::v1::Audience>, 5> kAudiences = {{
    {"公开", type::v1::PUBLIC},
    {"仅坐席", type::v1::AGENT_ONLY},
    {"内部", type::v1::AGENT_ONLY},
    {"不公开", type::v1::AGENT_ONLY},
    {"坐席", type::v1::AGENT_ONLY},
}};

constexpr std::array<Word<type::v1::Channel>, 10> kChannels = {{
    {"坐席", type::v1::AGENT},
    {"网站", type::v1::WEB},
    {"微信", type::v1::WECHAT},
    {"微博", type::v1::WEIBO},
    {"短信", type::v1::SMS},
    {"语音", type::v1::IVR},
    {"接口", type::v1::API},
    {"门户网站", type::v1::WEB},
    {"微信公众号", type::v1::WECHAT},
    {"语音导航", type::v1::IVR},
}};

constexpr std::array<Word<v1::RiskClass>, 8> kRisks = {{
    {"低", v1::LOW},
    {"一般", v1::NORMAL},
    {"高", v1::HIGH},
    {"低风险", v1::LOW},
    {"中", v1::NORMAL},
    {"普通", v1::NORMAL},
    {"一般风险", v1::NORMAL},
    {"高风险", v1::HIGH},
}};

constexpr std::array<Word<v1::Policy::Status>, 4> kPolicyStatuses = {{
    {"现行有效", v1::Policy::VALID},
    {"已失效", v1::Policy::EXPIRED},
    {"已废止", v1::Policy::REPEALED},
    {"被替代", v1::Policy::REPLACED},
}};

constexpr std::array<Word<v1::Fact::Type>, 9> kFactTypes = {{
    {"电话", v1::Fact::PHONE},
    {"金额", v1::Fact::AMOUNT},
    {"百分比", v1::Fact::PERCENTAGE},
    {"天数", v1::Fact::DURATION_DAYS},
    {"工作日天数", v1::Fact::DURATION_WORKING_DAYS},
    {"日期", v1::Fact::DATE},
    {"地址", v1::Fact::ADDRESS},
    {"办公时间", v1::Fact::OPENING_HOURS},
    {"网址", v1::Fact::URL},
}};

template <typename E, size_t N>
std::string_view WordOf(const std::array<Word<E>, N>& words, E value) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const Word<E>& word) { return word.value == value; });
  return found == words.end() ? std::string_view() : found->word;
}

template <typename E, size_t N>
std::optional<E> ValueOf(const std::array<Word<E>, N>& words, std::string_view text) {
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const Word<E>& word) { return word.word == text; });
  if (found == words.end()) return std::nullopt;
  return found->value;
}

// The names of the contract, in any case.
template <typename E>
std::optional<E> ByName(std::string_view text, bool (*parse)(const std::string&, E*)) {
  E value{};
  const bool known =
      parse(absl::AsciiStrToUpper(absl::string_view(text.data(), text.size())), &value);
  if (!known || static_cast<int>(value) == 0) return std::nullopt;
  return value;
}

}  // namespace

std::string_view KindWord(v1::EntryKind kind) { return WordOf(kKinds, kind); }

std::optional<v1::EntryKind> KindOf(std::string_view word) {
  if (word == "规章制度") return v1::POLICY_DOCUMENT;
  if (auto kind = ValueOf(kKinds, word)) return kind;
  return ByName<v1::EntryKind>(word, [](const std::string& name, v1::EntryKind* kind) {
    return v1::EntryKind_Parse(name, kind);
  });
}

bool IsForeignKindWord(std::string_view word) {
  return std::find(kForeignKinds.begin(), kForeignKinds.end(), word) != kForeignKinds.end();
}

std::string KindWords() {
  std::string words;
  for (const auto& kind : kKinds) {
    if (!words.empty()) words += "、";
    words += kind.word;
  }
  return words + "、规章制度";
}

std::string_view BlockTypeWord(v1::AnswerBlock::Type type) { return WordOf(kBlockTypes, type); }
std::optional<v1::AnswerBlock::Type> BlockTypeOf(std::string_view word) {
  return ValueOf(kBlockTypes, word);
}

std::string_view AudienceWord(type::v1::Audience audience) { return WordOf(kAudiences, audience); }
std::optional<type::v1::Audience> AudienceOf(std::string_view word) {
  if (auto audience = ValueOf(kAudiences, word)) return audience;
  return ByName<type::v1::Audience>(word, [](const std::string& name, type::v1::Audience* value) {
    return type::v1::Audience_Parse(name, value);
  });
}

std::string_view ChannelWord(type::v1::Channel channel) { return WordOf(kChannels, channel); }
std::optional<type::v1::Channel> ChannelOf(std::string_view word) {
  if (auto channel = ValueOf(kChannels, word)) return channel;
  return ByName<type::v1::Channel>(word, [](const std::string& name, type::v1::Channel* value) {
    return type::v1::Channel_Parse(name, value);
  });
}

std::string_view RiskWord(v1::RiskClass risk) { return WordOf(kRisks, risk); }
std::optional<v1::RiskClass> RiskOf(std::string_view word) {
  if (auto risk = ValueOf(kRisks, word)) return risk;
  return ByName<v1::RiskClass>(word, [](const std::string& name, v1::RiskClass* value) {
    return v1::RiskClass_Parse(name, value);
  });
}

std::string_view PolicyStatusWord(v1::Policy::Status status) {
  return WordOf(kPolicyStatuses, status);
}
std::string_view FactTypeWord(v1::Fact::Type type) { return WordOf(kFactTypes, type); }

}  // namespace hotline::knowledge::sheets
