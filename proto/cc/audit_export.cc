#include "proto/cc/audit_export.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <time.h>

#include "absl/strings/escaping.h"

#include "proto/cc/audit_chain.h"
#include "proto/cc/errors.h"

namespace hotline {
namespace {

using audit::v1::AuditEvent;
using store::v1::AuditDetails;
using store::v1::AuditRecord;
using store::v1::LogEntry;

// One JSON object in the making. Empty texts and zeros are left out.
class JsonObject {
 public:
  void Text(std::string_view key, std::string_view value) {
    if (!value.empty()) Raw(key, AuditJsonString(value));
  }
  void Number(std::string_view key, int64_t value) {
    if (value != 0) Raw(key, std::to_string(value));
  }
  void Raw(std::string_view key, std::string_view json) {
    body_ += body_.empty() ? "{" : ",";
    body_ += AuditJsonString(key);
    body_ += ':';
    body_ += json;
  }
  std::string Take() { return body_.empty() ? "{}" : body_ + "}"; }

 private:
  std::string body_;
};

template <typename Items, typename Render>
std::string Array(const Items& items, const Render& render) {
  std::string json = "[";
  for (const auto& item : items) {
    if (json.size() > 1) json += ',';
    json += render(item);
  }
  return json + "]";
}

std::string Base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

std::optional<std::string> FromBase64(const std::string& text) {
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes)) return std::nullopt;
  return bytes;
}

std::string RenderNames(const google::protobuf::RepeatedPtrField<std::string>& names) {
  return Array(names, [](const std::string& name) { return AuditJsonString(name); });
}

std::string RenderEvent(const AuditEvent& event) {
  JsonObject json;
  json.Text("kind", AuditKindName(event));
  json.Text("time", FormatUtc(ToLogTime(event.event_time())));
  json.Text("actor", event.actor());
  json.Text("address", event.address());
  json.Text("credential", event.credential());
  json.Text("rpc", event.rpc());
  if (!event.names().empty()) json.Raw("names", RenderNames(event.names()));
  json.Text("outcome", event.reason().empty() ? "OK" : event.reason());
  json.Text("call_id", event.call_id());
  json.Number("count", event.count());
  return json.Take();
}

void AddDetails(const AuditDetails& details, JsonObject& json) {
  json.Text("address", details.origin().address());
  json.Text("credential", details.origin().credential());
  json.Text("rpc", details.origin().rpc());
  json.Text("call_id", details.origin().call_id());
  json.Text("recorder", details.batch().recorder());
  json.Number("lost_count", details.batch().lost_count());
  if (!details.batch().events().empty()) {
    json.Raw("events", Array(details.batch().events(), RenderEvent));
  }
}

absl::Status Malformed() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::MALFORMED_ROW,
                   "审计记录无法解码。");
}

}  // namespace

std::string AuditJsonString(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
      json += escaped;
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string FormatUtc(LogTime time) {
  constexpr int64_t kMicros = 1'000'000;
  const int64_t fraction = ((time % kMicros) + kMicros) % kMicros;
  const time_t seconds = (time - fraction) / kMicros;
  tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>(fraction));
  return text;
}

std::string AuditKindName(const AuditEvent& event) {
  const std::string& name = AuditEvent::Kind_Name(event.kind());
  return name.empty() ? std::to_string(event.kind()) : name;
}

std::string RenderAuditHeader(const AuditHeader& header) {
  JsonObject json;
  json.Raw("koujing_audit", std::to_string(header.format));
  json.Text("timeline", header.timeline);
  json.Raw("after", std::to_string(header.after.sequence));
  json.Raw("last", std::to_string(header.last));
  json.Raw("prev_hash", AuditJsonString(NamedHash(header.after.algorithm, header.after.hash)));
  return json.Take();
}

std::string RenderAuditEnd(const AuditPlace& last) {
  JsonObject json;
  json.Raw("end", std::to_string(last.sequence));
  json.Raw("hash", AuditJsonString(NamedHash(last.algorithm, last.hash)));
  return json.Take();
}

