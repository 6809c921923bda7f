#include "services/knowledge/import_session.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/tokens.h"
#include "services/access/permission.h"
#include "services/access/rights.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/validation.h"
#include "services/runtime/audit_sink.h"

namespace hotline::knowledge {
namespace {

using access::Permission;
using Request = v1::ImportEntriesRequest;
using Response = v1::ImportEntriesResponse;

absl::Status TooLarge(std::string_view what, size_t limit, size_t actual) {
  return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                   "一批" + std::string(what) + "超过上限 " + std::to_string(limit) + "（现为 " +
                       std::to_string(actual) + "），请把文件分成更小的批次。",
                   {{"limit", std::to_string(limit)}, {"actual", std::to_string(actual)}});
}

absl::Status CheckChunk(const Request& request) {
  if (request.rows().empty()) return FieldRequired("rows");
  if (request.rows_size() > kImportRowsMax) {
    return TooLarge("行数", kImportRowsMax, static_cast<size_t>(request.rows_size()));
  }
  size_t bytes = 0;
  for (const std::string& row : request.rows()) bytes += row.size();
  return bytes > kImportChunkBytesMax ? TooLarge("字节数", kImportChunkBytesMax, bytes)
                                      : absl::OkStatus();
}

void Refuse(int64_t number, const std::string& row_id, const absl::Status& status,
            Response* report) {
  Response::RowReport& refused = *report->add_refused_rows();
  refused.set_row(number);
  refused.set_row_id(row_id);
  refused.set_reason(type::v1::ErrorReason_Name(ReasonOf(status)));
  refused.set_message(std::string(status.message()));
  refused.set_field(MetadataOf(status)["field"]);
}

// Errors that a fresh look at the base may resolve.
bool IsConflict(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return reason == type::v1::ETAG_MISMATCH || reason == type::v1::RESOURCE_ALREADY_EXISTS ||
         reason == type::v1::REFERENCE_CONFLICT;
}

// What the row refers to: by its text and by its translations.
std::vector<std::string> ReferencesOf(const ImportRow& row) {
  std::vector<std::string> names = knowledge::ReferencesOf(row.content);
  for (const v1::EntryVariant& variant : row.variants) {
    for (std::string& name : knowledge::ReferencesOf(variant)) names.push_back(std::move(name));
  }
  return names;
}

// The field of a row that names `reference`.
std::string_view FieldOf(std::string_view reference) {
  if (CollectionOf(reference) == kDepartments) return "content.department";
  return CollectionOf(reference) == kFacts ? "content.blocks" : "content.policies";
}

// What is written under a lent right counts for the lender too. Which grant allowed an import is
// not known row by row, so all lenders count.
void AddLenders(const runtime::Call& call, v1::Entry* entry) {
  if (call.caller.principal == nullptr) return;
  std::set<std::string> authors(entry->authors().begin(), entry->authors().end());
  if (authors.count(call.caller.actor) == 0) return;
  for (const auto& grant : call.caller.principal->grants()) {
    if (grant.delegator().empty() || !authors.insert(grant.delegator()).second) continue;
    entry->add_authors(grant.delegator());
  }
}

std::string_view WithoutByteOrderMark(std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return bytes.substr(0, kMark.size()) == kMark ? bytes.substr(kMark.size()) : bytes;
}

}  // namespace

struct Importer::Part {
  std::vector<store::v1::Resource> puts;
  std::vector<store::v1::Precondition> preconditions;
  std::set<std::string> new_names;  // departments and policies that it creates
  std::set<std::string> referred;   // names whose existence is a precondition already
  size_t bytes = 0;
  std::vector<std::pair<const Pending*, Response::Outcome>> outcomes;
  std::vector<std::pair<const Pending*, absl::Status>> refused;
};

Importer::Importer(storage::Store& store, runtime::Call call)
    : store_(store), call_(std::move(call)) {}

Importer::Importer(storage::Store& store, runtime::Call call, Settings settings)
    : store_(store),
      call_(std::move(call)),
      started_(true),
      publish_(settings.publish),
      validate_only_(settings.validate_only),
      allow_(std::move(settings.allow)) {}

