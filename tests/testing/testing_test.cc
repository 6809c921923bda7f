// The test library itself: what it promises to the other tests.
#include <filesystem>

#include "gtest/gtest.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace hotline::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Process::Options Shell(const std::string& script) {
  Process::Options options;
  options.binary = "/bin/sh";
  options.arguments = {"-c", script};
  options.serves = false;
  return options;
}

TEST(TempDir, IsGoneWithEverythingInIt) {
  std::string path;
  {
    const TempDir dir;
    path = dir.path();
    ASSERT_TRUE(std::filesystem::create_directories(dir.Join("a/b")));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Matchers, TellCodesAndReasonsApart) {
  const absl::Status status = NotFound("entries/x");
  EXPECT_THAT(status, HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(status, Not(HasReason(type::v1::REQUEST_NOT_FOUND)));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(absl::StatusOr<int>(3), IsOkAndHolds(3));
  EXPECT_THAT(absl::StatusOr<int>(status), Not(IsOkAndHolds(3)));
}

TEST(Matchers, SayWhereMessagesDiffer) {
  const knowledge::v1::Entry a = AnEntry("a").Question("甲？");
  const knowledge::v1::Entry b = AnEntry("a").Question("乙？");
  EXPECT_THAT(a, EqualsProto(a));
  EXPECT_THAT(a, Not(EqualsProto(b)));
  EXPECT_THAT(Difference(a, b), HasSubstr("content.question"));
}

TEST(Builders, OnlineEntryCarriesTheHashOfItsText) {
  const knowledge::v1::Entry entry = AnEntry("a").Answer("新答复").Online(2);
  EXPECT_EQ(entry.online().content_hash(), ContentHash(entry.content()));
  EXPECT_EQ(entry.latest_revision(), 2);
  EXPECT_TRUE(IsResourceName(entry.name()));
}

TEST(Builders, CommitHasAFreshIdAndTheFingerprintOfItsEffects) {
  const store::v1::CommitRequest a = ACommit().Put(AnEntry("a").Build());
  const store::v1::CommitRequest b = ACommit().Put(AnEntry("a").Build());
  const store::v1::CommitRequest c = ACommit().Put(AnEntry("c").Build());
  EXPECT_NE(a.request_id(), b.request_id());
  EXPECT_EQ(a.request_fingerprint(), b.request_fingerprint());
  EXPECT_NE(a.request_fingerprint(), c.request_fingerprint());
  EXPECT_EQ(a.request_id().size(), 36U);
}

TEST(ProcessTest, WaitsForTheReadyFileOfAServer) {
  Process::Options options = Shell(
      "for a in \"$@\"; do case $a in --server.ready_file=*) f=${a#*=};; esac; done; "
      "echo 127.0.0.1:9 > \"$f.tmp\"; mv \"$f.tmp\" \"$f\"; exec sleep 600");
  options.arguments.push_back("server");
  options.serves = true;
  ASSERT_OK_AND_ASSIGN(auto process, Process::Start(options));
  EXPECT_EQ(process->address(), "127.0.0.1:9");
  EXPECT_FALSE(process->WaitFor(std::chrono::milliseconds(0)).has_value());
  EXPECT_EQ(process->Stop().signal, SIGTERM);
}

TEST(ProcessTest, TellsWhyAServerNeverServed) {
  Process::Options options = Shell("echo 端口被占用 >&2; exit 3");
  options.serves = true;
  const auto process = Process::Start(options);
  EXPECT_THAT(process, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(process.status().message()), HasSubstr("端口被占用"));
}

TEST(ProcessTest, GivesOutputEnvironmentAndExitCode) {
  Process::Options options = Shell("echo $GREETING; exit 7");
  options.environment = {{"GREETING", "你好"}};
  ASSERT_OK_AND_ASSIGN(auto process, Process::Start(options));
  EXPECT_EQ(process->Wait().code, 7);
  EXPECT_EQ(process->Output(), "你好\n");
}

TEST(ProcessTest, KillEndsAProcessThatIgnoresTerm) {
  ASSERT_OK_AND_ASSIGN(auto process,
                       Process::Start(Shell("trap '' TERM; while :; do sleep 1; done")));
  EXPECT_EQ(process->Kill().signal, SIGKILL);
}

}  // namespace
}  // namespace hotline::testing
