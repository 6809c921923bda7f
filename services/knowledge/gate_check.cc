#include "services/knowledge/gate_check.h"

#include <algorithm>
#include <string>

#include "proto/cc/errors.h"
#include "services/knowledge/review_rules.h"

namespace hotline::knowledge {
namespace {

// Findings that an error tells one by one; all of them are in CheckContent's reply.
constexpr size_t kToldMax = 5;

bool StandsInTheWay(const v1::Finding& finding, GateRule rule,
                    const std::vector<std::string>& explained) {
  if (finding.severity() == v1::Finding::BLOCKING) return true;
  if (finding.severity() != v1::Finding::NEEDS_REASON || rule == GateRule::kBlockingOnly) {
    return false;
  }
  return std::find(explained.begin(), explained.end(), finding.id()) == explained.end();
}

}  // namespace

absl::StatusOr<std::vector<v1::Finding>> FindingsOn(const Options& options,
                                                    const v1::EntryContent& content,
                                                    std::string_view name,
                                                    storage::Deadline deadline) {
  if (options.gate == nullptr) return std::vector<v1::Finding>();
  ASSIGN_OR_RETURN(const v1::CheckContentResponse checked,
                   options.gate->Check(content, name, deadline));
  return std::vector<v1::Finding>(checked.findings().begin(), checked.findings().end());
}

absl::Status CheckFindings(const std::vector<v1::Finding>& findings, GateRule rule,
                           const std::vector<std::string>& explained, std::string_view name) {
  std::string told;
  std::string ids;
  size_t count = 0;
  for (const v1::Finding& finding : findings) {
    if (!StandsInTheWay(finding, rule, explained)) continue;
    ++count;
    if (count > kToldMax) continue;
    ids += (ids.empty() ? "" : ",") + finding.id();
    told += std::to_string(count) + "）" + finding.message();
    if (finding.severity() == v1::Finding::NEEDS_REASON) told += "（可写明理由后再提交）";
    told += " ";
  }
  if (count == 0) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, type::v1::GATE_BLOCKED,
                   "有 " + std::to_string(count) + " 处要先处理：" + told,
                   {{"findings", ids}, {"name", std::string(name)}});
}

absl::Status PassGate(const Options& options, const v1::Entry& entry, GateRule rule,
                      storage::Deadline deadline) {
  if (!options.gates_enforced) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<v1::Finding> findings,
                   FindingsOn(options, entry.content(), entry.name(), deadline));
  return CheckFindings(findings, rule, ExplainedFindings(entry), entry.name());
}

}  // namespace hotline::knowledge
