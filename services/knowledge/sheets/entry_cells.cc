// CellsOf: an exported entry as cells.
#include <algorithm>
#include <map>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "proto/cc/names.h"
#include "services/knowledge/sheets/cell_text.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/sheet_row.h"
#include "services/knowledge/sheets/sheet_writer.h"
#include "services/knowledge/sheets/words.h"

namespace hotline::knowledge::sheets {
namespace {

template <typename T>
std::vector<T> ListOf(const google::protobuf::RepeatedPtrField<T>& items) {
  return {items.begin(), items.end()};
}

// As many pieces as fit into one cell, then as many into the next.
std::vector<std::string> Pack(const std::vector<std::string>& pieces, std::string_view between) {
  std::vector<std::string> cells;
  size_t length = 0;
  for (const std::string& piece : pieces) {
    const size_t more = SheetLength(piece) + between.size();
    if (cells.empty() || length + more > kCellMax) {
      cells.push_back(piece);
      length = more;
    } else {
      cells.back() += between;
      cells.back() += piece;
      length += more;
    }
  }
  return cells;
}

std::vector<std::string> PackLines(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::vector<std::string> lines;
  for (const std::string& item : items) lines.push_back(JoinLines({item}));
  return Pack(lines, "\n");
}

std::vector<std::string> PackBlocks(
    const google::protobuf::RepeatedPtrField<v1::AnswerBlock>& blocks) {
  return Pack(BlocksToTexts(ListOf(blocks)), "\n\n");
}

std::string TimeOr(bool present, const google::protobuf::Timestamp& time) {
  return present ? TimeToText(time) : std::string();
}

std::string ChannelsText(const v1::EntryContent& content) {
  std::string text;
  for (const int channel : content.channels()) {
    if (!text.empty()) text += "，";
    text += ChannelWord(static_cast<type::v1::Channel>(channel));
  }
  return text;
}

// "policies/x 《标题》文号": the name for the reader of the file, the rest for people.
std::string PoliciesText(const v1::EntryRow& row) {
  std::vector<std::string> lines;
  for (const std::string& name : row.content().policies()) {
    const auto found =
        std::find_if(row.policies().begin(), row.policies().end(),
                     [&](const v1::Policy& policy) { return policy.name() == name; });
    std::string line = name;
    if (found != row.policies().end()) {
      line += " 《" + found->title() + "》" + found->document_number();
    }
    lines.push_back(std::move(line));
  }
  return JoinLines(lines);
}

std::string PolicyData(const v1::EntryRow& row) {
  std::vector<std::string> lines;
  for (const v1::Policy& policy : row.policies()) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(policy, &json).ok()) return "";
    lines.push_back(std::move(json));
  }
  std::string cell = JoinLines(lines);
  return SheetLength(cell) <= kCellMax ? cell : std::string();
}

using Cells = std::map<std::pair<Column, int>, std::string>;

void PutParts(Column column, std::vector<std::string> parts, Cells* cells) {
  for (size_t part = 0; part < parts.size(); ++part) {
    (*cells)[{column, static_cast<int>(part)}] = std::move(parts[part]);
  }
}

void PutContent(const v1::EntryContent& content, Cells* cells) {
  Cells& put = *cells;
  put[{Column::kCategory, 0}] = content.category();
  put[{Column::kTitle, 0}] = content.question();
  PutParts(Column::kContent, PackBlocks(content.blocks()), cells);
  PutParts(Column::kSimilar, PackLines(content.similar_questions()), cells);
  put[{Column::kKind, 0}] = std::string(KindWord(content.kind()));
  put[{Column::kKeywords, 0}] = JoinWords(ListOf(content.keywords()));
  put[{Column::kShortAnswer, 0}] = content.short_answer();
  put[{Column::kAgentNotes, 0}] = content.agent_notes();
  put[{Column::kRegion, 0}] = content.region();
  const auto& validity = content.validity();
  put[{Column::kEffective, 0}] = TimeOr(validity.has_effective_time(), validity.effective_time());
  put[{Column::kExpire, 0}] = TimeOr(validity.has_expire_time(), validity.expire_time());
  put[{Column::kReview, 0}] = TimeOr(validity.has_review_time(), validity.review_time());
  put[{Column::kAudience, 0}] = std::string(AudienceWord(content.audience()));
  put[{Column::kChannels, 0}] = ChannelsText(content);
  put[{Column::kRisk, 0}] = std::string(RiskWord(content.risk()));
  const v1::Provenance& provenance = content.provenance();
  put[{Column::kSource, 0}] = provenance.source();
  put[{Column::kSourceId, 0}] = provenance.source_id();
  put[{Column::kLicence, 0}] = provenance.licence();
  put[{Column::kSourceDate, 0}] = provenance.source_date();
  put[{Column::kSample, 0}] = provenance.sample() ? "是" : "";
}

// The four columns of a language follow each other.
void PutVariant(const v1::EntryVariant& variant, Cells* cells) {
  const bool english = variant.language() == type::v1::EN;
  const int first = static_cast<int>(english ? Column::kEnTitle : Column::kTwTitle);
  const auto column = [&](int offset) { return static_cast<Column>(first + offset); };
  (*cells)[{column(0), 0}] = variant.question();
  PutParts(column(1), PackLines(variant.similar_questions()), cells);
  PutParts(column(2), PackBlocks(variant.blocks()), cells);
  (*cells)[{column(3), 0}] = variant.short_answer();
}

}  // namespace

std::vector<std::string> CellsOf(const v1::EntryRow& row) {
  Cells cells;
  cells[{Column::kId, 0}] = row.entry_id();
  PutContent(row.content(), &cells);
  cells[{Column::kDepartment, 0}] = row.department_display_name();
  if (!row.content().department().empty()) {
    cells[{Column::kDepartmentId, 0}] = std::string(IdOf(row.content().department()));
  }
  cells[{Column::kDepartmentPhone, 0}] = row.department_phone();
  cells[{Column::kPolicies, 0}] = PoliciesText(row);
  cells[{Column::kPolicyData, 0}] = PolicyData(row);
  for (const v1::EntryVariant& variant : row.variants()) PutVariant(variant, &cells);
  std::vector<std::string> texts;
  for (const ExportColumn& column : ExportColumns()) {
    texts.push_back(std::move(cells[{column.column, column.part}]));
  }
  return texts;
}

}  // namespace hotline::knowledge::sheets
