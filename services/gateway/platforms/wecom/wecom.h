// Applications of WeCom (企业微信).
#pragma once

#include <memory>
#include <string>

#include "services/gateway/platforms/platform.h"
#include "services/gateway/platforms/sealing/envelope.h"

namespace hotline::gateway::platforms {

struct WecomSettings {
  std::string token;
  Sealer sealer;         // for the CorpID
  int64_t agent_id = 0;  // 0 = messages to any application of the corporation
};

std::unique_ptr<const Platform> MakeWecom(WecomSettings settings);

}  // namespace hotline::gateway::platforms
