// Addresses down to the door, the building or the room: 人民路12号, 金地花园3栋502,
// 阳光花园3-2-501, 三号楼二单元五〇二室, 1234弄56号. A district, a street or an office alone is
// none: questions are about those.
//
// Numbers with their units (12号, 3栋, 2单元, 502室) that stand close together are one cluster. A
// cluster is an address when it leads to a door; after 住, 地址 … any part of one is enough. The
// name before it (人民路, 金地花园) is part of it; the region before that stays, so that a question
// still finds its department.
#include <algorithm>
#include <array>

#include "services/text/personal_glyphs.h"

namespace hotline::text::personal {
namespace {

enum class Part : uint8_t { kNone, kLane, kDoor, kBuilding, kUnit, kFloor, kRoom, kGroup };

struct Token {
  Part part = Part::kNone;
  size_t begin = 0;
  size_t end = 0;
};

constexpr size_t kNumberMax = 6;  // glyphs of a number
constexpr size_t kGapMax = 10;    // between parts of one address: 12号金地花园3栋
constexpr size_t kNameMax = 14;   // glyphs of the name before the first part
constexpr size_t kCueDistance = 30;

constexpr std::u32string_view kRoadEnds = U"路街道巷弄坊村屯庄段园苑湾里同桥塘坪冲岭组区厦城";
constexpr std::u32string_view kCommunityEnds =
    U"园苑府城居庭院里邨湾郡墅寓区舍轩阁厦庄家岸景台座邸筑村";
constexpr std::u32string_view kRegionEnds = U"省市县乡镇";
constexpr std::u32string_view kTens = U"十百千廿";
// Before 号 or a number these make a day or an order of something else.
constexpr std::u32string_view kNoDoorBefore = U"月日第年是在到从至";
constexpr auto kNoDoorAfter = std::to_array<std::u32string_view>(
    {U"线", U"文",   U"令",   U"公告", U"通知", U"开始", U"起",   U"至",   U"上午", U"下午", U"晚",
     U"早", U"凌晨", U"中午", U"之前", U"以前", U"左右", U"当天", U"地铁", U"公交", U"码",   U"称",
     U"召", U"口",   U"台风", U"染",   U"检",   U"机",   U"仓",   U"桥墩", U"停"});
constexpr auto kHomeCues = std::to_array<std::u32string_view>(
    {U"住在", U"家住", U"我住",     U"地址", U"住址",   U"户籍地", U"居住于", U"居住在",
     U"住所", U"门牌", U"租住",     U"家在", U"邮寄到", U"寄到",   U"寄往",   U"送到",
     U"住于", U"现住", U"房屋坐落", U"我家", U"房号",   U"家庭住"});
constexpr auto kStopWords = std::to_array<std::u32string_view>(
    {U"住在", U"位于", U"座落", U"坐落", U"家住", U"我住",   U"在",   U"住",   U"于",   U"是",
     U"到",   U"从",   U"我",   U"你",   U"他",   U"她",     U"们",   U"的",   U"了",   U"址",
     U"给",   U"把",   U"将",   U"往",   U"请",   U"问",     U"就",   U"搬",   U"去",   U"我家",
     U"现",   U"找",   U"及",   U"该",   U"这",   U"那",     U"附近", U"对面", U"旁边", U"隔壁",
     U"反映", U"投诉", U"举报", U"咨询", U"街道", U"办事处", U"社区"});

bool In(std::u32string_view set, char32_t c) {
  return c != 0 && set.find(c) != std::u32string_view::npos;
}

class AddressFinder {
 public:
  AddressFinder(const GlyphText& text, Findings& found) : text_(text), found_(found) {}

  void FindAll() {
    for (size_t i = 0; i < text_.size();) {
      const Token token = BeginsNumber(i) ? TokenAt(i) : Token{};
      if (token.part == Part::kNone) {
        ++i;
        continue;
      }
      if (!Joins(token)) Close();
      if (count_ == 0) begin_ = token.begin;
      Note(token);
      i = token.end;
    }
    Close();
  }

 private:
  bool IsNumeral(size_t i) const {
    const Glyph& glyph = text_[i];
    return i < text_.size() && (glyph.IsPlainDigit() || glyph.kind == GlyphClass::kHanziDigit ||
                                In(kTens, glyph.c) || glyph.c == U'两');
  }
  bool BeginsNumber(size_t i) const {
    if (IsNumeral(i)) return i == 0 || !IsNumeral(i - 1);
    const bool letter = text_[i].IsLetter() && (i == 0 || !text_[i - 1].IsLetter());
    const bool stem = In(U"甲乙丙丁东西南北", text_.At(i));  // 甲3号, 东2栋
    return letter || (stem && IsNumeral(i + 1));
  }

