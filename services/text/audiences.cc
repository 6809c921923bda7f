#include "services/text/audiences.h"

#include <algorithm>
#include <array>

namespace hotline::text {
namespace {

using enum AudienceGroup;

struct Group {
  std::string_view value;
  std::string_view name;
};
constexpr std::array<Group, kAudienceGroups> kGroups = {{{"individual", "个人"},
                                                         {"self_employed", "个体工商户"},
                                                         {"enterprise", "企业"},
                                                         {"organization", "机关和社会组织"},
                                                         {"foreigner", "外国人"},
                                                         {"student", "学生"},
                                                         {"retiree", "老年人和退休人员"},
                                                         {"veteran", "退役军人"},
                                                         {"disabled", "残疾人"},
                                                         {"pregnant", "孕产妇"},
                                                         {"child", "儿童"},
                                                         {"migrant", "外来人员"}}};

struct Word {
  std::u32string_view text;
  AudienceGroup group;
};
constexpr Word kWords[] = {{U"个人", kIndividual},
                           {U"自然人", kIndividual},
                           {U"个体户", kSelfEmployed},
                           {U"个体工商户", kSelfEmployed},
                           {U"个体经营", kSelfEmployed},
                           {U"个体经营者", kSelfEmployed},
                           {U"个体商户", kSelfEmployed},
                           {U"个体工商业", kSelfEmployed},
                           {U"个体老板", kSelfEmployed},
                           {U"小商贩", kSelfEmployed},
                           {U"摊贩", kSelfEmployed},
                           {U"灵活就业", kSelfEmployed},
                           {U"自由职业", kSelfEmployed},
                           {U"企业", kEnterprise},
                           {U"用人单位", kEnterprise},
                           {U"我公司", kEnterprise},
                           {U"我们公司", kEnterprise},
                           {U"我司", kEnterprise},
                           {U"公司注册", kEnterprise},
                           {U"注册公司", kEnterprise},
                           {U"民办非企业", kOrganization},
                           {U"社会组织", kOrganization},
                           {U"社会团体", kOrganization},
                           {U"社团", kOrganization},
                           {U"基金会", kOrganization},
                           {U"事业单位", kOrganization},
                           {U"机关单位", kOrganization},
                           {U"机关事业", kOrganization},
                           {U"国家机关", kOrganization},
                           {U"行业协会", kOrganization},
                           {U"外国人", kForeigner},
                           {U"外籍", kForeigner},
                           {U"外国公民", kForeigner},
                           {U"老外", kForeigner},
                           {U"外国专家", kForeigner},
                           {U"外国留学生", kForeigner},
                           {U"学生", kStudent},
                           {U"大学生", kStudent},
                           {U"毕业生", kStudent},
                           {U"研究生", kStudent},
                           {U"本科生", kStudent},
                           {U"中学生", kStudent},
                           {U"小学生", kStudent},
                           {U"应届生", kStudent},
                           {U"退休人员", kRetiree},
                           {U"退休职工", kRetiree},
                           {U"退休工人", kRetiree},
                           {U"退休老人", kRetiree},
                           {U"离退休", kRetiree},
                           {U"离休干部", kRetiree},
                           {U"老人", kRetiree},
                           {U"老年人", kRetiree},
                           {U"高龄老人", kRetiree},
                           {U"老年", kRetiree},
                           {U"退休", kRetiree},

                           {U"退役军人", kVeteran},
                           {U"退伍军人", kVeteran},
                           {U"复员军人", kVeteran},
                           {U"转业军人", kVeteran},
                           {U"军转干部", kVeteran},
                           {U"退伍兵", kVeteran},
                           {U"退役士兵", kVeteran},
                           {U"退伍", kVeteran},
                           {U"退役", kVeteran},
                           {U"复员", kVeteran},
                           {U"残疾人", kDisabled},
                           {U"残疾", kDisabled},
                           {U"残障", kDisabled},
                           {U"聋哑", kDisabled},
                           {U"孕妇", kPregnant},
                           {U"孕产妇", kPregnant},
                           {U"产妇", kPregnant},
                           {U"怀孕", kPregnant},
                           {U"孕期", kPregnant},
                           {U"儿童", kChild},
                           {U"未成年", kChild},
                           {U"婴儿", kChild},
                           {U"婴幼儿", kChild},
                           {U"新生儿", kChild},
                           {U"幼儿", kChild},
                           {U"小孩", kChild},
                           {U"孩子", kChild},
                           {U"小朋友", kChild},
                           {U"宝宝", kChild},
                           {U"农民工", kMigrant},
                           {U"外来务工", kMigrant},
                           {U"外来人口", kMigrant},
                           {U"流动人口", kMigrant},
                           {U"外地人", kMigrant},
                           {U"外地户籍", kMigrant},
                           {U"外地户口", kMigrant},
                           {U"非本地户籍", kMigrant},
                           {U"非本市户籍", kMigrant},
                           {U"随迁", kMigrant},
                           {U"进城务工", kMigrant},
                           {U"务工人员", kMigrant}};

// Said right before somebody, they deny that it is about them.
constexpr std::u32string_view kDenials[] = {U"非",     U"不是", U"并非", U"不属于", U"不含",
                                            U"不包括", U"没有", U"无",   U"除"};
// 是不是企业, 有没有残疾: a question, no denial.
constexpr std::u32string_view kQuestions[] = {U"是不是", U"有没有"};

// Words that go on as others (学生活动, 幼儿园, 个人所得税) or end others (一个人).
bool IsOtherWord(std::u32string_view word, std::u32string_view before, std::u32string_view after) {
  if (word.ends_with(U"学生")) return after.starts_with(U"活") || after.starts_with(U"涯");
  if (word == U"退休") return after.starts_with(U"金");
  if (word == U"幼儿") return after.starts_with(U"园");
  if (word != U"个人") return false;
  constexpr std::u32string_view kCounts = U"一二两三四五六七八九十几多每这那哪0123456789";
  return after.starts_with(U"所得") || after.starts_with(U"信息") ||
         (!before.empty() && kCounts.find(before.back()) != kCounts.npos);
}

bool IsDenied(std::u32string_view before) {
  const auto ends = [&](std::u32string_view word) { return before.ends_with(word); };
  if (std::any_of(std::begin(kQuestions), std::end(kQuestions), ends)) return false;
  return std::any_of(std::begin(kDenials), std::end(kDenials), ends);
}

}  // namespace

std::string_view AudienceValue(AudienceGroup group) {
  return kGroups[static_cast<size_t>(group)].value;
}
std::string_view AudienceName(AudienceGroup group) {
  return kGroups[static_cast<size_t>(group)].name;
}

std::vector<AudienceMention> FindAudiences(std::u32string_view text) {
  std::vector<AudienceMention> mentions;
  for (uint32_t i = 0; i < text.size();) {
    const Word* longest = nullptr;
    for (const Word& word : kWords) {
      if (word.text[0] != text[i] || text.substr(i, word.text.size()) != word.text) continue;
      if (longest == nullptr || word.text.size() > longest->text.size()) longest = &word;
    }
    if (longest == nullptr) {
      ++i;
      continue;
    }
    const auto end = static_cast<uint32_t>(i + longest->text.size());
    const std::u32string_view before = text.substr(0, i);
    if (!IsDenied(before) && !IsOtherWord(longest->text, before, text.substr(end))) {
      mentions.push_back({i, end, longest->group});
    }
    i = end;
  }
  return mentions;
}

AudienceSet AudiencesIn(std::u32string_view text) {
  AudienceSet set = 0;
  for (const AudienceMention& mention : FindAudiences(text)) {
    set = static_cast<AudienceSet>(set | BitOf(mention.group));
  }
  return set;
}

bool Conflict(AudienceSet asked, AudienceSet said) {
  if (asked == 0 || said == 0 || (asked & said) != 0) return false;
  const auto bodies = static_cast<AudienceSet>(BitOf(kEnterprise) | BitOf(kOrganization));
  const auto person = [&](AudienceSet set) { return (set & ~bodies) != 0; };
  const bool either_is_anybody = asked == BitOf(kIndividual) || said == BitOf(kIndividual);
  if (either_is_anybody && person(asked) && person(said)) return false;
  const auto young = static_cast<AudienceSet>(BitOf(kChild) | BitOf(kStudent));
  return (asked & young) == 0 || (said & young) == 0;
}

}  // namespace hotline::text
