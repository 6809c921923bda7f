#include "services/text/places.h"

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>
#include <utility>

#include "services/text/fold.h"

namespace hotline::text {
namespace {

struct PlaceRow {
  PlaceCode code;
  std::u32string_view name;
};
constexpr PlaceRow kPlaces[] = {
#include "places_table.inc"
};

enum class Level : uint8_t { kProvince, kCity, kDistrict };

Level LevelOf(PlaceCode code) {
  if (code % 10'000 == 0) return Level::kProvince;
  return code % 100 == 0 ? Level::kCity : Level::kDistrict;
}

// One way to write places.
struct Name {
  std::u32string text;
  bool full = false;
  std::vector<PlaceCode> places;
};

// What is cut off a full name to make the short one, the longest first.
constexpr std::u32string_view kSuffixes[] = {
    U"特别行政区", U"自治区", U"自治州", U"自治县", U"自治旗", U"地区", U"林区",
    U"省",         U"市",     U"区",     U"县",     U"旗",     U"盟"};
// Peoples in the names of autonomous places.
constexpr std::u32string_view kPeoples[] = {
    U"维吾尔", U"柯尔克孜", U"哈萨克", U"土家族", U"布依族", U"哈尼族", U"景颇族", U"傈僳族",
    U"朝鲜族", U"仡佬族",   U"毛南族", U"仫佬族", U"纳西族", U"拉祜族", U"布朗族", U"独龙族",
    U"普米族", U"东乡族",   U"保安族", U"撒拉族", U"裕固族", U"达斡尔", U"鄂温克", U"塔吉克",
    U"蒙古族", U"壮族",     U"回族",   U"苗族",   U"侗族",   U"彝族",   U"藏族",   U"羌族",
    U"傣族",   U"白族",     U"满族",   U"瑶族",   U"黎族",   U"畲族",   U"水族",   U"佤族",
    U"怒族",   U"土族",     U"各族",   U"锡伯",   U"蒙古",   U"族"};

// Short names of cities that are ordinary words, mountains or goods as well (日照, 黄山): they
// count only after a word that a place follows (在中山).
constexpr std::u32string_view kWords[] = {
    U"中山", U"东方", U"朝阳", U"大同", U"长治", U"保定", U"大理", U"白银", U"来宾", U"日照",
    U"开封", U"黄山", U"安康", U"吴忠", U"普洱", U"和田", U"哈密", U"百色", U"山南", U"红河",
    U"凉山", U"金门", U"新界", U"九龙", U"天门", U"仙桃", U"天水", U"阿里", U"兴安", U"怒江",
    U"海北", U"海东", U"文山", U"桃园", U"固原", U"长乐", U"大庆", U"松原", U"四平", U"定西"};
// Short names that appear where other words meet (最|大连|接, 盖山|镇江|边): they count where a
// word begins.
constexpr std::u32string_view kBorders[] = {
    U"六安", U"大连", U"南通", U"鞍山", U"白山", U"白城", U"黑河", U"武威", U"平凉", U"云林",
    U"三明", U"安顺", U"运城", U"阳江", U"河源", U"清远", U"北海", U"玉溪", U"铜陵", U"金昌",
    U"中卫", U"资阳", U"达州", U"新乡", U"焦作", U"许昌", U"周口", U"通化", U"本溪", U"宜春",
    U"新余", U"咸宁", U"随州", U"西宁", U"安庆", U"宿州", U"东营", U"德州", U"鹰潭", U"丽水",
    U"恩施", U"泰安", U"镇江", U"海西", U"南平", U"南阳", U"西安", U"海口", U"上饶", U"安阳",
    U"长沙", U"长春", U"阳泉", U"南宁", U"广安", U"内江", U"宁德", U"湖州"};

// What makes a longer name of a place's name: streets, villages, institutions, goods.
constexpr std::u32string_view kLongerName[] = {
    U"路",   U"街",   U"大道", U"道",   U"巷",     U"弄",   U"村",     U"镇",   U"乡",   U"屯",
    U"庄",   U"里",   U"苑",   U"社区", U"小区",   U"花园", U"公园",   U"广场", U"大厦", U"大学",
    U"学院", U"中学", U"小学", U"医院", U"银行",   U"酒店", U"饭店",   U"机场", U"站",   U"东站",
    U"南站", U"西站", U"北站", U"大桥", U"桥",     U"港",   U"湾",     U"湖",   U"江",   U"河",
    U"山",   U"海",   U"寺",   U"庙",   U"塔",     U"楼",   U"城小区", U"新城", U"国际", U"一品",
    U"时间", U"烤鸭", U"啤酒", U"火锅", U"现代",   U"大众", U"通用",   U"话",   U"方言", U"菜",
    U"卫视", U"日报", U"晚报", U"师范", U"理工",   U"科技", U"集团",   U"公司", U"万科", U"恒大",
    U"碧桂", U"铁路", U"高速", U"玉",   U"瓜",     U"茶",   U"地铁",   U"商会", U"会馆", U"府",
    U"南路", U"北路", U"东路", U"西路", U"中路",   U"南街", U"北街",   U"东街", U"西街", U"西门",
    U"东门", U"南门", U"北门", U"新村", U"长江",   U"宿舍", U"御园",   U"系医", U"家园", U"佳苑",
    U"名都", U"豪庭", U"雅苑", U"商城", U"商业街", U"建材", U"有限"};

// What shows that somebody comes from there.
constexpr std::u32string_view kOriginAfter[] = {U"人",   U"籍",     U"户口",   U"户籍",
                                                U"老家", U"的户口", U"的户籍", U"身份证"};
constexpr std::u32string_view kOriginBefore[] = {U"户口在", U"户籍在", U"户口是", U"户籍是",
                                                 U"老家",   U"老家在", U"来自",   U"籍贯"};
constexpr std::u32string_view kOriginAfterNot[] = {U"人民", U"人社", U"人才", U"人力", U"人事",
                                                   U"人口", U"人均", U"人大", U"人保"};

// A place stands after these.
constexpr std::u32string_view kBeforePlace = U"在到去从回是住于往由赴来我你他她的和及与至离";

// Full names that are ordinary words as well.
constexpr std::u32string_view kOrdinaryFull[] = {
    U"城区", U"郊区",   U"矿区",   U"新城区", U"老城区", U"城中区", U"市中区", U"港口区",
    U"市区", U"中原区", U"工农区", U"新市区", U"中心区", U"城北区", U"城东区", U"城西区"};
// A unit that goes on as another word: 市民, 市场, 区域 …
constexpr std::u32string_view kUnitGoesOn[] = {U"市民", U"市场", U"市面", U"市值", U"市容",
                                               U"市价", U"区域", U"区别", U"区分", U"区间",
                                               U"区块", U"县志", U"省钱", U"省心", U"省事"};

template <size_t N>
bool StartsWithAny(std::u32string_view text, const std::u32string_view (&words)[N]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::u32string_view word) { return text.starts_with(word); });
}

template <size_t N>
bool IsOneOf(std::u32string_view text, const std::u32string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

std::u32string ShortOf(std::u32string_view name) {
  for (const std::u32string_view suffix : kSuffixes) {
    if (!name.ends_with(suffix)) continue;
    const bool autonomous = suffix.starts_with(U"自治");
    name.remove_suffix(suffix.size());
    for (bool cut = autonomous; cut;) {
      const auto people =
          std::find_if(std::begin(kPeoples), std::end(kPeoples), [&](std::u32string_view word) {
            return name.ends_with(word) && name.size() >= word.size() + 2;
          });
      cut = people != std::end(kPeoples);
      if (cut) name.remove_suffix(people->size());
    }
    break;
  }
  return name.size() < 2 ? std::u32string() : std::u32string(name);
}

// The names by their first character, the longest first.
class NameTable {
 public:
  NameTable() {
    for (const PlaceRow& row : kPlaces) {
      Add(std::u32string(row.name), row.code, true);
      std::u32string brief = ShortOf(row.name);
      // Counties that stand where cities do share their short names with nearer ones (连江).
      const bool outlying = LevelOf(row.code) == Level::kCity && row.name.ends_with(U'县');
      if (!outlying && !brief.empty() && brief != row.name) Add(std::move(brief), row.code, false);
    }
    for (auto& [first, names] : names_) {
      std::stable_sort(names.begin(), names.end(),
                       [](const Name& a, const Name& b) { return a.text.size() > b.text.size(); });
    }
  }

  // Names that begin with this character.
  const std::vector<Name>& Of(char32_t first) const {
    static const std::vector<Name> kNone;
    const auto found = names_.find(first);
    return found == names_.end() ? kNone : found->second;
  }

 private:
  void Add(std::u32string text, PlaceCode code, bool full) {
    std::vector<Name>& names = names_[text[0]];
    const auto found = std::find_if(names.begin(), names.end(), [&](const Name& name) {
      return name.full == full && name.text == text;
    });
    if (found != names.end()) {
      found->places.push_back(code);
    } else {
      names.push_back({std::move(text), full, {code}});
    }
  }

  std::unordered_map<char32_t, std::vector<Name>> names_;
};

const NameTable& Table() {
  static const NameTable* const kTable = std::make_unique<NameTable>().release();
  return *kTable;
}

bool IsMunicipality(PlaceCode code) {
  const PlaceCode province = code / 10'000;
  return province == 11 || province == 12 || province == 31 || province == 50;
}

// Both lie in one city, or are it.
bool SameCity(PlaceCode a, PlaceCode b) {
  if (IsMunicipality(a)) return a / 10'000 == b / 10'000;
  return LevelOf(a) != Level::kProvince && a / 100 == b / 100;
}

// What was found at one position, before it is decided which place it is.
struct Candidate {
  uint32_t begin = 0;
  uint32_t end = 0;
  const Name* name = nullptr;
  bool position = false;           // stands where a word begins and a place may
  bool after_preposition = false;  // after a word that a place follows
  PlaceCode code = kNoPlace;
};

class Reader {
 public:
  Reader(std::u32string_view text, PlaceCode near) : text_(text), near_(near) {}

  std::vector<PlaceMention> Read() {
    Collect();
    Decide();
    return Mentions();
  }

 private:
  std::u32string_view After(size_t at) const { return text_.substr(std::min(at, text_.size())); }

  bool BeginsWord(uint32_t begin) const {
    return begin == 0 || ClassOf(text_[begin - 1]) == CharClass::kSeparator;
  }
  bool FollowsPreposition(uint32_t begin) const {
    return begin > 0 && kBeforePlace.find(text_[begin - 1]) != kBeforePlace.npos;
  }

  bool Fits(const Name& name, uint32_t begin) const {
    if (text_.substr(begin, name.text.size()) != name.text) return false;
    const size_t end = begin + name.text.size();
    if (name.full) return !StartsWithAny(After(end - 1), kUnitGoesOn);
    return !StartsWithAny(After(end), kLongerName);
  }

  void Collect() {
    for (uint32_t i = 0; i < text_.size();) {
      const std::vector<Name>& names = Table().Of(text_[i]);
      const auto name =
          std::find_if(names.begin(), names.end(), [&](const Name& item) { return Fits(item, i); });
      if (name == names.end()) {
        ++i;
        continue;
      }
      const auto end = static_cast<uint32_t>(i + name->text.size());
      const bool preposition = FollowsPreposition(i);
      found_.push_back({i, end, &*name, preposition || BeginsWord(i), preposition, kNoPlace});
      i = end;
    }
  }

  // The place right before a candidate, once decided: 深圳|南山, 深圳市 南山区.
  PlaceCode Before(size_t index) const {
    if (index == 0) return kNoPlace;
    const Candidate& previous = found_[index - 1];
    uint32_t begin = found_[index].begin;
    while (begin > previous.end && (text_[begin - 1] == U' ' || text_[begin - 1] == U'的')) --begin;
    return previous.end == begin ? previous.code : kNoPlace;
  }

  // Of places with one name, the one that the others of the text or the person's place point at.
  PlaceCode PointedAt(const std::vector<PlaceCode>& places, size_t index) const {
    const PlaceCode before = Before(index);
    PlaceCode best = kNoPlace;
    int best_weight = 0;
    bool tie = false;
    for (const PlaceCode place : places) {
      int weight = 0;
      if (before != kNoPlace && before != place && ContainsPlace(before, place)) weight = 4;
      for (const Candidate& other : found_) {
        if (other.code == kNoPlace || other.code == place) continue;
        if (SameCity(other.code, place)) weight = std::max(weight, 3);
        if (ContainsPlace(other.code, place)) weight = std::max(weight, 3);
      }
      if (near_ != kNoPlace && SameCity(near_, place)) weight = std::max(weight, 2);
      if (near_ != kNoPlace && near_ / 10'000 == place / 10'000) weight = std::max(weight, 1);
      if (weight > best_weight) {
        best = place;
        best_weight = weight;
        tie = false;
      } else if (weight == best_weight) {
        tie = true;
      }
    }
    return best_weight == 0 || tie ? kNoPlace : best;
  }

  // Full names and short names of provinces and cities that only one place has.
  PlaceCode Alone(const Candidate& candidate) const {
    const Name& name = *candidate.name;
    if (name.full) {
      const bool ordinary = IsOneOf(name.text, kOrdinaryFull) || name.text.size() < 3;
      // 易县, 和县: a character and its unit are easily the borders of other words.
      return name.places.size() > 1 || ordinary ? kNoPlace : name.places[0];
    }
    // The greatest of those with the name: 吉林 is the province.
    std::array<PlaceCode, 3> by_level{kNoPlace, kNoPlace, kNoPlace};
    std::array<int, 3> count{};
    for (const PlaceCode place : name.places) {
      const auto level = static_cast<size_t>(LevelOf(place));
      by_level[level] = place;
      ++count[level];
    }
    if (count[0] == 1) return by_level[0];
    if (count[1] != 1) return kNoPlace;
    if (IsOneOf(name.text, kWords) && !candidate.after_preposition) return kNoPlace;
    if (IsOneOf(name.text, kBorders) && !candidate.position) return kNoPlace;
    return by_level[1];
  }

  PlaceCode WithContext(size_t index) const {
    const Candidate& candidate = found_[index];
    const PlaceCode pointed = PointedAt(candidate.name->places, index);
    if (pointed == kNoPlace) return kNoPlace;
    const PlaceCode before = Before(index);
    if (before != kNoPlace && before != pointed && ContainsPlace(before, pointed)) return pointed;
    if (IsOneOf(candidate.name->text, kOrdinaryFull)) return kNoPlace;
    if (candidate.name->text.size() < 3 && !candidate.position) return kNoPlace;
    if (candidate.name->full) return pointed;
    const bool same_city =
        (near_ != kNoPlace && SameCity(near_, pointed)) ||
        std::any_of(found_.begin(), found_.end(), [&](const Candidate& other) {
          return other.code != kNoPlace && other.code != pointed && SameCity(other.code, pointed);
        });
    return same_city && candidate.position ? pointed : kNoPlace;
  }

  void Decide() {
    for (Candidate& candidate : found_) candidate.code = Alone(candidate);
    for (size_t i = 0; i < found_.size(); ++i) {
      if (found_[i].code == kNoPlace) found_[i].code = WithContext(i);
    }
    // A city's short name that is also a district of the city before it: 长春朝阳, 上海宝山.
    for (size_t i = 1; i < found_.size(); ++i) {
      const PlaceCode before = Before(i);
      if (before == kNoPlace || ContainsPlace(before, found_[i].code)) continue;
      for (const PlaceCode place : found_[i].name->places) {
        if (ContainsPlace(before, place)) found_[i].code = place;
      }
    }
  }

  bool IsOrigin(const PlaceMention& mention) const {
    const std::u32string_view after = After(mention.end);
    if (StartsWithAny(after, kOriginAfter) && !StartsWithAny(after, kOriginAfterNot)) return true;
    const std::u32string_view before = text_.substr(0, mention.begin);
    return std::any_of(std::begin(kOriginBefore), std::end(kOriginBefore),
                       [&](std::u32string_view word) { return before.ends_with(word); });
  }

  std::vector<PlaceMention> Mentions() const {
    std::vector<PlaceMention> mentions;
    for (size_t i = 0; i < found_.size(); ++i) {
      const Candidate& item = found_[i];
      if (item.code == kNoPlace) continue;
      const PlaceCode before = Before(i);
      if (!mentions.empty() && before != kNoPlace && mentions.back().code == before &&
          ContainsPlace(before, item.code)) {
        mentions.back().end = item.end;
        mentions.back().code = item.code;
      } else {
        mentions.push_back({item.begin, item.end, item.code, false});
      }
    }
    for (PlaceMention& mention : mentions) mention.origin = IsOrigin(mention);
    return mentions;
  }

  const std::u32string_view text_;
  const PlaceCode near_;
  std::vector<Candidate> found_;
};

std::u32string_view OwnName(PlaceCode code) {
  const auto* const row =
      std::lower_bound(std::begin(kPlaces), std::end(kPlaces), code,
                       [](const PlaceRow& item, PlaceCode wanted) { return item.code < wanted; });
  return row != std::end(kPlaces) && row->code == code ? row->name : std::u32string_view();
}

}  // namespace

std::vector<PlaceMention> FindPlaces(std::u32string_view text, PlaceCode near) {
  return Reader(text, near).Read();
}

bool ContainsPlace(PlaceCode outer, PlaceCode inner) {
  if (outer == kNoPlace || inner == kNoPlace) return false;
  if (outer == 0 || outer == inner) return true;
  if (outer % 10'000 == 0) return inner / 10'000 == outer / 10'000;
  return outer % 100 == 0 && inner / 100 == outer / 100;
}

std::string PlaceShortName(PlaceCode code) { return code == 0 ? "全国" : ToUtf8(OwnName(code)); }

std::string PlaceName(PlaceCode code) {
  if (OwnName(code).empty()) return "";
  std::u32string name;
  for (const PlaceCode part : {code / 10'000 * 10'000, code / 100 * 100, code}) {
    const std::u32string_view own = OwnName(part);
    if (!name.ends_with(own)) name += own;
  }
  return ToUtf8(name);
}

}  // namespace hotline::text
