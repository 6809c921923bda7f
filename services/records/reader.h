// Reads of the write path: one resource, pages of resources, and what tokens demand of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "proto/cc/errors.h"
#include "proto/cc/tokens.h"
#include "storage/store.h"

namespace hotline::records {

// A resource and the position that it was read at (not that of its version).
struct ReadResource {
  store::v1::Resource resource;
  storage::Position position;
};

// One page, all of it read at `position`.
struct Page {
  std::vector<store::v1::Resource> resources;
  storage::Position position;
  std::string next_page_token;
};

// Thread-safe.
class Reader {
 public:
  // `store` must outlive this.
  explicit Reader(storage::Store& store) : store_(store) {}

  // OK once the store has reached the token; OTHER_TIMELINE, INVALID_CONSISTENCY_TOKEN; UNAVAILABLE
  // (BEHIND_TOKEN) when it does not in time.
  absl::Status Await(const type::v1::ReadConsistency& consistency,
                     storage::Deadline deadline) const;

  // The version that is current at `kb_revision` (0 = now). NOT_FOUND; FIELD_INVALID when negative.
  absl::StatusOr<ReadResource> Get(const std::string& name, int64_t kb_revision,
                                   storage::Deadline deadline) const;

  // The next page of a List method: all pages are read at the position of the first. `query` has
  // collection, filter and kb_revision; `trim` takes away what the view does not show. The page
  // ends early at kReplyBytesMax.
  template <typename Request>
  absl::StatusOr<Page> List(const Request& request, store::v1::ListResourcesRequest query,
                            const std::function<void(store::v1::Resource*)>& trim,
                            storage::Deadline deadline) const {
    ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
    if (!request.page_token().empty()) {
      ASSIGN_OR_RETURN(const std::string timeline, Timeline(deadline));
      ASSIGN_OR_RETURN(const PagePosition start,
                       DecodePageToken(request.page_token(), timeline, request));
      query.set_after_name(start.last_key);
      query.set_kb_revision(start.kb_revision);
    }
    ASSIGN_OR_RETURN(Found found, Collect(std::move(query), page_size, trim, deadline));
    if (found.more) {
      found.page.next_page_token =
          EncodePageToken({found.last_name, found.page.position.kb_revision},
                          found.page.position.timeline_id, request);
    }
    return std::move(found.page);
  }

  // The timeline that tokens of this store name.
  absl::StatusOr<std::string> Timeline(storage::Deadline deadline) const;

 private:
  struct Found {
    Page page;
    bool more = false;
    std::string last_name;
  };
  absl::StatusOr<Found> Collect(store::v1::ListResourcesRequest query, int page_size,
                                const std::function<void(store::v1::Resource*)>& trim,
                                storage::Deadline deadline) const;

  storage::Store& store_;
};

// FIELD_INVALID for a negative position.
absl::Status CheckRevisionArgument(int64_t kb_revision);

// The resource of a reply with its consistency_token; a trial (validate_only) has no position and
// gets none.
template <typename T>
T WithToken(T resource, const storage::Position& position) {
  if (position.kb_revision > 0)
    resource.set_consistency_token(EncodeToken({position.timeline_id, position.kb_revision}));
  return resource;
}

}  // namespace hotline::records
