// Writes into a store directory until it is killed: crash_writer DIR JOURNAL SEED SYNC(0|1).
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/rocks_store.h"
#include "tests/crash/writes.h"

namespace {

constexpr int kThreads = 4;

}  // namespace

int main(int argc, char** argv) {
  using namespace hotline::storage;  // NOLINT: one short main
  if (argc != 5) return 2;
  RocksOptions options;
  options.dir = argv[1];
  options.reserve_mib = 1;
  options.free_margin_mib = 1;
  options.cache_mib = 8;
  options.write_buffer_mib = 1;  // small, so that a kill meets flushes and compactions too
  options.sync = std::string_view(argv[4]) == "1";
  const auto store = RocksStore::Open(options);
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", std::string(store.status().message()).c_str());
    return 1;
  }
  Journal journal(argv[2]);
  const auto seed = static_cast<uint64_t>(std::strtoull(argv[3], nullptr, 10));
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back(
        [&, i] { WriteUntil(**store, journal, seed * kThreads + i, [] { return false; }); });
  }
  for (std::thread& thread : threads) thread.join();
  return 3;  // it never stops by itself
}
