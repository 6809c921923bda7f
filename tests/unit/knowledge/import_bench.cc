// How fast rows go in: knowledge_import_bench FILE.jsonl [row]. Prints what the write path itself
// costs (CPU, without the store) and what became of the rows. Not a test; build it in release.
#include <cstdio>
#include <fstream>
#include <map>

#include <time.h>

#include "tests/unit/knowledge/knowledge_test_base.h"
#include "tests/unit/knowledge/store_decorator.h"

namespace hotline::knowledge {
namespace {

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Counts the CPU time that the store takes.
class TimedStore final : public StoreDecorator {
 public:
  using StoreDecorator::StoreDecorator;
  double seconds = 0;

  absl::StatusOr<store::v1::CommitResponse> Commit(const store::v1::CommitRequest& request,
                                                   storage::Deadline deadline) override {
    const double start = CpuSeconds();
    auto response = StoreDecorator::Commit(request, deadline);
    seconds += CpuSeconds() - start;
    return response;
  }
  absl::StatusOr<storage::ResourcePage> BatchGet(const std::vector<std::string>& names, int64_t at,
                                                 storage::Deadline deadline) override {
    const double start = CpuSeconds();
    auto page = StoreDecorator::BatchGet(names, at, deadline);
    seconds += CpuSeconds() - start;
    return page;
  }
};

struct Totals {
  int64_t rows = 0;
  int64_t created = 0;
  int64_t unchanged = 0;
  std::map<std::string, int64_t> refused;  // by reason and field
};

Totals ImportOnce(KnowledgeService& service, const char* path,
                  v1::ImportEntriesRequest::Format format) {
  runtime::Call call = ACall();
  call.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  auto session = service.ImportEntries(call);
  Totals totals;
  v1::ImportEntriesRequest chunk = AnImport({}, v1::ImportEntriesRequest::PUBLISH_ROWS, format);
  chunk.clear_first_row();
  size_t bytes = 0;
  const auto send = [&] {
    if (chunk.rows().empty()) return;
    const auto report = (*session)->On(chunk);
    if (!report.ok()) {
      std::printf("%s\n", std::string(report.status().message()).c_str());
      return;
    }
    totals.created += report->created_count();
    totals.unchanged += report->unchanged_count();
    for (const auto& row : report->refused_rows())
      ++totals.refused[row.reason() + " " + row.field()];
    chunk.clear_rows();
    bytes = 0;
  };
  std::ifstream file(path);
  for (std::string line; std::getline(file, line); ++totals.rows) {
    if (chunk.rows_size() == 500 || bytes + line.size() > (2U << 20U)) send();
    bytes += line.size();
    chunk.add_rows(line);
  }
  send();
  return totals;
}

void Run(const char* path, v1::ImportEntriesRequest::Format format) {
  const auto inner = MakeTestStore();
  TimedStore store(*inner);
  KnowledgeService service(store);
  for (const char* pass : {"first", "second"}) {
    store.seconds = 0;
    const double start = CpuSeconds();
    const Totals totals = ImportOnce(service, path, format);
    const double all = CpuSeconds() - start;
    const double own = all - store.seconds;
    std::printf(
        "%s: %lld rows, %lld created, %lld unchanged; own CPU %.2f s = %.0f rows/s; store %.2f s\n",
        pass, static_cast<long long>(totals.rows), static_cast<long long>(totals.created),
        static_cast<long long>(totals.unchanged), own, static_cast<double>(totals.rows) / own,
        store.seconds);
    for (const auto& [reason, count] : totals.refused) {
      std::printf("  refused %lld: %s\n", static_cast<long long>(count), reason.c_str());
    }
  }
}

}  // namespace
}  // namespace hotline::knowledge

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  hotline::knowledge::Run(argv[1], argc > 2
                                       ? hotline::knowledge::v1::ImportEntriesRequest::JSONL_ROW
                                       : hotline::knowledge::v1::ImportEntriesRequest::JSONL_SEED);
  return 0;
}
