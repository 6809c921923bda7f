// Numbers: identity cards, bank cards, mobiles, landlines; however they are grouped and in whatever
// digits.
//
// A run is digits with gaps of at most three separators. It is cut into groups: at gaps, and where
// the script of the digits changes. A number is a sequence of whole groups whose digits together
// are one; so an order number of 14 digits never holds a mobile.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "services/text/personal_checks.h"
#include "services/text/personal_glyphs.h"

namespace hotline::text::personal {
namespace {

constexpr size_t kGapMax = 3;
constexpr size_t kDigitsMax = 30;    // of one number
constexpr size_t kGluedMax = 3;      // mobiles written without anything between them
constexpr size_t kCueDistance = 8;   // glyphs between a cue and its number
constexpr size_t kExtensionMax = 6;  // digits
// How surely something is a number of its kind.
constexpr int kDoubtful = 20;
constexpr int kSure = 60;
constexpr int kCertain = 90;
constexpr size_t kSpareHanzi = 2;  // 一三八…零零一直打不通: 一 belongs to the next word

constexpr auto kPhoneCues = std::to_array<std::u32string_view>(
    {U"电话", U"座机", U"固话", U"致电", U"拨打", U"手机", U"联系方式", U"联系号码", U"号码",
     U"传真", U"小灵通", U"TEL", U"PHONE", U"MOBILE", U"联系我", U"打给"});
constexpr auto kCardCues = std::to_array<std::u32string_view>(
    {U"卡号", U"账号", U"帐号", U"账户", U"帐户", U"银行卡", U"存折", U"储蓄卡", U"信用卡"});
constexpr auto kIdCues =
    std::to_array<std::u32string_view>({U"身份证", U"证件号", U"公民身份号码"});
constexpr auto kCodeCues =
    std::to_array<std::u32string_view>({U"凭证", U"编号", U"编码", U"纠错码", U"查询码"});
// Right before a number these say that it is one of a case, an order or a document.
constexpr auto kCaseCues = std::to_array<std::u32string_view>(
    {U"编号", U"单号", U"文号", U"流水号", U"订单", U"回执", U"案号", U"编码"});
constexpr size_t kCaseCueDistance = 2;
// What follows an amount.
constexpr auto kUnits = std::to_array<std::u32string_view>(
    {U"元", U"块", U"万", U"亿", U"%", U"平方", U"㎡", U"美元", U"公里", U"吨", U"股"});

struct Group {
  size_t begin = 0;  // glyphs
  size_t end = 0;
  bool hanzi = false;
};

template <size_t N>
bool FollowsCue(const GlyphText& text, size_t at, const std::array<std::u32string_view, N>& cues,
                size_t distance = kCueDistance) {
  for (size_t back = 0; back <= distance && back <= at; ++back) {
    const size_t end = at - back;
    for (const std::u32string_view cue : cues) {
      if (text.EndsWith(end, cue)) return true;
    }
    if (end == 0) break;
    const Glyph& glyph = text[end - 1];
    if (glyph.EndsClause() || glyph.IsPlainDigit()) break;
  }
  return false;
}

bool IsUnitAt(const GlyphText& text, size_t at) {
  return std::any_of(kUnits.begin(), kUnits.end(),
                     [&](std::u32string_view unit) { return text.StartsWith(at, unit); });
}

bool IsInnerGap(const Glyph& glyph) {
  const bool stop = glyph.kind == GlyphClass::kStop && glyph.c != U'\n' && glyph.c != U'\r';
  return glyph.IsGap() || stop;
}

class Run {
 public:
  Run(const GlyphText& text, Findings& found) : text_(text), found_(found) {}

  // Reads the run that begins at `begin`; returns its end.
  size_t Read(size_t begin) {
    groups_.clear();
    size_t at = begin;
    while (true) {
      AddGroup(at);
      at = groups_.back().end;
      size_t next = at;
      while (next < text_.size() && next - at <= kGapMax && IsInnerGap(text_[next])) ++next;
      if (next - at > kGapMax || next >= text_.size() || !text_[next].IsDigit()) break;
      at = next;
    }
    return at;
  }

