#include "services/insight/quality_faults.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/standing.h"

namespace hotline::insight {
namespace {

using Kind = v1::ListQualityFindingsRequest;

void Add(Fault fault, std::string detail, std::vector<EntryFault>* faults) {
  faults->push_back({fault, std::move(detail)});
}

}  // namespace

Age AgeOf(const knowledge::v1::Entry& entry, LogTime now) {
  const type::v1::Validity& validity = OnlineContent(entry).validity();
  return {.expired = validity.has_expire_time() && ToLogTime(validity.expire_time()) <= now,
          .review_due = validity.has_review_time() && ToLogTime(validity.review_time()) <= now,
          .suspect = entry.state() == knowledge::v1::Entry::SUSPECT};
}

void FaultAge(const Age& age, const knowledge::v1::Entry& entry, std::vector<EntryFault>* faults) {
  const type::v1::Validity& validity = OnlineContent(entry).validity();
  if (age.expired) {
    Add(Kind::OUTDATED,
        "有效期已于" + ChineseDay(ToLogTime(validity.expire_time())) +
            "届满，条目仍在线，请更新或下线。",
        faults);
  }
  if (age.suspect) Add(Kind::OUTDATED, "所依据的政策文件已失效，请改写或下线。", faults);
  if (age.review_due) {
    Add(Kind::OUTDATED,
        "复核日期（" + ChineseDay(ToLogTime(validity.review_time())) +
            "）已到，请核对内容并更新复核日期。",
        faults);
  }
}

void FaultUsefulness(const v1::UsageRow& use, std::vector<EntryFault>* faults) {
  const int64_t opinions = use.useful_count() + use.useless_count();
  if (opinions < kOpinionsMin || use.useless_count() <= use.useful_count()) return;
  Add(Kind::USELESS,
      "近 " + std::to_string(kQualityDays) + " 天 " + std::to_string(opinions) + " 人评价，其中 " +
          std::to_string(use.useless_count()) + " 人认为没用，请对照问法改写。",
      faults);
}

void FaultNeverFound(const v1::UsageRow* use, const knowledge::v1::Entry& entry, LogTime now,
                     std::vector<EntryFault>* faults) {
  if (use != nullptr && use->asked_count() + use->offered_count() + use->chosen_count() > 0) return;
  const LogTime online = ToLogTime(entry.online().publish_time());
  if (online > now - kQualityDays * kMicrosPerDay) return;
  Add(Kind::NEVER_FOUND,
      "上线以来近 " + std::to_string(kQualityDays) +
          " 天从未被查到，请补充相似问法，或核对是否还需要。",
      faults);
}

}  // namespace hotline::insight
