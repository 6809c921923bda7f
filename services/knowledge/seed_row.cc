// Rows of format JSONL_SEED: the keys of docs/import-format.md.
#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "absl/strings/ascii.h"

#include "nlohmann/json.hpp"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/regions.h"
#include "proto/cc/text.h"
#include "services/knowledge/import_row.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using Json = nlohmann::json;

// The text at `key`, moved out of the row; empty for null or absent.
absl::StatusOr<std::string> TakeText(Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || found->is_null()) return std::string();
  if (!found->is_string()) return FieldInvalid(key, "", "应为文本。");
  return WithoutHidden(std::move(found->get_ref<std::string&>()));
}

// The texts at `key` in stored form, without blank ones, repetitions and those that `taken` says
// already.
absl::StatusOr<std::vector<std::string>> TakeTexts(Json& row, const char* key,
                                                   std::string_view taken) {
  std::vector<std::string> texts;
  const auto found = row.find(key);
  if (found == row.end() || found->is_null()) return texts;
  if (!found->is_array()) return FieldInvalid(key, "", "应为文本的列表。");
  std::unordered_set<std::string> seen = {std::string(taken)};
  for (Json& item : *found) {
    if (!item.is_string()) return FieldInvalid(key, "", "列表中的每一项都应为文本。");
    std::string text = ToStoredForm(WithoutHidden(std::move(item.get_ref<std::string&>())));
    if (!text.empty() && seen.insert(text).second) texts.push_back(std::move(text));
  }
  return texts;
}

absl::StatusOr<std::string> TakeId(Json& row) {
  const auto found = row.find("id");
  if (found != row.end() && found->is_number_integer()) return found->dump();
  return TakeText(row, "id");
}

absl::StatusOr<v1::EntryKind> TakeKind(Json& row) {
  ASSIGN_OR_RETURN(const std::string type, TakeText(row, "type"));
  if (type.empty()) return FieldRequired("type");
  v1::EntryKind kind = v1::ENTRY_KIND_UNSPECIFIED;
  if (!v1::EntryKind_Parse(absl::AsciiStrToUpper(type), &kind) ||
      kind == v1::ENTRY_KIND_UNSPECIFIED) {
    return FieldInvalid("type", type,
                        "应为 faq、guide、statute、case 等类型之一，见导入格式说明。");
  }
  return kind;
}

absl::Status TakeAnswer(Json& row, v1::EntryContent* content) {
  ASSIGN_OR_RETURN(std::string answer, TakeText(row, "answer"));
  answer = EscapeHtml(ToStoredForm(answer));
  if (answer.empty()) return FieldRequired("answer");
  const size_t length = answer.size() > kAnswerMax ? CodePoints(answer) : 0;
  if (length > kAnswerMax) return FieldTooLong("answer", kAnswerMax, length);
  for (std::string& text : SplitAnswer(answer, kBlockTextMax)) {
    v1::AnswerBlock& block = *content->add_blocks();
    block.set_type(v1::AnswerBlock::CONCLUSION);
    block.set_text(std::move(text));
  }
  return absl::OkStatus();
}

absl::Status TakeSearchAids(Json& row, v1::EntryContent* content) {
  ASSIGN_OR_RETURN(auto similar, TakeTexts(row, "similar_questions", content->question()));
  for (std::string& text : similar) content->add_similar_questions(std::move(text));
  ASSIGN_OR_RETURN(auto keywords, TakeTexts(row, "keywords", content->question()));
  for (std::string& text : keywords) {
    // A keyword only helps searching: one that does not fit is no reason to keep an answer out.
    const bool fits = CodePoints(text) <= kKeywordMax &&
                      content->keywords_size() < static_cast<int>(kKeywordsMax);
    if (fits) content->add_keywords(std::move(text));
  }
  return absl::OkStatus();
}

absl::Status TakeDepartment(Json& row, ImportRow* result) {
  ASSIGN_OR_RETURN(std::string display_name, TakeText(row, "department"));
  display_name = ToStoredForm(display_name);
  if (display_name.empty()) return absl::OkStatus();
  if (const size_t length = CodePoints(display_name); length > kDisplayNameMax) {
    return FieldTooLong("department", kDisplayNameMax, length);
  }
  result->department.set_name(MakeName(kDepartments, DepartmentIdOf(display_name)));
  result->department.set_display_name(std::move(display_name));
  result->content.set_department(result->department.name());
  return absl::OkStatus();
}

absl::Status TakeProvenance(Json& row, const std::string& source, v1::EntryContent* content) {
  v1::Provenance& provenance = *content->mutable_provenance();
  ASSIGN_OR_RETURN(*provenance.mutable_source(), TakeText(row, "source"));
  if (provenance.source().empty()) provenance.set_source(source);
  ASSIGN_OR_RETURN(*provenance.mutable_source_id(), TakeText(row, "source_id"));
  ASSIGN_OR_RETURN(*provenance.mutable_licence(), TakeText(row, "licence"));
  ASSIGN_OR_RETURN(*provenance.mutable_source_date(), TakeText(row, "date"));
  if (provenance.ByteSizeLong() == 0) content->clear_provenance();
  return absl::OkStatus();
}

