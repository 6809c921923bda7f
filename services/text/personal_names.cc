// Names of persons, where something says that a name follows (我叫…, 姓名：…, 联系人…, 我是…) or
// that one stood before (…先生, …女士).
//
// After a firm cue whatever can be a name is one. After a loose cue (我是, 业主, 我妈妈) most words
// are no names: there it has to end where a name would, and must not be a word.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "services/text/lexicon.h"
#include "services/text/personal_glyphs.h"
#include "services/text/surnames.h"

namespace hotline::text::personal {
namespace {

enum class Cue : uint8_t {
  kFirm,   // a name follows
  kLabel,  // firm with a colon or 是/为/叫 after it, else loose
  kKin,    // firm with a colon or 叫 after it, else loose
  kLoose,  // a name may follow
};

struct CueWord {
  std::u32string_view word;
  Cue cue = Cue::kLoose;
};
constexpr auto kCues = std::to_array<CueWord>({
    {U"我叫", Cue::kFirm},    {U"名叫", Cue::kFirm},        {U"本人叫", Cue::kFirm},
    {U"人叫", Cue::kFirm},    {U"学叫", Cue::kFirm},        {U"师叫", Cue::kFirm},
    {U"孩叫", Cue::kFirm},    {U"友叫", Cue::kFirm},        {U"亲叫", Cue::kFirm},
    {U"妈叫", Cue::kFirm},    {U"爸叫", Cue::kFirm},        {U"个叫", Cue::kFirm},
    {U"子叫", Cue::kFirm},    {U"女叫", Cue::kFirm},        {U"位叫", Cue::kFirm},
    {U"公叫", Cue::kFirm},    {U"婆叫", Cue::kFirm},        {U"妻叫", Cue::kFirm},
    {U"夫叫", Cue::kFirm},    {U"弟叫", Cue::kFirm},        {U"妹叫", Cue::kFirm},
    {U"哥叫", Cue::kFirm},    {U"姐叫", Cue::kFirm},        {U"老人", Cue::kKin},
    {U"我妈", Cue::kKin},     {U"我爸", Cue::kKin},         {U"我妹", Cue::kKin},
    {U"我弟", Cue::kKin},     {U"我哥", Cue::kKin},         {U"我姐", Cue::kKin},
    {U"我爷", Cue::kKin},     {U"我奶", Cue::kKin},         {U"租客", Cue::kKin},
    {U"租户", Cue::kKin},     {U"员工", Cue::kKin},         {U"工人", Cue::kKin},
    {U"同学", Cue::kKin},     {U"老师", Cue::kKin},         {U"医生", Cue::kKin},
    {U"保安", Cue::kKin},     {U"经理", Cue::kKin},         {U"法人代表", Cue::kKin},
    {U"职工", Cue::kKin},     {U"表弟", Cue::kKin},         {U"表哥", Cue::kKin},
    {U"表姐", Cue::kKin},     {U"表妹", Cue::kKin},         {U"侄子", Cue::kKin},
    {U"外甥", Cue::kKin},     {U"岳父", Cue::kKin},         {U"岳母", Cue::kKin},
    {U"公公", Cue::kKin},     {U"婆婆", Cue::kKin},         {U"孙子", Cue::kKin},
    {U"孙女", Cue::kKin},     {U"嫌疑人", Cue::kKin},       {U"名字叫", Cue::kFirm},
    {U"名字是", Cue::kFirm},  {U"我名", Cue::kFirm},        {U"他叫", Cue::kLoose},
    {U"她叫", Cue::kLoose},   {U"姓名", Cue::kLabel},       {U"名字", Cue::kLabel},
    {U"联系人", Cue::kLabel}, {U"联络人", Cue::kLabel},     {U"申请人", Cue::kLabel},
    {U"投诉人", Cue::kLabel}, {U"举报人", Cue::kLabel},     {U"反映人", Cue::kLabel},
    {U"反应人", Cue::kLabel}, {U"来电人", Cue::kLabel},     {U"报案人", Cue::kLabel},
    {U"当事人", Cue::kLabel}, {U"委托人", Cue::kLabel},     {U"代理人", Cue::kLabel},
    {U"法人", Cue::kLabel},   {U"法定代表人", Cue::kLabel}, {U"负责人", Cue::kLabel},
    {U"经办人", Cue::kLabel}, {U"收件人", Cue::kLabel},     {U"收款人", Cue::kLabel},
    {U"持卡人", Cue::kLabel}, {U"开户人", Cue::kLabel},     {U"开户名", Cue::kLabel},
    {U"户名", Cue::kLabel},   {U"监护人", Cue::kLabel},     {U"担保人", Cue::kLabel},
    {U"借款人", Cue::kLabel}, {U"欠款人", Cue::kLabel},     {U"包工头", Cue::kKin},
    {U"老板", Cue::kKin},     {U"户主", Cue::kKin},         {U"业主", Cue::kKin},
    {U"车主", Cue::kKin},     {U"房东", Cue::kKin},         {U"患者", Cue::kKin},
    {U"病人", Cue::kKin},     {U"死者", Cue::kKin},         {U"署名", Cue::kLabel},
    {U"签名", Cue::kLabel},   {U"曾用名", Cue::kLabel},     {U"学生", Cue::kKin},
    {U"本人", Cue::kKin},     {U"我是", Cue::kLoose},       {U"老公", Cue::kKin},
    {U"老婆", Cue::kKin},     {U"丈夫", Cue::kKin},         {U"妻子", Cue::kKin},
    {U"爱人", Cue::kKin},     {U"儿子", Cue::kKin},         {U"女儿", Cue::kKin},
    {U"父亲", Cue::kKin},     {U"母亲", Cue::kKin},         {U"爸爸", Cue::kKin},
    {U"妈妈", Cue::kKin},     {U"爷爷", Cue::kKin},         {U"奶奶", Cue::kKin},
    {U"外公", Cue::kKin},     {U"外婆", Cue::kKin},         {U"孩子", Cue::kKin},
    {U"小孩", Cue::kKin},     {U"哥哥", Cue::kKin},         {U"弟弟", Cue::kKin},
    {U"姐姐", Cue::kKin},     {U"妹妹", Cue::kKin},         {U"邻居", Cue::kKin},
    {U"同事", Cue::kKin},     {U"朋友", Cue::kKin},
});
constexpr auto kTitles = std::to_array<std::u32string_view>({U"先生", U"女士", U"小姐", U"同志"});

// What follows a name in a sentence.
constexpr auto kFollowers = std::to_array<std::u32string_view>(
    {U"我",   U"你",   U"他",   U"她",   U"是",   U"的",   U"在",   U"住",   U"家住", U"家在",
     U"家里", U"家庭", U"家是", U"电话", U"手机", U"身份", U"今年", U"现年", U"想",   U"要",
     U"男",   U"女",   U"请",   U"来自", U"因",   U"由",   U"从",   U"有个", U"有一", U"有没",
     U"有房", U"有两", U"和",   U"与",   U"及",   U"跟",   U"等",   U"先生", U"咨询", U"投诉",
     U"反映", U"联系", U"号码", U"年龄", U"出生", U"现在", U"曾",   U"户籍", U"户口", U"办理",
     U"申请", U"已",   U"被",   U"向",   U"对",   U"去",   U"到",   U"为",   U"不",   U"没",
     U"也",   U"都",   U"就",   U"将",   U"能不", U"能否", U"可以", U"可否", U"刚刚", U"刚才",
     U"刚从", U"刚到", U"刚办", U"刚买", U"打",   U"说",   U"系",   U"于",   U"同志", U"小姐",
     U"欠",   U"拖欠", U"工作", U"生病", U"患",   U"昨天", U"今天", U"上午", U"下午", U"这",
     U"那",   U"了",   U"给",   U"把",   U"以前", U"以及", U"之前", U"之后", U"怎",   U"如何",
     U"什么", U"吗",   U"呢",   U"微信", U"邮箱", U"车牌", U"护照", U"银行", U"卡号", U"地址",
     U"单位", U"性别", U"民族", U"籍贯", U"目前", U"前天", U"前来", U"前往", U"原来", U"原住",
     U"本人", U"本来", U"需要", U"购买", U"买了", U"收到", U"收入", U"用了", U"带着", U"带孩",
     U"先前", U"退休", U"一家", U"两人", U"女士"});
// A word that ends so is no name after a loose cue: 外地人, 低保户, 党员.
constexpr std::u32string_view kRoles = U"人户员者工师商";
// Surnames that are function words: never after a loose cue.
constexpr std::u32string_view kFunctionWords =
    U"和都有能应从经向别那后连便全相可以为因时而且与或终过由计须门家";
// The second character of no name.
constexpr std::u32string_view kNoGiven =
    U"的了是在不我你他她们这那个吗呢吧啊么被把给将拖以及与也就还再又有没";

constexpr std::u32string_view kPoliteEnd = U"先生";
// Words as frequent as this (ln) are words, not names of which the dictionary knows some.
constexpr double kWordLogProbability = -14.2;
constexpr size_t kForeignMax = 16;  // 阿依古丽·买买提
constexpr size_t kLatinWordsMax = 3;

bool In(std::u32string_view set, char32_t c) {
  return c != 0 && set.find(c) != std::u32string_view::npos;
}

// Cues by their first character.
const absl::flat_hash_map<char32_t, std::vector<CueWord>>& CueTable() {
  static const auto& table = *[] {
    auto* made = new absl::flat_hash_map<char32_t, std::vector<CueWord>>;
    for (const CueWord& cue : kCues) (*made)[cue.word[0]].push_back(cue);
    for (auto& [first, cues] : *made) {
      std::stable_sort(cues.begin(), cues.end(), [](const CueWord& a, const CueWord& b) {
        return a.word.size() > b.word.size();
      });
    }
    return made;
  }();
  return table;
}

bool IsWord(std::u32string_view word) {
  const auto probability = Lexicon::Builtin().LogProbability(word);
  return probability.has_value() && *probability >= kWordLogProbability;
}

class NameFinder {
 public:
  NameFinder(const GlyphText& text, Findings& found) : text_(text), found_(found) {}

