#include "tests/crash/check.h"

#include <set>

#include "proto/cc/names.h"
#include "storage/resolve.h"
#include "storage/rocks_store.h"
#include "tests/testing/matchers.h"

namespace hotline::storage {
namespace {

constexpr size_t kWordsMax = 20;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::minutes(5); }

void Say(CrashReport& report, std::string words) {
  if (report.violations.size() < kWordsMax) report.violations.push_back(std::move(words));
}

// What the store holds of one request.
struct Found {
  int64_t kb_revision = 0;
  std::vector<std::string> names;
  int whole = 0;  // effects whose version can be read back with its content
};

// Every Change in the feed, with its versions read back one by one.
std::map<std::string, Found> ReadEverything(Store& store, CrashReport& report) {
  std::map<std::string, Found> found;
  int64_t after = 0;
  for (;;) {
    const auto feed = store.ReadChanges(after, Soon());
    if (!feed.ok()) {
      Say(report, "feed: " + testing::Describe(feed.status()));
      return found;
    }
    if (feed->changes.empty()) return found;
    for (const store::v1::Change& change : feed->changes) {
      if (change.kb_revision() != after + 1) Say(report, "gap in the feed");
      after = change.kb_revision();
      Found& item = found[change.request_id()];
      item.kb_revision = after;
      for (const auto& effect : change.effects()) {
        const std::string& name = NameOfEffect(effect);
        item.names.push_back(name);
        const auto version = store.Get(name, after, Soon());
        const bool whole = version.ok() && version->kb_revision == after &&
                           version->resource.entry().content().question() == change.request_id();
        item.whole += whole ? 1 : 0;
      }
    }
  }
}

void CheckOne(Store& store, const std::string& request_id, const JournalledWrite& write,
              const std::map<std::string, Found>& all, CrashReport& report) {
  const auto found = all.find(request_id);
  const bool there = found != all.end();
  const auto outcome = store.GetRequestOutcome(request_id, Soon());
  if (outcome.ok() != there || (there && outcome->kb_revision() != found->second.kb_revision)) {
    Say(report, "request row of " + request_id + " does not agree with the log");
  }
  if (write.acknowledged > 0) {
    ++report.acknowledged;
    const bool whole = there && found->second.kb_revision == write.acknowledged &&
                       found->second.names == write.names &&
                       found->second.whole == static_cast<int>(write.names.size());
    if (whole) return;
    ++report.lost;
    Say(report, "lost: " + request_id + " acknowledged at " + std::to_string(write.acknowledged));
    return;
  }
  if (write.refused) {
    report.unexpected += there ? 1 : 0;
    return;
  }
  ++report.unacknowledged;
  if (!there) return;
  ++report.appeared;
  if (found->second.names == write.names &&
      found->second.whole == static_cast<int>(write.names.size())) {
    return;
  }
  ++report.partial;
  Say(report, "in part: " + request_id);
}

}  // namespace

void CrashReport::Add(const CrashReport& other) {
  acknowledged += other.acknowledged;
  unacknowledged += other.unacknowledged;
  appeared += other.appeared;
  lost += other.lost;
  partial += other.partial;
  unexpected += other.unexpected;
  for (const std::string& words : other.violations) Say(*this, words);
}

std::string CrashReport::Words() const {
  std::string words = "acknowledged " + std::to_string(acknowledged) + ", lost " +
                      std::to_string(lost) + "; outcome unknown " + std::to_string(unacknowledged) +
                      ", of them committed " + std::to_string(appeared) + ", in part " +
                      std::to_string(partial) + "; unexpected " + std::to_string(unexpected);
  for (const std::string& violation : violations) words += "\n  " + violation;
  return words;
}

CrashReport CheckAfterCrash(Store& store, const std::map<std::string, JournalledWrite>& writes) {
  CrashReport report;
  const std::map<std::string, Found> all = ReadEverything(store, report);
  for (const auto& [request_id, write] : writes) CheckOne(store, request_id, write, all, report);
  for (const auto& [request_id, found] : all) {
    if (writes.contains(request_id)) continue;
    ++report.unexpected;
    Say(report, "from nowhere: " + request_id);
  }
  const auto verified = store.Verify(Soon());
  if (!verified.ok()) Say(report, "verify: " + testing::Describe(verified.status()));
  if (verified.ok()) {
    for (const std::string& violation : verified->violations) Say(report, "verify: " + violation);
  }
  return report;
}

CrashReport OpenAndCheck(const std::string& dir,
                         const std::map<std::string, JournalledWrite>& writes) {
  RocksOptions options;
  options.dir = dir;
  options.reserve_mib = 1;
  options.cache_mib = 8;
  options.free_margin_mib = 1;
  const auto store = RocksStore::Open(options);
  if (store.ok()) return CheckAfterCrash(**store, writes);
  CrashReport report;
  for (const auto& [request_id, write] : writes)
    report.acknowledged += write.acknowledged > 0 ? 1 : 0;
  report.lost = report.acknowledged;
  Say(report, "not opened: " + testing::Describe(store.status()));
  return report;
}

}  // namespace hotline::storage