  // Of all ways to see numbers in the groups the one with the highest sum: each number counts its
  // weight and its digits.
  void Find() {
    const size_t count = groups_.size();
    best_.assign(count + 1, {});
    for (size_t first = count; first-- > 0;) {
      best_[first] = {.sum = best_[first + 1].sum};
      std::string digits;
      for (size_t last = first; last < count; ++last) {
        digits += Digits(groups_[last].begin, groups_[last].end);
        if (digits.size() > kDigitsMax) break;
        const Candidate candidate = Weigh(digits, first, last);
        if (candidate.weight == 0) continue;
        const int sum = candidate.weight + static_cast<int>(digits.size()) + best_[last + 1].sum;
        if (sum > best_[first].sum) best_[first] = {sum, last + 1, candidate.kind};
      }
    }
    for (size_t first = 0; first < count;) {
      const Choice& choice = best_[first];
      if (choice.next == 0) {
        FindWithin(first);
        ++first;
        continue;
      }
      if (choice.kind.has_value()) Take(*choice.kind, first, choice.next - 1);
      first = choice.next;
    }
  }

 private:
  void AddGroup(size_t begin) {
    // 打么一三八…: a spoken digit may end the word before.
    const bool spoken = text_[begin].kind == GlyphClass::kSpokenDigit;
    size_t end = begin + 1;
    if (!spoken) {
      while (end < text_.size() && text_[end].IsDigit() &&
             text_[end].IsPlainDigit() == text_[begin].IsPlainDigit()) {
        ++end;
      }
    }
    groups_.push_back({begin, end, !text_[begin].IsPlainDigit()});
  }

  std::string Digits(size_t begin, size_t end) const {
    std::string digits;
    for (size_t i = begin; i < end; ++i) {
      if (text_[i].IsDigit()) digits += static_cast<char>('0' + text_[i].digit);
    }
    return digits;
  }

  // How surely the groups are a number; without a kind it is nobody's (a hotline, a code of ours).
  struct Candidate {
    int weight = 0;  // 0: none
    std::optional<PersonalKind> kind;
  };
  struct Choice {
    int sum = 0;
    size_t next = 0;  // the group after the number; 0: no number begins here
    std::optional<PersonalKind> kind;
  };

  Candidate Weigh(const std::string& digits, size_t first, size_t last) const {
    if (digits.size() < 7) return {};
    if (IsServiceNumber(digits) || IsCode(digits, first)) return {kSure};
    if (const int weight = IdWeight(digits, first, last)) return {weight, PersonalKind::kIdNumber};
    if (const int weight = CardWeight(digits, first, last))
      return {weight, PersonalKind::kBankCard};
    if (IsUnitAt(text_, groups_[last].end) || LooksLikeOther(first, last)) return {};
    if (const int weight = LandlineWeight(digits, first, last))
      return {weight, PersonalKind::kLandline};
    if (const int weight = MobileWeight(digits, first, last))
      return {weight, PersonalKind::kMobile};
    return {};
  }

  bool IsCode(const std::string& digits, size_t first) const {
    return IsOwnCode(digits) && FollowsCue(text_, groups_[first].begin, kCodeCues);
  }
  // True when nothing or the same stands between all groups.
  bool IsRegular(size_t first, size_t last) const {
    char32_t gap = 0;
    for (size_t i = first; i < last; ++i) {
      if (groups_[i].end == groups_[i + 1].begin) continue;
      const char32_t c = text_.At(groups_[i].end);
      if (gap != 0 && c != gap) return false;
      gap = c;
    }
    return true;
  }
  int Shape(size_t first, size_t last) const { return IsRegular(first, last) ? kSure : kDoubtful; }

  // The place of the X that ends an identity number of these 17 digits, behind `last`.
  size_t XAfter(size_t last) const {
    size_t at = groups_[last].end;
    if (at < text_.size() && text_[at].IsGap()) ++at;
    const char32_t c = text_.At(at);
    return c == U'X' || c == U'×' || c == U'Χ' || c == U'χ' || c == U'Х' || c == U'Ⅹ' ? at : 0;
  }
  int IdWeight(std::string id, size_t first, size_t last) const {
    if (id.size() == 17 && XAfter(last) != 0) id += 'X';
    const bool named = FollowsCue(text_, groups_[first].begin, kIdCues);
    if (id.size() == 18) {
      if (IsPlausibleId(id)) return (HasIdChecksum(id) ? kCertain : kSure) + (named ? 1 : 0);
      const bool sound = HasIdChecksum(id) && id[0] > '0' && id[0] < '7' && first == last;
      return sound && !IsCardShape(id, first, last) ? kDoubtful : (named ? kDoubtful : 0);
    }
    if (id.size() == 15 && IsPlausibleId(id)) return named ? kSure : Shape(first, last);
    // Mistyped, but said to be one.
    const bool near = id.size() >= 14 && id.size() <= 20 && first == last;
    return near && named ? kDoubtful : 0;
  }

