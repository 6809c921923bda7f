#include "services/knowledge/checks/content_check.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "services/knowledge/checks/channel_fit.h"
#include "services/knowledge/checks/completeness.h"
#include "services/knowledge/checks/finding.h"
#include "services/knowledge/checks/references_check.h"
#include "services/knowledge/checks/same_matter.h"
#include "services/knowledge/checks/wording.h"
#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

// 非知识库内容, as far as a program can be sure of it: placeholders where a text should be.
void CheckIsKnowledge(const v1::EntryContent& content, std::vector<v1::Finding>* findings) {
  constexpr std::array<std::string_view, 12> kPlaceholders = {
      "测试", "test", "略", "同上", "待补充", "待定", "无", "xxx", "暂无", "todo", "内容", "占位"};
  constexpr size_t kCharactersMax = 30;
  const auto told = [&](const std::string& path, const std::string& text) {
    std::u32string folded;
    text::Fold(text, kCharactersMax, folded);
    const std::string squeezed = text::Squeeze(folded);
    const bool placeholder =
        std::find(kPlaceholders.begin(), kPlaceholders.end(), squeezed) != kPlaceholders.end();
    if (!squeezed.empty() && !placeholder) return;
    findings->push_back(
        MakeFinding({.fault = v1::Finding::NOT_KNOWLEDGE,
                     .path = path,
                     .about = squeezed,
                     .message = "这里只有占位的文字" + Quoted(text) + "，请写成完整的内容。"}));
  };
  told("question", content.question());
  for (int i = 0; i < content.blocks_size(); ++i) told(BlockPath(i), content.blocks(i).text());
}

}  // namespace

v1::CheckContentResponse CheckText(const BaseState& state, const v1::EntryContent& content,
                                   std::string_view name) {
  v1::CheckContentResponse response;
  std::vector<v1::Finding> findings;
  CheckSameMatter({.index = state.index(), .content = content, .name = name}, &findings);
  for (const auto& [list_name, list] : state.lists()) CheckWording(*list, content, &findings);
  CheckCompleteness(content, &findings);
  CheckIsKnowledge(content, &findings);
  CheckCitations(state, content, &findings);
  CheckLinks(state, content, &findings);
  for (auto& fit : CheckChannelFit(content, &findings)) *response.add_fits() = std::move(fit);
  SortFindings(&findings);
  for (v1::Finding& finding : findings) *response.add_findings() = std::move(finding);
  response.set_kb_revision(state.kb_revision);
  return response;
}

}  // namespace hotline::knowledge::checks
