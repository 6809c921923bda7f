#include "proto/cc/audit_verifier.h"

#include <algorithm>
#include <set>

#include "proto/cc/audit_chain.h"
#include "proto/cc/errors.h"

namespace hotline {
namespace {

using store::v1::AuditDetails;
using store::v1::AuditRecord;

std::string Record(int64_t sequence) { return "第 " + std::to_string(sequence) + " 条记录"; }

int64_t CountOf(const audit::v1::AuditBatch& batch) {
  int64_t count = 0;
  for (const auto& event : batch.events()) count += std::max<int64_t>(1, event.count());
  return count;
}

// A line with its end; `complete` is false when the file ends without one or the line is too long.
bool NextLine(std::istream& lines, std::string& line, bool& complete) {
  if (!std::getline(lines, line)) return false;
  complete = !lines.eof() && line.size() <= kAuditLineBytesMax;
  return true;
}

}  // namespace

void AuditVerifier::Violation(const std::string& what) {
  ++report_.violation_count;
  if (report_.violations.size() < kAuditViolationsMax) report_.violations.push_back(what);
}

void AuditVerifier::At(std::string_view what) {
  Violation(file_ + " 第 " + std::to_string(line_number_) + " 行：" + std::string(what));
}

void AuditVerifier::AddAnchor(const AuditAnchor& anchor) {
  anchors_.emplace(anchor.place.sequence, anchor);
}

void AuditVerifier::AddBadAnchor(std::string_view file_name) {
  Violation("锚点文件 " + std::string(file_name) + " 的内容不是锚点，或被改动过");
}

void AuditVerifier::AddFile(std::string_view name, std::istream& lines) {
  file_ = name;
  line_number_ = 0;
  ended_ = false;
  std::string line;
  bool complete = true;
  while (NextLine(lines, line, complete)) {
    ++line_number_;
    if (!complete) At("这一行没有结束，文件可能被截断");
    if (line_number_ == 1) {
      if (!ReadHeader(line)) return;
    } else if (ended_) {
      At("结束行之后还有内容");
    } else if (const auto end = ParseAuditEnd(line)) {
      ReadEnd(*end);
    } else {
      ReadLine(line);
    }
  }
  if (line_number_ == 0) {
    Violation(file_ + " 是空文件");
  } else if (!ended_) {
    At("文件到此为止，缺少结束行：文件被截断");
  }
}

bool AuditVerifier::ReadHeader(std::string_view line) {
  const auto header = ParseAuditHeader(line);
  if (!header) {
    At("不是审计导出文件的首行，或被改动过");
    return false;
  }
  if (header->format > kAuditExportFormat) {
    At("由更新版本导出（格式 " + std::to_string(header->format) + "），请升级 kbctl 后再校验");
    return false;
  }
  announced_last_ = header->last;
  if (header->after.hash.empty() != (header->after.sequence == 0)) At("首行的前一哈希与序号不符");
  if (!place_) {
    report_.timeline = header->timeline;
    place_ = header->after;
    return true;
  }
  if (header->timeline != report_.timeline) At("与前一个文件不属于同一条时间线");
  if (header->after.sequence != place_->sequence) {
    At("没有接着前一个文件：前一个到" + Record(place_->sequence) + "，这一个从" +
       Record(header->after.sequence + 1) + "开始");
  } else if (header->after.hash != place_->hash) {
    At("与前一个文件的哈希不衔接");
  }
  place_ = header->after;
  return true;
}

void AuditVerifier::ReadEnd(const AuditPlace& end) {
  ended_ = true;
  if (end.sequence != place_->sequence || end.hash != place_->hash) {
    At("结束行说最后是" + Record(end.sequence) + "，文件里最后是" + Record(place_->sequence));
  }
  if (end.sequence != announced_last_) {
    At("首行说最后是" + Record(announced_last_) + "，结束行说是" + Record(end.sequence));
  }
}

void AuditVerifier::ReadLine(std::string_view line) {
  const auto bytes = BytesOfAuditLine(line);
  AuditRecord record;
  if (!bytes || !record.ParseFromString(bytes->record)) return At("不是一条审计记录");
  const auto rendered = RenderAuditLine(*bytes);
  if (!rendered.ok()) return At(std::string(rendered.status().message()));
  const std::string hash = *HashBy(record.hash_algorithm(), bytes->record);
  if (*rendered != line) {
    At(Record(record.sequence()) + "的文字与它的存储内容不符，有改动");
  }
  CheckRecord(record, *bytes);
  CheckAnchor(record, hash);
  // After a break the chain goes on from what stands here, so that one fault is told once.
  place_ = AuditPlace{record.sequence(), hash, record.hash_algorithm()};
  const LogTime time = ToLogTime(record.record_time());
  if (report_.record_count == 0) {
    report_.first = record.sequence();
    report_.first_time = time;
  }
  if (report_.record_count > 0 && time < report_.last_time) {
    At(Record(record.sequence()) + "的时间早于前一条");
  }
  report_.last = record.sequence();
  report_.last_time = time;
  ++report_.record_count;
}

void AuditVerifier::CheckRecord(const AuditRecord& record, const AuditLineBytes& bytes) {
  if (record.sequence() != place_->sequence + 1) {
    At("应为" + Record(place_->sequence + 1) + "，却是" + Record(record.sequence()) +
       "：有记录被删、被加或换了位置");
  } else if (record.prev_hash() != place_->hash) {
    At(Record(record.sequence()) + "与前一条的哈希不衔接：其中一条被改动");
  }
  if (record.kb_revision() != record.sequence()) At(Record(record.sequence()) + "的版本号不符");
  const std::string details_hash =
      bytes.details.empty() ? std::string() : *HashBy(record.hash_algorithm(), bytes.details);
  if (details_hash != record.details_hash()) {
    At(Record(record.sequence()) + "的明细与它的哈希不符，有改动");
  }
  AuditDetails details;
  if (details.ParseFromString(bytes.details)) {
    report_.event_count += CountOf(details.batch());
    report_.lost_count += details.batch().lost_count();
  }
}

void AuditVerifier::CheckAnchor(const AuditRecord& record, const std::string& hash) {
  const auto [begin, end] = anchors_.equal_range(record.sequence());
  for (auto at = begin; at != end; ++at) {
    const AuditAnchor& anchor = at->second;
    ++report_.anchors_met;
    if (anchor.place.hash != hash || anchor.kb_revision != record.kb_revision()) {
      At(Record(record.sequence()) + "与 " + anchor.date +
         " 的锚点不符：这条链在那一天之后被整个改写过");
    }
  }
}

void AuditVerifier::CheckAnchorDays() {
  std::map<std::string, AuditAnchor> by_day;
  for (const auto& [sequence, anchor] : anchors_) by_day.emplace(anchor.date, anchor);
  const AuditAnchor* before = nullptr;
  for (const auto& [date, anchor] : by_day) {
    if (anchor.timeline != report_.timeline && !report_.timeline.empty()) {
      Violation(date + " 的锚点属于另一条时间线");
    }
    if (before != nullptr && DayAfter(before->date) != date) {
      Violation("缺少 " + DayAfter(before->date) + " 到 " + date + " 之间的锚点文件");
    }
    if (before != nullptr && anchor.place.sequence < before->place.sequence) {
      Violation(date + " 的锚点早于前一天的锚点");
    }
    before = &anchor;
  }
}

AuditReport AuditVerifier::Finish() {
  CheckAnchorDays();
  const AuditAnchor* newest = nullptr;
  for (const auto& [sequence, anchor] : anchors_) {
    if (report_.record_count > 0 && sequence < report_.first) ++report_.anchors_before;
    if (sequence <= report_.last) continue;
    ++report_.anchors_behind;
    newest = &anchor;
  }
  if (newest != nullptr && !options_.partial) {
    Violation("锚点表明 " + newest->date + " 时已有" + Record(newest->place.sequence) +
              "，文件只到" + Record(report_.last) +
              "：尾部被截去，或文件是更早导出的（是则加 --partial）");
  }
  return report_;
}

}  // namespace hotline
