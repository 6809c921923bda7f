// Replies that need nobody behind the edge.
#pragma once

#include "services/gateway/exchange.h"
#include "services/gateway/http_server.h"

namespace hotline::gateway {

// 413, 414, 400 or 503: what the HTTP layer found wrong.
HttpReply DefectReply(HttpRequest::Defect defect, const HttpLimits& limits);
// 503: the server stops.
HttpReply StoppingReply();
// 405, with the methods that are allowed.
HttpReply WrongMethodReply(const char* allowed);
// 404: a page for people, JSON for programs.
HttpReply NotFoundReply(const HttpRequest& request);
// 308 to the folder's own address.
HttpReply FolderReply(const std::string& folder);
// 200 or 503.
HttpReply HealthReply(bool serving);

}  // namespace hotline::gateway
