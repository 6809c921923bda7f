// Checks of fields that several methods share, and the pages of lists.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/store/v1/store_service.pb.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/tokens.h"
#include "services/records/field_check.h"
#include "storage/store.h"

namespace hotline::identity {

// Brings a text into stored form (NFC, trimmed) and checks it: INVALID_UTF8, FIELD_REQUIRED,
// FIELD_TOO_LONG, FIELD_INVALID (control characters).
absl::Status CheckText(std::string_view field, size_t min, size_t max, std::string* text);

using records::CheckEtag;

// The id of a new resource, as a name.
absl::StatusOr<std::string> NewName(std::string_view collection, const std::string& id,
                                    std::string_view field);

// A reply with its consistency_token.
template <typename T>
T WithToken(T resource, const storage::Position& position) {
  resource.set_consistency_token(EncodeToken({position.timeline_id, position.kb_revision}));
  return resource;
}

// The next page of a list, all pages read at the position of the first.
struct Listed {
  storage::ResourcePage page;
  std::string next_page_token;
};
template <typename Request>
absl::StatusOr<Listed> ListPage(storage::Store& store, const Request& request,
                                std::string_view collection, storage::Deadline deadline) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  store::v1::ListResourcesRequest query;
  query.set_collection(std::string(collection));
  query.set_page_size(page_size);
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
    ASSIGN_OR_RETURN(const PagePosition start,
                     DecodePageToken(request.page_token(), status.timeline_id(), request));
    query.set_after_name(start.last_key);
    query.set_kb_revision(start.kb_revision);
  }
  Listed listed;
  ASSIGN_OR_RETURN(listed.page, store.List(query, deadline));
  if (listed.page.more && !listed.page.resources.empty()) {
    listed.next_page_token = EncodePageToken(
        {NameOf(listed.page.resources.back().resource), listed.page.position.kb_revision},
        listed.page.position.timeline_id, request);
  }
  return listed;
}

}  // namespace hotline::identity
