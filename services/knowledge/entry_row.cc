// Rows of format JSONL_ROW: an EntryRow in protobuf JSON, as ExportEntries gives it.
#include <set>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "nlohmann/json.hpp"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/text.h"
#include "services/knowledge/import_row.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

// Those that a text cites, each with the chain of its replacements.
constexpr size_t kImportedPoliciesMax = 6 * kPoliciesMax;

// json_util names the place in one of the forms "(content.blocks[0]) foo: Cannot find field." and
// "(content) invalid name foo: Cannot find field."; this finds it again.
std::string FieldIn(const std::string& message) {
  std::string field;
  if (const size_t open = message.find('('); open != std::string::npos) {
    const size_t close = message.find(')', open);
    if (close != std::string::npos) field = message.substr(open + 1, close - open - 1);
  }
  const size_t colon = message.find(": Cannot find field");
  if (colon == std::string::npos) return field;
  const size_t space = message.rfind(' ', colon);
  const size_t start = space == std::string::npos ? 0 : space + 1;
  const std::string name = message.substr(start, colon - start);
  return field.empty() || field == name ? name : field + "." + name;
}

absl::Status ParseJson(std::string_view bytes, v1::EntryRow* row) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(bytes.data(), bytes.size()), row, options);
  if (status.ok()) return absl::OkStatus();
  // Broken JSON and sound JSON that is no EntryRow are different mistakes; the second parse runs
  // for bad rows only.
  const auto json = nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return MalformedRow();
  const std::string detail(Prefix(std::string(status.message()), 200));
  return FieldInvalid(FieldIn(detail), "", "与 EntryRow 的格式不符（" + detail + "）。");
}

absl::Status TakeVariants(v1::EntryRow* row, std::vector<v1::EntryVariant>* variants) {
  std::set<int> languages;
  const FieldPath root;
  for (int i = 0; i < row->variants_size(); ++i) {
    v1::EntryVariant& variant = *row->mutable_variants(i);
    const FieldPath path(root, "variants", i);
    RETURN_IF_ERROR(CheckVariant(&variant, path));
    if (!languages.insert(variant.language()).second) {
      return FieldInvalid(FieldPath(path, "language").ToString(), "", "同一语种只能有一份译文。");
    }
    variant.clear_source_revision();
    variant.clear_update_time();
    variants->push_back(std::move(variant));
  }
  return absl::OkStatus();
}

absl::Status TakePolicies(v1::EntryRow* row, std::vector<v1::Policy>* policies) {
  const FieldPath root;
  RETURN_IF_ERROR(CheckCount(row->policies_size(), kImportedPoliciesMax, FieldPath("policies")));
  std::set<std::string> names;
  for (int i = 0; i < row->policies_size(); ++i) {
    v1::Policy& policy = *row->mutable_policies(i);
    const FieldPath path(root, "policies", i);
    RETURN_IF_ERROR(CheckName(policy.name(), kPolicies, FieldPath(path, "name")));
    RETURN_IF_ERROR(CheckPolicy(&policy, path));
    if (!names.insert(policy.name()).second) {
      return FieldInvalid(FieldPath(path, "name").ToString(), policy.name(),
                          "同一文件只能写一次。");
    }
    policy.clear_etag();
    policy.clear_create_time();
    policy.clear_update_time();
    policy.clear_consistency_token();
    policies->push_back(std::move(policy));
  }
  return absl::OkStatus();
}

absl::Status TakeDepartment(v1::EntryRow* row, ImportRow* result) {
  v1::Department& department = result->department;
  department.set_display_name(std::move(*row->mutable_department_display_name()));
  department.set_phone(std::move(*row->mutable_department_phone()));
  RETURN_IF_ERROR(CheckText(department.mutable_display_name(), {0, kDisplayNameMax},
                            FieldPath("department_display_name")));
  RETURN_IF_ERROR(
      CheckText(department.mutable_phone(), {0, kPhoneMax}, FieldPath("department_phone")));
  if (department.display_name().empty()) return absl::OkStatus();  // nothing to create it from
  if (result->content.department().empty()) {
    result->content.set_department(
        MakeName(kDepartments, DepartmentIdOf(department.display_name())));
  }
  department.set_name(result->content.department());
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadEntryRow(std::string_view bytes, ImportRow* row, std::string* row_id) {
  v1::EntryRow parsed;
  RETURN_IF_ERROR(ParseJson(bytes, &parsed));
  return CheckEntryRow(std::move(parsed), row, row_id);
}

absl::Status CheckEntryRow(v1::EntryRow parsed, ImportRow* row, std::string* row_id) {
  *row_id = std::string(Prefix(parsed.entry_id(), kSourceIdMax));
  if (parsed.entry_id().empty()) return FieldRequired("entry_id");
  row->entry_name = MakeName(kEntries, parsed.entry_id());
  RETURN_IF_ERROR(CheckName(row->entry_name, kEntries, FieldPath("entry_id")));
  row->content = std::move(*parsed.mutable_content());
  RETURN_IF_ERROR(CheckContent(&row->content, FieldPath("content")));
  RETURN_IF_ERROR(TakeVariants(&parsed, &row->variants));
  RETURN_IF_ERROR(TakePolicies(&parsed, &row->policies));
  return TakeDepartment(&parsed, row);
}

}  // namespace hotline::knowledge
