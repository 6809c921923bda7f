// What a GET may be kept by: a tag that changes when the reply says something else.
#pragma once

#include <string>
#include <string_view>

#include "services/gateway/exchange.h"
#include "services/gateway/method_table.h"

namespace hotline::gateway {

// Readings of the base say at which position they were made; what else they say of themselves (how
// fresh, how old) changes with every call. The tag is the position and a hash of the rest: weak,
// since replies with the same tag differ in that. Empty when the method does not say its position,
// or the reply is marked stale.
std::string TagOf(const Method& method, const std::string& message);

// True when If-None-Match has the tag; weakly compared, as for a GET.
bool HasTag(std::string_view if_none_match, std::string_view tag);

// Kept, and asked for again each time: a recall must not wait for a cache. Only what everybody may
// read is kept for others.
void AddCaching(HttpReply& reply, const std::string& tag, bool is_private);

}  // namespace hotline::gateway