  void FindAll() {
    const auto& cues = CueTable();
    for (size_t i = 0; i < text_.size(); ++i) {
      if (text_[i].kind == GlyphClass::kLetter) {
        FindLatin(i);
        continue;
      }
      if (!text_[i].IsHanzi()) continue;
      if (const auto at = cues.find(text_.At(i)); at != cues.end()) {
        for (const CueWord& cue : at->second) {
          if (text_.StartsWith(i, cue.word)) {
            FindAfter(i + cue.word.size(), cue.cue);
            break;
          }
        }
      }
      for (const std::u32string_view title : kTitles) {
        if (text_.At(i) == title[0] && text_.StartsWith(i, title)) FindBefore(i);
      }
    }
  }

 private:
  std::u32string Part(size_t begin, size_t count) const {
    std::u32string part;
    for (size_t i = begin; i < begin + count; ++i) {
      if (i >= text_.size() || !text_[i].IsHanzi()) break;
      part += text_.At(i);
    }
    return part;
  }

  bool EndsHere(size_t i) const {
    if (i >= text_.size() || !text_[i].IsHanzi()) return true;
    return std::any_of(kFollowers.begin(), kFollowers.end(),
                       [&](std::u32string_view word) { return text_.StartsWith(i, word); });
  }
  bool EndsHard(size_t i) const { return i >= text_.size() || !text_[i].IsHanzi(); }