  // Behind the number that begins at `i`: A3, 12-1, 12之3, 甲12, 二十三.
  size_t EndOfNumber(size_t i) const {
    size_t end = i;
    if (!IsNumeral(end)) ++end;
    while (IsNumeral(end) && end - i <= kNumberMax) ++end;
    if (end > i && text_[end].IsLetter() && !text_[end + 1].IsLetter()) ++end;
    const bool joined = text_.At(end) == U'-' || text_.At(end) == U'之' || text_.At(end) == U'附';
    if (joined && text_[end + 1].IsPlainDigit()) {
      size_t second = end + 1;
      while (text_[second].IsPlainDigit() && second - end <= 4) ++second;
      if (second - end <= 4 && text_.At(text_.SkipBlanks(second)) == U'号') return second;
    }
    return end;
  }

  size_t Digits(size_t begin, size_t end) const {
    size_t count = 0;
    for (size_t i = begin; i < end; ++i) count += text_[i].IsDigit() ? 1 : 0;
    return count;
  }

  Token TokenAt(size_t i) const {
    if (const Token dashed = DashedAt(i); dashed.part != Part::kNone) return dashed;
    const size_t number = EndOfNumber(i);
    if (number - i > kNumberMax + 2) return {};
    const size_t unit = text_.SkipBlanks(number);
    if (unit - number > 1) return {};
    size_t length = 0;
    const Part part = UnitAt(i, number, unit, length);
    if (part != Part::kNone) return {part, i, unit + length};
    return BareRoomAt(i, number);
  }

  Part UnitAt(size_t begin, size_t number, size_t unit, size_t& length) const {
    const auto is = [&](std::u32string_view word) {
      length = word.size();
      return text_.StartsWith(unit, word);
    };
    const size_t digits = Digits(begin, number);
    if (is(U"号楼") || is(U"号栋") || is(U"#楼") || is(U"号院") || is(U"幢") || is(U"栋") ||
        is(U"棟") || is(U"#栋") || is(U"号公寓") || is(U"号宿舍"))
      return Part::kBuilding;
    if (is(U"座") && !(number > begin && In(U"桥山塔庙坟", text_.At(unit + 1))))
      return Part::kBuilding;
    if (is(U"#") && text_[unit + 1].IsPlainDigit()) return Part::kBuilding;
    if (is(U"单元") || is(U"梯") || (is(U"门") && text_[unit + 1].IsPlainDigit()))
      return Part::kUnit;
    if (digits == 0) return Part::kNone;
    if (is(U"号房") || is(U"号室") || is(U"房间") || is(U"号铺")) return Part::kRoom;
    if (digits >= 2 && (is(U"室") || is(U"房") || is(U"户") || is(U"铺"))) return Part::kRoom;
    if (is(U"弄")) return Part::kLane;
    if (is(U"号") || is(U"號")) return IsDoor(begin, unit + 1) ? Part::kDoor : Part::kNone;
    if (is(U"层") || is(U"楼") || (is(U"F") && !text_[unit + 1].IsLetter())) return Part::kFloor;
    if ((is(U"组") || is(U"社") || is(U"队")) && FollowsVillage(begin)) return Part::kGroup;
    return Part::kNone;
  }

  // A number of a house: after a road, a village, a lane; not a day, a line or a document.
  bool IsDoor(size_t begin, size_t after) const {
    for (const std::u32string_view word : kNoDoorAfter) {
      if (text_.StartsWith(after, word)) return false;
    }
    size_t before = begin;
    while (before > 0 && text_[before - 1].IsBlank()) --before;
    if (before == 0) return false;
    const char32_t c = text_.At(before - 1);
    if (In(kNoDoorBefore, c)) return false;
    if (count_ > 0 && before - end_ <= 1) return true;  // 5组12号, 3弄5号
    if (!In(kRoadEnds, c)) return false;
    // 这里3号, 家里5号: days.
    const char32_t name = before > 1 ? text_.At(before - 2) : 0;
    if (c == U'里' && In(U"这那哪家村城心手市县月", name)) return false;
    if (c == U'同' && name != U'胡') return false;
    if (c == U'区' && !In(U"小社园", name)) return false;
    if (c == U'道' && In(U"知报频渠", name)) return false;
    return before > 1 && text_[before - 2].IsHanzi();
  }

  bool FollowsVillage(size_t begin) const {
    return begin > 0 && In(U"村庄屯寨社区", text_.At(begin - 1));
  }

  // 3-2-501, 3-501 behind the name of a community or a building.
  Token DashedAt(size_t i) const {
    size_t at = i;
    size_t parts = 0;
    size_t last = 0;
    bool narrow = true;  // a building has up to three digits, a unit two: 138-0013-8000 is none
    while (parts < 4) {
      size_t end = at;
      if (text_[end].IsLetter() && parts == 0) ++end;
      while (text_[end].IsPlainDigit()) ++end;
      if (end == at || end - at > 4) return {};
      if (parts > 0) narrow = narrow && last <= (parts == 1 ? 3U : 2U);
      ++parts;
      last = end - at;
      at = end;
      const char32_t c = text_.At(at);
      if ((c != U'-' && c != U'—' && c != U'–') || !text_[at + 1].IsPlainDigit()) break;
      ++at;
    }
    if (parts < 2 || last < 3 || !narrow || text_[at].IsAlnum() || i == 0) return {};
    const char32_t before = text_.At(i - 1);
    if (parts == 2 && (!In(kCommunityEnds, before) || before == U'区')) return {};
    if (!text_[i - 1].IsHanzi() && (parts == 2 || !FollowsHomeCue(i))) return {};
    if (parts == 2 && In(kNoDoorBefore, before)) return {};
    if (text_.At(at) == U'年' || text_.At(at) == U'元' || text_.At(at) == U'万') return {};
    if (text_.At(at) == U'室' || text_.At(at) == U'号' || text_.At(at) == U'房') ++at;
    return {Part::kRoom, i, at};
  }

