#include "services/knowledge/sheets/sheet_row.h"

#include <algorithm>
#include <map>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/sheets/cell_text.h"
#include "services/knowledge/sheets/field_columns.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/words.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr int64_t kDaySeconds = 86'400;
// More problems than this in one row say no more than that it is no entry.
constexpr size_t kProblemsMax = 10;

absl::Status FaultOf(const Cell& cell, const std::string& heading) {
  switch (cell.fault) {
    case CellFault::kNone:
      return absl::OkStatus();
    case CellFault::kFormula:
      return FieldInvalid(heading, cell.text, "单元格里的公式没有有效结果，请改成文字。");
    case CellFault::kBrokenBytes:
      return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                       heading + " 含有无法识别的字节，请用 UTF-8 或 GB18030 重新保存。",
                       {{"field", heading}});
    case CellFault::kTooLong:
      return FieldTooLong(heading, kCellMax, kCellMax + 1);
  }
  return absl::OkStatus();
}

// Reads one row. The parts of one column, continued or not, are put together first.
class RowReader {
 public:
  RowReader(const SheetRow& row, const ColumnMap& map, const RowContext& context)
      : map_(map), context_(context) {
    for (size_t i = 0; i < row.cells.size(); ++i) Gather(row.cells[i], i);
  }

  ReadRow Read() {
    TakeText();
    TakeAnswer();
    TakeOwner();
    TakeAttributes();
    TakeValidity();
    TakePolicies();
    TakeProvenance();
    TakeVariant(type::v1::EN, Column::kEnTitle);
    TakeVariant(type::v1::ZH_TW, Column::kTwTitle);
    TakeId();
    Check();
    return std::move(result_);
  }

 private:
  void Gather(const Cell& cell, size_t index) {
    if (index >= map_.columns().size()) {
      if (!IsBlankCell(cell.text)) {
        Problem("", FieldInvalid("第 " + std::to_string(index + 1) + " 列", cell.text,
                                 "这一列没有表头，请补上表头或删除内容。"));
      }
      return;
    }
    const MappedColumn& mapped = map_.columns()[index];
    if (mapped.column == Column::kIgnored) return;
    if (absl::Status fault = FaultOf(cell, mapped.heading); !fault.ok()) {
      Problem(mapped.heading, fault);
      return;
    }
    if (IsBlankCell(cell.text)) return;
    if (mapped.column == Column::kBlock) {
      block_columns_.emplace_back(mapped.block, WithoutHidden(cell.text));
    } else {
      parts_[mapped.column][mapped.part] = WithoutHidden(cell.text);
    }
  }

  // The text of a column; `between` its parts.
  std::string Text(Column column, std::string_view between = "") {
    std::string text;
    for (const auto& [part, piece] : parts_[column]) {
      if (!text.empty()) text += between;
      text += piece;
    }
    return text;
  }
  std::string Stored(Column column) { return ToStoredForm(Text(column)); }

  void Problem(const std::string& heading, const absl::Status& status) {
    const bool told = std::any_of(result_.problems.begin(), result_.problems.end(),
                                  [&](const CellProblem& one) { return one.heading == heading; });
    if (!told && result_.problems.size() < kProblemsMax) {
      result_.problems.push_back({heading, status});
    }
  }
  void Refuse(Column column, const std::string& value, std::string_view advice) {
    const std::string heading = map_.HeadingFor(column);
    Problem(heading, FieldInvalid(heading, value, advice));
  }
  void TakeSimilar(Column column, const std::string& question,
                   google::protobuf::RepeatedPtrField<std::string>* list) {
    for (std::string& item : SplitLines(Text(column, "\n"))) {
      const bool repeated =
          item == question || std::find(list->begin(), list->end(), item) != list->end();
      if (!repeated) list->Add(std::move(item));
    }
  }

  void TakeText() {
    content_.set_question(Stored(Column::kTitle));
    TakeSimilar(Column::kSimilar, content_.question(), content_.mutable_similar_questions());
    content_.set_short_answer(EscapeHtml(Stored(Column::kShortAnswer)));
    content_.set_agent_notes(EscapeHtml(Stored(Column::kAgentNotes)));
    for (std::string& word : SplitWords(Text(Column::kKeywords))) {
      content_.add_keywords(std::move(word));
    }
    content_.set_category(Stored(Column::kCategory));
    const std::string kind = Stored(Column::kKind);
    if (kind.empty()) return;
    if (const auto known = KindOf(kind)) {
      content_.set_kind(*known);
      KeepKindWord(kind);
    } else {
      Refuse(Column::kKind, kind, "请填写下列之一：" + KindWords() + "。");
    }
  }

  // 审批 is kept as a keyword: as a kind it would be lost among the guides.
  void KeepKindWord(const std::string& kind) {
    const bool there = std::find(content_.keywords().begin(), content_.keywords().end(), kind) !=
                       content_.keywords().end();
    if (IsForeignKindWord(kind) && !there && kind != content_.question() &&
        content_.keywords_size() < static_cast<int>(kKeywordsMax)) {
      content_.add_keywords(kind);
    }
  }