  // 姓名：张三; 联系人是张三; 我老公叫张三
  void FindAfter(size_t at, Cue cue) {
    size_t begin = at;
    bool linked = false;
    for (const std::u32string_view word : {U"姓名", U"名字", U"本人"}) {
      if (text_.StartsWith(begin, word)) begin += word.size();
    }
    while (begin < text_.size() && begin - at < 8) {
      const char32_t c = text_.At(begin);
      const bool says = c == U':' || c == U'叫' || c == U'=' || c == U'为';
      const bool is = c == U'是' || c == U'系' || c == U'做' || c == U'作';
      if (says || is) {
        linked = linked || says || cue != Cue::kKin;
      } else if (!text_[begin].IsBlank() && c != U'"' && c != U'“' && c != U'(' && c != U'-') {
        break;
      }
      ++begin;
    }
    const bool firm = cue == Cue::kFirm || (cue != Cue::kLoose && linked);
    if (FindForeign(begin)) return;
    const size_t length = firm ? FirmLength(begin) : LooseLength(begin);
    if (length > 0) found_.push_back({PersonalKind::kPersonName, begin, begin + length});
  }

  // The length of the name after a firm cue; 0: none.
  size_t FirmLength(size_t begin) const {
    const std::u32string part = Part(begin, 5);
    const size_t surname = SurnameAt(part);
    if (surname == 0) return UnknownSurname(part, begin);
    const bool bare = begin > 0 && text_[begin - 1].IsHanzi() && text_.At(begin - 1) != U'叫' &&
                      text_.At(begin - 1) != U'名';
    if (bare && surname == 1 && In(kFunctionWords, part[0])) return 0;
    if (part.size() <= surname) return SpacedName(begin, part.size());
    if (In(kNoGiven, part[surname])) return 0;
    for (const size_t length : {surname + 1, surname + 2}) {
      if (part.size() >= length && EndsHard(begin + length) && !LooksLikeWords(part, length))
        return length;
    }
    for (const size_t length : {surname + 1, surname + 2}) {
      if (part.size() >= length && EndsHere(begin + length) && !LooksLikeWords(part, length))
        return length;
    }
    // Nothing tells where it ends.
    if (surname == 1 && IsCommonWordSurname(part[0])) return 0;
    return std::min(part.size(), surname + 2);
  }
  // 我叫车, 姓名不符, 联系人是谁
  static bool LooksLikeWords(const std::u32string& part, size_t length) {
    return length == 2 && IsCommonWordSurname(part[0]) && IsWord(part.substr(0, 2));
  }
  // Of 2 to 4 characters that stand alone: 姓名：买买提
  size_t UnknownSurname(const std::u32string& part, size_t begin) const {
    const bool alone = part.size() >= 2 && part.size() <= 4 && EndsHard(begin + part.size());
    const bool label = begin > 0 && (text_.At(begin - 1) == U':' || text_[begin - 1].IsBlank());
    return alone && label && !IsWord(part) && !In(kRoles, part.back()) ? part.size() : 0;
  }
  // 姓名：张 三
  size_t SpacedName(size_t begin, size_t surname) const {
    if (surname == 0 || begin + surname >= text_.size() || !text_[begin + surname].IsBlank())
      return 0;
    const std::u32string given = Part(begin + surname + 1, 3);
    return given.empty() || given.size() > 2 ? 0 : surname + 1 + given.size();
  }