absl::StatusOr<Response> Importer::On(const Request& request) {
  if (!started_) RETURN_IF_ERROR(ReadSettings(request));
  started_ = true;
  RETURN_IF_ERROR(CheckChunk(request));
  if (request.first_row() > 0) next_row_ = request.first_row();
  Response report;
  report.set_first_row(next_row_);
  const std::vector<Pending> pending = ReadRows(request, &report);
  next_row_ += request.rows_size();
  RETURN_IF_ERROR(Apply(pending, &report));
  std::sort(report.mutable_refused_rows()->begin(), report.mutable_refused_rows()->end(),
            [](const auto& a, const auto& b) { return a.row() < b.row(); });
  return report;
}

absl::StatusOr<Response> Importer::Import(const std::vector<Pending>& rows) {
  Response report;
  RETURN_IF_ERROR(Apply(rows, &report));
  return report;
}

absl::Status Importer::ReadSettings(const Request& request) {
  if (!Request::Mode_IsValid(request.mode())) return FieldInvalid("mode", "", "取值未知。");
  if (!Request::Format_IsValid(request.format())) return FieldInvalid("format", "", "取值未知。");
  source_ = request.source();
  RETURN_IF_ERROR(CheckText(&source_, {0, kSourceMax}, FieldPath("source")));
  publish_ = request.mode() == Request::PUBLISH_ROWS;
  validate_only_ = request.validate_only();
  format_ = request.format() == Request::JSONL_ROW ? Request::JSONL_ROW : Request::JSONL_SEED;
  return absl::OkStatus();
}

absl::Status Importer::ReadRow(const std::string& bytes, ImportRow* row,
                               std::string* row_id) const {
  RETURN_IF_ERROR(CheckRowBytes(bytes));
  const std::string_view text = WithoutByteOrderMark(bytes);
  return format_ == Request::JSONL_ROW ? ReadEntryRow(text, row, row_id)
                                       : ReadSeedRow(text, source_, row, row_id);
}

std::vector<Importer::Pending> Importer::ReadRows(const Request& request, Response* report) {
  std::vector<Pending> rows;
  rows.reserve(static_cast<size_t>(request.rows_size()));
  std::unordered_set<std::string> names;
  int64_t number = next_row_;
  for (const std::string& bytes : request.rows()) {
    Pending pending{.number = number++};
    if (IsBlankRow(bytes)) {
      report->set_skipped_count(report->skipped_count() + 1);
      continue;
    }
    absl::Status status = ReadRow(bytes, &pending.row, &pending.row_id);
    if (status.ok() && !names.insert(pending.row.entry_name).second) {
      status = MakeError(absl::StatusCode::kInvalidArgument, type::v1::DUPLICATE_IN_CHUNK,
                         "本批中前面已有同一编号的行，只采用了第一行；请检查编号。",
                         {{"name", pending.row.entry_name},
                          {"field", format_ == Request::JSONL_ROW ? "entry_id" : "id"}});
    }
    if (status.ok()) {
      rows.push_back(std::move(pending));
    } else {
      Refuse(pending.number, pending.row_id, status, report);
    }
  }
  return rows;
}

absl::Status Importer::LoadKnownNames(std::vector<std::string> names) {
  if (known_names_.size() > kImportKnownNamesMax) known_names_.clear();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (size_t at = 0; at < names.size(); at += storage::kPageSizeMax) {
    const size_t end = std::min(names.size(), at + storage::kPageSizeMax);
    const std::vector<std::string> some(names.begin() + static_cast<std::ptrdiff_t>(at),
                                        names.begin() + static_cast<std::ptrdiff_t>(end));
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.BatchGet(some, 0, call_.deadline));
    for (const storage::Versioned& found : page.resources)
      known_names_.insert(NameOf(found.resource));
  }
  return absl::OkStatus();
}