  bool IsCardShape(const std::string& digits, size_t first, size_t last) const {
    return IsPlausibleCard(digits) && HasLuhnSum(digits) && IsEven(first, last);
  }
  // One group, groups of four (or of a digit) but for the last one, or six digits and the rest.
  bool IsEven(size_t first, size_t last) const {
    const size_t length = groups_[first].end - groups_[first].begin;
    if (last <= first + 1) return last == first || length >= 4;
    if (length != 4 && length != 1) return false;
    for (size_t i = first; i < last; ++i) {
      if (groups_[i].end - groups_[i].begin != length) return false;
    }
    return true;
  }
  int CardWeight(const std::string& digits, size_t first, size_t last) const {
    if (IsCardShape(digits, first, last)) return Shape(first, last);
    // Mistyped, but nothing else looks so: 62 and 19 digits, or groups of four.
    const bool union_pay = digits.starts_with("62") && digits.size() >= 16 && digits.size() <= 19;
    const bool fours = last > first + 2 && groups_[first].end - groups_[first].begin == 4;
    if (union_pay && IsEven(first, last) && IsRegular(first, last) &&
        (fours || digits.size() == 19))
      return kDoubtful;
    const bool length = digits.size() >= 12 && (digits.size() <= 19 || first == last);
    const bool named = length && IsEven(first, last) && IsRegular(first, last) &&
                       FollowsCue(text_, groups_[first].begin, kCardCues);
    return named ? kDoubtful : 0;
  }

  int MobileWeight(const std::string& digits, size_t first, size_t last) const {
    const size_t begin = groups_[first].begin;
    if (IsMobile(digits)) return Shape(first, last);
    if (IsMobile(WithoutPrefix(digits, begin))) return Shape(std::min(first + 1, last), last);
    if (IsGlued(digits, first, last)) return kSure;
    if (IsAbroad(digits, begin)) return kSure;
    // Mistyped, but said to be one.
    const bool near = digits.size() == 10 || digits.size() == 12;
    const bool named = near && first == last && digits[0] == '1' && digits[1] >= '3' &&
                       FollowsCue(text_, begin, kPhoneCues);
    return named ? kDoubtful : 0;
  }

  bool HasPlus(size_t begin) const { return begin > 0 && text_[begin - 1].c == U'+'; }
  // Without what is dialled before a mobile: 86, 0086, 0, and prefixes of five digits.
  std::string WithoutPrefix(const std::string& digits, size_t begin) const {
    for (const std::string_view prefix :
         {"0086", "086", "86", "0", "17951", "17911", "12593", "17909"}) {
      if (digits.size() == prefix.size() + 11 && digits.starts_with(prefix))
        return digits.substr(prefix.size());
    }
    return HasPlus(begin) && digits.size() > 11 ? digits.substr(digits.size() - 11) : digits;
  }
  static bool IsGlued(const std::string& digits, size_t first, size_t last) {
    if (first != last || digits.size() < 22 || digits.size() % 11 != 0 ||
        digits.size() > kGluedMax * 11)
      return false;
    for (size_t i = 0; i < digits.size(); i += 11) {
      if (!IsMobile(std::string_view(digits).substr(i, 11))) return false;
    }
    return true;
  }
  // Hong Kong, Macao, Taiwan.
  bool IsAbroad(const std::string& digits, size_t begin) const {
    const size_t at = digits.starts_with("00") ? 2 : 0;
    if (at == 0 && !HasPlus(begin)) return false;
    const std::string_view code = std::string_view(digits).substr(at, 3);
    const size_t left = digits.size() - at - 3;
    return ((code == "852" || code == "853") && left == 8) ||
           (code == "886" && (left == 9 || left == 10));
  }

