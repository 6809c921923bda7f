// ReadingService on the wire.
#pragma once

#include "hotline/insight/v1/reading_service.grpc.pb.h"
#include "services/insight/change_feed_watch.h"
#include "services/insight/reading_service.h"
#include "services/insight/subscription_service.h"
#include "services/insight/webhook_service.h"
#include "services/runtime/runtime.h"

namespace hotline::insight {

class ReadingServiceGrpc final : public v1::ReadingService::CallbackService {
 public:
  // All must outlive the server.
  ReadingServiceGrpc(ReadingService& reading, SubscriptionService& subscriptions,
                     WebhookService& webhooks, const WatchGround& ground, runtime::Runtime& runtime)
      : reading_(reading),
        subscriptions_(subscriptions),
        webhooks_(webhooks),
        ground_(ground),
        runtime_(runtime) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* CreateSubscription(Context* context, const v1::CreateSubscriptionRequest* request,
                              v1::Subscription* response) override;
  Reactor* ListSubscriptions(Context* context, const v1::ListSubscriptionsRequest* request,
                             v1::ListSubscriptionsResponse* response) override;
  Reactor* DeleteSubscription(Context* context, const v1::DeleteSubscriptionRequest* request,
                              v1::DeleteSubscriptionResponse* response) override;
  Reactor* RecordUse(Context* context, const v1::RecordUseRequest* request,
                     v1::RecordUseResponse* response) override;
  Reactor* ListReadingItems(Context* context, const v1::ListReadingItemsRequest* request,
                            v1::ListReadingItemsResponse* response) override;
  Reactor* AcknowledgeItems(Context* context, const v1::AcknowledgeItemsRequest* request,
                            v1::AcknowledgeItemsResponse* response) override;
  Reactor* GetReadingShare(Context* context, const v1::GetReadingShareRequest* request,
                           v1::GetReadingShareResponse* response) override;
  Reactor* GetSigningKey(Context* context, const v1::GetSigningKeyRequest* request,
                         v1::GetSigningKeyResponse* response) override;
  Reactor* CreateWebhook(Context* context, const v1::CreateWebhookRequest* request,
                         v1::Webhook* response) override;
  Reactor* ListWebhooks(Context* context, const v1::ListWebhooksRequest* request,
                        v1::ListWebhooksResponse* response) override;
  Reactor* UpdateWebhook(Context* context, const v1::UpdateWebhookRequest* request,
                         v1::Webhook* response) override;
  Reactor* DeleteWebhook(Context* context, const v1::DeleteWebhookRequest* request,
                         v1::DeleteWebhookResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchChangesResponse>* WatchChanges(
      Context* context, const v1::WatchChangesRequest* request) override;

 private:
  ReadingService& reading_;
  SubscriptionService& subscriptions_;
  WebhookService& webhooks_;
  const WatchGround ground_;
  runtime::Runtime& runtime_;
};

}  // namespace hotline::insight
