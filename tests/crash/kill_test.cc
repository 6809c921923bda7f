// kill -9: a writer of its own, and kb-store under its clients. KOUJING_CRASH_ROUNDS chooses how
// many rounds.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "gtest/gtest.h"

#include "storage/remote_store.h"
#include "tests/crash/check.h"
#include "tests/crash/writes.h"
#include "tests/testing/matchers.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using std::chrono::milliseconds;
using testing::Process;

// A directory lives through so many kills, so that recoveries of recovered stores are met as well.
constexpr int kRoundsPerDirectory = 8;

int Rounds(int otherwise) {
  const char* rounds = std::getenv("KOUJING_CRASH_ROUNDS");
  return rounds == nullptr ? otherwise : std::atoi(rounds);
}

// The moment of the fault is random, so this one sleep is the test's subject and not its
// synchronisation.
void SleepRandomly(std::mt19937_64& random, int milliseconds_max) {
  std::this_thread::sleep_for(milliseconds(random() % static_cast<uint64_t>(milliseconds_max)));
}

// Until the journal has grown, or the process ended. False when nothing was ever acknowledged.
bool AwaitAcknowledgement(Process& process, const std::string& journal, int64_t before) {
  while (CountAcknowledged(journal) <= before) {
    if (process.WaitFor(milliseconds(2))) return false;
  }
  return true;
}

void Print(const char* what, int rounds, int voided, uint64_t seed, const CrashReport& report) {
  std::printf("%s: %d kills, %d void, seed %llu: %s\n", what, rounds, voided,
              static_cast<unsigned long long>(seed), report.Words().c_str());
}

TEST(KillTest, AKilledWriterLosesNothingThatWasAcknowledged) {
  const int rounds = Rounds(15);
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  CrashReport total;
  int voided = 0;
  std::unique_ptr<testing::TempDir> dir;
  CrashReport last;
  for (int round = 0; round < rounds; ++round) {
    if (round % kRoundsPerDirectory == 0) {
      total.Add(last);
      last = {};
      dir = std::make_unique<testing::TempDir>();
    }
    const std::string journal = dir->Join("journal");
    Process::Options options;
    options.binary = testing::BuiltBinary("crash_writer");
    options.arguments = {dir->Join("data"), journal, std::to_string(random() % 100'000'000), "1"};
    options.serves = false;
    ASSERT_OK_AND_ASSIGN(auto writer, Process::Start(options));
    // One in four is killed while it opens and recovers; the others while they write.
    const bool early = round % 4 == 3;
    if (!early && !AwaitAcknowledgement(*writer, journal, CountAcknowledged(journal))) {
      FAIL() << "the writer ended by itself: " << writer->ErrorOutput() << ", seed " << seed;
    }
    SleepRandomly(random, early ? 100 : 300);
    EXPECT_EQ(writer->Kill().signal, SIGKILL) << writer->ErrorOutput();
    last = OpenAndCheck(dir->Join("data"), ReadJournal(journal));
    ASSERT_TRUE(last.sound()) << last.Words() << "\nround " << round << ", seed " << seed;
    voided += last.acknowledged == 0 ? 1 : 0;
  }
  total.Add(last);
  Print("kill -9 of a writer", rounds, voided, seed, total);
  EXPECT_GT(total.acknowledged, rounds) << "a run in which little happened proves little";
}

// Clients go on through every kill: what is unknown they repeat with the same request_id.
TEST(KillTest, KbStoreKilledUnderItsClientsLosesNothingAndDoublesNothing) {
  const int rounds = std::max(1, Rounds(15) / 3);
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  testing::TempDir dir;
  const std::string journal_path = dir.Join("journal");
  Process::Options options;
  options.binary = testing::BuiltBinary("kb-store");
  options.arguments = {"--store.dir=" + dir.Join("data"), "--store.reserve_mib=1",
                       "--log.level=off"};
  ASSERT_OK_AND_ASSIGN(auto server, Process::Start(options));
  options.listen = server->address();  // the same address after every restart

  std::atomic<bool> stop{false};
  RemoteStore remote({.address = server->address(), .caller = "crash-test"});
  Journal journal(journal_path);
  std::vector<std::jthread> clients;
  for (uint64_t i = 0; i < 3; ++i) {
    clients.emplace_back([&, i] {
      WriteUntil(remote, journal, (seed % 1'000'000) * 10 + i, [&] { return stop.load(); });
    });
  }
  for (int round = 0; round < rounds; ++round) {
    ASSERT_TRUE(AwaitAcknowledgement(*server, journal_path, CountAcknowledged(journal_path)));
    SleepRandomly(random, 300);
    EXPECT_EQ(server->Kill().signal, SIGKILL) << server->ErrorOutput();
    auto restarted = Process::Start(options);
    if (!restarted.ok()) stop = true;
    ASSERT_OK(restarted);
    server = *std::move(restarted);
  }
  ASSERT_TRUE(AwaitAcknowledgement(*server, journal_path, CountAcknowledged(journal_path)));
  stop = true;
  clients.clear();
  const CrashReport report = CheckAfterCrash(remote, ReadJournal(journal_path));
  Print("kill -9 of kb-store under 3 clients", rounds, 0, seed, report);
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(server->Stop().code, 0) << server->ErrorOutput();
}

}  // namespace
}  // namespace hotline::storage
