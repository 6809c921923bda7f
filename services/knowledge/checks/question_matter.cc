#include "services/knowledge/checks/question_matter.h"

#include <algorithm>
#include <array>

#include "services/text/fold.h"

namespace hotline::knowledge::checks {
namespace {

using View = std::u32string_view;

constexpr size_t kCharactersMax = 400;

// What people say around a matter. Longer ones first.
constexpr std::array<View, 40> kFillers = {{
    U"请问一下", U"我想问一下", U"想咨询一下", U"我想咨询", U"想咨询", U"我想知道", U"请问",
    U"想问",     U"咨询",       U"关于",       U"怎么样",   U"怎么办", U"怎么",     U"怎样",
    U"如何",     U"应该",       U"应当",       U"可以",     U"需要",   U"是什么",   U"有什么",
    U"什么样",   U"什么",       U"有哪些",     U"哪些",     U"那些",   U"请",       U"吗",
    U"呢",       U"啊",         U"吧",         U"的",       U"了",     U"我",       U"您",
    U"你",       U"是",         U"有",         U"在",       U"办理",
}};

struct Aspect {
  View word;
  int bit;
};

// What is asked for of a matter.
constexpr std::array<Aspect, 50> kAspects = {{
    {U"条件", 0},   {U"资格", 0},     {U"材料", 1},     {U"资料", 1},     {U"证件", 1},
    {U"手续", 1},   {U"应备", 1},     {U"检附", 1},     {U"什么文件", 1}, {U"哪些文件", 1},
    {U"流程", 2},   {U"程序", 2},     {U"步骤", 2},     {U"怎么", 2},     {U"如何", 2},
    {U"怎样", 2},   {U"方式", 2},     {U"多久", 3},     {U"几天", 3},     {U"时限", 3},
    {U"期限", 3},   {U"多长时间", 3}, {U"什么时候", 3}, {U"何时", 3},     {U"时间", 3},
    {U"哪里", 4},   {U"地点", 4},     {U"地址", 4},     {U"何处", 4},     {U"在哪", 4},
    {U"向哪", 4},   {U"到哪", 4},     {U"电话", 5},     {U"热线", 5},     {U"联系方式", 5},
    {U"费用", 6},   {U"收费", 6},     {U"多少钱", 6},   {U"标准", 6},     {U"金额", 6},
    {U"进度", 7},   {U"结果", 7},     {U"处罚", 8},     {U"罚则", 8},     {U"罚款", 8},
    {U"为什么", 9}, {U"原因", 9},     {U"区别", 10},    {U"差别", 10},    {U"依据", 11},
}};
// Ways to ask for the whole: "how" says no more than the matter itself.
constexpr uint32_t kWhole = 1U << 2U;

// Words that make another matter of the same sentence.
constexpr std::array<View, 64> kNaming = {{
    U"变更", U"注销", U"延续", U"补办", U"补领", U"补发", U"换证", U"换发", U"换领", U"设立",
    U"初次", U"首次", U"撤销", U"取消", U"恢复", U"转移", U"转出", U"转入", U"迁出", U"迁入",
    U"停止", U"新增", U"减少", U"开业", U"歇业", U"合并", U"分立", U"到期", U"遗失", U"退休",
    U"在职", U"个人", U"单位", U"企业", U"城镇", U"农村", U"居民", U"职工", U"进口", U"出口",
    U"境内", U"境外", U"国内", U"国外", U"出境", U"入境", U"终止", U"筹备", U"变卖", U"增加",
    U"增项", U"延期", U"备案", U"审批", U"登记", U"许可", U"查询", U"缴纳", U"领取", U"提取",
    U"生产", U"经营", U"女",   U"男",
}};

bool IsMark(char32_t c) {
  constexpr View kNumerals = U"零一二三四五六七八九十百两甲乙丙丁";
  const bool ascii = (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z');
  return ascii || kNumerals.find(c) != View::npos;
}

// （广州市公安局） says who answers, not what is asked: the region and the department of a text say
// so as well. Works on text before folding, which has no brackets.
std::string WithoutAgency(std::string_view question) {
  constexpr std::array<std::string_view, 12> kAgencies = {
      "局", "厅", "委", "委员会", "中心", "政府", "院", "处", "总队", "支队", "科", "办"};
  std::string text(question);
  for (size_t open = text.find("（"); open != std::string::npos; open = text.find("（", open)) {
    const size_t inside = open + std::string_view("（").size();
    const size_t close = text.find("）", inside);
    if (close == std::string::npos) break;
    const std::string_view content = std::string_view(text).substr(inside, close - inside);
    const bool agency = std::any_of(kAgencies.begin(), kAgencies.end(), [&](std::string_view word) {
      return content.size() > 3 * word.size() && content.ends_with(word);
    });
    if (!agency) {
      open = close;
      continue;
    }
    text.erase(open, close + std::string_view("）").size() - open);
  }
  return text;
}

void EraseAll(std::u32string& text, View word) {
  for (size_t at = text.find(word); at != View::npos; at = text.find(word, at)) {
    text.erase(at, word.size());
  }
}

}  // namespace

QuestionMatter MatterOf(std::string_view question) {
  QuestionMatter matter;
  std::u32string folded;
  text::Fold(question, kCharactersMax, folded);
  std::erase(folded, U' ');
  matter.squeezed = text::ToUtf8(folded);
  for (const Aspect& aspect : kAspects) {
    if (folded.find(aspect.word) != View::npos) matter.aspects |= 1U << aspect.bit;
  }
  for (size_t i = 0; i < kNaming.size(); ++i) {
    if (folded.find(kNaming[i]) != View::npos) matter.words |= uint64_t{1} << i;
  }
  for (const char32_t c : folded) {
    if (IsMark(c)) matter.marks += text::ToUtf8(View(&c, 1));
  }
  std::u32string core;
  text::Fold(WithoutAgency(question), kCharactersMax, core);
  std::erase(core, U' ');
  for (const View filler : kFillers) EraseAll(core, filler);
  if (core.size() < 2) core = folded;  // nothing but fillers: they are the matter
  if (core.size() == 1) matter.pairs.push_back(core[0]);
  for (size_t i = 0; i + 1 < core.size(); ++i) {
    matter.pairs.push_back(static_cast<Pair>(core[i]) << 32U | core[i + 1]);
  }
  std::sort(matter.pairs.begin(), matter.pairs.end());
  matter.pairs.erase(std::unique(matter.pairs.begin(), matter.pairs.end()), matter.pairs.end());
  return matter;
}

double PairLikeness(const QuestionMatter& a, const QuestionMatter& b, PairWeight weight) {
  if (a.squeezed == b.squeezed) return 1;
  double shared = 0;
  double all = 0;
  auto left = a.pairs.begin();
  auto right = b.pairs.begin();
  while (left != a.pairs.end() || right != b.pairs.end()) {
    const bool from_left = right == b.pairs.end() || (left != a.pairs.end() && *left <= *right);
    const bool from_right = left == a.pairs.end() || (right != b.pairs.end() && *right <= *left);
    const double w = weight(from_left ? *left : *right);
    all += w;
    if (from_left && from_right) shared += w;
    if (from_left) ++left;
    if (from_right) ++right;
  }
  return all == 0 ? 0 : shared / all;
}

bool SameMarks(const QuestionMatter& a, const QuestionMatter& b) {
  return a.marks == b.marks && a.words == b.words;
}

bool SameAspects(const QuestionMatter& a, const QuestionMatter& b) {
  const uint32_t left = a.aspects & ~kWhole;
  const uint32_t right = b.aspects & ~kWhole;
  return left == right;
}

}  // namespace hotline::knowledge::checks
