#include "tests/bench/entry_sentences.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace hotline::bench {
namespace {

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

}  // namespace

SentenceRole RoleOf(std::string_view sentence) {
  if (HasAny(sentence, {"您好", "你好", "来信收悉", "已收悉"})) return SentenceRole::kGreeting;
  if (HasAny(sentence, {"感谢", "谢谢", "祝您"})) return SentenceRole::kClosing;
  if (HasAny(sentence, {"电话", "地址", "地点", "网址", "联系人"})) return SentenceRole::kContact;
  if (HasAny(sentence, {"材料", "证件", "申请表", "复印件"})) return SentenceRole::kMaterial;
  if (HasAny(sentence, {"依据", "《", "条例", "规定"})) return SentenceRole::kBasis;
  if (HasAny(sentence, {"条件", "对象", "符合", "应当"})) return SentenceRole::kCondition;
  if (HasAny(sentence, {"办理", "申请", "受理", "工作日", "流程"})) return SentenceRole::kProcedure;
  return SentenceRole::kOther;
}

std::vector<std::string_view> SentencesOf(std::string_view text) {
  constexpr std::array<std::string_view, 4> kEnds = {"。", "；", "！", "\n"};
  std::vector<std::string_view> sentences;
  while (!text.empty()) {
    size_t end = text.size();
    for (const std::string_view mark : kEnds) {
      const size_t at = text.find(mark);
      if (at != std::string_view::npos) end = std::min(end, at + mark.size());
    }
    sentences.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return sentences;
}

void SentencePool::Add(const std::string& category, std::string_view answer) {
  Roles& roles = categories_[category];
  for (const std::string_view sentence : SentencesOf(answer)) {
    roles[static_cast<size_t>(RoleOf(sentence))].push_back(sentence);
  }
}

std::string SentencePool::Rebuilt(const std::string& category, std::string_view model,
                                  EntryRandom& random) const {
  const auto at = categories_.find(category);
  if (at == categories_.end()) return std::string(model);
  std::string answer;
  for (const std::string_view sentence : SentencesOf(model)) {
    const auto& pool = at->second[static_cast<size_t>(RoleOf(sentence))];
    answer += pool.empty() ? sentence : random.Of(pool);
  }
  // Line ends are sentences of their own; an answer of nothing else would be none.
  const bool blank = answer.find_first_not_of(" \t\r\n") == std::string::npos;
  return blank ? std::string(model) : answer;
}

}  // namespace hotline::bench