  // 3栋502, G2栋320: three or four digits right behind a building, a unit or a floor.
  Token BareRoomAt(size_t begin, size_t end) const {
    const bool behind = (last_ == Part::kBuilding || last_ == Part::kUnit || last_ == Part::kDoor ||
                         last_ == Part::kFloor) &&
                        count_ > 0;
    if (!behind) return {};
    size_t between = end_;
    while (between < begin && text_[between].IsGap() && text_.At(between) != U',') ++between;
    const size_t digits = Digits(begin, end);
    const bool year = text_.At(end) == U'年' || text_.At(end) == U'元' || text_.At(end) == U'月';
    if (between != begin || digits < 3 || digits > 4 || year) return {};
    return {Part::kRoom, begin, end};
  }

  // True when the token goes on with the cluster.
  bool Joins(const Token& token) const {
    if (count_ == 0 || token.begin - end_ > kGapMax) return false;
    for (size_t i = end_; i < token.begin; ++i) {
      const Glyph& glyph = text_[i];
      const bool inner = glyph.IsHanzi() || glyph.IsBlank() || glyph.IsAlnum() || glyph.c == U'-' ||
                         glyph.c == U'(' || glyph.c == U')' || glyph.c == U'/';
      if (!inner || StopsName(i)) return false;
    }
    return true;
  }

  void Note(const Token& token) {
    ++count_;
    end_ = token.end;
    last_ = token.part;
    has_[static_cast<size_t>(token.part)] = true;
  }
  bool Has(Part part) const { return has_[static_cast<size_t>(part)]; }

  void Close() {
    if (count_ > 0 && IsAddress()) {
      const size_t begin = BeginOfName();
      const size_t least = found_.size() > first_ ? found_.back().end : 0;
      if (end_ > least) found_.push_back({PersonalKind::kAddress, std::max(begin, least), end_});
    }
    count_ = 0;
    has_.fill(false);
    last_ = Part::kNone;
  }

  bool IsAddress() const {
    if (Has(Part::kDoor)) return true;
    const bool inside = Has(Part::kRoom) || Has(Part::kUnit);
    if (Has(Part::kBuilding) && (inside || Has(Part::kFloor))) return true;
    if (Has(Part::kUnit) && Has(Part::kRoom)) return true;
    if (Has(Part::kRoom) && IsDashed()) return true;
    return FollowsHomeCue(begin_);
  }
  bool IsDashed() const {
    for (size_t i = begin_; i < end_; ++i) {
      if (text_.At(i) == U'-') return count_ == 1;
    }
    return false;
  }

  bool FollowsHomeCue(size_t begin) const {
    const size_t least = begin > kCueDistance ? begin - kCueDistance : 0;
    for (size_t end = begin; end > least; --end) {
      const Glyph& glyph = text_[end - 1];
      if (glyph.EndsClause() || glyph.c == U',') return false;
      for (const std::u32string_view cue : kHomeCues) {
        if (text_.EndsWith(end, cue)) return true;
      }
    }
    return false;
  }

  bool StopsName(size_t i) const {
    for (const std::u32string_view word : kStopWords) {
      if (text_.At(i) == word[0] && text_.StartsWith(i, word)) return true;
    }
    return false;
  }
  // True when the name cannot begin before `i`, which is not part of it.
  bool EndsBefore(size_t i) const {
    const Glyph& glyph = text_[i];
    const bool inner = glyph.IsHanzi() || glyph.IsAlnum() || glyph.IsBlank() || glyph.c == U'·';
    if (!inner) return true;
    if (In(kRegionEnds, glyph.c))
      return !(glyph.c == U'市' && i > 0 && In(U"超城夜菜", text_.At(i - 1)));
    if (glyph.c == U'区') return i > 0 && !In(U"小社园校景业院", text_.At(i - 1));
    // The last character of a word that no name holds.
    return std::any_of(kStopWords.begin(), kStopWords.end(), [&](std::u32string_view word) {
      return glyph.c == word.back() && text_.EndsWith(i + 1, word);
    });
  }
  size_t BeginOfName() const {
    size_t begin = begin_;
    while (begin > 0 && begin_ - begin < kNameMax && !EndsBefore(begin - 1)) --begin;
    while (begin < begin_ && text_[begin].IsBlank()) ++begin;
    return begin;
  }

  const GlyphText& text_;
  Findings& found_;
  const size_t first_ = found_.size();
  // The cluster that is being read.
  size_t count_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  Part last_ = Part::kNone;
  std::array<bool, 8> has_{};
};

}  // namespace

void FindAddresses(const GlyphText& text, Findings& found) { AddressFinder(text, found).FindAll(); }

}  // namespace hotline::text::personal
