// The exported audit: lines of JSON (JSONL) that can be checked offline. docs/audit.md describes
// the format; numbers and names in it must never change their meaning, because exports outlive
// programs.
//
//   file   := header line* end
//   header := what is exported, and the hash that the first record stands behind
//   line   := one record: for people in the first fields, as stored in "record" and "details"
//   end    := the last record of the file, so that a file that was cut is seen
//
// The readable part says nothing that the stored bytes do not say: who verifies renders the bytes
// again and compares the whole line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "hotline/store/v1/change.pb.h"
#include "proto/cc/time.h"

namespace hotline {

// Grows when lines get a meaning that older programs would miss.
inline constexpr int kAuditExportFormat = 1;

// A place in the chain: behind this record. The hash is empty before the first.
struct AuditPlace {
  int64_t sequence = 0;
  std::string hash;  // raw bytes
  store::v1::LogEntry::HashAlgorithm algorithm = store::v1::LogEntry::SHA256;
};

struct AuditHeader {
  int format = kAuditExportFormat;
  std::string timeline;
  AuditPlace after;  // what the first record stands behind
  int64_t last = 0;  // sequence of the last record; = after.sequence when there is none
};

// What a line holds as stored.
struct AuditLineBytes {
  std::string record;   // serialised AuditRecord
  std::string details;  // serialised AuditDetails; empty = none
};

std::string RenderAuditHeader(const AuditHeader& header);
// INVALID_ARGUMENT (MALFORMED_ROW) for bytes that are not what they should be; FAILED_PRECONDITION
// for an unknown hash algorithm.
absl::StatusOr<std::string> RenderAuditLine(const AuditLineBytes& bytes);
std::string RenderAuditEnd(const AuditPlace& last);

// nullopt for anything that Render… did not make: each is rendered again and compared. A header of
// a newer format gives its number and nothing else.
std::optional<AuditHeader> ParseAuditHeader(std::string_view line);
std::optional<AuditPlace> ParseAuditEnd(std::string_view line);
// The stored bytes of a line, unchecked; nullopt when there are none in it.
std::optional<AuditLineBytes> BytesOfAuditLine(std::string_view line);

// "2026-11-26T02:41:02.123456Z"
std::string FormatUtc(LogTime time);

// The kind of an event, e.g. "REFUSAL"; the number when this program has no name for it.
std::string AuditKindName(const audit::v1::AuditEvent& event);

// --- Parts of JSON, for the files of this folder. ---

// `text` as a JSON string with its quotes. UTF-8.
std::string AuditJsonString(std::string_view text);
// The raw text between `"key":"` and the next quote, or between `"key":` and the next comma or
// brace for numbers; nullopt when there is no such key. Only for what needs no escapes: numbers,
// base64, hex, dates. Callers compare with a rendering, so a misread can't pass.
std::optional<std::string> JsonTextOf(std::string_view line, std::string_view key);
std::optional<int64_t> JsonNumberOf(std::string_view line, std::string_view key);
// "sha256:<hex>" -> bytes and algorithm of `place`; "" -> no hash. False for anything else.
bool ParseNamedHash(std::string_view text, AuditPlace& place);

}  // namespace hotline
