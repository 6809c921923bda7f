#include "services/knowledge/checks/scan_source.h"

#include <algorithm>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/knowledge/checks/check_service.h"
#include "services/knowledge/checks/content_check.h"

namespace hotline::knowledge::checks {
namespace {

using Step = runtime::StreamStep<v1::ScanPublishedResponse>;

// What a scan is for; the rest is the editor's matter while a text is written.
bool IsScanned(v1::Finding::Fault fault, v1::Finding::Fault wanted) {
  if (wanted != v1::Finding::FAULT_UNSPECIFIED) return fault == wanted;
  return fault == v1::Finding::DUPLICATE || fault == v1::Finding::CONTRADICTION ||
         fault == v1::Finding::WORDING || fault == v1::Finding::LAPSED ||
         fault == v1::Finding::DEAD_LINK || fault == v1::Finding::NOT_KNOWLEDGE;
}

}  // namespace

Scanner::Scanner(storage::Store& store, const BaseView& view, runtime::Call call,
                 v1::ScanPublishedRequest request)
    : store_(store),
      view_(view),
      call_(std::move(call)),
      request_(std::move(request)),
      left_(request_.limit() == 0 ? kScanFindingsDefault
                                  : std::min(request_.limit(), kScanFindingsMax)) {}

absl::Status Scanner::Start() {
  started_ = true;
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(call_.deadline));
  kb_revision_ = status.head_kb_revision();
  RETURN_IF_ERROR(view_.Await(kb_revision_, call_.deadline));
  more_ = kb_revision_ > 0;  // position 0 would mean "now"
  return view_.Read(
      [&](const BaseState& state) { total_ = static_cast<int64_t>(state.index().size()); });
}

absl::StatusOr<Step> Scanner::Next() {
  if (!started_) RETURN_IF_ERROR(Start());
  if (!more_ || left_ == 0) return Step::End();
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kEntries));
  query.set_after_name(after_name_);
  query.set_page_size(kScanPageSize);
  query.set_kb_revision(kb_revision_);
  query.mutable_filter()->set_department(request_.department());
  ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, call_.deadline));
  more_ = page.more && !page.resources.empty();
  if (!page.resources.empty()) after_name_ = NameOf(page.resources.back().resource);
  v1::ScanPublishedResponse message;
  for (const storage::Versioned& versioned : page.resources) {
    const v1::Entry& entry = versioned.resource.entry();
    if (entry.has_online()) ++scanned_;
    if (entry.has_online() && left_ > 0) RETURN_IF_ERROR(CheckEntry(entry, &message));
  }
  message.set_kb_revision(kb_revision_);
  message.set_scanned_count(scanned_);
  message.set_total_count(std::max(total_, scanned_));
  return Step::Message(std::move(message));
}

absl::Status Scanner::CheckEntry(const v1::Entry& entry, v1::ScanPublishedResponse* message) {
  const v1::EntryContent& content = OnlineContent(entry);
  v1::CheckContentResponse checked;
  RETURN_IF_ERROR(view_.Read(
      [&](const BaseState& state) { checked = CheckText(state, content, entry.name()); }));
  v1::ScanPublishedResponse::EntryFindings findings;
  for (v1::Finding& finding : *checked.mutable_findings()) {
    if (left_ == 0 || !IsScanned(finding.fault(), request_.fault())) continue;
    *findings.add_findings() = std::move(finding);
    --left_;
  }
  if (findings.findings().empty()) return absl::OkStatus();
  findings.set_entry(entry.name());
  findings.set_question(content.question());
  findings.set_department(content.department());
  *message->add_entries() = std::move(findings);
  return absl::OkStatus();
}

}  // namespace hotline::knowledge::checks
