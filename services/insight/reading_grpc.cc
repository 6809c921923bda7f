#include "services/insight/reading_grpc.h"

#include "services/runtime/serve.h"

namespace hotline::insight {

using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

Reactor* ReadingServiceGrpc::CreateSubscription(Context* context,
                                                const v1::CreateSubscriptionRequest* request,
                                                v1::Subscription* response) {
  return runtime::ServeUnary(runtime_, context,
                             "/hotline.insight.v1.ReadingService/CreateSubscription", request,
                             response, [this](const auto& call, const auto& r) {
                               return subscriptions_.CreateSubscription(call, r);
                             });
}

Reactor* ReadingServiceGrpc::ListSubscriptions(Context* context,
                                               const v1::ListSubscriptionsRequest* request,
                                               v1::ListSubscriptionsResponse* response) {
  return runtime::ServeUnary(runtime_, context,
                             "/hotline.insight.v1.ReadingService/ListSubscriptions", request,
                             response, [this](const auto& call, const auto& r) {
                               return subscriptions_.ListSubscriptions(call, r);
                             });
}

Reactor* ReadingServiceGrpc::DeleteSubscription(Context* context,
                                                const v1::DeleteSubscriptionRequest* request,
                                                v1::DeleteSubscriptionResponse* response) {
  return runtime::ServeUnary(runtime_, context,
                             "/hotline.insight.v1.ReadingService/DeleteSubscription", request,
                             response, [this](const auto& call, const auto& r) {
                               return subscriptions_.DeleteSubscription(call, r);
                             });
}

Reactor* ReadingServiceGrpc::RecordUse(Context* context, const v1::RecordUseRequest* request,
                                       v1::RecordUseResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/RecordUse", request, response,
      [this](const auto& call, const auto& r) { return reading_.RecordUse(call, r); });
}

Reactor* ReadingServiceGrpc::ListReadingItems(Context* context,
                                              const v1::ListReadingItemsRequest* request,
                                              v1::ListReadingItemsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/ListReadingItems", request, response,
      [this](const auto& call, const auto& r) { return reading_.ListReadingItems(call, r); });
}

Reactor* ReadingServiceGrpc::AcknowledgeItems(Context* context,
                                              const v1::AcknowledgeItemsRequest* request,
                                              v1::AcknowledgeItemsResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/AcknowledgeItems", request, response,
      [this](const auto& call, const auto& r) { return reading_.AcknowledgeItems(call, r); });
}

Reactor* ReadingServiceGrpc::GetReadingShare(Context* context,
                                             const v1::GetReadingShareRequest* request,
                                             v1::GetReadingShareResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/GetReadingShare", request, response,
      [this](const auto& call, const auto& r) { return reading_.GetReadingShare(call, r); });
}

Reactor* ReadingServiceGrpc::GetSigningKey(Context* context,
                                           const v1::GetSigningKeyRequest* request,
                                           v1::GetSigningKeyResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/GetSigningKey", request, response,
      [this](const auto& call, const auto& r) { return webhooks_.GetSigningKey(call, r); });
}

Reactor* ReadingServiceGrpc::CreateWebhook(Context* context,
                                           const v1::CreateWebhookRequest* request,
                                           v1::Webhook* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/CreateWebhook", request, response,
      [this](const auto& call, const auto& r) { return webhooks_.CreateWebhook(call, r); });
}

Reactor* ReadingServiceGrpc::ListWebhooks(Context* context, const v1::ListWebhooksRequest* request,
                                          v1::ListWebhooksResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/ListWebhooks", request, response,
      [this](const auto& call, const auto& r) { return webhooks_.ListWebhooks(call, r); });
}

Reactor* ReadingServiceGrpc::UpdateWebhook(Context* context,
                                           const v1::UpdateWebhookRequest* request,
                                           v1::Webhook* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/UpdateWebhook", request, response,
      [this](const auto& call, const auto& r) { return webhooks_.UpdateWebhook(call, r); });
}

Reactor* ReadingServiceGrpc::DeleteWebhook(Context* context,
                                           const v1::DeleteWebhookRequest* request,
                                           v1::DeleteWebhookResponse* response) {
  return runtime::ServeUnary(
      runtime_, context, "/hotline.insight.v1.ReadingService/DeleteWebhook", request, response,
      [this](const auto& call, const auto& r) { return webhooks_.DeleteWebhook(call, r); });
}

grpc::ServerWriteReactor<v1::WatchChangesResponse>* ReadingServiceGrpc::WatchChanges(
    Context* context, const v1::WatchChangesRequest* request) {
  return runtime::ServeStream<v1::WatchChangesResponse>(
      runtime_, context, "/hotline.insight.v1.ReadingService/WatchChanges", request,
      [this](const auto& call, const auto& r, runtime::Waker waker) {
        return insight::WatchChanges(ground_, call, r, std::move(waker));
      });
}

}  // namespace hotline::insight
