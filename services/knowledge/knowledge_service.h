// KnowledgeService as plain functions: proto/hotline/knowledge/v1/knowledge_service.proto says what
// each one promises.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "services/access/permission.h"
#include "services/knowledge/options.h"
#include "services/knowledge/records.h"
#include "services/knowledge/writer.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace hotline::knowledge {

// Stateless: everything durable is in the store. Thread-safe; every method blocks for as long as
// the store does, at most until call.deadline. Each method first asks services/access whether the
// caller may: at the place of what it touches.
class KnowledgeService final {
 public:
  // `store` and what `options` points to must outlive this. Without options: no review chain and no
  // gates.
  explicit KnowledgeService(storage::Store& store, Options options = {});
  // `new_id` makes UUIDs; tests may give their own.
  KnowledgeService(storage::Store& store, Writer::NewId new_id);

  using Call = runtime::Call;

  absl::StatusOr<v1::Entry> GetEntry(const Call& call, const v1::GetEntryRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> ListEntries(const Call& call,
                                                      const v1::ListEntriesRequest& request);
  absl::StatusOr<v1::Entry> CreateEntry(const Call& call, const v1::CreateEntryRequest& request);
  absl::StatusOr<v1::Entry> UpdateEntry(const Call& call, const v1::UpdateEntryRequest& request);
  absl::StatusOr<v1::Entry> PublishEntry(const Call& call, const v1::PublishEntryRequest& request);
  absl::StatusOr<v1::Entry> RetireEntry(const Call& call, const v1::RetireEntryRequest& request);
  absl::StatusOr<v1::Recall> RecallEntry(const Call& call, const v1::RecallEntryRequest& request);
  absl::StatusOr<v1::Entry> SetEntryVariant(const Call& call,
                                            const v1::SetEntryVariantRequest& request);

  absl::StatusOr<v1::EntryRevision> GetEntryRevision(const Call& call,
                                                     const v1::GetEntryRevisionRequest& request);
  absl::StatusOr<v1::ListEntryRevisionsResponse> ListEntryRevisions(
      const Call& call, const v1::ListEntryRevisionsRequest& request);
  absl::StatusOr<v1::DiffEntryRevisionsResponse> DiffEntryRevisions(
      const Call& call, const v1::DiffEntryRevisionsRequest& request);

  absl::StatusOr<v1::Release> GetRelease(const Call& call, const v1::GetReleaseRequest& request);
  absl::StatusOr<v1::ListReleasesResponse> ListReleases(const Call& call,
                                                        const v1::ListReleasesRequest& request);
  absl::StatusOr<v1::Release> CreateRelease(const Call& call,
                                            const v1::CreateReleaseRequest& request);
  absl::StatusOr<v1::Release> UpdateRelease(const Call& call,
                                            const v1::UpdateReleaseRequest& request);
  absl::StatusOr<v1::RehearseReleaseResponse> RehearseRelease(
      const Call& call, const v1::RehearseReleaseRequest& request);
  absl::StatusOr<v1::Release> PublishRelease(const Call& call,
                                             const v1::PublishReleaseRequest& request);
  absl::StatusOr<v1::Release> ScheduleRelease(const Call& call,
                                              const v1::ScheduleReleaseRequest& request);
  absl::StatusOr<v1::Release> CancelRelease(const Call& call,
                                            const v1::CancelReleaseRequest& request);
  absl::StatusOr<v1::Release> RollBackRelease(const Call& call,
                                              const v1::RollBackReleaseRequest& request);

  // For the scheduler alone, which has no rights of its own: whoever scheduled the release had
  // them. The first publishes it as PublishRelease, the second cancels it because of `refusal`.
  // FAILED_PRECONDITION (STATE_CONFLICT) or ETAG_MISMATCH when it is not scheduled in this form.
  absl::StatusOr<v1::Release> PublishScheduledRelease(const Call& call,
                                                      const v1::PublishReleaseRequest& request);
  absl::Status GiveUpScheduledRelease(const Call& call, const v1::PublishReleaseRequest& request,
                                      const absl::Status& refusal);

  absl::StatusOr<v1::Recall> GetRecall(const Call& call, const v1::GetRecallRequest& request);
  absl::StatusOr<v1::ListRecallsResponse> ListRecalls(const Call& call,
                                                      const v1::ListRecallsRequest& request);

  absl::StatusOr<v1::Department> GetDepartment(const Call& call,
                                               const v1::GetDepartmentRequest& request);
  absl::StatusOr<v1::ListDepartmentsResponse> ListDepartments(
      const Call& call, const v1::ListDepartmentsRequest& request);
  absl::StatusOr<v1::Department> CreateDepartment(const Call& call,
                                                  const v1::CreateDepartmentRequest& request);
  absl::StatusOr<v1::Department> UpdateDepartment(const Call& call,
                                                  const v1::UpdateDepartmentRequest& request);

  absl::StatusOr<v1::Policy> GetPolicy(const Call& call, const v1::GetPolicyRequest& request);
  absl::StatusOr<v1::ListPoliciesResponse> ListPolicies(const Call& call,
                                                        const v1::ListPoliciesRequest& request);
  absl::StatusOr<v1::Policy> CreatePolicy(const Call& call, const v1::CreatePolicyRequest& request);
  absl::StatusOr<v1::Policy> UpdatePolicy(const Call& call, const v1::UpdatePolicyRequest& request);
  absl::StatusOr<v1::ListReferrersResponse> ListReferrers(const Call& call,
                                                          const v1::ListReferrersRequest& request);

  // One conversation (import_session.h). The store must outlive it.
  using ImportSession = runtime::Session<v1::ImportEntriesRequest, v1::ImportEntriesResponse>;
  absl::StatusOr<std::unique_ptr<ImportSession>> ImportEntries(const Call& call);
  // The rows as messages (export_source.h). The store must outlive it.
  using ExportSource = runtime::StreamSource<v1::ExportEntriesResponse>;
  absl::StatusOr<std::unique_ptr<ExportSource>> ExportEntries(
      const Call& call, const v1::ExportEntriesRequest& request);

  absl::StatusOr<v1::WriteOutcome> GetWriteOutcome(const Call& call,
                                                   const v1::GetWriteOutcomeRequest& request);

 private:
  // The write of a change to one entry: reads it, checks `etag` (may be empty), lets `change` turn
  // it into its next state, commits that under the etag it was read at.
  struct EntryChange {
    std::string action;
    access::Permission permission;
    std::string name;
    std::string etag;
    std::function<absl::Status(v1::Entry*)> change;
  };
  absl::StatusOr<v1::Entry> ChangeEntry(const Call& call, const google::protobuf::Message& request,
                                        const EntryChange& change);

  // The one Change of a release.
  struct ReleaseChange {
    std::string action;
    // Asked for wherever the targets belong; absent for the scheduler (whoever scheduled it had it)
    // and for rehearsals (who may read may know what would be).
    std::optional<access::Permission> permission;
    bool scheduled = false;  // by the scheduler: only a scheduled release
  };
  absl::StatusOr<v1::Release> PublishInOneChange(const Call& call,
                                                 const v1::PublishReleaseRequest& request,
                                                 const ReleaseChange& change);
  // Why the release as it is composed would be refused as a whole; OK = it would not.
  absl::Status TryRelease(const Call& call, const v1::Release& release);
  absl::StatusOr<LogTime> Now(storage::Deadline deadline) const;

  absl::Status CheckDepartmentTree(const v1::Department& department,
                                   storage::Deadline deadline) const;
  void AddReceipt(v1::Recall* recall, storage::Deadline deadline) const;

  storage::Store& store_;
  const Options options_;
  Reader reader_;
  Writer writer_;
};

}  // namespace hotline::knowledge