  void TakeAnswer() {
    std::vector<v1::AnswerBlock> blocks = BlocksFromText(Text(Column::kContent, "\n\n"));
    std::stable_sort(block_columns_.begin(), block_columns_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [type, text] : block_columns_) AddBlock(type, text, &blocks);
    for (v1::AnswerBlock& block : blocks) *content_.add_blocks() = std::move(block);
  }

  void TakeOwner() {
    const std::string id = Stored(Column::kDepartmentId);
    const std::string name = Stored(Column::kDepartment);
    entry_.set_department_display_name(name);
    entry_.set_department_phone(Stored(Column::kDepartmentPhone));
    if (!id.empty()) {
      content_.set_department(id.find('/') == std::string::npos ? MakeName(kDepartments, id) : id);
    } else if (name.empty()) {
      content_.set_department(context_.default_department);
    } else if (const auto known = context_.departments.find(name);
               known != context_.departments.end()) {
      content_.set_department(known->second);
      if (known->second.empty()) {
        Refuse(Column::kDepartment, name, "有几个单位同名，请在“单位编号”列写明是哪一个。");
      }
    }
  }

  void TakeAttributes() {
    std::string region = Stored(Column::kRegion);
    // "440305 南山区": the code counts.
    if (const size_t blank = region.find(' '); blank == 6) region.resize(blank);
    if (region.empty()) region = context_.default_region;
    content_.set_region(region.empty() ? std::string(kNation) : region);
    if (const std::string word = Stored(Column::kAudience); !word.empty()) {
      const auto audience = AudienceOf(word);
      if (audience) content_.set_audience(*audience);
      if (!audience) Refuse(Column::kAudience, word, "请填写“公开”或“仅坐席”。");
    }
    if (const std::string word = Stored(Column::kRisk); !word.empty()) {
      const auto risk = RiskOf(word);
      if (risk) content_.set_risk(*risk);
      if (!risk) Refuse(Column::kRisk, word, "请填写“低”“一般”或“高”。");
    }
    for (const std::string& word : SplitWords(Text(Column::kChannels))) {
      const auto channel = ChannelOf(word);
      if (channel) content_.add_channels(*channel);
      if (!channel) {
        Refuse(Column::kChannels, word, "请填写：坐席、网站、微信、微博、短信、语音、接口。");
      }
    }
  }

  bool TakeTime(Column column, google::protobuf::Timestamp* time, bool* whole_day = nullptr) {
    const std::string text = Stored(column);
    if (text.empty()) return false;
    const auto read = TimeFromText(text, map_.HeadingFor(column));
    if (!read.ok()) {
      Problem(map_.HeadingFor(column), read.status());
      return false;
    }
    *time = read->time;
    if (whole_day != nullptr) *whole_day = read->whole_day;
    return true;
  }

  void TakeValidity() {
    google::protobuf::Timestamp time;
    bool whole_day = false;
    if (TakeTime(Column::kEffective, &time)) {
      *content_.mutable_validity()->mutable_effective_time() = time;
    }
    if (TakeTime(Column::kValidThrough, &time, &whole_day)) {
      if (whole_day) time.set_seconds(time.seconds() + kDaySeconds);
      *content_.mutable_validity()->mutable_expire_time() = time;
    }
    if (TakeTime(Column::kExpire, &time)) {
      *content_.mutable_validity()->mutable_expire_time() = time;
    }
    if (TakeTime(Column::kReview, &time)) {
      *content_.mutable_validity()->mutable_review_time() = time;
    }
  }

  // A line that begins with a policy's name cites it; any other line is a 依据 in words.
  void TakePolicies() {
    std::string words;
    for (const std::string& line : SplitLines(Text(Column::kPolicies))) {
      if (CollectionOf(line) == kPolicies) {
        content_.add_policies(line.substr(0, line.find(' ')));
      } else {
        words += (words.empty() ? "" : "\n") + line;
      }
    }
    if (!words.empty()) {
      std::vector<v1::AnswerBlock> blocks;
      AddBlock(v1::AnswerBlock::BASIS, words, &blocks);
      *content_.add_blocks() = std::move(blocks.front());
    }
    for (const std::string& line : SplitLines(Text(Column::kPolicyData))) {
      const auto status = google::protobuf::util::JsonStringToMessage(line, entry_.add_policies());
      if (!status.ok()) {
        Refuse(Column::kPolicyData, "", "这一列由导出生成，请保持原样或清空。");
      }
    }
  }

  void TakeProvenance() {
    v1::Provenance provenance;
    provenance.set_source(Stored(Column::kSource));
    provenance.set_source_id(Stored(Column::kSourceId));
    provenance.set_licence(Stored(Column::kLicence));
    provenance.set_source_date(Stored(Column::kSourceDate));
    const std::string sample = Stored(Column::kSample);
    provenance.set_sample(sample == "是" || sample == "TRUE");
    if (!sample.empty() && !provenance.sample() && sample != "否" && sample != "FALSE") {
      Refuse(Column::kSample, sample, "请填写“是”或“否”。");
    }
    if (provenance.ByteSizeLong() > 0) *content_.mutable_provenance() = std::move(provenance);
  }

