#include "services/text/plain_sections.h"

#include <array>

#include "services/text/markdown.h"
#include "services/text/text_parts.h"

namespace hotline::text {
namespace {

using knowledge::v1::AnswerBlock;
using type::v1::Language;

struct Heading {
  std::string_view zh_cn;
  std::string_view zh_tw;
  std::string_view en;
};

// By the number of the block type.
constexpr std::array<Heading, 12> kHeadings = {{
    {"", "", ""},
    {"", "", ""},
    {"条件", "條件", "Conditions"},
    {"材料", "材料", "Documents needed"},
    {"流程", "流程", "How to apply"},
    {"时限", "時限", "Time limit"},
    {"收费", "收費", "Fee"},
    {"地点", "地點", "Where"},
    {"电话", "電話", "Phone"},
    {"依据", "依據", "Legal basis"},
    {"查询入口", "查詢入口", "Link"},
    {"注意事项", "注意事項", "Please note"},
}};

}  // namespace

std::string_view BlockHeading(AnswerBlock::Type type, Language language) {
  const auto index = static_cast<size_t>(type);
  if (index >= kHeadings.size()) return {};
  const Heading& heading = kHeadings[index];
  if (language == type::v1::EN) return heading.en;
  return language == type::v1::ZH_TW ? heading.zh_tw : heading.zh_cn;
}

std::vector<std::string> PlainSections(
    const google::protobuf::RepeatedPtrField<AnswerBlock>& blocks, const std::string& short_answer,
    type::v1::Channel channel, Language language) {
  if (PrefersShortAnswer(channel) && !short_answer.empty()) return {short_answer};
  std::vector<std::string> sections;
  for (const AnswerBlock& block : blocks) {
    const std::string heading =
        block.title().empty() ? std::string(BlockHeading(block.type(), language)) : block.title();
    const std::string plain = MarkdownToPlain(block.text());
    if (heading.empty()) {
      sections.push_back(plain);
      continue;
    }
    const std::string colon = language == type::v1::EN ? ": " : "：";
    const bool one_line = plain.find('\n') == std::string::npos;
    sections.push_back(heading + colon + (one_line ? "" : "\n") + plain);
  }
  return sections;
}

}  // namespace hotline::text
