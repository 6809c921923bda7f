// Six people do at random what the services let them, for a long time. Whatever they try, nothing
// goes online that fewer than the required people approved, or that one of its authors approved.
#include <random>
#include <set>

#include "proto/cc/content_hash.h"
#include "tests/unit/knowledge/review_test_base.h"

namespace hotline::knowledge {
namespace {

using v1::Entry;
using v1::Review;

constexpr int kActs = 6'000;
constexpr int kEntries = 3;

class ReviewProperty : public ReviewTest {
 protected:
  // Who wrote on the working text since it was last online after a full review: kept beside the
  // services, from what they answered.
  std::map<std::string, std::set<std::string>> authors_;
  std::mt19937 random_{20261126};
  int published_ = 0;
  int refused_ = 0;
  int texts_ = 0;

  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  std::string Someone() { return "p" + std::to_string(Below(6)); }
  std::string Lender() { return Below(4) == 0 ? Someone() : ""; }

  void Note(const Result& result) { refused_ += result.ok() ? 0 : 1; }

  // An act by somebody on an entry as it was seen, now or a little earlier.
  void Act(const Entry& seen) {
    const std::string person = Someone();
    switch (Below(24)) {
      case 0: {
        const Result edited = Edit(person, seen.name(), "文字" + std::to_string(++texts_));
        if (edited.ok()) authors_[seen.name()].insert(person);
        return Note(edited);
      }
      case 1:
        return Note(Submit(person, seen));
      case 2:
        return Note(TakeBack(person, seen));
      case 3:
        return Note(Return(person, seen, "退"));
      case 4:
        return Note(Comment(person, seen, "批注"));
      case 5:
      case 6:
        return NoteOnline(seen, Publish(person, seen));
      case 7:
        return NoteOnline(seen, ReleaseOf(seen));
      case 8:
      case 9:
        return Note(Submit(person, seen));
      default:
        return Note(Approve(person, seen, Lender()));
    }
  }

  Result ReleaseOf(const Entry& seen) {
    v1::Release wanted;
    AddItem(&wanted, v1::Release::Item::PUBLISH, seen.name());
    RETURN_IF_ERROR(Release(*Compose(wanted)).status());
    return Get(seen.name());
  }

  void NoteOnline(const Entry& seen, const Result& result) {
    Note(result);
    if (!result.ok()) return;
    ++published_;
    const Review& review = result->review();
    std::set<std::string> people;
    size_t count = 0;
    for (const auto& step : review.steps()) {
      ASSERT_EQ(step.decision(), v1::ReviewStep::APPROVE);
      for (const std::string& each : {step.reviewer(), step.delegator()}) {
        if (each.empty()) continue;
        people.insert(each);
        ++count;
      }
      EXPECT_EQ(authors_[seen.name()].count(step.reviewer()), 0U) << step.reviewer();
      EXPECT_EQ(authors_[seen.name()].count(step.delegator()), 0U) << step.delegator();
    }
    EXPECT_EQ(people.size(), count) << "somebody counted twice";
    EXPECT_EQ(people.count(review.submitter()), 0U);
    EXPECT_EQ(review.steps_size(), 3);
    EXPECT_EQ(review.content_hash(), result->online().content_hash());
    EXPECT_EQ(ContentHash(OnlineContent(*result)), result->online().content_hash());
    authors_[seen.name()].clear();
  }
};

TEST_F(ReviewProperty, NothingGoesOnlineWithoutThreeOthers) {
  std::vector<Entry> seen(kEntries);
  for (int i = 0; i < kActs && !HasFailure(); ++i) {
    Entry& entry = seen[static_cast<size_t>(Below(kEntries))];
    // Six people cannot review what more than three of them have touched.
    if (entry.name().empty() || authors_[entry.name()].size() > 3) {
      const std::string author = Someone();
      entry = Write(author, "e" + std::to_string(i));
      authors_[entry.name()].insert(author);
    }
    if (Below(5) != 0) entry = Get(entry.name());  // else on what was seen before
    Act(entry);
  }
  EXPECT_GT(published_, 10);
  EXPECT_GT(refused_, kActs / 4);
}

}  // namespace
}  // namespace hotline::knowledge
