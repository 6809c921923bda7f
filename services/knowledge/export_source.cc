#include "services/knowledge/export_source.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"

namespace hotline::knowledge {
namespace {

using Step = runtime::StreamStep<v1::ExportEntriesResponse>;

constexpr size_t kExportMessageBytes = 512U << 10U;
constexpr size_t kReferencesMax = 20'000;
// How far a chain "replaced by" is followed; the rest of a longer one is not needed by any entry.
constexpr int kReplacementsMax = 5;

// The text that is exported; null when the entry has none.
const v1::EntryContent* ExportedText(const v1::Entry& entry, bool online_only) {
  if (!online_only) return &entry.content();
  return entry.has_online() ? &OnlineContent(entry) : nullptr;
}

// The revision that holds the exported text, or will when it is published: translations of others
// are not its own.
int64_t RevisionOf(const v1::Entry& entry, const v1::EntryContent& content) {
  const bool is_online = entry.has_online() && &content == &OnlineContent(entry);
  return is_online ? entry.online().revision() : entry.latest_revision() + 1;
}

}  // namespace

Exporter::Exporter(storage::Store& store, runtime::Call call, v1::ExportEntriesRequest request)
    : store_(store),
      call_(std::move(call)),
      request_(std::move(request)),
      kb_revision_(request_.kb_revision()) {}

absl::StatusOr<Step> Exporter::Next() {
  while (rows_.empty() && more_) {
    RETURN_IF_ERROR(FetchPage());
    if (!started_) break;
  }
  if (rows_.empty() && started_) return Step::End();
  started_ = true;
  v1::ExportEntriesResponse message;
  message.set_kb_revision(kb_revision_);
  size_t bytes = 0;
  while (!rows_.empty() &&
         (message.rows().empty() || bytes + rows_.front().ByteSizeLong() <= kExportMessageBytes)) {
    bytes += rows_.front().ByteSizeLong();
    *message.add_rows() = std::move(rows_.front());
    rows_.pop_front();
  }
  return Step::Message(std::move(message));
}

absl::Status Exporter::FetchPage() {
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_after_name(after_name_);
  query.set_page_size(kExportPageSize);
  query.set_kb_revision(kb_revision_);
  query.mutable_filter()->set_state(request_.state());
  ASSIGN_OR_RETURN(storage::ResourcePage page, store_.List(query, call_.deadline));
  kb_revision_ = page.position.kb_revision;
  more_ = page.more && !page.resources.empty();
  std::vector<v1::Entry> entries;
  for (storage::Versioned& versioned : page.resources) {
    entries.push_back(Unwrap<v1::Entry>(std::move(versioned.resource)));
  }
  if (entries.empty()) return absl::OkStatus();
  after_name_ = entries.back().name();
  RETURN_IF_ERROR(FetchReferences(entries));
  for (const v1::Entry& entry : entries) {
    const v1::EntryContent* content = ExportedText(entry, request_.online_only());
    if (content == nullptr) continue;
    // An export holds what its caller may take out: of its own department, region and category.
    if (!access::Require(call_, access::Permission::kExport, access::PlaceOf(*content)).ok())
      continue;
    rows_.push_back(RowOf(entry, *content));
  }
  return absl::OkStatus();
}

absl::Status Exporter::FetchReferences(const std::vector<v1::Entry>& entries) {
  if (references_.size() > kReferencesMax) references_.clear();
  std::vector<std::string> wanted;
  for (const v1::Entry& entry : entries) {
    const v1::EntryContent* content = ExportedText(entry, request_.online_only());
    if (content == nullptr) continue;
    for (std::string& name : ReferencesOf(*content)) wanted.push_back(std::move(name));
  }
  for (int depth = 0; depth <= kReplacementsMax && !wanted.empty(); ++depth) {
    RETURN_IF_ERROR(Fetch(wanted));
    std::vector<std::string> next;
    for (const std::string& name : wanted) {
      const auto found = references_.find(name);
      if (found == references_.end() || found->second.policy().replaced_by().empty()) continue;
      next.push_back(found->second.policy().replaced_by());
    }
    wanted = std::move(next);
  }
  return absl::OkStatus();
}

absl::Status Exporter::Fetch(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase_if(names, [this](const std::string& name) { return references_.count(name) > 0; });
  for (size_t at = 0; at < names.size(); at += storage::kPageSizeMax) {
    const size_t end = std::min(names.size(), at + storage::kPageSizeMax);
    const std::vector<std::string> some(names.begin() + static_cast<std::ptrdiff_t>(at),
                                        names.begin() + static_cast<std::ptrdiff_t>(end));
    ASSIGN_OR_RETURN(storage::ResourcePage page,
                     store_.BatchGet(some, kb_revision_, call_.deadline));
    for (storage::Versioned& found : page.resources) {
      const std::string name = NameOf(found.resource);
      references_.emplace(name, std::move(found.resource));
    }
  }
  return absl::OkStatus();
}

v1::EntryRow Exporter::RowOf(const v1::Entry& entry, const v1::EntryContent& content) const {
  v1::EntryRow row;
  row.set_entry_id(std::string(IdOf(entry.name())));
  *row.mutable_content() = content;
  row.set_state(entry.state());
  row.set_revision(entry.has_online() ? entry.online().revision() : 0);
  if (const auto found = references_.find(content.department()); found != references_.end()) {
    row.set_department_display_name(found->second.department().display_name());
    row.set_department_phone(found->second.department().phone());
  }
  const int64_t revision = RevisionOf(entry, content);
  for (const v1::EntryVariant& variant : entry.variants()) {
    if (variant.source_revision() != revision) continue;
    // When it was written here says nothing elsewhere: with it, an export of an import would
    // differ.
    *row.add_variants() = variant;
    row.mutable_variants(row.variants_size() - 1)->clear_update_time();
  }
  std::set<std::string> added;
  for (const std::string& cited : content.policies()) {
    std::string name = cited;
    for (int depth = 0; depth <= kReplacementsMax && !name.empty(); ++depth) {
      const auto found = references_.find(name);
      if (found == references_.end() || !added.insert(name).second) break;
      v1::Policy& policy = *row.add_policies();
      policy = found->second.policy();
      policy.clear_etag();
      policy.clear_create_time();
      policy.clear_update_time();
      name = policy.replaced_by();
      // The end of the chain must stand on its own where it is imported.
      if (depth == kReplacementsMax) policy.clear_replaced_by();
    }
  }
  return row;
}

}  // namespace hotline::knowledge