// Errors of the checked text name the key of the row, not the field of the entry.
absl::Status InRowWords(const absl::Status& status) {
  if (status.ok()) return status;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kKeys = {{
      {"kind", "type"},
      {"blocks", "answer"},
      {"region", "region_code"},
      {"provenance.source_id", "source_id"},
      {"provenance.source_date", "date"},
      {"provenance.source", "source"},
      {"provenance.licence", "licence"},
  }};
  ErrorMetadata metadata = MetadataOf(status);
  const std::string field = metadata["field"];
  for (const auto& [prefix, key] : kKeys) {
    if (field.compare(0, prefix.size(), prefix) != 0) continue;
    metadata["field"] = std::string(key);
    std::string message(status.message());
    if (const size_t at = message.find(field); at != std::string::npos) {
      message.replace(at, field.size(), key);
    }
    return MakeError(status.code(), ReasonOf(status), message, metadata);
  }
  return status;
}

// The best place to cut `window` (the longest text that fits): after the last break of the best
// kind in its second half.
size_t CutAt(std::string_view window) {
  constexpr std::array<std::string_view, 6> kBreaks = {"\n\n", "\n", "。", "！", "？", "；"};
  for (const std::string_view end : kBreaks) {
    const size_t at = window.rfind(end);
    if (at != std::string_view::npos && at >= window.size() / 2) return at + end.size();
  }
  return window.size();
}

}  // namespace

std::string WithoutHidden(std::string text) {
  if (!HasHiddenCharacters(text)) return text;
  std::string clean;
  for (size_t at = 0; at < text.size();) {
    const std::string_view one = Prefix(std::string_view(text).substr(at), 1);
    if (!HasHiddenCharacters(one)) clean += one;
    at += one.size();
  }
  return clean;
}

absl::Status MalformedRow() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::MALFORMED_ROW,
                   "这一行不是完整的 JSON 对象，请检查引号、括号和换行。");
}

bool IsBlankRow(std::string_view bytes) {
  return bytes.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

absl::Status CheckRowBytes(std::string_view bytes) {
  if (bytes.size() > kImportRowBytesMax) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, type::v1::FIELD_TOO_LONG,
        "这一行超过 " + std::to_string(kImportRowBytesMax / 1024) + " KiB，请拆分后再导入。",
        {{"limit", std::to_string(kImportRowBytesMax)}, {"actual", std::to_string(bytes.size())}});
  }
  if (!IsUtf8(bytes)) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     "这一行不是有效的 UTF-8 文本，请转换编码后再导入。");
  }
  return absl::OkStatus();
}

std::string EntryIdOf(std::string_view row_id) {
  constexpr size_t kKept = 40;
  constexpr size_t kHashLength = 10;
  const std::string lower = absl::AsciiStrToLower(absl::string_view(row_id.data(), row_id.size()));
  if (IsId(lower)) return lower;
  std::string id;
  for (const char c : lower) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) {
      id += c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
    if (id.size() == kKept) break;
  }
  if (id.empty() || id.front() < 'a' || id.front() > 'z') id.insert(0, "x-");
  if (id.back() != '-') id += '-';
  return id + Base32Digest(row_id, kHashLength);
}

std::string DepartmentIdOf(std::string_view display_name) { return MadeId("d", display_name); }

std::vector<std::string> SplitAnswer(std::string_view text, size_t limit) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view window = Prefix(text, limit);
    const size_t cut = window.size() == text.size() ? text.size() : CutAt(window);
    std::string part = ToStoredForm(text.substr(0, cut));
    if (!part.empty()) parts.push_back(std::move(part));
    text.remove_prefix(cut);
  }
  return parts;
}

absl::Status ReadSeedRow(std::string_view bytes, const std::string& source, ImportRow* row,
                         std::string* row_id) {
  Json json = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return MalformedRow();
  ASSIGN_OR_RETURN(*row_id, TakeId(json));
  *row_id = ToStoredForm(*row_id);
  if (row_id->empty()) return FieldRequired("id");
  if (const size_t length = CodePoints(*row_id); length > kSourceIdMax) {
    return FieldTooLong("id", kSourceIdMax, length);
  }
  row->entry_name = MakeName(kEntries, EntryIdOf(*row_id));
  v1::EntryContent& content = row->content;
  ASSIGN_OR_RETURN(const v1::EntryKind kind, TakeKind(json));
  content.set_kind(kind);
  ASSIGN_OR_RETURN(std::string question, TakeText(json, "question"));
  content.set_question(ToStoredForm(question));
  RETURN_IF_ERROR(TakeAnswer(json, &content));
  RETURN_IF_ERROR(TakeSearchAids(json, &content));
  ASSIGN_OR_RETURN(*content.mutable_category(), TakeText(json, "category"));
  RETURN_IF_ERROR(TakeDepartment(json, row));
  ASSIGN_OR_RETURN(*content.mutable_region(), TakeText(json, "region_code"));
  if (content.region().empty()) content.set_region(std::string(kNation));
  RETURN_IF_ERROR(TakeProvenance(json, source, &content));
  return InRowWords(CheckContent(&content, FieldPath()));
}

}  // namespace hotline::knowledge
