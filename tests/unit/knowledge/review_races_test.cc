// Steps that are taken at the same time, on the durable store.
#include <atomic>
#include <thread>

#include "tests/unit/knowledge/review_test_base.h"

namespace hotline::knowledge {
namespace {

using ReviewRaces = ReviewTest;
using v1::Entry;

constexpr int kRounds = 20;

// Runs all of them at once and counts those that succeeded.
int AtOnce(const std::vector<std::function<absl::Status()>>& acts) {
  std::atomic<size_t> ready{0};
  std::atomic<int> succeeded{0};
  std::vector<std::thread> threads;
  for (const auto& act : acts) {
    threads.emplace_back([&] {
      ++ready;
      while (ready < acts.size()) std::this_thread::yield();
      if (act().ok()) ++succeeded;
    });
  }
  for (std::thread& thread : threads) thread.join();
  return succeeded;
}

TEST_F(ReviewRaces, OfTwoReviewersOneTakesTheStage) {
  for (int round = 0; round < kRounds; ++round) {
    const Entry entry = *Submit("editor", Write("editor", "e" + std::to_string(round)));

    const int succeeded = AtOnce({[&] { return Approve("chu", entry).status(); },
                                  [&] { return Approve("fu", entry).status(); },
                                  [&] { return Return("zhong", entry, "退").status(); }});

    EXPECT_EQ(succeeded, 1);
    EXPECT_EQ(Get(entry.name()).review().steps_size(), 1);
  }
}

TEST_F(ReviewRaces, AnEditAndTheLastReviewNeverMeetInOneText) {
  for (int round = 0; round < kRounds; ++round) {
    const Entry entry = *Approve(
        "fu", *Approve("chu", *Submit("editor", Write("editor", "e" + std::to_string(round)))));

    AtOnce({[&] { return Approve("zhong", entry).status(); },
            [&] { return Edit("sneak", entry.name(), "换掉").status(); },
            [&] { return TakeBack("editor", entry).status(); }});

    const Entry after = Get(entry.name());
    if (after.state() == Entry::APPROVED) {
      EXPECT_EQ(after.content().blocks(0).text(), "网上办。");
      EXPECT_THAT(Publish("boss", after), IsOk());
    } else {
      EXPECT_THAT(Publish("boss", after), HasReason(type::v1::STATE_CONFLICT));
    }
  }
}

TEST_F(ReviewRaces, OneApprovalIsSpentByOneOfTwoReleases) {
  for (int round = 0; round < kRounds; ++round) {
    const Entry entry = Reviewed(Write("editor", "e" + std::to_string(round)));
    v1::Release wanted;
    AddItem(&wanted, v1::Release::Item::PUBLISH, entry.name());
    const v1::Release one = *Compose(wanted);
    const v1::Release two = *Compose(wanted);

    const int succeeded =
        AtOnce({[&] { return Release(one).status(); }, [&] { return Release(two).status(); },
                [&] { return Publish("boss", entry).status(); }});

    EXPECT_EQ(succeeded, 1);
    EXPECT_EQ(Get(entry.name()).latest_revision(), 1);
  }
}

TEST_F(ReviewRaces, ARecallBeatsAReleaseOfTheSameMoment) {
  for (int round = 0; round < kRounds; ++round) {
    const Entry first = Published("editor", "e" + std::to_string(round), "第一版");
    const Entry approved = Reviewed(*Edit("editor", first.name(), "第二版"));
    v1::Release wanted;
    AddItem(&wanted, v1::Release::Item::PUBLISH, approved.name());
    const v1::Release release = *Compose(wanted);

    AtOnce({[&] { return Release(release).status(); },
            [&] { return Recall(approved.name()).status(); }});

    EXPECT_EQ(Get(approved.name()).state(), Entry::RECALLED);
  }
}

}  // namespace
}  // namespace hotline::knowledge