  // Days (2019-03-01 …), amounts with thousands (13,800,138,000), ranges of amounts.
  bool LooksLikeOther(size_t first, size_t last) const {
    if (first == last) return false;
    const size_t head = groups_[first].end - groups_[first].begin;
    const std::string year = Digits(groups_[first].begin, groups_[first].end);
    const size_t second = groups_[first + 1].end - groups_[first + 1].begin;
    if (head == 4 && (year.starts_with("19") || year.starts_with("20")) && second <= 2) return true;
    if (head > 3) return false;
    for (size_t i = first + 1; i <= last; ++i) {
      const bool thousand = groups_[i].end - groups_[i].begin == 3 &&
                            groups_[i].begin - groups_[i - 1].end == 1 &&
                            text_[groups_[i - 1].end].c == U',';
      if (!thousand) return false;
    }
    return true;
  }

  int LandlineWeight(const std::string& digits, size_t first, size_t last) const {
    const size_t begin = groups_[first].begin;
    if (IsLandline(digits)) {
      const bool bare = first == last && FollowsCue(text_, begin, kCaseCues, kCaseCueDistance);
      return bare ? 0 : kSure;
    }
    for (const std::string_view prefix : {"0086", "86"}) {
      const bool before = prefix == "0086" || HasPlus(begin);
      if (before && digits.starts_with(prefix) && IsLandline('0' + digits.substr(prefix.size())))
        return kSure;
    }
    if ((digits.size() != 7 && digits.size() != 8) || digits[0] < '2' || last > first + 1) return 0;
    return !IsDay(digits) && FollowsCue(text_, begin, kPhoneCues) ? kDoubtful : 0;
  }

  void Take(PersonalKind kind, size_t first, size_t last) {
    size_t begin = groups_[first].begin;
    size_t end = groups_[last].end;
    if (kind == PersonalKind::kIdNumber && XAfter(last) != 0) end = XAfter(last) + 1;
    if (HasPlus(begin)) --begin;
    if (begin > 0 && text_[begin - 1].c == U'(' && Holds(begin, end, U')')) --begin;
    if (kind == PersonalKind::kLandline) end = WithExtension(end);
    found_.push_back({kind, begin, end});
  }

  bool Holds(size_t begin, size_t end, char32_t c) const {
    for (size_t i = begin; i < end; ++i) {
      if (text_[i].c == c) return true;
    }
    return false;
  }

  // 转8001, 分机8001, -8001
  size_t WithExtension(size_t end) const {
    size_t at = text_.SkipBlanks(end);
    const bool dash = text_.At(at) == U'-' || text_.At(at) == U'—';
    if (dash || text_.At(at) == U'转') {
      ++at;
    } else if (text_.StartsWith(at, U"分机")) {
      at += 2;
    } else if (text_.StartsWith(at, U"EXT")) {
      at += 3;
    } else {
      return end;
    }
    if (text_.StartsWith(at, U"分机")) at += 2;
    at = text_.SkipBlanks(at);
    size_t last = at;
    while (last < text_.size() && text_[last].IsDigit()) ++last;
    return last > at && last - at <= kExtensionMax ? last : end;
  }

  // A mobile within one group of Chinese digits, beside a digit or two that belong to words.
  void FindWithin(size_t first) {
    const Group& group = groups_[first];
    const size_t length = group.end - group.begin;
    if (!group.hanzi || length < 12 || length > 11 + 2 * kSpareHanzi) return;
    for (size_t skip = 0; skip <= kSpareHanzi && length - skip >= 11; ++skip) {
      const size_t begin = group.begin + skip;
      if (length - skip - 11 > kSpareHanzi || !IsMobile(Digits(begin, begin + 11))) continue;
      found_.push_back({PersonalKind::kMobile, begin, begin + 11});
      return;
    }
  }

  const GlyphText& text_;
  Findings& found_;
  std::vector<Group> groups_;
  std::vector<Choice> best_;  // from each group on
};

}  // namespace

void FindNumbers(const GlyphText& text, Findings& found) {
  Run run(text, found);
  for (size_t i = 0; i < text.size();) {
    if (!text[i].IsDigit()) {
      ++i;
      continue;
    }
    i = run.Read(i);
    run.Find();
  }
}

}  // namespace hotline::text::personal
