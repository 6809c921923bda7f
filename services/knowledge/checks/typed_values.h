// Values that a text states: amounts, durations, phones, dates, ages, percentages, document
// numbers.
//
// Each value is brought into one form, however it was written (10万元 = 十万元 = 100000元,
// 百分之二十 = 20%), and carries the words around it, which say what it is the value of. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::knowledge::checks {

enum class ValueKind : unsigned char {
  kAmount = 1,          // 金额: yuan, "100000"; another currency is named: "100 美元"
  kDays = 2,            // 天数 and other calendar durations: "30天", "12个月"
  kWorkingDays = 3,     // 工作日: "5工作日"
  kPhone = 4,           // 电话: digits only
  kDate = 5,            // 日期: "2025-07-01", "2025-07", "07-01"
  kAge = 6,             // 年龄: "60"
  kRatio = 7,           // 比例: in percent, "20"
  kDocumentNumber = 8,  // 文号: "人社规〔2025〕3号"
};

// What people call the kind.
std::string_view KindName(ValueKind kind);

struct TypedValue {
  ValueKind kind = ValueKind::kAmount;
  std::string canonical;  // equal values are equal texts
  std::string text;       // as written
  size_t begin = 0;       // in the text, in code points
  size_t end = 0;
  // The words of the same clause before and behind it, folded, without punctuation: what it is the
  // value of. At most kRoleCharacters and kTailCharacters.
  std::u32string before;
  std::u32string after;
};

inline constexpr size_t kRoleCharacters = 12;
inline constexpr size_t kTailCharacters = 4;
// Values of one text; what follows is not compared.
inline constexpr size_t kValuesMax = 200;

// The values of a CommonMark text, in their order.
std::vector<TypedValue> ExtractValues(std::string_view text);

// True when the words around two values say that they are values of the same thing: the clause
// before both ends alike (in kSameRole characters, or altogether where it is shorter), and what
// follows bounds both alike (以上, 以下, /月 …).
inline constexpr size_t kSameRole = 4;
bool SameRole(const TypedValue& a, const TypedValue& b);

}  // namespace hotline::knowledge::checks
