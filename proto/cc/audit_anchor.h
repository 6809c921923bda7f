// Anchors: where the audit chain stood at the end of each day, in files that are kept elsewhere.
// With them a chain that was cut at its end or written anew as a whole is found, which the chain
// alone cannot show.
//
// Days are those of China (UTC+8). One file a day, "2026-11-26.json", one line of JSON; never
// rewritten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/cc/audit_export.h"
#include "proto/cc/time.h"

namespace hotline {

struct AuditAnchor {
  std::string date;      // "2026-11-26"
  std::string timeline;  // of the log
  AuditPlace place;      // the last record of that day
  int64_t kb_revision = 0;
  std::string digest;  // 32 bytes: of the whole state at that position (storage/digest.h)
};

// With a line end.
std::string RenderAuditAnchor(const AuditAnchor& anchor);
// nullopt for anything that RenderAuditAnchor did not make.
std::optional<AuditAnchor> ParseAuditAnchor(std::string_view file);

// "2026-11-26.json"
std::string AnchorFileName(std::string_view date);
// The date in such a name; nullopt for other files.
std::optional<std::string> DateOfAnchorFile(std::string_view file_name);

// The day of an instant, and the first instant of a day and of the one after it. Dates are
// well-formed.
std::string DayOf(LogTime time);
LogTime StartOfDay(std::string_view date);
std::string DayAfter(std::string_view date);

}  // namespace hotline
