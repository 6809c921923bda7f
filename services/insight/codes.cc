#include "services/insight/codes.h"

#include <array>
#include <cstdint>
#include <optional>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/text/fold.h"

namespace hotline::insight {
namespace {

constexpr uint64_t kTenTo10 = 10'000'000'000U;
constexpr size_t kTextMax = 100;  // code points that are looked at; a name has fewer

struct Kind {
  std::string_view collection;
  char letter;
  unsigned first_digit;   // the smallest
  unsigned first_digits;  // how many
  std::string_view word;  // for people
};

constexpr Kind kReceiptKind{kReceipts, 'r', 2, 6, "答复凭证码"};
constexpr Kind kCorrectionKind{kCorrections, 'c', 8, 1, "纠错受理码"};

constexpr const Kind& KindOf(CodeKind kind) {
  return kind == CodeKind::kReceipt ? kReceiptKind : kCorrectionKind;
}

bool IsOfKind(const Kind& kind, char first) {
  const unsigned digit = static_cast<unsigned>(first - '0');
  return digit >= kind.first_digit && digit < kind.first_digit + kind.first_digits;
}

std::optional<char> DigitOf(char32_t c) {
  if (c >= U'0' && c <= U'9') return static_cast<char>(c);
  constexpr std::array<std::u32string_view, 10> kSaid = {
      U"零〇○", U"一壹幺", U"二两贰", U"三叁", U"四肆", U"五伍", U"六陆", U"七柒", U"八捌", U"九玖",
  };
  for (size_t i = 0; i < kSaid.size(); ++i) {
    if (kSaid[i].find(c) != std::u32string_view::npos) return static_cast<char>('0' + i);
  }
  return std::nullopt;
}

// Blanks, hyphens, dots, commas: what people put between groups of digits.
bool IsBetween(char32_t c) {
  constexpr std::u32string_view kBetween =
      U" \t\r\n\u00a0\u2002\u2003\u2009\u202f\u3000-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
      U"\uff0d.·・。,，、_";
  return kBetween.find(c) != std::u32string_view::npos;
}

absl::Status BadCode(std::string_view field, std::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::BAD_CODE, sentence,
                   {{"field", std::string(field)}});
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::string MakeCode(CodeKind kind, std::string_view request_id, int attempt) {
  const Kind& what = KindOf(kind);
  const std::string digest = Sha256(std::string(what.collection) + "\n" + std::string(request_id) +
                                    "\n" + std::to_string(attempt));
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    number = (number << 8U) | static_cast<unsigned char>(digest[i]);
  }
  // 2^64 is no multiple of the number of codes: some are likelier, by 4 in 10^9.
  number %= what.first_digits * kTenTo10;
  std::string code = std::to_string(what.first_digit * kTenTo10 + number);
  code += CheckDigit(code);
  return code;
}

std::string DisplayCode(std::string_view code) {
  std::string shown;
  for (size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && i % 4 == 0) shown += ' ';
    shown += code[i];
  }
  return shown;
}

std::string NameOfCode(CodeKind kind, std::string_view code) {
  const Kind& what = KindOf(kind);
  return MakeName(what.collection, what.letter + std::string(code));
}

std::string_view CodeOfName(std::string_view name) {
  return name.size() > kCodeDigits ? name.substr(name.size() - kCodeDigits) : name;
}

// Errors do not repeat what was given: it may be a telephone number.
absl::StatusOr<std::string> ParseCode(std::string_view text, CodeKind kind,
                                      std::string_view field) {
  const Kind& what = KindOf(kind);
  const std::string word(what.word);
  std::string_view rest = Trimmed(text);
  if (rest.starts_with(std::string(what.collection) + "/")) {
    rest.remove_prefix(what.collection.size() + 1);
  }
  if (rest.empty()) return FieldRequired(field);
  const std::u32string characters = text::ToCodePoints(rest);
  if (characters.size() > kTextMax) return FieldTooLong(field, kTextMax, characters.size());
  std::string digits;
  bool lettered = false;
  for (const char32_t c : characters) {
    const char32_t folded = text::FoldCharacter(c);
    if (IsBetween(c) || IsBetween(folded)) continue;
    if (!lettered && digits.empty() && folded == static_cast<char32_t>(what.letter)) {
      lettered = true;
      continue;
    }
    std::optional<char> digit = DigitOf(c);
    if (!digit) digit = DigitOf(folded);
    if (!digit) {
      return FieldInvalid(field, "", "请填写" + word + "：12 位数字，可以四位一组。");
    }
    digits += *digit;
  }
  if (digits.size() != kCodeDigits) {
    return BadCode(field, word + "应有 12 位数字，收到 " + std::to_string(digits.size()) +
                              " 位，请再核对一遍。");
  }
  if (CheckDigit(digits) != '0') {
    return BadCode(field, word + "的校验位不对，有数字听错或按错了，请再核对一遍。");
  }
  if (!IsOfKind(what, digits.front())) {
    const CodeKind other = kind == CodeKind::kReceipt ? CodeKind::kCorrection : CodeKind::kReceipt;
    const std::string sentence =
        IsOfKind(KindOf(other), digits.front())
            ? "这是" + std::string(KindOf(other).word) + "，不是" + word + "，请换一处查询。"
            : "没有这样的" + word + "，请再核对一遍。";
    return FieldInvalid(field, "", sentence);
  }
  return digits;
}

}  // namespace hotline::insight
