#include "services/knowledge/sheets/sheet_export.h"

#include <set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/sheets/columns.h"
#include "services/knowledge/sheets/ledgers.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/sheet_row.h"

namespace hotline::knowledge::sheets {

SheetExport::SheetExport(storage::Store& store, runtime::Call call, v1::ExportSheetRequest request)
    : store_(store),
      call_(std::move(call)),
      request_(std::move(request)),
      kb_revision_(request_.kb_revision()) {}

absl::StatusOr<SheetExport::Step> SheetExport::Next() {
  if (!file_.has_value()) {
    if (writer_ == nullptr) RETURN_IF_ERROR(Begin());
    ASSIGN_OR_RETURN(const bool more, WriteSome());
    if (!more) {
      ASSIGN_OR_RETURN(file_, writer_->Finish());
    }
    return Step::Message(Counts());
  }
  v1::ExportSheetResponse piece = Counts();
  ASSIGN_OR_RETURN(*piece.mutable_data(), file_->ReadAt(sent_, kPieceBytes));
  if (piece.data().empty()) return Step::End();
  sent_ += static_cast<int64_t>(piece.data().size());
  return Step::Message(std::move(piece));
}

absl::Status SheetExport::Begin() {
  const bool xlsx = request_.format() == v1::XLSX;
  ASSIGN_OR_RETURN(writer_, xlsx ? MakeXlsxWriter() : MakeCsvWriter());
  switch (request_.content()) {
    case Content::FACTS:
      return writer_->Write(FactHeadings());
    case Content::POLICIES:
      return writer_->Write(PolicyHeadings());
    default: {
      v1::ExportEntriesRequest entries;
      entries.set_kb_revision(request_.kb_revision());
      entries.set_online_only(request_.online_only());
      entries_ = std::make_unique<Exporter>(store_, call_, entries);
      std::vector<std::string> headings;
      for (const ExportColumn& column : ExportColumns()) {
        headings.push_back(HeadingOf(column.column, column.part));
      }
      return writer_->Write(headings);
    }
  }
}

absl::StatusOr<bool> SheetExport::WriteSome() {
  switch (request_.content()) {
    case Content::FACTS:
      return WriteFacts();
    case Content::POLICIES:
      return WritePolicies();
    default:
      return WriteEntries();
  }
}

absl::StatusOr<bool> SheetExport::WriteEntries() {
  ASSIGN_OR_RETURN(const auto step, entries_->Next());
  if (step.kind != runtime::StreamStep<v1::ExportEntriesResponse>::Kind::kMessage) return false;
  kb_revision_ = step.message.kb_revision();
  for (const v1::EntryRow& row : step.message.rows()) {
    const bool wanted =
        request_.department().empty() || row.content().department() == request_.department();
    if (wanted) RETURN_IF_ERROR(Write(CellsOf(row)));
  }
  return true;
}

absl::StatusOr<storage::ResourcePage> SheetExport::NextPage(std::string_view collection,
                                                            std::string* after_name) const {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(collection));
  query.set_after_name(*after_name);
  query.set_page_size(kExportPageSize);
  query.set_kb_revision(kb_revision_);
  ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, call_.deadline));
  if (!page.resources.empty()) *after_name = NameOf(page.resources.back().resource);
  return page;
}

absl::StatusOr<std::string> SheetExport::DepartmentName(const std::string& name) {
  if (name.empty()) return std::string();
  const auto known = departments_.find(name);
  if (known != departments_.end()) return known->second;
  if (departments_.size() >= static_cast<size_t>(kDepartmentsMax)) departments_.clear();
  const auto found = store_.Get(name, kb_revision_, call_.deadline);
  if (!found.ok() && ReasonOf(found.status()) != type::v1::RESOURCE_NOT_FOUND) {
    return found.status();
  }
  return departments_[name] = found.ok() ? found->resource.department().display_name() : name;
}

absl::StatusOr<bool> SheetExport::WriteFacts() {
  ASSIGN_OR_RETURN(const storage::ResourcePage page, NextPage(kFacts, &after_name_));
  kb_revision_ = page.position.kb_revision;
  for (const storage::Versioned& found : page.resources) {
    const v1::Fact& fact = found.resource.fact();
    ASSIGN_OR_RETURN(const std::string department, DepartmentName(fact.department()));
    RETURN_IF_ERROR(Write(CellsOf(fact, department)));
  }
  return page.more && !page.resources.empty();
}

absl::Status SheetExport::CountCitations() {
  std::string after_name;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const storage::ResourcePage page, NextPage(kEntries, &after_name));
    for (const storage::Versioned& found : page.resources) {
      const v1::Entry& entry = found.resource.entry();
      std::set<std::string_view> cited(entry.content().policies().begin(),
                                       entry.content().policies().end());
      if (entry.has_online()) {
        const auto& online = OnlineContent(entry).policies();
        cited.insert(online.begin(), online.end());
      }
      for (const std::string_view policy : cited) ++citations_[std::string(policy)];
    }
    more = page.more && !page.resources.empty();
    if (call_.cancelled()) {
      return MakeError(absl::StatusCode::kCancelled, type::v1::CALLER_CANCELLED, "调用方已取消。");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> SheetExport::WritePolicies() {
  ASSIGN_OR_RETURN(const storage::ResourcePage page, NextPage(kPolicies, &after_name_));
  kb_revision_ = page.position.kb_revision;
  if (!page.resources.empty() && !std::exchange(counted_, true)) {
    RETURN_IF_ERROR(CountCitations());
  }
  for (const storage::Versioned& found : page.resources) {
    const v1::Policy& policy = found.resource.policy();
    const auto cited = citations_.find(policy.name());
    RETURN_IF_ERROR(Write(CellsOf(policy, cited == citations_.end() ? 0 : cited->second)));
  }
  return page.more && !page.resources.empty();
}

absl::Status SheetExport::Write(const std::vector<std::string>& cells) {
  if (++rows_ > kExportRowsMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                     "超过一个表格的上限 " + std::to_string(kExportRowsMax) +
                         " 行，请按单位分别导出，或用 kbctl export 导出 JSONL。",
                     {{"limit", std::to_string(kExportRowsMax)}});
  }
  return writer_->Write(cells);
}

v1::ExportSheetResponse SheetExport::Counts() const {
  v1::ExportSheetResponse counts;
  counts.set_row_count(rows_);
  counts.set_kb_revision(kb_revision_);
  return counts;
}

}  // namespace hotline::knowledge::sheets
