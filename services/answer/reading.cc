#include "services/answer/reading.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using text::PlaceMention;
using text::TimeMention;

// Longer questions are stories: the times and people in them are of what happened.
constexpr size_t kStoryCharacters = 60;
// Of so many characters at least a query must consist.
constexpr size_t kQueryCharactersMin = 2;

// What a rule is asked for by.
constexpr std::u32string_view kRuleWords[] = {
    U"标准", U"政策", U"规定", U"基数", U"多少", U"比例", U"金额", U"补贴",   U"费用",
    U"条件", U"额度", U"价格", U"税率", U"待遇", U"上限", U"下限", U"档次",   U"办法",
    U"最低", U"工资", U"缴费", U"利率", U"津贴", U"年限", U"限额", U"怎么算", U"如何计算"};
// What shows that today is asked about after all.
constexpr std::u32string_view kNowWords[] = {U"现在",   U"目前",     U"今年", U"还能", U"还可以",
                                             U"还有效", U"是否有效", U"补缴", U"补办", U"补报"};
// What shows that something happened, rather than held.
constexpr std::u32string_view kStoryWords[] = {U"我",   U"被",   U"买了", U"办了", U"交了",
                                               U"发生", U"至今", U"以来", U"开始"};

template <size_t N>
bool HasAny(std::u32string_view text, const std::u32string_view (&words)[N]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::u32string_view word) { return text.find(word) != text.npos; });
}

// 我 tells of oneself, but for 我市, 我省 …
bool TellsOfOneself(std::u32string_view text) {
  for (size_t at = text.find(U'我'); at != text.npos; at = text.find(U'我', at + 1)) {
    constexpr std::u32string_view kAreas = U"市省区县国";
    if (at + 1 >= text.size() || kAreas.find(text[at + 1]) == kAreas.npos) return true;
  }
  return false;
}

text::PlaceCode NearOf(RegionCode region) {
  return region == kAnyRegion || region == kNationCode ? text::kNoPlace : region;
}

// The narrowest of the places of the matter when each contains the next; nothing when there is none
// or they lie beside each other.
std::optional<RegionCode> PlaceOfMatter(const std::vector<PlaceMention>& places) {
  std::optional<RegionCode> narrowest;
  for (const PlaceMention& place : places) {
    if (place.origin) continue;
    if (!narrowest.has_value() || text::ContainsPlace(*narrowest, place.code)) {
      narrowest = place.code;
    } else if (!text::ContainsPlace(place.code, *narrowest)) {
      return std::nullopt;
    }
  }
  return narrowest;
}

void SetRegion(RegionCode asked, QuestionReading& reading) {
  reading.region = asked;
  const std::optional<RegionCode> place = PlaceOfMatter(reading.places);
  if (!place.has_value()) return;
  // Who is in a district and names its city is still in that district.
  if (asked != kAnyRegion && *place != asked && text::ContainsPlace(*place, asked)) return;
  reading.region = *place;
  reading.region_is_from_question = true;
  reading.region_overrides_request = asked != kAnyRegion && !text::ContainsPlace(asked, *place);
}

std::optional<TimeMention> PastRule(const QuestionReading& reading, text::Day today) {
  if (reading.text.size() > kStoryCharacters || reading.times.size() != 1) return std::nullopt;
  const TimeMention& time = reading.times[0];
  // A time that is not over yet is today's.
  if (time.to > today) return std::nullopt;
  if (!HasAny(reading.text, kRuleWords) || HasAny(reading.text, kNowWords) ||
      HasAny(reading.text, kStoryWords) || TellsOfOneself(reading.text)) {
    return std::nullopt;
  }
  return time;
}

bool IsOfRegion(const QuestionReading& reading, const PlaceMention& place) {
  return reading.region_is_from_question && !place.origin &&
         text::ContainsPlace(place.code, reading.region);
}

std::string MeaningOf(const QuestionReading& reading, const PlaceMention& place) {
  const std::string name = text::PlaceName(place.code);
  if (place.origin) return name + "（来处，不作为办事地区）";
  if (!IsOfRegion(reading, place)) return name;
  return reading.region_overrides_request ? name + "（以问题中的地区为准）"
                                          : name + "（按此地区答复）";
}

}  // namespace