  // The four columns of a language follow each other.
  void TakeVariant(type::v1::Language language, Column first) {
    const auto column = [&](int offset) {
      return static_cast<Column>(static_cast<int>(first) + offset);
    };
    v1::EntryVariant variant;
    variant.set_question(Stored(column(0)));
    TakeSimilar(column(1), variant.question(), variant.mutable_similar_questions());
    for (v1::AnswerBlock& block : BlocksFromText(Text(column(2), "\n\n"))) {
      *variant.add_blocks() = std::move(block);
    }
    variant.set_short_answer(EscapeHtml(Stored(column(3))));
    if (variant.ByteSizeLong() == 0) return;
    variant.set_language(language);
    *entry_.add_variants() = std::move(variant);
    has_english_ = has_english_ || language == type::v1::EN;
  }

  void TakeId() {
    const std::string id = Stored(Column::kId);
    result_.row_id = std::string(Prefix(id.empty() ? content_.question() : id, kSourceIdMax));
    if (id.empty()) {
      entry_.set_entry_id(MadeId("q", content_.region() + "\n" + content_.question()));
      return;
    }
    if (const size_t length = CodePoints(id); length > kSourceIdMax) {
      Problem(map_.HeadingFor(Column::kId),
              FieldTooLong(map_.HeadingFor(Column::kId), kSourceIdMax, length));
      return;
    }
    entry_.set_entry_id(EntryIdOf(id));
    // A number of the department's own lives on as the id at the source.
    if (entry_.entry_id() != id && content_.provenance().source_id().empty()) {
      content_.mutable_provenance()->set_source_id(id);
    }
  }

  // All that the contract demands. What is wrong is told, made harmless, and checked again.
  void Check() {
    for (size_t attempt = 0; attempt <= kProblemsMax; ++attempt) {
      v1::EntryRow entry = entry_;
      *entry.mutable_content() = content_;
      std::string row_id;
      result_.row = ImportRow();
      const absl::Status status = CheckEntryRow(std::move(entry), &result_.row, &row_id);
      if (status.ok()) return;
      const CellProblem problem = InSheetWords(status, map_, has_english_);
      Problem(problem.heading, problem.status);
      if (!MakeHarmless(ColumnOfField(MetadataOf(status)["field"], has_english_))) return;
    }
  }

  // False when nothing more can be found out.
  bool MakeHarmless(Column column) {
    switch (column) {
      case Column::kId:
        entry_.set_entry_id("x");
        return true;
      case Column::kTitle:
        content_.set_question("标题");
        return true;
      case Column::kSimilar:
        content_.clear_similar_questions();
        return true;
      case Column::kContent:
        content_.clear_blocks();
        content_.add_blocks()->set_type(v1::AnswerBlock::CONCLUSION);
        content_.mutable_blocks(0)->set_text("内容");
        return true;
      case Column::kKeywords:
        content_.clear_keywords();
        return true;
      case Column::kCategory:
        content_.set_category("类目");
        return true;
      case Column::kKind:
        content_.set_kind(v1::FAQ);
        return true;
      case Column::kRegion:
        content_.set_region(std::string(kNation));
        return true;
      case Column::kShortAnswer:
        content_.clear_short_answer();
        return true;
      case Column::kAgentNotes:
        content_.clear_agent_notes();
        return true;
      case Column::kEffective:
      case Column::kExpire:
      case Column::kReview:
        content_.clear_validity();
        return true;
      case Column::kChannels:
        content_.clear_channels();
        return true;
      case Column::kPolicies:
        content_.clear_policies();
        return true;
      case Column::kPolicyData:
        entry_.clear_policies();
        return true;
      case Column::kDepartment:
      case Column::kDepartmentPhone:
        content_.clear_department();
        entry_.clear_department_display_name();
        entry_.clear_department_phone();
        return true;
      case Column::kSource:
      case Column::kSourceId:
      case Column::kLicence:
      case Column::kSourceDate:
        content_.clear_provenance();
        return true;
      default:
        if (entry_.variants().empty()) return false;
        entry_.clear_variants();
        return true;
    }
  }

  const ColumnMap& map_;
  const RowContext& context_;
  std::map<Column, std::map<int, std::string>> parts_;
  std::vector<std::pair<v1::AnswerBlock::Type, std::string>> block_columns_;
  v1::EntryRow entry_;
  v1::EntryContent content_;
  bool has_english_ = false;
  ReadRow result_;
};

}  // namespace

ReadRow ReadSheetRow(const SheetRow& row, const ColumnMap& map, const RowContext& context) {
  return RowReader(row, map, context).Read();
}

}  // namespace hotline::knowledge::sheets
