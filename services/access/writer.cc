#include "services/access/writer.h"

#include <cctype>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/rights.h"
#include "services/runtime/audit_sink.h"

namespace hotline::access {
namespace {

using google::protobuf::Message;
using store::v1::CommitRequest;
using store::v1::CommitResponse;

std::string StringField(const Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? std::string() : message.GetReflection()->GetString(message, field);
}

bool BoolField(const Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && message.GetReflection()->GetBool(message, field);
}

// SHA-256 over what was asked: the method by its request's type, and every argument but the
// request_id.
std::string Fingerprint(const Message& request) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  if (const auto* field = copy->GetDescriptor()->FindFieldByName("request_id")) {
    copy->GetReflection()->ClearField(copy.get(), field);
  }
  return Sha256(copy->GetDescriptor()->full_name() + '\n' + SerializeDeterministic(*copy));
}

bool IsConflict(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return reason == type::v1::ETAG_MISMATCH || reason == type::v1::RESOURCE_ALREADY_EXISTS;
}

// An error after which the write may still have happened says under which id to ask for it.
absl::Status NamingRequest(const absl::Status& status, const std::string& request_id) {
  const bool unknown = status.code() == absl::StatusCode::kUnavailable ||
                       status.code() == absl::StatusCode::kDeadlineExceeded;
  if (!unknown || ReasonOf(status) == type::v1::ERROR_REASON_UNSPECIFIED) return status;
  ErrorMetadata metadata = MetadataOf(status);
  metadata["request_id"] = request_id;
  return MakeError(status.code(), ReasonOf(status),
                   std::string_view(status.message().data(), status.message().size()), metadata);
}

}  // namespace

bool IsUuid(std::string_view text) {
  constexpr size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (size_t i = 0; i < kLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return true;
}

absl::StatusOr<std::string> ParseRequestId(const std::string& request_id) {
  if (!IsUuid(request_id)) {
    return FieldInvalid("request_id", request_id.substr(0, 100), "请填写 UUID，或留空由系统生成。");
  }
  return absl::AsciiStrToLower(request_id);
}

Writer::Writer(storage::Store& store, NewId new_id) : store_(store), new_id_(std::move(new_id)) {}

absl::StatusOr<Written> Writer::Write(const runtime::Call& call, const Message& request,
                                      const WriteOptions& options, const Compose& compose) {
  CommitRequest identity;
  identity.set_validate_only(BoolField(request, "validate_only"));
  identity.set_request_id(new_id_());
  identity.set_request_fingerprint(Fingerprint(request));
  identity.set_actor(call.caller.actor);
  identity.set_action(options.action);
  identity.set_urgent(options.urgent);
  *identity.mutable_origin() = runtime::OriginOf(call);
  if (const std::string given = StringField(request, "request_id"); !given.empty()) {
    ASSIGN_OR_RETURN(const std::string request_id, ParseRequestId(given));
    // A trial neither uses up a request_id nor answers for it.
    if (!identity.validate_only()) {
      identity.set_request_id(request_id);
      ASSIGN_OR_RETURN(std::optional<Written> first, FirstOutcome(call, identity));
      if (first.has_value()) return *std::move(first);
    }
  }
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(Draft draft, compose(identity.request_id()));
    CommitRequest commit = identity;
    for (auto& put : draft.puts) *commit.add_effects()->mutable_put() = std::move(put);
    for (auto& name : draft.deletes) commit.add_effects()->set_delete_name(std::move(name));
    for (auto& condition : draft.preconditions) *commit.add_preconditions() = std::move(condition);
    absl::StatusOr<Written> written = Commit(call, std::move(commit));
    const bool again = !written.ok() && IsConflict(written.status()) &&
                       attempt < options.conflict_attempts &&
                       std::chrono::steady_clock::now() < call.deadline && !call.cancelled();
    if (!again) return written;
  }
}

absl::StatusOr<std::optional<Written>> Writer::FirstOutcome(const runtime::Call& call,
                                                            const CommitRequest& identity) {
  const auto outcome = store_.GetRequestOutcome(identity.request_id(), call.deadline);
  if (!outcome.ok()) {
    if (ReasonOf(outcome.status()) == type::v1::REQUEST_NOT_FOUND) return std::optional<Written>();
    return outcome.status();
  }
  // The store alone knows the fingerprint of the first request: a trial commit under this id makes
  // it compare.
  CommitRequest probe = identity;
  probe.set_validate_only(true);
  probe.add_effects()->set_delete_name(outcome->names(0));
  const auto compared = store_.Commit(probe, call.deadline);
  if (!compared.ok() && ReasonOf(compared.status()) == type::v1::REQUEST_ID_REUSED) {
    return compared.status();
  }
  ASSIGN_OR_RETURN(Written written, ReadBack(*outcome, call.deadline));
  return std::optional<Written>(std::move(written));
}

absl::StatusOr<Written> Writer::Commit(const runtime::Call& call, CommitRequest commit) {
  absl::StatusOr<CommitResponse> response = CommitUnderRights(store_, call, &commit);
  if (!response.ok()) return NamingRequest(response.status(), commit.request_id());
  // The same request_id may have been committed by a concurrent call: then its outcome is this
  // one's too.
  if (response->repeated()) return ReadBack(*response, call.deadline);
  Written written;
  written.position = {response->timeline_id(), response->kb_revision()};
  if (response->resources_size() > 0) {
    written.resource = std::move(*response->mutable_resources(0));
    return written;
  }
  if (commit.validate_only()) {
    written.resource = commit.effects(0).put();
    return written;
  }
  return ReadBack(*response, call.deadline);
}

absl::StatusOr<Written> Writer::ReadBack(const CommitResponse& response,
                                         storage::Deadline deadline) {
  Written written{.position = {response.timeline_id(), response.kb_revision()}};
  auto versioned = store_.Get(response.names(0), response.kb_revision(), deadline);
  if (versioned.ok()) {
    written.resource = std::move(versioned->resource);
  } else if (ReasonOf(versioned.status()) != type::v1::RESOURCE_NOT_FOUND) {  // deleted by it
    return std::move(versioned).status();
  }
  return written;
}

store::v1::Precondition MustExist(const std::string& name) {
  store::v1::Precondition precondition;
  precondition.set_name(name);
  precondition.set_present(true);
  return precondition;
}

store::v1::Precondition MustBeAbsent(const std::string& name) {
  store::v1::Precondition precondition;
  precondition.set_name(name);
  precondition.set_absent(true);
  return precondition;
}

store::v1::Precondition MustHaveEtag(const std::string& name, const std::string& etag) {
  store::v1::Precondition precondition;
  precondition.set_name(name);
  precondition.set_etag(etag);
  return precondition;
}

}  // namespace hotline::access
