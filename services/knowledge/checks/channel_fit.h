// 渠道不适配: how channels carry a text, and where it is too long for one.
#pragma once

#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/check_service.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "services/knowledge/checks/finding.h"

namespace hotline::knowledge::checks {

// Characters that a person or a machine reads aloud in a second; a group of digits counts each.
inline constexpr double kCharactersPerSecond = 4.5;
// Above these the editor is told.
inline constexpr double kReadAloudMaxSeconds = 60;
inline constexpr int kSmsPartsMax = 4;
inline constexpr int kWechatPartsMax = 1;  // a passive reply is one message

// Seconds to read a plain text aloud.
double ReadAloudSeconds(std::string_view plain);

// The channels that may show the text, in their order, and how each carries it; a warning for each
// that carries it badly.
std::vector<v1::CheckContentResponse::Fit> CheckChannelFit(const v1::EntryContent& content,
                                                           std::vector<v1::Finding>* findings);

}  // namespace hotline::knowledge::checks