  // The length of the name after a loose cue; 0: none.
  size_t LooseLength(size_t begin) const {
    const std::u32string part = Part(begin, 5);
    const size_t surname = SurnameAt(part);
    if (surname == 0 || part.size() <= surname || In(kNoGiven, part[surname])) return 0;
    if (surname == 1 && In(kFunctionWords, part[0])) return 0;
    const bool doubtful = surname == 1 && IsCommonWordSurname(part[0]);
    for (const size_t length : {surname + 2, surname + 1}) {
      if (part.size() < length || !EndsHere(begin + length)) continue;
      if (!IsWords(part, surname, length, doubtful)) return length;
    }
    return 0;
  }
  // 安徽人, 高三, 党员
  static bool IsWords(const std::u32string& part, size_t surname, size_t length, bool doubtful) {
    const std::u32string_view name = std::u32string_view(part).substr(0, length);
    if (In(kRoles, name.back()) || IsWord(name)) return true;
    for (const char32_t c : name.substr(surname)) {
      if (In(kNoGiven, c)) return true;
    }
    if (doubtful && length == 2) return Lexicon::Builtin().LogProbability(name).has_value();
    if (surname > 1 || length < 3) return false;
    return IsWord(name.substr(0, 2)) || (doubtful && IsWord(name.substr(1)));
  }

  // 张三女士, but neither 王女士 nor 单身女士.
  void FindBefore(size_t title) {
    for (const size_t length : {size_t{4}, size_t{3}, size_t{2}}) {
      if (title < length) continue;
      const size_t begin = title - length;
      const std::u32string part = Part(begin, length);
      const size_t surname = SurnameAt(part);
      if (part.size() < length || surname == 0 || length - surname > 2 || length == surname)
        continue;
      if (surname == 1 && In(kFunctionWords, part[0])) continue;
      if (IsWords(part, surname, length, surname == 1 && IsCommonWordSurname(part[0]))) continue;
      found_.push_back({PersonalKind::kPersonName, begin, title});
      return;
    }
  }

  // 阿依古丽·买买提
  bool FindForeign(size_t begin) {
    size_t end = begin;
    bool dotted = false;
    size_t since_dot = 0;
    while (end < text_.size() && end - begin < kForeignMax) {
      const char32_t c = text_.At(end);
      const bool dot = c == U'·' || c == U'•' || c == U'・' || c == U'‧';
      if (!text_[end].IsHanzi() && !dot) break;
      if (since_dot >= 2 && EndsHere(end)) break;
      since_dot = dot ? 0 : since_dot + 1;
      dotted = dotted || dot;
      if (!dotted) since_dot = 0;
      ++end;
    }
    if (!dotted || end - begin < 4) return false;
    found_.push_back({PersonalKind::kPersonName, begin, end});
    return true;
  }

  // my name is …
  void FindLatin(size_t i) {
    constexpr std::u32string_view kCue = U"MY NAME IS ";
    if (text_.At(i) != U'M' || !text_.StartsWith(i, kCue)) return;
    size_t end = i + kCue.size();
    const size_t begin = end;
    for (size_t word = 0; word < kLatinWordsMax; ++word) {
      size_t at = text_.SkipBlanks(end);
      const size_t first = at;
      while (at < text_.size() && (text_[at].IsLetter() || text_.At(at) == U'-')) ++at;
      if (at == first) break;
      end = at;
    }
    if (end > begin) found_.push_back({PersonalKind::kPersonName, begin, end});
  }

  const GlyphText& text_;
  Findings& found_;
};

}  // namespace

void FindNames(const GlyphText& text, Findings& found) { NameFinder(text, found).FindAll(); }

}  // namespace hotline::text::personal
