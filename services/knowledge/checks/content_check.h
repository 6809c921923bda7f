// All gates on one text against one state of the base. Pure: the same text against the same state
// gives the same findings.
#pragma once

#include <string_view>

#include "hotline/knowledge/v1/check_service.pb.h"
#include "services/knowledge/checks/base_state.h"

namespace hotline::knowledge::checks {

// `name` is the entry that the text is of; empty = none yet.
v1::CheckContentResponse CheckText(const BaseState& state, const v1::EntryContent& content,
                                   std::string_view name);

}  // namespace hotline::knowledge::checks
