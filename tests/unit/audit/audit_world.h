// A base in memory with a hand-moved clock, calls from agents and from the public, and exports of
// its audit as text.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/audit/v1/audit.pb.h"
#include "proto/cc/audit_verifier.h"
#include "services/audit/audit_service.h"
#include "services/runtime/call.h"
#include "storage/memory_store.h"

namespace hotline::audit {

inline storage::Deadline Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

// A call of an agent inside, or of a citizen through an edge.
runtime::Call AgentCall(std::string_view rpc);
runtime::Call PublicCall(std::string_view rpc);

// An event that nobody caused.
v1::AuditEvent AnEvent(std::string_view actor, std::string_view name = "entries/a");

class Base {
 public:
  static constexpr LogTime kStart = 1'764'000'000'000'000;  // 2025-11-24T16:00:00Z

  Base();

  storage::MemoryStore& store() { return store_; }
  AuditService& service() { return service_; }
  void Advance(LogTime micros) { wall_ += micros; }

  // Changes of an entry, some with an origin, and a batch of events after every third.
  void CommitSome(int changes);
  void CommitBatch(v1::AuditBatch batch);
  int64_t Head();

  // The audit from `begin` to `end` (0 = all), as `kbctl audit export` writes it.
  std::string Export(int64_t begin = 0, int64_t end = 0);

 private:
  std::atomic<LogTime> wall_{kStart};
  storage::MemoryStore store_;
  AuditService service_{store_};
  int batches_ = 0;
};

// The report on files that continue each other.
AuditReport VerifyTexts(const std::vector<std::string>& files,
                        const std::vector<AuditAnchor>& anchors = {},
                        AuditVerifier::Options options = {});

std::vector<std::string> SplitLines(const std::string& text);
std::string JoinLines(const std::vector<std::string>& lines);

// The anchor of the record on this line of an export.
AuditAnchor AnchorOfLine(const std::string& line, const std::string& timeline,
                         const std::string& date);

}  // namespace hotline::audit
