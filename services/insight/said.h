// What the base said of an entry at a position: read again from the store, years later if need be.
// No other service is asked, so a receipt resolves as long as there is the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "hotline/insight/v1/receipt_service.pb.h"
#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/type/v1/channel.pb.h"
#include "storage/store.h"

namespace hotline::insight {

struct Said {
  knowledge::v1::Entry entry;   // as it stood; its online text is what was said
  storage::ResourcePage cited;  // owner, policies and facts of that text, as they stood
  std::string content_hash;     // that every answer of it carried (proto/cc/content_hash.h)
  int64_t kb_revision = 0;      // position read at
};

// nullopt when nothing of the entry was online at `kb_revision` (0 = now). NOT_FOUND when there was
// no such entry; REVISION_NOT_REACHED.
absl::StatusOr<std::optional<Said>> ReadSaid(storage::Store& store, const std::string& entry,
                                             int64_t kb_revision, storage::Deadline deadline);

// True when the text is for this channel: its channels, and its audience.
bool IsFor(const knowledge::v1::EntryContent& content, type::v1::Channel channel);

// True for the channels that citizens read: they are not told what is doubtful.
bool IsForCitizens(type::v1::Channel channel);

// True when the text held between its position and the next one: it was neither expired nor yet to
// come. Log time is asked of the store, for texts with a validity only.
absl::StatusOr<bool> HeldTrue(storage::Store& store, const Said& said, storage::Deadline deadline);

// True when the text was doubtful at its position (a policy or a fact that it rests on had lapsed,
// or it was marked): citizens were told a holding sentence instead.
absl::StatusOr<bool> WasDoubtful(storage::Store& store, const Said& said, type::v1::Channel channel,
                                 storage::Deadline deadline);

// The approved text as that channel had it, without markup and uncut, with the facts of its
// position put in; in the language where there was a translation of that revision. What the service
// says beside it (that a wider region's rule is given) is not part of it; that it is sample content
// is.
v1::SaidText TextOf(const Said& said, type::v1::Channel channel, type::v1::Language language);

}  // namespace hotline::insight
