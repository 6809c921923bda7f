#include "services/insight/webhook_service.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/insight/subscription_service.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/limits.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

using access::Permission;
using records::CheckName;
using records::FieldPath;
using records::Unwrap;
using records::WithToken;

// The sender writes it too, every few seconds while it sends.
constexpr int kConflictAttempts = 20;

}  // namespace

WebhookService::WebhookService(storage::Store& store, const WebhookHosts& hosts,
                               const records::Signer* signer, WebhookSender& sender)
    : store_(store),
      hosts_(hosts),
      signer_(signer),
      sender_(sender),
      reader_(store),
      writer_(store, records::NewUuid) {}

absl::StatusOr<v1::GetSigningKeyResponse> WebhookService::GetSigningKey(
    const Call& /*call*/, const v1::GetSigningKeyRequest& /*request*/) {
  if (signer_ == nullptr) return records::NoSigningKey(records::kInsightSigningKey);
  v1::GetSigningKeyResponse response;
  response.set_key_id(signer_->key_id());
  response.set_public_key(signer_->public_key());
  return response;
}

absl::StatusOr<v1::Webhook> WebhookService::CreateWebhook(const Call& call,
                                                          const v1::CreateWebhookRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  if (signer_ == nullptr) return records::NoSigningKey(records::kInsightSigningKey);
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<access::Draft> {
    const v1::Webhook& given = request.webhook();
    v1::Webhook webhook;
    webhook.set_display_name(given.display_name());
    webhook.set_url(given.url());
    webhook.set_category(given.category());
    webhook.set_region(given.region());
    webhook.set_department(given.department());
    webhook.set_disabled(given.disabled());
    RETURN_IF_ERROR(records::CheckText(webhook.mutable_display_name(), {1, kWebhookNameMax},
                                       FieldPath("webhook.display_name")));
    RETURN_IF_ERROR(
        records::CheckText(webhook.mutable_url(), {1, records::kUrlMax}, FieldPath("webhook.url")));
    RETURN_IF_ERROR(hosts_.Check(webhook.url()));
    RETURN_IF_ERROR(CheckFilterParts(store_, webhook.mutable_category(), webhook.region(),
                                     webhook.department(), "webhook", call.deadline));
    store::v1::ListResourcesRequest query;
    query.set_collection(std::string(kWebhooks));
    query.set_page_size(static_cast<int>(kWebhooksMax));
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, call.deadline));
    if (page.resources.size() >= kWebhooksMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                       "推送目标已达上限 50 个，请先删除不再需要的。",
                       {{"limit", std::to_string(kWebhooksMax)}});
    }
    // Told of what comes from now on.
    webhook.set_delivered_kb_revision(page.position.kb_revision);
    webhook.set_name(MakeName(kWebhooks, records::MadeId("w", request_id)));
    access::Draft draft;
    draft.preconditions.push_back(access::MustBeAbsent(webhook.name()));
    draft.puts.push_back(records::Wrap(std::move(webhook)));
    return draft;
  };
  ASSIGN_OR_RETURN(access::Written written,
                   writer_.Write(call, request, {.action = "CreateWebhook"}, compose));
  auto webhook = Unwrap<v1::Webhook>(std::move(written.resource));
  sender_.Own(webhook);
  return WithToken(std::move(webhook), written.position);
}

absl::StatusOr<v1::ListWebhooksResponse> WebhookService::ListWebhooks(
    const Call& call, const v1::ListWebhooksRequest& request) {
  RETURN_IF_ERROR(
      access::RequireAnyOf(call, {Permission::kManageAccounts, Permission::kReadAudit}));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(kWebhooks));
  ASSIGN_OR_RETURN(records::Page page,
                   reader_.List(request, std::move(query), nullptr, call.deadline));
  v1::ListWebhooksResponse response;
  for (auto& resource : page.resources) {
    *response.add_webhooks() = WithToken(Unwrap<v1::Webhook>(std::move(resource)), page.position);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::Webhook> WebhookService::UpdateWebhook(const Call& call,
                                                          const v1::UpdateWebhookRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  RETURN_IF_ERROR(CheckName(request.name(), kWebhooks, FieldPath("name")));
  if (!request.disabled() && signer_ == nullptr)
    return records::NoSigningKey(records::kInsightSigningKey);
  const auto compose = [&](const std::string&) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(records::ReadResource read, reader_.Get(request.name(), 0, call.deadline));
    auto webhook = Unwrap<v1::Webhook>(std::move(read.resource));
    RETURN_IF_ERROR(records::CheckEtag(webhook.name(), request.etag(), webhook.etag()));
    // The configuration may have changed since it was made.
    if (!request.disabled()) RETURN_IF_ERROR(hosts_.Check(webhook.url()));
    webhook.set_disabled(request.disabled());
    const int64_t resend = request.resend_after_kb_revision();
    if (resend < -1 || resend > read.position.kb_revision) {
      return FieldInvalid("resend_after_kb_revision", std::to_string(resend),
                          "-1 表示不变，否则填已有的版本位置。");
    }
    // 0 is a field that was not set: nobody shall send a whole base again by leaving it out.
    if (resend > 0) webhook.set_delivered_kb_revision(resend);
    webhook.set_failure_count(0);
    webhook.clear_failure_note();
    access::Draft draft;
    draft.preconditions.push_back(access::MustHaveEtag(webhook.name(), webhook.etag()));
    draft.puts.push_back(records::Wrap(std::move(webhook)));
    return draft;
  };
  const access::WriteOptions options{
      .action = "UpdateWebhook",
      .conflict_attempts = request.etag().empty() ? kConflictAttempts : 1};
  ASSIGN_OR_RETURN(access::Written written, writer_.Write(call, request, options, compose));
  auto webhook = Unwrap<v1::Webhook>(std::move(written.resource));
  sender_.Own(webhook);
  return WithToken(std::move(webhook), written.position);
}

absl::StatusOr<v1::DeleteWebhookResponse> WebhookService::DeleteWebhook(
    const Call& call, const v1::DeleteWebhookRequest& request) {
  RETURN_IF_ERROR(access::Require(call, Permission::kManageAccounts));
  RETURN_IF_ERROR(CheckName(request.name(), kWebhooks, FieldPath("name")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(const records::ReadResource read,
                     reader_.Get(request.name(), 0, call.deadline));
    access::Draft draft;
    draft.deletes.push_back(request.name());
    draft.preconditions.push_back(
        access::MustHaveEtag(request.name(), read.resource.webhook().etag()));
    return draft;
  };
  ASSIGN_OR_RETURN(
      const access::Written written,
      writer_.Write(call, request,
                    {.action = "DeleteWebhook", .conflict_attempts = kConflictAttempts}, compose));
  v1::DeleteWebhookResponse response;
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

}  // namespace hotline::insight
