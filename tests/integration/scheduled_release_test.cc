// Scheduled releases of real processes: killed around the time, started after it, or two at once.
#include <condition_variable>
#include <mutex>
#include <random>

#include <gtest/gtest.h>

#include "proto/cc/time.h"
#include "tests/integration/world.h"
#include "tests/testing/matchers.h"

namespace hotline::integration {
namespace {

using knowledge::v1::KnowledgeService;
using knowledge::v1::Release;
using store::v1::StoreService;
using testing::IsOk;
using testing::Process;

constexpr LogTime kMillisecond = 1'000;
constexpr auto kPatience = std::chrono::seconds(60);

LogTime LogTimeOf(client::Client& client) {
  const auto status = client.Call(&StoreService::Stub::GetStoreStatus, {});
  EXPECT_THAT(status, IsOk());
  return status.ok() ? ToLogTime(status->log_time()) : 0;
}

// A draft and a release that publishes it `ahead` of the log's time.
Release ScheduleNew(client::Client& client, const std::string& id, LogTime ahead) {
  knowledge::v1::CreateEntryRequest write;
  write.set_entry_id(id);
  *write.mutable_entry()->mutable_content() = AContent("问题" + id, "答");
  EXPECT_THAT(client.CreateEntry(write), IsOk());
  knowledge::v1::CreateReleaseRequest create;
  create.mutable_release()->set_title("定时");
  auto* item = create.mutable_release()->add_items();
  item->set_action(Release::Item::PUBLISH);
  item->set_target("entries/" + id);
  const auto composed = client.Call(&KnowledgeService::Stub::CreateRelease, create);
  EXPECT_THAT(composed, IsOk());
  knowledge::v1::ScheduleReleaseRequest schedule;
  schedule.set_name(composed->name());
  schedule.set_etag(composed->etag());
  *schedule.mutable_schedule_time() = ToTimestamp(LogTimeOf(client) + ahead);
  const auto scheduled = client.Call(&KnowledgeService::Stub::ScheduleRelease, schedule);
  EXPECT_THAT(scheduled, IsOk());
  return scheduled.ok() ? *scheduled : Release();
}

// Asks until the release is no longer scheduled.
Release AwaitOutcome(client::Client& client, const std::string& name) {
  knowledge::v1::GetReleaseRequest get;
  get.set_name(name);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    const auto release = client.Call(&KnowledgeService::Stub::GetRelease, get);
    if (release.ok() && release->state() != Release::SCHEDULED) return *release;
  }
  ADD_FAILURE() << name << " is still scheduled";
  return {};
}

// How many Changes published the entry: its revisions, by the log.
int64_t RevisionsOf(client::Client& client, const std::string& name) {
  knowledge::v1::GetEntryRequest get;
  get.set_name(name);
  const auto entry = client.GetEntry(get);
  EXPECT_THAT(entry, IsOk());
  return entry.ok() ? entry->latest_revision() : -1;
}

TEST(ScheduledReleases, OfAServerThatIsKilledAroundTheirTimeHappenOnce) {
  World world;
  std::mt19937 random(20261126);
  for (int round = 0; round < 4; ++round) {
    const std::string id = "e" + std::to_string(round);
    const Release release = ScheduleNew(world.client(), id, 400 * kMillisecond);
    const auto wait = std::chrono::milliseconds(300 + random() % 300);
    // Nobody ends it in that time: a wait for the moment of the kill.
    ASSERT_FALSE(world.server().WaitFor(wait).has_value());

    world.KillAndRestart();

    EXPECT_EQ(AwaitOutcome(world.client(), release.name()).state(), Release::RELEASED);
    EXPECT_EQ(RevisionsOf(world.client(), "entries/" + id), 1);
  }
}

TEST(ScheduledReleases, DueWhileNothingRanHappenAfterTheStartAndAreToldAsLate) {
  World world;
  const Release release = ScheduleNew(world.client(), "a", 1'500 * kMillisecond);
  world.server().Kill();
  // Their time passes, and the patience that the log has with lateness.
  const auto late = std::chrono::system_clock::time_point(
      std::chrono::microseconds(ToLogTime(release.schedule_time()) + 5'500 * kMillisecond));
  std::mutex mutex;
  std::condition_variable nobody;
  std::unique_lock lock(mutex);
  EXPECT_FALSE(nobody.wait_until(lock, late, [] { return false; }));

  world.KillAndRestart();

  EXPECT_EQ(AwaitOutcome(world.client(), release.name()).state(), Release::RELEASED);
  EXPECT_EQ(RevisionsOf(world.client(), "entries/a"), 1);
  world.server().Stop();
  EXPECT_THAT(world.server().ErrorOutput(), ::testing::HasSubstr("scheduled release was late"));
}

TEST(ScheduledReleases, OfTwoWritePathsOnOneStoreHappenOnce) {
  testing::TempDir dir;
  const auto start = [](const std::string& name, const std::vector<std::string>& arguments) {
    auto process = Process::Start({.binary = Binary(name), .arguments = arguments});
    EXPECT_THAT(process, IsOk());
    return std::move(process).value();
  };
  const auto store =
      start("kb-store", {"--store.dir=" + dir.Join("data"), "--store.reserve_mib=1"});
  std::vector<std::string> flags = World::Open();
  flags.push_back("--store.address=" + store->address());
  const auto one = start("kb-knowledge", flags);
  const auto two = start("kb-knowledge", flags);
  const auto client = client::Client::Connect({.address = one->address(), .actor = "tester"});
  const auto other = client::Client::Connect({.address = two->address(), .actor = "tester"});
  const auto to_store = client::Client::Connect({.address = store->address(), .actor = "tester"});
  for (int round = 0; round < 3; ++round) {
    const std::string id = "e" + std::to_string(round);
    knowledge::v1::CreateEntryRequest write;
    write.set_entry_id(id);
    *write.mutable_entry()->mutable_content() = AContent("问题" + id, "答");
    ASSERT_THAT(client->CreateEntry(write), IsOk());
    knowledge::v1::CreateReleaseRequest create;
    create.mutable_release()->set_title("定时");
    auto* item = create.mutable_release()->add_items();
    item->set_action(Release::Item::PUBLISH);
    item->set_target("entries/" + id);
    const auto composed = client->Call(&KnowledgeService::Stub::CreateRelease, create);
    ASSERT_THAT(composed, IsOk());
    knowledge::v1::ScheduleReleaseRequest schedule;
    schedule.set_name(composed->name());
    schedule.set_etag(composed->etag());
    *schedule.mutable_schedule_time() = ToTimestamp(LogTimeOf(*to_store) + 300 * kMillisecond);
    ASSERT_THAT(other->Call(&KnowledgeService::Stub::ScheduleRelease, schedule), IsOk());

    EXPECT_EQ(AwaitOutcome(*client, composed->name()).state(), Release::RELEASED);
    EXPECT_EQ(RevisionsOf(*other, "entries/" + id), 1);
  }
}

}  // namespace
}  // namespace hotline::integration
