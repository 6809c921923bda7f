#include "services/insight/quality_substance.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "services/text/fold.h"
#include "services/text/markdown.h"
#include "services/text/personal_data.h"

namespace hotline::insight {
namespace {

using knowledge::v1::EntryContent;

constexpr size_t kReadMax = 4'000;    // characters of an answer that are looked at
constexpr size_t kDateWithin = 60;    // bytes at the beginning of a report that have its date
constexpr size_t kLinkWordsMax = 60;  // bytes that may stand around a link alone

constexpr std::array<std::string_view, 8> kAsking = {"？", "?",    "吗", "如何",
                                                     "怎", "什么", "哪", "多少"};
constexpr std::array<std::string_view, 6> kAskingForLinks = {"网址", "网站",   "链接",
                                                             "入口", "二维码", "平台"};
constexpr std::array<std::string_view, 8> kReportVerbs = {"召开", "举行", "举办", "赴",
                                                          "出席", "莅临", "开展", "一行"};
constexpr std::array<std::string_view, 10> kReportEnds = {
    "会议",   "座谈会",   "推进会",   "动员会",       "调研",
    "培训班", "启动仪式", "慰问活动", "主题党日活动", "工作会"};
// What is left of a text that only tests something.
constexpr std::array<std::string_view, 12> kTests = {
    "测试",     "测试一下", "测试数据", "测试条目", "测试问题", "测试内容",
    "测试测试", "测试答案", "test",     "testing",  "testtest", "这是测试"};
constexpr std::array<std::string_view, 22> kAroundLinks = {
    "详情", "详见", "请见", "请",   "见",   "点击", "查看", "访问", "登录", "打开", "链接",
    "网址", "网页", "附件", "以下", "如下", "原文", "官网", "内容", "具体", "参见", "可"};

template <size_t N>
bool HasAny(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

std::string Squeezed(std::string_view text) {
  std::u32string folded;
  text::Fold(text, kReadMax, folded);
  return text::Squeeze(folded);
}

std::string WithoutDigits(std::string_view squeezed) {
  std::string left;
  for (const char c : squeezed) {
    if (c < '0' || c > '9') left += c;
  }
  return left;
}

bool IsTest(std::string_view squeezed) {
  const std::string left = WithoutDigits(squeezed);
  return std::find(kTests.begin(), kTests.end(), left) != kTests.end();
}

bool IsOneCharacter(std::string_view squeezed) {
  const std::u32string characters = text::ToCodePoints(squeezed);
  if (characters.size() < 3) return false;
  // Digits and letters may be a number or a name.
  if (text::ClassOf(characters.front()) != text::CharClass::kCjk) return false;
  return std::all_of(characters.begin(), characters.end(),
                     [&](char32_t c) { return c == characters.front(); });
}

// The text without its links; whether it had any.
bool DropLinks(std::string* text) {
  bool had = false;
  for (const std::string_view scheme : {"https://", "http://", "www."}) {
    for (size_t at = text->find(scheme); at != std::string::npos; at = text->find(scheme, at)) {
      size_t end = at;
      while (end < text->size() && static_cast<unsigned char>((*text)[end]) > ' ' &&
             static_cast<unsigned char>((*text)[end]) < 0x80) {
        ++end;
      }
      text->erase(at, end - at);
      had = true;
    }
  }
  return had;
}

bool IsOnlyALink(std::string answer) {
  if (!DropLinks(&answer)) return false;
  std::string left = Squeezed(answer);
  if (left.size() > kLinkWordsMax) return false;
  for (const std::string_view word : kAroundLinks) {
    for (size_t at = left.find(word); at != std::string::npos; at = left.find(word)) {
      left.erase(at, word.size());
    }
  }
  return left.empty();
}

bool IsReport(std::string_view question, std::string_view answer) {
  if (HasAny(question, kAsking) || !HasAny(question, kReportVerbs)) return false;
  const bool ends = std::any_of(kReportEnds.begin(), kReportEnds.end(),
                                [&](std::string_view end) { return question.ends_with(end); });
  if (!ends) return false;
  const std::string_view head = answer.substr(0, kDateWithin);
  const size_t month = head.find("月");
  return month != std::string_view::npos && month > 0 && head[month - 1] >= '0' &&
         head[month - 1] <= '9' && head.find("日", month) != std::string_view::npos;
}

bool HasCitizensData(std::string_view text) {
  const auto spans = text::FindPersonalData(text);
  return std::any_of(spans.begin(), spans.end(), [](const text::PersonalSpan& span) {
    return span.kind == text::PersonalKind::kIdNumber || span.kind == text::PersonalKind::kBankCard;
  });
}

}  // namespace

std::optional<std::string> NotKnowledge(const EntryContent& content) {
  std::string answer;
  for (const auto& block : content.blocks()) {
    answer += text::MarkdownToPlain(block.text()) + "\n";
  }
  const std::string question = Squeezed(content.question());
  const std::string said = Squeezed(answer);
  if (IsTest(question) && (IsTest(said) || said.size() <= kLinkWordsMax)) {
    return "像是测试时留下的内容，请删除或改写。";
  }
  if (IsTest(said)) return "答复只有测试用的文字，请写成完整的口径。";
  if (said.empty() || IsOneCharacter(said)) return "答复没有实质内容，请写成完整的口径。";
  if (said == question) return "答复只是重复了问题，请写明结论。";
  if (content.kind() != knowledge::v1::RESULT_QUERY && !HasAny(question, kAskingForLinks) &&
      IsOnlyALink(answer)) {
    return "答复只有一个链接，市民在电话里用不上，请写明结论。";
  }
  if (content.kind() != knowledge::v1::NOTICE && IsReport(content.question(), answer)) {
    return "像是会议或活动的报道，不是可以答复市民的知识，请移出知识库。";
  }
  if (HasCitizensData(content.question()) || HasCitizensData(answer)) {
    return "含有身份证号或银行卡号一类的个人信息，请立即删去。";
  }
  return std::nullopt;
}

}  // namespace hotline::insight
