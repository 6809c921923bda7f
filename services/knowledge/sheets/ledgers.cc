#include "services/knowledge/sheets/ledgers.h"

#include "proto/cc/names.h"
#include "services/knowledge/sheets/cell_text.h"
#include "services/knowledge/sheets/words.h"

namespace hotline::knowledge::sheets {
namespace {

std::string TimeOr(bool present, const google::protobuf::Timestamp& time) {
  return present ? TimeToText(time) : std::string();
}

}  // namespace

std::vector<std::string> FactHeadings() {
  return {"编号", "名称",     "类型",     "值",       "单位",    "承办单位",
          "区划", "生效时间", "失效时间", "复核时间", "更新时间"};
}

std::vector<std::string> CellsOf(const v1::Fact& fact, const std::string& department) {
  const auto& validity = fact.validity();
  return {std::string(IdOf(fact.name())),
          fact.display_name(),
          std::string(FactTypeWord(fact.type())),
          fact.value(),
          fact.unit(),
          department,
          fact.region(),
          TimeOr(validity.has_effective_time(), validity.effective_time()),
          TimeOr(validity.has_expire_time(), validity.expire_time()),
          TimeOr(validity.has_review_time(), validity.review_time()),
          TimeOr(fact.has_update_time(), fact.update_time())};
}

std::vector<std::string> PolicyHeadings() {
  return {"编号",     "标题",   "文号",   "发布机构", "成文日期", "施行日期",   "失效日期",
          "复核日期", "有效性", "被替代", "正文链接", "解读链接", "引用条目数", "区划"};
}

std::vector<std::string> CellsOf(const v1::Policy& policy, int64_t citations) {
  const auto& validity = policy.validity();
  const auto& links = policy.interpretation_urls();
  return {std::string(IdOf(policy.name())),
          policy.title(),
          policy.document_number(),
          policy.issuer(),
          TimeOr(policy.has_issue_time(), policy.issue_time()),
          TimeOr(validity.has_effective_time(), validity.effective_time()),
          TimeOr(validity.has_expire_time(), validity.expire_time()),
          TimeOr(validity.has_review_time(), validity.review_time()),
          std::string(PolicyStatusWord(policy.status())),
          policy.replaced_by(),
          policy.url(),
          JoinLines({links.begin(), links.end()}),
          std::to_string(citations),
          policy.region()};
}

}  // namespace hotline::knowledge::sheets
