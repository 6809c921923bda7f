#include "services/knowledge/sheets/field_columns.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "proto/cc/errors.h"

namespace hotline::knowledge::sheets {
namespace {

// Fields of EntryRow to columns, the longest path first where one begins like another.
constexpr std::array<std::pair<std::string_view, Column>, 29> kFields = {{
    {"entry_id", Column::kId},
    {"content.question", Column::kTitle},
    {"content.similar_questions", Column::kSimilar},
    {"content.blocks", Column::kContent},
    {"content.short_answer", Column::kShortAnswer},
    {"content.agent_notes", Column::kAgentNotes},
    {"content.keywords", Column::kKeywords},
    {"content.category", Column::kCategory},
    {"content.kind", Column::kKind},
    {"content.department", Column::kDepartment},
    {"content.region", Column::kRegion},
    {"content.validity.effective_time", Column::kEffective},
    {"content.validity.expire_time", Column::kExpire},
    {"content.validity.review_time", Column::kReview},
    {"content.audience", Column::kAudience},
    {"content.channels", Column::kChannels},
    {"content.policies", Column::kPolicies},
    {"content.risk", Column::kRisk},
    {"content.provenance.source_id", Column::kSourceId},
    {"content.provenance.source_date", Column::kSourceDate},
    {"content.provenance.source", Column::kSource},
    {"content.provenance.licence", Column::kLicence},
    {"department_display_name", Column::kDepartment},
    {"department_phone", Column::kDepartmentPhone},
    {"policies", Column::kPolicyData},
    {"variants.question", Column::kTitle},
    {"variants.similar_questions", Column::kSimilar},
    {"variants.blocks", Column::kContent},
    {"variants.short_answer", Column::kShortAnswer},
}};

// The column of a translation that stands beside one of the source text.
Column InLanguage(Column column, bool english) {
  switch (column) {
    case Column::kTitle:
      return english ? Column::kEnTitle : Column::kTwTitle;
    case Column::kSimilar:
      return english ? Column::kEnSimilar : Column::kTwSimilar;
    case Column::kContent:
      return english ? Column::kEnContent : Column::kTwContent;
    default:
      return english ? Column::kEnShort : Column::kTwShort;
  }
}

}  // namespace

// "variants[1].blocks[0].text" is a field of the second translation; EN comes first when it is
// there (TakeVariants below).
Column ColumnOfField(std::string_view field, bool has_english) {
  constexpr std::string_view kVariants = "variants[";
  std::string path(field);
  bool second = false;
  const bool variant = field.substr(0, kVariants.size()) == kVariants;
  if (variant) {
    second = field.substr(kVariants.size(), 1) == "1";
    path = "variants" + std::string(field.substr(std::min(field.find(']') + 1, field.size())));
  }
  for (const auto& [start, column] : kFields) {
    if (path.compare(0, start.size(), start) != 0) continue;
    return variant ? InLanguage(column, has_english && !second) : column;
  }
  return Column::kIgnored;
}

CellProblem InSheetWords(const absl::Status& status, const ColumnMap& map, bool has_english) {
  ErrorMetadata metadata = MetadataOf(status);
  const std::string field = metadata["field"];
  const Column column = ColumnOfField(field, has_english);
  if (column == Column::kIgnored) return {"", status};
  const std::string heading = map.HeadingFor(column);
  metadata["field"] = heading;
  std::string message(status.message());
  if (const size_t at = message.find(field); !field.empty() && at != std::string::npos) {
    // Which item of a list: "关键字（第 2 项）".
    const size_t open = field.find('[', field.find(']') == std::string::npos ? 0 : 1);
    std::string name = heading;
    const bool list = column == Column::kKeywords || column == Column::kSimilar;
    if (list && open != std::string::npos) {
      name += "（第 " + std::to_string(std::atoi(field.c_str() + open + 1) + 1) + " 项）";
    }
    message.replace(at, field.size(), name);
  }
  return {heading, MakeError(status.code(), ReasonOf(status), message, metadata)};
}

}  // namespace hotline::knowledge::sheets
