#include "tests/bench/privacy_texts.h"

#include <algorithm>
#include <array>

#include "tests/bench/privacy_items.h"

namespace hotline::bench {
namespace {

using text::PersonalKind;

constexpr std::array kKinds = {
    PersonalKind::kIdNumber, PersonalKind::kMobile,     PersonalKind::kLandline,
    PersonalKind::kBankCard, PersonalKind::kPlate,      PersonalKind::kEmail,
    PersonalKind::kAddress,  PersonalKind::kPersonName, PersonalKind::kOtherDocument};

constexpr auto kOpenings = std::to_array<std::string_view>(
    {"", "您好，", "请问，", "你好：", "我想咨询一下，", "领导好！", "麻烦问下，", "尊敬的领导：",
     "2023年5月办的业务，", "上个月打过12345，", "我在窗口排了3个小时，", "去年12月15日交的材料，",
     "根据国办发〔2020〕53号文，"});
constexpr auto kQuestions = std::to_array<std::string_view>(
    {"居住证怎么续签？", "低保申请要多久？", "小区半夜施工噪音太大，怎么投诉？", "公积金能提取吗？",
     "孩子上学学位怎么申请？", "社保断缴3个月还能补吗？", "老板拖欠工资8000元怎么办？",
     "医保报销比例是多少？", "被电动车撞了对方不赔，找哪个部门？", "公交331路什么时候恢复？",
     "落户要准备哪些材料？", "停车场乱收费，每小时15元合理吗？", "房产证办了半年还没下来。",
     "请尽快回复。", "水费多扣了260元，谁来处理？", "施工到凌晨2点，影响休息。"});

struct Clause {
  PersonalKind kind;
  std::string_view before;
  std::string_view after;
};
// How people bring up an item of each kind; {before, after} it.
constexpr auto kClauses = std::to_array<Clause>({
    {PersonalKind::kIdNumber, "身份证号", "，"},
    {PersonalKind::kIdNumber, "我的身份证是", "，"},
    {PersonalKind::kIdNumber, "身份证号码：", "。"},
    {PersonalKind::kIdNumber, "证件", " "},
    {PersonalKind::kIdNumber, "", "，"},
    {PersonalKind::kMobile, "电话", "，"},
    {PersonalKind::kMobile, "手机号是", "，"},
    {PersonalKind::kMobile, "请打", "联系我，"},
    {PersonalKind::kMobile, "联系方式：", "。"},
    {PersonalKind::kMobile, "", "，"},
    {PersonalKind::kMobile, "加微信", "，"},
    {PersonalKind::kLandline, "家里的", "，"},
    {PersonalKind::kLandline, "可以打", "，"},
    {PersonalKind::kLandline, "", "，"},
    {PersonalKind::kBankCard, "卡号", "，"},
    {PersonalKind::kBankCard, "社保打到", "这张卡，"},
    {PersonalKind::kBankCard, "", "，"},
    {PersonalKind::kBankCard, "银行卡：", "。"},
    {PersonalKind::kPlate, "车牌", "，"},
    {PersonalKind::kPlate, "我的车", "被贴条了，"},
    {PersonalKind::kPlate, "", "乱停车，"},
    {PersonalKind::kEmail, "邮箱", "，"},
    {PersonalKind::kEmail, "请发到", "，"},
    {PersonalKind::kEmail, "", "，"},
    {PersonalKind::kAddress, "", "，"},
    {PersonalKind::kPersonName, "", ""},
    {PersonalKind::kOtherDocument, "", "，"},
});

void Plant(PersonalKind kind, Dice& dice, PlantedText& made) {
  std::array<const Clause*, kClauses.size()> fitting{};
  size_t count = 0;
  for (const Clause& clause : kClauses) {
    if (clause.kind == kind) fitting[count++] = &clause;
  }
  const Clause& clause = *fitting[dice.Below(count)];
  const Item item = MakeItem(kind, dice);
  // A telephone that is said to be one is said so once.
  made.text += item.before.empty() || kind != PersonalKind::kLandline ? clause.before : "";
  made.text += item.before;
  const size_t begin = made.text.size();
  made.text += item.core;
  made.items.push_back({kind, begin, made.text.size()});
  made.text += item.after;
  made.text += clause.after;
}

}  // namespace

std::vector<PlantedText> MakePlantedTexts(size_t count, uint64_t seed) {
  Dice dice(seed);
  std::vector<PlantedText> texts;
  texts.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    PlantedText made;
    made.text = dice.Of(kOpenings);
    const bool question_first = dice.Below(3) == 0;
    if (question_first) made.text += dice.Of(kQuestions);
    Plant(kKinds[i % kKinds.size()], dice, made);
    for (size_t more = dice.Below(3); more > 0; --more) {
      Plant(kKinds[dice.Below(kKinds.size())], dice, made);
    }
    if (!question_first) made.text += dice.Of(kQuestions);
    texts.push_back(std::move(made));
  }
  return texts;
}

bool IsMasked(const PlantedText& text, const Planted& item) {
  const auto points_before = [&](size_t byte) {
    return static_cast<size_t>(
        std::count_if(text.text.begin(), text.text.begin() + static_cast<ptrdiff_t>(byte),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  };
  size_t reached = points_before(item.begin);
  const size_t end = points_before(item.end);
  for (const text::PersonalSpan& span : text::FindPersonalData(text.text)) {
    if (span.begin <= reached && span.end > reached) reached = span.end;
  }
  return reached >= end;
}

}  // namespace hotline::bench
