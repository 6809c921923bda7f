#include "tests/crash/writes.h"

#include <cstdio>
#include <random>
#include <set>
#include <thread>

#include "storage/resolve.h"
#include "tests/testing/builders.h"

namespace hotline::storage {
namespace {

// Certainly without effect: everything but UNKNOWN outcomes (store.h).
bool IsRefusal(const absl::Status& status) {
  return !absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status);
}

}  // namespace

store::v1::CommitRequest AWrite(uint64_t seed, int64_t number) {
  std::mt19937_64 random(seed * 1'000'003 + static_cast<uint64_t>(number));
  char id[37];
  std::snprintf(id, sizeof id, "%08x-0000-4000-8000-%012llx", static_cast<unsigned>(seed),
                static_cast<unsigned long long>(number));
  testing::CommitBuilder commit;
  commit.RequestId(id).Actor("crash-writer").Action("CrashWrite");
  std::set<std::string> ids;
  const uint64_t count = 1 + random() % 4;
  while (ids.size() < count) ids.insert("e" + std::to_string(random() % 50));
  for (const std::string& entry : ids) {
    const size_t bytes = random() % 16 == 0 ? 20'000 : 100;
    commit.Put(
        testing::AnEntry(entry).Question(id).Answer(std::string(bytes, 'x')).Online(1).Build());
  }
  return commit;
}

std::vector<std::string> NamesOf(const store::v1::CommitRequest& request) {
  std::vector<std::string> names;
  for (const auto& effect : request.effects()) names.push_back(NameOfEffect(effect));
  return names;
}

void WriteUntil(Store& store, Journal& journal, uint64_t seed, const std::function<bool()>& stop) {
  for (int64_t number = 1; !stop(); ++number) {
    const store::v1::CommitRequest request = AWrite(seed, number);
    journal.Intend(request.request_id(), NamesOf(request));
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      const auto response = store.Commit(request, now + std::chrono::seconds(10));
      if (response.ok()) {
        journal.Acknowledge(request.request_id(), response->kb_revision());
        break;
      }
      if (IsRefusal(response.status())) {
        journal.Refuse(request.request_id());
        break;
      }
      if (now > until || stop()) return;
      // The store is away; asking it without pause would take the processor from its restart.
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
}

}  // namespace hotline::storage
