// Webhooks as plain functions: reading_service.proto says what each one promises.
#pragma once

#include "absl/status/statusor.h"

#include "hotline/insight/v1/reading_service.pb.h"
#include "services/access/writer.h"
#include "services/insight/webhook_rules.h"
#include "services/insight/webhook_sender.h"
#include "services/records/reader.h"
#include "services/records/signing.h"
#include "services/runtime/call.h"

namespace hotline::insight {

// Thread-safe.
class WebhookService final {
 public:
  // All must outlive it. Null `signer`: NOT_CONFIGURED for whoever makes or enables one.
  WebhookService(storage::Store& store, const WebhookHosts& hosts, const records::Signer* signer,
                 WebhookSender& sender);

  using Call = runtime::Call;

  absl::StatusOr<v1::GetSigningKeyResponse> GetSigningKey(const Call& call,
                                                          const v1::GetSigningKeyRequest& request);
  absl::StatusOr<v1::Webhook> CreateWebhook(const Call& call,
                                            const v1::CreateWebhookRequest& request);
  absl::StatusOr<v1::ListWebhooksResponse> ListWebhooks(const Call& call,
                                                        const v1::ListWebhooksRequest& request);
  absl::StatusOr<v1::Webhook> UpdateWebhook(const Call& call,
                                            const v1::UpdateWebhookRequest& request);
  absl::StatusOr<v1::DeleteWebhookResponse> DeleteWebhook(const Call& call,
                                                          const v1::DeleteWebhookRequest& request);

 private:
  storage::Store& store_;
  const WebhookHosts& hosts_;
  const records::Signer* signer_;
  WebhookSender& sender_;
  records::Reader reader_;
  access::Writer writer_;
};

}  // namespace hotline::insight
