// The process kb-store from outside: start, stop, refusals, offline verification.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"

#include "storage/remote_store.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::storage {
namespace {

using testing::ACommit;
using testing::AnEntry;
using ::testing::HasSubstr;
using testing::Process;

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

class KbStoreTest : public ::testing::Test {
 protected:
  Process::Options Options(std::vector<std::string> more = {}) {
    Process::Options options;
    options.binary = testing::BuiltBinary("kb-store");
    options.arguments = {"--store.dir=" + data_, "--store.reserve_mib=1"};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    return options;
  }
  // Runs to its end.
  std::unique_ptr<Process> Run(std::vector<std::string> more) {
    Process::Options options = Options(std::move(more));
    options.serves = false;
    auto process = Process::Start(options);
    EXPECT_OK(process);
    return process.ok() ? *std::move(process) : nullptr;
  }
  void Fill(int count) {
    auto server = Process::Start(Options());
    ASSERT_OK(server);
    RemoteStore remote({.address = (*server)->address(), .caller = "test"});
    for (int i = 0; i < count; ++i) {
      ASSERT_OK(remote.Commit(
          ACommit().Put(AnEntry("e" + std::to_string(i)).Answer(std::string(2'000, 'x')).Build()),
          Soon()));
    }
    EXPECT_EQ((*server)->Stop().code, 0) << (*server)->ErrorOutput();
  }

  testing::TempDir dir_;
  const std::string data_ = dir_.Join("data");
};

TEST_F(KbStoreTest, StopsInGoodOrderAndKeepsWhatItHas) {
  Fill(3);
  ASSERT_OK_AND_ASSIGN(auto server, Process::Start(Options()));
  RemoteStore remote({.address = server->address(), .caller = "test"});
  EXPECT_OK(remote.Get("entries/e2", 0, Soon()));
  const auto status = remote.GetStatus(Soon());
  ASSERT_OK(status);
  EXPECT_EQ(status->head_kb_revision(), 3);
  // A follower's open stream must not hold up the stop.
  EXPECT_OK(remote.WaitForChanges(0, Soon()));
  EXPECT_EQ(server->Stop().code, 0) << server->ErrorOutput();
}

TEST_F(KbStoreTest, RefusesADirectoryThatIsInUse) {
  ASSERT_OK_AND_ASSIGN(auto server, Process::Start(Options()));
  const auto second = Process::Start(Options());
  EXPECT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("code 1"));
  EXPECT_EQ(server->Stop().code, 0);
}

TEST_F(KbStoreTest, RefusesAnAddressThatIsInUse) {
  ASSERT_OK_AND_ASSIGN(auto server, Process::Start(Options()));
  Process::Options options = Options();
  // A directory of its own: it is the address that must be refused.
  options.arguments = {"--store.dir=" + dir_.Join("other"), "--store.reserve_mib=1"};
  options.listen = server->address();
  const auto second = Process::Start(options);
  EXPECT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("code 1"));
}

TEST_F(KbStoreTest, RefusesUnknownFlags) {
  const auto process = Run({"--store.directory=x"});
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->Wait().code, 2);
}

TEST_F(KbStoreTest, VerifyFindsASoundBaseSound) {
  Fill(20);
  const auto process = Run({"--verify"});
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->Wait().code, 0) << process->ErrorOutput();
  EXPECT_THAT(process->Output(), HasSubstr("日志 20 条"));
}

TEST_F(KbStoreTest, VerifyFailsForADirectoryThatIsNotThereAndMakesNone) {
  const auto process = Run({"--verify"});
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->Wait().code, 1);
  EXPECT_FALSE(std::filesystem::exists(data_));
}

// One bit in the middle of what holds the data, wherever RocksDB keeps it by now.
TEST_F(KbStoreTest, VerifyFindsAFlippedBit) {
  Fill(50);
  std::filesystem::path largest;
  for (const auto& file : std::filesystem::directory_iterator(data_)) {
    const std::string extension = file.path().extension().string();
    if (extension != ".log" && extension != ".sst") continue;
    if (largest.empty() || file.file_size() > std::filesystem::file_size(largest)) {
      largest = file.path();
    }
  }
  ASSERT_FALSE(largest.empty());
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(largest) / 2);
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(middle);
  const char flipped = static_cast<char>(file.get() ^ 1);
  file.seekp(middle);
  file.put(flipped);
  file.close();
  const auto process = Run({"--verify"});
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->Wait().code, 1) << process->Output();
  EXPECT_THAT(process->ErrorOutput(), HasSubstr("STORE_CORRUPTED"));
}

}  // namespace
}  // namespace hotline::storage