absl::StatusOr<Importer::Entries> Importer::Load(const std::vector<Pending>& pending,
                                                 size_t first) {
  std::vector<std::string> names;
  std::vector<std::string> references;
  for (size_t i = first; i < pending.size(); ++i) {
    const ImportRow& row = pending[i].row;
    names.push_back(row.entry_name);
    for (std::string& name : ReferencesOf(row)) references.push_back(std::move(name));
    for (const v1::Policy& policy : row.policies) {
      references.push_back(policy.name());
      if (!policy.replaced_by().empty()) references.push_back(policy.replaced_by());
    }
  }
  std::erase_if(references,
                [this](const std::string& name) { return known_names_.count(name) > 0; });
  RETURN_IF_ERROR(LoadKnownNames(std::move(references)));
  Entries entries;
  if (names.empty()) return entries;
  static_assert(kImportRowsMax <= storage::kPageSizeMax);
  ASSIGN_OR_RETURN(storage::ResourcePage page, store_.BatchGet(names, 0, call_.deadline));
  for (storage::Versioned& found : page.resources) {
    v1::Entry entry = Unwrap<v1::Entry>(std::move(found.resource));
    const std::string name = entry.name();
    entries.emplace(name, std::move(entry));
  }
  return entries;
}

absl::Status Importer::Apply(const std::vector<Pending>& pending, Response* report) {
  size_t done = 0;
  int attempts = 0;
  while (done < pending.size()) {
    ASSIGN_OR_RETURN(Entries entries, Load(pending, done));
    while (done < pending.size()) {
      Part part;
      const size_t next = Compose(pending, done, &entries, &part);
      const absl::Status committed = Commit(&part, report);
      if (IsConflict(committed) && ++attempts < kConflictAttemptsMax) break;  // load again
      if (!committed.ok() && !IsConflict(committed)) return committed;
      // Editors who never stop saving: their entries keep what they wrote, the rows say so.
      if (!committed.ok()) {
        for (const auto& [row, outcome] : part.outcomes)
          Refuse(row->number, row->row_id, committed, report);
      }
      done = next;
    }
  }
  return absl::OkStatus();
}

size_t Importer::Compose(const std::vector<Pending>& pending, size_t first, Entries* entries,
                         Part* part) {
  size_t at = first;
  for (; at < pending.size(); ++at) {
    // A row adds its entry, a department and its policies at most, and never more bytes than this.
    const ImportRow& row = pending[at].row;
    const size_t effects = part->puts.size() + 2 + row.policies.size();
    const size_t bytes = part->bytes + 2 * row.content.ByteSizeLong() + kImportRowBytesMax;
    const bool full = effects > storage::kEffectsMax || bytes > kImportChangeBytesMax;
    if (full && at > first) break;
    const absl::Status status = AddRow(pending[at], entries, part);
    if (!status.ok()) part->refused.emplace_back(&pending[at], status);
  }
  return at;
}

absl::Status Importer::CheckRights(const ImportRow& row, const v1::Entry* existing) const {
  const Permission permission = publish_ ? Permission::kMigrate : Permission::kWriteEntries;
  RETURN_IF_ERROR(access::Require(call_, permission, access::PlaceOf(row.content)));
  if (existing == nullptr) return absl::OkStatus();
  return access::Require(call_, permission, access::PlaceOf(existing->content()));
}

absl::Status Importer::AddRow(const Pending& pending, Entries* entries, Part* part) {
  const auto found = entries->find(pending.row.entry_name);
  const v1::Entry* existing = found == entries->end() ? nullptr : &found->second;
  if (allow_) RETURN_IF_ERROR(allow_(existing, pending.row));
  RETURN_IF_ERROR(CheckRights(pending.row, existing));
  ASSIGN_OR_RETURN(RowPlan plan, PlanRow(existing, pending.row, publish_, call_.caller.actor));
  if (plan.outcome != Response::UNCHANGED) {
    if (!publish_) AddLenders(call_, &plan.entry);
    Part addition;
    RETURN_IF_ERROR(AddReferences(pending.row, part, &addition));
    addition.preconditions.push_back(existing == nullptr
                                         ? MustBeAbsent(plan.entry.name())
                                         : MustHaveEtag(plan.entry.name(), existing->etag()));
    addition.puts.push_back(Wrap(std::move(plan.entry)));
    for (auto& put : addition.puts) {
      part->bytes += put.ByteSizeLong();
      part->puts.push_back(std::move(put));
    }
    for (auto& condition : addition.preconditions)
      part->preconditions.push_back(std::move(condition));
    part->new_names.merge(addition.new_names);
    part->referred.merge(addition.referred);
  }
  part->outcomes.emplace_back(&pending, plan.outcome);
  return absl::OkStatus();
}

