#include "services/knowledge/checks/finding.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "proto/cc/text.h"
#include "services/knowledge/records.h"

namespace hotline::knowledge::checks {

v1::Finding MakeFinding(FindingParts parts) {
  std::string seed = v1::Finding::Fault_Name(parts.fault) + '\n' + parts.path + '\n' + parts.about;
  for (const std::string& name : parts.related) seed += '\n' + name;
  v1::Finding finding;
  finding.set_id(MadeId("f", seed));
  finding.set_fault(parts.fault);
  finding.set_severity(parts.severity);
  finding.set_path(std::move(parts.path));
  finding.set_begin(static_cast<int32_t>(parts.begin));
  finding.set_end(static_cast<int32_t>(parts.end));
  finding.set_message(std::move(parts.message));
  for (std::string& name : parts.related) finding.add_related(std::move(name));
  finding.set_suggestion(std::move(parts.suggestion));
  finding.set_likeness(parts.likeness);
  return finding;
}

void SortFindings(std::vector<v1::Finding>* findings) {
  const auto key = [](const v1::Finding& finding) {
    return std::make_tuple(-static_cast<int>(finding.severity()), static_cast<int>(finding.fault()),
                           std::cref(finding.path()), finding.begin(), std::cref(finding.id()));
  };
  std::sort(findings->begin(), findings->end(),
            [&](const v1::Finding& a, const v1::Finding& b) { return key(a) < key(b); });
  std::unordered_set<std::string> seen;
  std::erase_if(*findings, [&](const v1::Finding& f) { return !seen.insert(f.id()).second; });
  if (findings->size() > kFindingsMax) findings->resize(kFindingsMax);
}

std::string Quoted(std::string_view text) {
  const std::string_view start = Prefix(text, kQuoteMax);
  return "“" + std::string(start) + (start.size() < text.size() ? "……" : "") + "”";
}

std::string BlockPath(int block, std::string_view field) {
  return "blocks[" + std::to_string(block) + "]." + std::string(field);
}

}  // namespace hotline::knowledge::checks
