// WeChat official accounts (微信公众号、服务号).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "services/gateway/platforms/platform.h"
#include "services/gateway/platforms/sealing/envelope.h"

namespace hotline::gateway::platforms {

struct WechatSettings {
  std::string token;
  std::optional<Sealer> sealer;  // absent: nothing can come sealed
  bool plain = false;            // messages that are not sealed are accepted too
};

std::unique_ptr<const Platform> MakeWechat(WechatSettings settings);

}  // namespace hotline::gateway::platforms
