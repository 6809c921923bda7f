// Websites of others: which of them may call from their scripts, what for, and who may frame us.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "hotline/config/v1/config.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"

namespace hotline::gateway {

// Immutable.
class Sites {
 public:
  Sites() = default;
  // Those of gateway.allowed_origins and gateway.sites. INVALID_ARGUMENT: an origin is none, stands
  // there twice, or a channel is not one of the public.
  static absl::StatusOr<Sites> Of(const config::v1::GatewayConfig& config);

  bool empty() const { return sites_.empty(); }
  // The site's scripts may call and read the replies.
  bool Allows(std::string_view origin) const { return Find(origin) != nullptr; }
  // "'none'", or the origins that may show our pages in a frame.
  const std::string& frame_ancestors() const { return frame_ancestors_; }

  // What a script of another site asks for. PERMISSION_DENIED (NOT_ALLOWED): the site may not speak
  // for this channel, or the method is for people who sign in. Requests of our own pages and of
  // programs have no foreign origin.
  absl::Status Check(const HttpRequest& request, const Method& method,
                     type::v1::Channel channel) const;

 private:
  struct Site {
    std::string origin;
    std::vector<type::v1::Channel> channels;
  };
  const Site* Find(std::string_view origin) const;
  absl::Status Add(const std::string& origin, std::vector<type::v1::Channel> channels);

  std::vector<Site> sites_;
  std::string frame_ancestors_ = "'none'";
};

// True when `origin` ("https://host:port") names the host that the request was sent to.
bool IsOwnOrigin(std::string_view origin, std::string_view host);

}  // namespace hotline::gateway
