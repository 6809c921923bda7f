#include "proto/cc/audit_chain.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"

namespace hotline {

using store::v1::LogEntry;

std::string_view AlgorithmName(LogEntry::HashAlgorithm algorithm) {
  switch (algorithm) {
    case LogEntry::SHA256:
      return "sha256";
    case LogEntry::SM3:
      return "sm3";
    default:
      return {};
  }
}

absl::StatusOr<std::string> HashBy(LogEntry::HashAlgorithm algorithm, std::string_view bytes) {
  if (algorithm == LogEntry::SHA256) return Sha256(bytes);
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::STORE_CORRUPTED,
                   "哈希算法 " + std::to_string(algorithm) + " 不为本程序所知，请升级后再校验。");
}

std::string NamedHash(LogEntry::HashAlgorithm algorithm, std::string_view hash) {
  return hash.empty() ? std::string() : std::string(AlgorithmName(algorithm)) + ":" + ToHex(hash);
}

std::string AuditDetailsOf(const store::v1::Change& change) {
  store::v1::AuditDetails details;
  if (change.has_origin()) *details.mutable_origin() = change.origin();
  for (const auto& effect : change.effects()) {
    if (!effect.put().has_audit_batch()) continue;
    *details.mutable_batch() = effect.put().audit_batch();
    break;  // a Change holds at most one
  }
  return SerializeDeterministic(details);
}

}  // namespace hotline