QuestionReading ReadQuestion(std::string_view question, RegionCode asked, LogTime now) {
  QuestionReading reading;
  reading.text = text::ToCodePoints(question);
  for (char32_t& c : reading.text) c = text::FoldCharacter(c);
  const text::Day today = text::DayOfInstant(now);
  reading.places = text::FindPlaces(reading.text, NearOf(asked));
  reading.times = text::FindTimes(reading.text, today);
  reading.audiences = text::FindAudiences(reading.text);
  SetRegion(asked, reading);
  reading.past = PastRule(reading, today);
  if (reading.text.size() <= kStoryCharacters) {
    for (const text::AudienceMention& mention : reading.audiences) {
      reading.audience = static_cast<text::AudienceSet>(reading.audience | BitOf(mention.group));
    }
  }
  return reading;
}

std::optional<std::string> WithoutPlaces(const QuestionReading& reading) {
  std::u32string rest = reading.text;
  bool marked = false;
  for (const PlaceMention& place : reading.places) {
    if (!IsOfRegion(reading, place)) continue;
    marked = true;
    std::fill(rest.begin() + place.begin, rest.begin() + place.end, U' ');
  }
  if (!marked) return std::nullopt;
  const auto searchable = std::count_if(rest.begin(), rest.end(), [](char32_t c) {
    return text::ClassOf(c) != text::CharClass::kSeparator;
  });
  if (searchable < static_cast<std::ptrdiff_t>(kQueryCharactersMin)) return std::nullopt;
  return text::ToUtf8(rest);
}

bool NamesPlaceOf(const QuestionReading& reading, std::string_view text) {
  std::u32string folded = text::ToCodePoints(text);
  for (char32_t& c : folded) c = text::FoldCharacter(c);
  // As said in the question: 南山区, or 深圳南山.
  if (std::any_of(reading.places.begin(), reading.places.end(), [&](const PlaceMention& place) {
        return IsOfRegion(reading, place) &&
               folded.find(reading.text.substr(place.begin, place.end - place.begin)) !=
                   folded.npos;
      })) {
    return true;
  }
  const std::vector<PlaceMention> named = text::FindPlaces(folded, reading.region);
  return std::any_of(named.begin(), named.end(), [&](const PlaceMention& place) {
    return std::any_of(reading.places.begin(), reading.places.end(), [&](const auto& asked) {
      return IsOfRegion(reading, asked) && asked.code == place.code;
    });
  });
}

std::string RegionText(RegionCode region) {
  if (region == kAnyRegion) return "";
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%06u", region);
  return digits.data();
}

LogTime MatterTime(const TimeMention& past, LogTime now) {
  return std::min(now, text::BeginOfDay(past.to) - 1);
}

v1::QueryReading ToProto(const QuestionReading& reading, std::string_view past_note) {
  using Part = v1::QueryReading::Part;
  v1::QueryReading proto;
  std::vector<Part> parts;
  const auto add = [&](Part::Kind kind, uint32_t begin, uint32_t end, std::string meaning,
                       std::string value) {
    Part& part = parts.emplace_back();
    part.set_kind(kind);
    part.set_begin(static_cast<int32_t>(begin));
    part.set_end(static_cast<int32_t>(end));
    part.set_meaning(std::move(meaning));
    part.set_value(std::move(value));
  };
  for (const PlaceMention& place : reading.places) {
    add(Part::REGION, place.begin, place.end, MeaningOf(reading, place), RegionText(place.code));
  }
  for (const TimeMention& time : reading.times) {
    const bool is_past = reading.past.has_value() && reading.past->begin == time.begin;
    std::string meaning = text::TimeName(time);
    if (is_past && !past_note.empty()) meaning += "：" + std::string(past_note);
    add(Part::TIME, time.begin, time.end, std::move(meaning), text::IsoInterval(time));
  }
  for (const text::AudienceMention& mention : reading.audiences) {
    add(Part::AUDIENCE, mention.begin, mention.end, std::string(AudienceName(mention.group)),
        std::string(AudienceValue(mention.group)));
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.begin() < b.begin(); });
  for (Part& part : parts) *proto.add_parts() = std::move(part);
  proto.set_region(RegionText(reading.region));
  return proto;
}

}  // namespace hotline::answer
