// Who has to read what: uses, subscriptions and confirmations.
#include "services/insight/reading_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::insight {
namespace {

constexpr LogTime kDay = 86'400'000'000;
constexpr LogTime kNow = 1'800'000'000'000'000;
constexpr char kLi[] = "people/li";

class ReadingBookTest : public ::testing::Test {
 protected:
  ReadingBookTest() { book_.Reset(); }

  void Batch(v1::ReadingBatch::Kind kind, int64_t revision, int64_t of_change, int64_t at,
             LogTime time) {
    store::v1::Resource resource;
    auto* batch = resource.mutable_reading_batch();
    batch->set_name("readings/r" + std::to_string(at));
    batch->set_kind(kind);
    *batch->mutable_create_time() = ToTimestamp(time);
    auto* row = batch->add_rows();
    row->set_person(kLi);
    row->set_entry("entries/a");
    row->set_revision(revision);
    row->set_kb_revision(of_change);
    book_.Put(resource, at, nullptr);
  }
  void Use(int64_t revision, int64_t at, LogTime time) {
    Batch(v1::ReadingBatch::USE, revision, 0, at, time);
  }
  void Confirm(int64_t of_change, int64_t at, LogTime time) {
    Batch(v1::ReadingBatch::ACKNOWLEDGEMENT, 2, of_change, at, time);
  }
  void Subscribe(const std::function<void(v1::Subscription&)>& fill, LogTime since = kNow - kDay,
                 const std::string& name = "subscriptions/s") {
    store::v1::Resource resource;
    auto* subscription = resource.mutable_subscription();
    subscription->set_name(name);
    subscription->set_subscriber(kLi);
    *subscription->mutable_create_time() = ToTimestamp(since);
    fill(*subscription);
    book_.Put(resource, 1, nullptr);
  }
  void Department(const std::string& id, const std::string& parent) {
    store::v1::Resource resource;
    resource.mutable_department()->set_name("departments/" + id);
    if (!parent.empty()) resource.mutable_department()->set_parent("departments/" + parent);
    book_.Put(resource, 1, nullptr);
  }
  // entries/a at position 100: revision 1 became 2.
  static ChangeRecord Revision() {
    ChangeRecord record;
    record.change.set_kb_revision(100);
    record.change.set_entry("entries/a");
    record.change.set_kind(v1::REVISED);
    record.change.set_previous_revision(1);
    record.change.set_revision(2);
    *record.change.mutable_change_time() = ToTimestamp(kNow);
    record.before = record.after = TextPlace{
        .category = "社会保障/社保缴费", .region = "440305", .department = "departments/low"};
    return record;
  }
  static ChangeRecord Recall() {
    ChangeRecord record = Revision();
    record.change.set_kind(v1::RECALLED);
    record.change.set_revision(0);
    record.after.reset();
    return record;
  }
  bool MustReadNow(const ChangeRecord& record) {
    const ReadingStanding standing = book_.StandingOf(kLi, record);
    return MustRead(standing, record.change) && !standing.acknowledged;
  }

  ReadingBook book_;
};

TEST_F(ReadingBookTest, WhoUsedItMustReadTheChange) {
  Use(1, 50, kNow - kDay);
  EXPECT_TRUE(MustReadNow(Revision()));
  Confirm(100, 101, kNow + 1);
  EXPECT_FALSE(MustReadNow(Revision()));
  EXPECT_TRUE(book_.StandingOf(kLi, Revision()).used);
}

TEST_F(ReadingBookTest, AUseLongAgoOrOfTheNewTextAsksForNothing) {
  Use(1, 50, kNow - 31 * kDay);
  EXPECT_FALSE(MustReadNow(Revision()));
  Use(2, 101, kNow + kDay);
  EXPECT_FALSE(MustReadNow(Revision()));
}

TEST_F(ReadingBookTest, AUseWrittenAfterTheChangeCountsWhenItWasOfTheOldText) {
  Use(1, 101, kNow + 1);
  EXPECT_TRUE(MustReadNow(Revision()));
}

TEST_F(ReadingBookTest, FollowersMustReadWithdrawalsAlone) {
  Subscribe([](auto& s) { s.set_entry("entries/a"); });
  EXPECT_FALSE(MustReadNow(Revision()));
  EXPECT_TRUE(book_.StandingOf(kLi, Revision()).subscribed);
  EXPECT_TRUE(MustReadNow(Recall()));
}

TEST_F(ReadingBookTest, AnEarlierConfirmationDoesNotConfirmALaterChange) {
  Use(1, 50, kNow - kDay);
  Confirm(99, 99, kNow - 1);
  EXPECT_TRUE(MustReadNow(Revision()));
  Confirm(120, 121, kNow + 1);  // of a later change
  EXPECT_FALSE(MustReadNow(Revision()));
}

TEST_F(ReadingBookTest, FiltersIncludeWhatLiesBelow) {
  Department("top", "");
  Department("low", "top");
  const auto follows = [&](const std::function<void(v1::Subscription&)>& fill) {
    Subscribe(fill);
    return book_.StandingOf(kLi, Revision()).subscribed;
  };
  EXPECT_TRUE(follows([](auto& s) { s.set_category("社会保障"); }));
  EXPECT_FALSE(follows([](auto& s) { s.set_category("社会"); }));
  EXPECT_TRUE(follows([](auto& s) { s.set_region("440300"); }));
  EXPECT_FALSE(follows([](auto& s) { s.set_region("440306"); }));
  EXPECT_FALSE(follows([](auto& s) { s.set_region("310000"); }));
  EXPECT_TRUE(follows([](auto& s) { s.set_department("departments/top"); }));
  EXPECT_FALSE(follows([](auto& s) { s.set_department("departments/other"); }));
  EXPECT_FALSE(follows([](auto& s) {
    s.set_region("440300");
    s.set_category("交通");
  }));
}

TEST_F(ReadingBookTest, WhoFollowsWhereATextWasIsToldThatItLeft) {
  Subscribe([](auto& s) { s.set_category("社会保障"); });
  ChangeRecord moved = Revision();
  moved.after->category = "交通";
  EXPECT_TRUE(book_.StandingOf(kLi, moved).subscribed);
}

TEST_F(ReadingBookTest, ASubscriptionBeginsWhenItIsMadeAndEndsWhenItIsDeleted) {
  Subscribe([](auto& s) { s.set_entry("entries/a"); }, kNow + 1);
  EXPECT_FALSE(book_.StandingOf(kLi, Revision()).subscribed);
  Subscribe([](auto& s) { s.set_entry("entries/a"); });
  EXPECT_TRUE(book_.StandingOf(kLi, Revision()).subscribed);
  book_.Erase("subscriptions/s", 2);
  EXPECT_FALSE(book_.StandingOf(kLi, Revision()).subscribed);
  EXPECT_TRUE(book_.SubscriptionsOf(kLi).empty());
}

TEST_F(ReadingBookTest, ReadersAreThosePeopleWhoUsedOrFollowIt) {
  Use(1, 50, kNow - kDay);
  const auto readers = book_.ReadersOf(Revision());
  ASSERT_EQ(readers.size(), 1);
  EXPECT_EQ(readers[0].first, kLi);
  EXPECT_FALSE(readers[0].second.acknowledged);
}

TEST_F(ReadingBookTest, UsesAreForgottenWhenNoChangeCanAskForThem) {
  Use(1, 50, kNow - kDay);
  book_.Reached({}, kNow + 125 * kDay);
  EXPECT_FALSE(book_.StandingOf(kLi, Revision()).used);
}

}  // namespace
}  // namespace hotline::insight
