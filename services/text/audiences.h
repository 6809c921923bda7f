// Whom a text is about: 个体户, 退休人员, 残疾人 … Pure, by word lists of our own; the longest word
// wins, and what is denied (非企业, 不是残疾人) does not count.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hotline::text {

// As listed at QueryReading.Part.AUDIENCE.
enum class AudienceGroup : uint8_t {
  kIndividual,
  kSelfEmployed,
  kEnterprise,
  kOrganization,
  kForeigner,
  kStudent,
  kRetiree,
  kVeteran,
  kDisabled,
  kPregnant,
  kChild,
  kMigrant,
};
inline constexpr size_t kAudienceGroups = 12;

// The contract's value ("self_employed") and the word for people (个体工商户).
std::string_view AudienceValue(AudienceGroup group);
std::string_view AudienceName(AudienceGroup group);

// One mention.
struct AudienceMention {
  uint32_t begin = 0;  // characters of the text
  uint32_t end = 0;
  AudienceGroup group = AudienceGroup::kIndividual;
};

// Groups as bits.
using AudienceSet = uint16_t;
inline AudienceSet BitOf(AudienceGroup group) {
  return static_cast<AudienceSet>(1U << static_cast<unsigned>(group));
}

// The mentions in `text` (one character per character of the question, FoldCharacter of each), in
// order.
std::vector<AudienceMention> FindAudiences(std::u32string_view text);
AudienceSet AudiencesIn(std::u32string_view text);

// True when both name somebody and nobody in common, so that what is said for `said` is not for
// `asked`. Any person is an individual, and a child may be a student.
bool Conflict(AudienceSet asked, AudienceSet said);

}  // namespace hotline::text