absl::Status Importer::AddReferences(const ImportRow& row, Part* part, Part* addition) {
  const auto is_there = [&](const std::string& name) {
    return known_names_.count(name) > 0 || part->new_names.count(name) > 0 ||
           addition->new_names.count(name) > 0;
  };
  const auto create = [&](const std::string& name, store::v1::Resource resource) {
    addition->preconditions.push_back(MustBeAbsent(name));
    addition->puts.push_back(std::move(resource));
    addition->new_names.insert(name);
  };
  if (!row.department.name().empty() && !is_there(row.department.name())) {
    RETURN_IF_ERROR(access::Require(call_, Permission::kManageDepartments));
    create(row.department.name(), Wrap(row.department));
  }
  for (const v1::Policy& policy : row.policies) {
    if (is_there(policy.name())) continue;
    RETURN_IF_ERROR(access::RequireSomewhere(call_, Permission::kWriteLedgers));
    create(policy.name(), Wrap(policy));
  }
  std::vector<std::string> references = ReferencesOf(row);
  for (const v1::Policy& policy : row.policies) {
    if (!policy.replaced_by().empty() && addition->new_names.count(policy.name()) > 0) {
      references.push_back(policy.replaced_by());
    }
  }
  for (const std::string& name : references) {
    if (!is_there(name)) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT,
          "引用的 " + name + " 不存在，请先建立它，或在行中带上它的内容。",
          {{"name", row.entry_name}, {"reference", name}, {"field", std::string(FieldOf(name))}});
    }
    const bool exists = known_names_.count(name) > 0;
    if (exists && part->referred.count(name) == 0 && addition->referred.insert(name).second) {
      addition->preconditions.push_back(MustExist(name));
    }
  }
  return absl::OkStatus();
}

absl::Status Importer::Commit(Part* part, Response* report) {
  if (!part->puts.empty() && !validate_only_) {
    store::v1::CommitRequest commit;
    commit.set_request_id(NewUuid());
    // The id is new for every try, so nothing can be mistaken for a repeat: the id itself is what
    // was asked.
    commit.set_request_fingerprint(Sha256(commit.request_id()));
    commit.set_actor(call_.caller.actor);
    commit.set_action("ImportEntries");
    *commit.mutable_origin() = runtime::OriginOf(call_);
    for (auto& put : part->puts) *commit.add_effects()->mutable_put() = std::move(put);
    for (auto& condition : part->preconditions) *commit.add_preconditions() = std::move(condition);
    ASSIGN_OR_RETURN(const store::v1::CommitResponse response,
                     access::CommitUnderRights(store_, call_, &commit));
    report->set_kb_revision(response.kb_revision());
    report->set_consistency_token(EncodeToken({response.timeline_id(), response.kb_revision()}));
    known_names_.merge(part->new_names);
  }
  for (const auto& [row, outcome] : part->outcomes) {
    switch (outcome) {
      case Response::CREATED:
        report->set_created_count(report->created_count() + 1);
        break;
      case Response::UPDATED:
        report->set_updated_count(report->updated_count() + 1);
        break;
      default:
        report->set_unchanged_count(report->unchanged_count() + 1);
    }
  }
  for (const auto& [row, status] : part->refused) Refuse(row->number, row->row_id, status, report);
  return absl::OkStatus();
}

}  // namespace hotline::knowledge
