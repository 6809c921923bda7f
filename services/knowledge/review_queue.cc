// ReviewService.ListReviewQueue: what waits for a review, oldest first.
//
// Pages are cut from the whole queue as of the position of the first page. Memory is bounded by one
// page, however long the queue: only the oldest behind the page before are kept while reading.
#include <charconv>
#include <map>
#include <utility>

#include "proto/cc/names.h"
#include "services/knowledge/acting.h"
#include "services/knowledge/entry_life.h"
#include "services/knowledge/entry_view.h"
#include "services/knowledge/knowledge_service.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/records.h"
#include "services/knowledge/review_service.h"

namespace hotline::knowledge {
namespace {

using access::Permission;

// Entries read from the store at a time.
constexpr int kEntriesPerRead = 200;

// The order of the queue.
using QueueKey = std::pair<LogTime, std::string>;  // submit_time, name
using Queue = std::map<QueueKey, v1::Entry>;

QueueKey KeyOf(const v1::Entry& entry) {
  return {ToLogTime(entry.review().submit_time()), entry.name()};
}

std::string TextOf(const QueueKey& key) { return std::to_string(key.first) + " " + key.second; }

absl::StatusOr<QueueKey> ReadKey(const std::string& text) {
  if (text.empty()) return QueueKey{-1, ""};
  QueueKey key;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key.first);
  if (error != std::errc() || *end != ' ') {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_PAGE_TOKEN,
                     "翻页标记无效，请从第一页重新查询。");
  }
  key.second = std::string(end + 1, text.data() + text.size());
  return key;
}

// Stages wait for reviewers, a proposed holding answer for a publisher.
bool MayDecide(const runtime::Call& call, const v1::Entry& entry) {
  const auto ways = WaysToAct(
      call, IsHoldingProposal(entry) ? Permission::kPublish : Permission::kReviewEntries, entry);
  if (!ways.ok()) return false;
  for (const Acting& way : *ways) {
    if (CheckMayReview(way, entry).ok()) return true;
  }
  return false;
}

bool IsWanted(const runtime::Call& call, const v1::Entry& entry, bool all) {
  if (!IsInReview(entry)) return false;
  if (all && RequireFor(call, Permission::kReadEntries, entry).ok()) return true;
  return MayDecide(call, entry);
}

// Adds the entries of one state that come behind `after`, and keeps the `keep` oldest.
struct Collector {
  storage::Store& store;
  const runtime::Call& call;
  bool all;
  QueueKey after;
  size_t keep;

  absl::Status Add(v1::Entry::State state, storage::Position* position, Queue* queue) const {
    store::v1::ListResourcesRequest query;
    query.set_collection(std::string(kEntries));
    query.set_page_size(kEntriesPerRead);
    query.set_kb_revision(position->kb_revision);
    query.mutable_filter()->set_state(state);
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(storage::ResourcePage page, store.List(query, call.deadline));
      *position = page.position;
      query.set_kb_revision(page.position.kb_revision);
      more = page.more && !page.resources.empty();
      for (storage::Versioned& versioned : page.resources) {
        auto entry = Unwrap<v1::Entry>(std::move(versioned.resource));
        query.set_after_name(entry.name());
        QueueKey key = KeyOf(entry);
        if (key <= after || !IsWanted(call, entry, all)) continue;
        TrimToBasic(&entry);
        queue->emplace(std::move(key), std::move(entry));
        if (queue->size() > keep) queue->erase(std::prev(queue->end()));
      }
    }
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<v1::ListReviewQueueResponse> ReviewService::ListReviewQueue(
    const Call& call, const v1::ListReviewQueueRequest& request) {
  RETURN_IF_ERROR(access::RequireSignedIn(call));
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string timeline, reader_.Timeline(call.deadline));
  ASSIGN_OR_RETURN(const PagePosition start,
                   DecodePageToken(request.page_token(), timeline, request));
  ASSIGN_OR_RETURN(const QueueKey after, ReadKey(start.last_key));
  storage::Position position{timeline, start.kb_revision};
  const Collector collector{store_, call, request.all(), after, static_cast<size_t>(page_size) + 1};
  Queue queue;
  // A suspect text keeps its state while it is reviewed (entry_life.h).
  for (const auto state : {v1::Entry::IN_REVIEW, v1::Entry::SUSPECT}) {
    RETURN_IF_ERROR(collector.Add(state, &position, &queue));
  }
  v1::ListReviewQueueResponse response;
  size_t bytes = 0;
  std::string last_key;
  for (auto& [key, entry] : queue) {
    bytes += entry.ByteSizeLong();
    const int count = response.entries_size();
    if (count == page_size || (count > 0 && bytes > kReplyBytesMax)) {
      response.set_next_page_token(
          EncodePageToken({last_key, position.kb_revision}, position.timeline_id, request));
      break;
    }
    last_key = TextOf(key);
    *response.add_entries() = WithToken(std::move(entry), position);
  }
  return response;
}

}  // namespace hotline::knowledge
