#include "services/knowledge/knowledge_service.h"

#include <utility>

#include "services/knowledge/export_source.h"
#include "services/knowledge/import_session.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge {

KnowledgeService::KnowledgeService(storage::Store& store, Options options)
    : store_(store),
      options_(std::move(options)),
      reader_(store),
      writer_(store, options_.new_id ? options_.new_id : NewUuid) {}

KnowledgeService::KnowledgeService(storage::Store& store, Writer::NewId new_id)
    : KnowledgeService(store, Options{.new_id = std::move(new_id)}) {}

absl::StatusOr<LogTime> KnowledgeService::Now(storage::Deadline deadline) const {
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store_.GetStatus(deadline));
  return ToLogTime(status.log_time());
}

absl::StatusOr<std::unique_ptr<KnowledgeService::ImportSession>> KnowledgeService::ImportEntries(
    const Call& call) {
  RETURN_IF_ERROR(access::RequireAnyOf(
      call, {access::Permission::kWriteEntries, access::Permission::kMigrate}));
  return std::unique_ptr<ImportSession>(std::make_unique<Importer>(store_, call));
}

absl::StatusOr<std::unique_ptr<KnowledgeService::ExportSource>> KnowledgeService::ExportEntries(
    const Call& call, const v1::ExportEntriesRequest& request) {
  RETURN_IF_ERROR(access::RequireSomewhere(call, access::Permission::kExport));
  RETURN_IF_ERROR(CheckRevisionArgument(request.kb_revision()));
  if (!v1::Entry::State_IsValid(request.state())) return FieldInvalid("state", "", "取值未知。");
  return std::unique_ptr<ExportSource>(std::make_unique<Exporter>(store_, call, request));
}

absl::StatusOr<v1::WriteOutcome> KnowledgeService::GetWriteOutcome(
    const Call& call, const v1::GetWriteOutcomeRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  if (request.request_id().empty()) return FieldRequired("request_id");
  ASSIGN_OR_RETURN(const std::string request_id, ParseRequestId(request.request_id()));
  ASSIGN_OR_RETURN(const store::v1::CommitResponse found,
                   store_.GetRequestOutcome(request_id, call.deadline));
  v1::WriteOutcome outcome;
  outcome.set_request_id(request.request_id());
  outcome.set_kb_revision(found.kb_revision());
  outcome.set_consistency_token(EncodeToken({found.timeline_id(), found.kb_revision()}));
  *outcome.mutable_names() = found.names();
  return outcome;
}

}  // namespace hotline::knowledge
