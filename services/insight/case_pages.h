// Pages of cases that pass a filter which the store does not know: all pages are of one position.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "proto/cc/names.h"
#include "proto/cc/tokens.h"
#include "services/records/limits.h"
#include "services/records/reader.h"
#include "storage/store.h"

namespace hotline::insight {

// Cases that one call looks at; then it returns what it has, with a token to go on.
inline constexpr int kCasesScannedMax = 20'000;

// The next page of `collection`. `add(resource, now, position)` puts a case into the response when
// it passes the request's filter, and returns its size in bytes; 0 = it does not pass.
template <typename Response, typename Request, typename Add>
absl::StatusOr<Response> ListCases(storage::Store& store, std::string_view collection,
                                   const Request& request, storage::Deadline deadline,
                                   const Add& add) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
  ASSIGN_OR_RETURN(const PagePosition start,
                   DecodePageToken(request.page_token(), status.timeline_id(), request));
  const LogTime now = ToLogTime(status.log_time());
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(collection));
  query.set_page_size(storage::kPageSizeMax);
  query.set_after_name(start.last_key);
  query.set_kb_revision(start.kb_revision);
  Response response;
  size_t bytes = 0;
  int added = 0;
  int scanned = 0;
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(storage::ResourcePage page, store.List(query, deadline));
    more = page.more && !page.resources.empty();
    query.set_kb_revision(page.position.kb_revision);
    for (size_t i = 0; i < page.resources.size(); ++i) {
      store::v1::Resource& resource = page.resources[i].resource;
      query.set_after_name(NameOf(resource));
      const size_t size = add(&response, std::move(resource), now, page.position);
      bytes += size;
      added += size > 0 ? 1 : 0;
      ++scanned;
      const bool full =
          added == page_size || bytes > records::kReplyBytesMax || scanned >= kCasesScannedMax;
      if (full && (more || i + 1 < page.resources.size())) {
        response.set_next_page_token(EncodePageToken(
            {query.after_name(), page.position.kb_revision}, page.position.timeline_id, request));
        return response;
      }
    }
  }
  return response;
}

}  // namespace hotline::insight
