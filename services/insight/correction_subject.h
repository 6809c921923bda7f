// What a correction is about: a revision that was published, and who could see it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "storage/store.h"

namespace hotline::insight {

// The text of a published revision: that which is online, or an earlier one from the history.
// NOT_FOUND when the entry was never published with that number.
absl::StatusOr<knowledge::v1::EntryContent> FindPublished(storage::Store& store,
                                                          const std::string& entry,
                                                          int64_t revision,
                                                          storage::Deadline deadline);

// True when the channel may show the text. Its validity does not matter: what was shown yesterday
// can be found wrong today.
bool IsShownOn(const knowledge::v1::EntryContent& content, type::v1::Channel channel);

}  // namespace hotline::insight
