#include "services/insight/subscription_service.h"

#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "services/access/permission.h"
#include "services/records/field_check.h"
#include "services/records/ids.h"
#include "services/records/resources.h"

namespace hotline::insight {
namespace {

using records::CheckName;
using records::FieldPath;
using records::Unwrap;
using records::WithToken;

constexpr size_t kCategoryMax = 100;
constexpr int kConflictAttempts = 3;

absl::Status NotASubscriber(const runtime::Call& call, const char* sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT, sentence,
                   {{"actor", call.caller.actor}});
}

std::string CallerName(const runtime::Call& call) {
  return call.caller.principal != nullptr ? call.caller.principal->name() : call.caller.actor;
}

absl::Status MustExistNow(storage::Store& store, const std::string& name,
                          storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const storage::ResourcePage page, store.BatchGet({name}, 0, deadline));
  return page.resources.empty() ? NotFound(name) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> SubscriberOf(const runtime::Call& call) {
  std::string name = CallerName(call);
  const std::string_view collection = CollectionOf(name);
  if ((collection == kPeople || collection == kAccounts) && IsId(IdOf(name))) return name;
  return NotASubscriber(call, "只有人员和服务账号可以订阅，请先登录。");
}

absl::StatusOr<std::string> PersonOf(const runtime::Call& call) {
  std::string name = CallerName(call);
  if (CollectionOf(name) == kPeople && IsId(IdOf(name))) return name;
  return NotASubscriber(call, "只有人员有待阅事项，请用本人账号登录。");
}

absl::Status CheckFilterParts(storage::Store& store, std::string* category,
                              const std::string& region, const std::string& department,
                              std::string_view parent, storage::Deadline deadline) {
  const FieldPath path(parent);
  RETURN_IF_ERROR(records::CheckText(category, {0, kCategoryMax}, FieldPath(path, "category")));
  while (category->ends_with('/')) category->pop_back();
  if (!region.empty()) RETURN_IF_ERROR(records::CheckRegion(region, FieldPath(path, "region")));
  if (department.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckName(department, kDepartments, FieldPath(path, "department")));
  return MustExistNow(store, department, deadline);
}

SubscriptionService::SubscriptionService(storage::Store& store, const ReadingBook& book,
                                         records::ProjectionFollower& follower)
    : store_(store),
      book_(book),
      follower_(follower),
      reader_(store),
      writer_(store, records::NewUuid) {}

absl::Status SubscriptionService::Check(v1::Subscription* subscription,
                                        storage::Deadline deadline) const {
  if (!subscription->entry().empty()) {
    RETURN_IF_ERROR(CheckName(subscription->entry(), kEntries, FieldPath("subscription.entry")));
    RETURN_IF_ERROR(MustExistNow(store_, subscription->entry(), deadline));
  }
  RETURN_IF_ERROR(CheckFilterParts(store_, subscription->mutable_category(), subscription->region(),
                                   subscription->department(), "subscription", deadline));
  if (!subscription->category().empty()) {
    // At least one entry has it, or lies below it.
    store::v1::ListResourcesRequest query;
    query.set_collection(std::string(kEntries));
    query.set_page_size(1);
    query.mutable_filter()->set_category(subscription->category());
    ASSIGN_OR_RETURN(const storage::ResourcePage page, store_.List(query, deadline));
    if (page.resources.empty()) {
      return FieldInvalid("subscription.category", subscription->category(),
                          "没有条目属于这一类目，请核对写法（各级之间用“/”）。");
    }
  }
  if (subscription->entry().empty() && subscription->category().empty() &&
      subscription->region().empty() && subscription->department().empty()) {
    return FieldRequired("subscription.entry");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Subscription> SubscriptionService::CreateSubscription(
    const Call& call, const v1::CreateSubscriptionRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const std::string subscriber, SubscriberOf(call));
  const auto compose = [&](const std::string& request_id) -> absl::StatusOr<access::Draft> {
    v1::Subscription subscription;
    subscription.set_entry(request.subscription().entry());
    subscription.set_category(request.subscription().category());
    subscription.set_region(request.subscription().region());
    subscription.set_department(request.subscription().department());
    RETURN_IF_ERROR(Check(&subscription, call.deadline));
    if (book_.SubscriptionsOf(subscriber).size() >= kSubscriptionsMax) {
      return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                       "订阅已达上限 200 个，请先取消不再需要的订阅。",
                       {{"limit", std::to_string(kSubscriptionsMax)}});
    }
    subscription.set_name(MakeName(kSubscriptions, records::MadeId("s", request_id)));
    subscription.set_subscriber(subscriber);
    access::Draft draft;
    draft.preconditions.push_back(access::MustBeAbsent(subscription.name()));
    draft.puts.push_back(records::Wrap(std::move(subscription)));
    return draft;
  };
  ASSIGN_OR_RETURN(access::Written written,
                   writer_.Write(call, request, {.action = "CreateSubscription"}, compose));
  // The limit counts what the book has; and whoever lists next shall see it.
  RETURN_IF_ERROR(follower_.Await(written.position.kb_revision, call.deadline));
  return WithToken(Unwrap<v1::Subscription>(std::move(written.resource)), written.position);
}

absl::StatusOr<v1::ListSubscriptionsResponse> SubscriptionService::ListSubscriptions(
    const Call& call, const v1::ListSubscriptionsRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const std::string subscriber, SubscriberOf(call));
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(call.deadline));
  std::string after;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const PagePosition start,
                     DecodePageToken(request.page_token(), timeline, request));
    after = start.last_key;
  }
  v1::ListSubscriptionsResponse response;
  for (const v1::Subscription& subscription : book_.SubscriptionsOf(subscriber)) {
    if (subscription.name() <= after) continue;
    if (response.subscriptions_size() == page_size) {
      const std::string& last = response.subscriptions(page_size - 1).name();
      response.set_next_page_token(EncodePageToken({last, 0}, timeline, request));
      break;
    }
    *response.add_subscriptions() = subscription;
  }
  return response;
}

absl::StatusOr<v1::DeleteSubscriptionResponse> SubscriptionService::DeleteSubscription(
    const Call& call, const v1::DeleteSubscriptionRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const std::string subscriber, SubscriberOf(call));
  RETURN_IF_ERROR(CheckName(request.name(), kSubscriptions, FieldPath("name")));
  const auto compose = [&](const std::string&) -> absl::StatusOr<access::Draft> {
    ASSIGN_OR_RETURN(const records::ReadResource read,
                     reader_.Get(request.name(), 0, call.deadline));
    const v1::Subscription& subscription = read.resource.subscription();
    // Whose it is is nobody else's business.
    if (subscription.subscriber() != subscriber) return NotFound(request.name());
    access::Draft draft;
    draft.deletes.push_back(subscription.name());
    draft.preconditions.push_back(access::MustHaveEtag(subscription.name(), subscription.etag()));
    return draft;
  };
  ASSIGN_OR_RETURN(
      const access::Written written,
      writer_.Write(call, request,
                    {.action = "DeleteSubscription", .conflict_attempts = kConflictAttempts},
                    compose));
  RETURN_IF_ERROR(follower_.Await(written.position.kb_revision, call.deadline));
  v1::DeleteSubscriptionResponse response;
  response.set_consistency_token(
      EncodeToken({written.position.timeline_id, written.position.kb_revision}));
  return response;
}

}  // namespace hotline::insight
