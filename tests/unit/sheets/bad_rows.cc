#include "tests/unit/sheets/bad_rows.h"

#include <array>
#include <functional>

namespace hotline::knowledge::sheets {
namespace {

enum Place {
  kId,
  kCategory,
  kTitle,
  kContent,
  kDepartment,
  kKind,
  kKeywords,
  kSimilar,
  kRegion,
  kExpire,
  kEffective,
  kAudience,
  kChannels,
  kRisk,
  kPolicy,
  kShort,
  kCells
};

std::string Repeat(const std::string& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

using Row = std::vector<std::string>;
using Mistake = std::function<void(Row*)>;

const std::array<Mistake, kBadKinds>& Mistakes() {
  static const auto* const mistakes = new std::array<Mistake, kBadKinds>{
      [](Row* r) { (*r)[kCategory] = ""; },
      [](Row* r) { (*r)[kCategory] = "/首尾/有斜线/"; },
      [](Row* r) { (*r)[kTitle] += Repeat("长", 200); },
      [](Row* r) { (*r)[kContent] = ""; },
      [](Row* r) { (*r)[kContent] = Repeat("过长的内容。", 4'000); },
      [](Row* r) { (*r)[kKind] = ""; },
      [](Row* r) { (*r)[kKind] = "闲聊"; },
      [](Row* r) { (*r)[kKeywords] = "一个远远超过二十个字所以不能算是关键字的关键字"; },
      [](Row* r) { (*r)[kKeywords] = (*r)[kTitle]; },
      [](Row* r) { (*r)[kSimilar] = Repeat("问", 201); },
      [](Row* r) { (*r)[kRegion] = "44030"; },
      [](Row* r) { (*r)[kRegion] = "深圳市"; },
      [](Row* r) { (*r)[kExpire] = "长期有效"; },
      [](Row* r) {
        (*r)[kEffective] = "2026-12-31";
        (*r)[kExpire] = "2026-01-01";
      },
      [](Row* r) { (*r)[kAudience] = "保密"; },
      [](Row* r) { (*r)[kChannels] = "网站，飞鸽传书"; },
      [](Row* r) { (*r)[kRisk] = "极高"; },
      [](Row* r) { (*r)[kPolicy] = "policies/does-not-exist"; },
      [](Row* r) { (*r)[kId] = "row-1"; },  // of an earlier row
      [](Row* r) { (*r)[kShort] = Repeat("短", 501); },
  };
  return *mistakes;
}

Row GoodRow(int64_t number) {
  constexpr std::array<const char*, 5> kTopics = {"居住证", "高龄津贴", "社保卡", "公积金", "入学"};
  const std::string n = std::to_string(number);
  const std::string topic = kTopics[static_cast<size_t>(number) % kTopics.size()];
  Row row(kCells);
  row[kId] = "row-" + n;
  row[kCategory] = "河南省便民热线/信阳市/12345热线/" + topic;
  row[kTitle] = topic + "第" + n + "号事项怎么办理？";
  row[kContent] = "【结论】\n" + topic + "可以在窗口或网上办理，受理编号为" + n +
                  "。\n\n【材料】\n- 身份证；\n- 申请表（编号" +
                  std::to_string(number * 7919 % 100'003) + "）。\n\n【时限】\n受理后" +
                  std::to_string(number % 30 + 1) + "个工作日内办结。";
  row[kDepartment] = "信阳市" + topic + "管理局";
  row[kKind] = "办事指南";
  row[kKeywords] = topic + "，办理，" + n;
  row[kSimilar] = topic + n + "在哪里办\n" + topic + n + "要什么材料";
  row[kRegion] = "411500";
  return row;
}

}  // namespace

MixedSheet MakeMixedSheet(int64_t rows, int64_t bad) {
  MixedSheet sheet;
  sheet.table.push_back({"编号", "类目", "标题", "内容", "发文单位", "材料性质", "关键字", "相似问",
                         "区划", "失效时间", "生效时间", "公开范围", "渠道", "风险", "政策依据",
                         "简短答复"});
  int64_t made_bad = 0;
  for (int64_t i = 1; i <= rows; ++i) {
    Row row = GoodRow(i);
    if (i > 1 && made_bad < bad && i * bad / rows > (i - 1) * bad / rows) {
      const int kind = static_cast<int>(made_bad++ % kBadKinds);
      Mistakes()[static_cast<size_t>(kind)](&row);
      sheet.bad_rows[i + 1] = kind;
      sheet.bad_titles.push_back(row[kTitle]);
    }
    sheet.table.push_back(std::move(row));
  }
  return sheet;
}

}  // namespace hotline::knowledge::sheets