absl::StatusOr<std::string> RenderAuditLine(const AuditLineBytes& bytes) {
  AuditRecord record;
  AuditDetails details;
  if (!record.ParseFromString(bytes.record) || !details.ParseFromString(bytes.details)) {
    return Malformed();
  }
  const LogEntry::HashAlgorithm algorithm = record.hash_algorithm();
  ASSIGN_OR_RETURN(const std::string hash, HashBy(algorithm, bytes.record));
  JsonObject json;
  json.Number("sequence", record.sequence());
  json.Text("time", FormatUtc(ToLogTime(record.record_time())));
  json.Text("actor", record.actor());
  json.Text("action", record.action());
  json.Raw("names", RenderNames(record.names()));
  json.Text("request_id", record.request_id());
  json.Number("kb_revision", record.kb_revision());
  AddDetails(details, json);
  json.Text("entry_hash", NamedHash(algorithm, record.entry_hash()));
  json.Text("details_hash", NamedHash(algorithm, record.details_hash()));
  json.Text("prev_hash", NamedHash(algorithm, record.prev_hash()));
  json.Text("hash", NamedHash(algorithm, hash));
  json.Text("record", Base64(bytes.record));
  json.Text("details", Base64(bytes.details));
  return json.Take();
}

std::optional<std::string> JsonTextOf(std::string_view line, std::string_view key) {
  const std::string start = AuditJsonString(key) + ":\"";
  const size_t at = line.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  const size_t end = line.find('"', at + start.size());
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(at + start.size(), end - at - start.size()));
}

std::optional<int64_t> JsonNumberOf(std::string_view line, std::string_view key) {
  const std::string start = AuditJsonString(key) + ":";
  const size_t at = line.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(line.data() + at + start.size(), line.data() + line.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

bool ParseNamedHash(std::string_view text, AuditPlace& place) {
  place.hash.clear();
  if (text.empty()) return true;
  for (const auto algorithm : {LogEntry::SHA256, LogEntry::SM3}) {
    const std::string prefix = std::string(AlgorithmName(algorithm)) + ":";
    if (!text.starts_with(prefix)) continue;
    const std::string_view hex = text.substr(prefix.size());
    const bool sound = !hex.empty() && hex.size() % 2 == 0 &&
                       hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!sound) return false;
    place.algorithm = algorithm;
    place.hash = absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
    return true;
  }
  return false;
}

std::optional<AuditHeader> ParseAuditHeader(std::string_view line) {
  const auto format = JsonNumberOf(line, "koujing_audit");
  if (!format) return std::nullopt;
  AuditHeader header{.format = static_cast<int>(*format)};
  if (*format > kAuditExportFormat) return header;
  const auto after = JsonNumberOf(line, "after");
  const auto last = JsonNumberOf(line, "last");
  const auto hash = JsonTextOf(line, "prev_hash");
  if (!after || !last || !hash || !ParseNamedHash(*hash, header.after)) return std::nullopt;
  header.timeline = JsonTextOf(line, "timeline").value_or("");
  header.after.sequence = *after;
  header.last = *last;
  if (RenderAuditHeader(header) != line) return std::nullopt;
  return header;
}

std::optional<AuditPlace> ParseAuditEnd(std::string_view line) {
  const auto sequence = JsonNumberOf(line, "end");
  const auto hash = JsonTextOf(line, "hash");
  AuditPlace place;
  if (!sequence || !hash || !ParseNamedHash(*hash, place)) return std::nullopt;
  place.sequence = *sequence;
  if (RenderAuditEnd(place) != line) return std::nullopt;
  return place;
}

std::optional<AuditLineBytes> BytesOfAuditLine(std::string_view line) {
  const auto record = JsonTextOf(line, "record");
  if (!record) return std::nullopt;
  auto record_bytes = FromBase64(*record);
  auto details_bytes = FromBase64(JsonTextOf(line, "details").value_or(""));
  if (!record_bytes || !details_bytes) return std::nullopt;
  return AuditLineBytes{*std::move(record_bytes), *std::move(details_bytes)};
}

}  // namespace hotline
