// Which column of a sheet means what: headings to fields and back. docs/import-format.md, section
// "Sheets", has the table for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/sheets/sheet.h"

namespace hotline::knowledge::sheets {

enum class Column {
  kId,
  kCategory,
  kTitle,
  kContent,
  kDepartment,  // display name of the owner
  kKind,
  kKeywords,
  kSimilar,
  kShortAnswer,
  kAgentNotes,
  kRegion,
  kEffective,
  kExpire,
  kValidThrough,  // the last day on which it holds: one before kExpire
  kReview,
  kAudience,
  kChannels,
  kRisk,
  kPolicies,
  kDepartmentId,
  kDepartmentPhone,
  kSource,
  kSourceId,
  kLicence,
  kSourceDate,
  kSample,
  kEnTitle,
  kEnSimilar,
  kEnContent,
  kEnShort,
  kTwTitle,
  kTwSimilar,
  kTwContent,
  kTwShort,
  kPolicyData,  // the documents themselves, for another base
  kBlock,       // a part of the answer in a column of its own
  kIgnored,     // written for readers: state, revision, the reason of a refusal
};

// Heading of an exported column, e.g. "相似问（续1）" for part 1.
std::string HeadingOf(Column column, int part = 0);

// The columns of an export of entries, in order, with their continuations: a cell holds 32,767
// characters, some fields more.
struct ExportColumn {
  Column column;
  int part;
};
const std::vector<ExportColumn>& ExportColumns();

// One column of a sheet that came.
struct MappedColumn {
  Column column = Column::kIgnored;
  int part = 0;
  v1::AnswerBlock::Type block = v1::AnswerBlock::TYPE_UNSPECIFIED;  // kBlock
  bool known = true;      // false: a heading that nobody knows
  bool repeated = false;  // an earlier column has this heading: this one is not used
  std::string heading;    // as it stands in the sheet
};

class ColumnMap {
 public:
  // The map when `row` is a heading: it names the title and the content, or a part of it.
  static std::optional<ColumnMap> Read(const SheetRow& row);

  const std::vector<MappedColumn>& columns() const { return columns_; }
  bool Has(Column column) const;
  // The heading for a column as it stands in this sheet; the one of exports when it has none.
  std::string HeadingFor(Column column) const;

 private:
  std::vector<MappedColumn> columns_;
};

// The heading of the column with reasons in the file of refused rows.
inline constexpr std::string_view kReasonHeading = "拒绝原因";

}  // namespace hotline::knowledge::sheets
