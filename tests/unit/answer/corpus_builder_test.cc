#include "services/answer/corpus_builder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/testing/builders.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::ResourceOf;
using knowledge::v1::Entry;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CorpusBuilderTest : public ::testing::Test {
 protected:
  template <typename... Resources>
  static store::v1::Change ChangeOf(int64_t position, LogTime time, const Resources&... resources) {
    store::v1::Change change;
    change.set_kb_revision(position);
    *change.mutable_commit_time() = ToTimestamp(time);
    ((*change.add_effects()->mutable_put() = ResourceOf(resources)), ...);
    return change;
  }
  template <typename... Resources>
  CorpusStep Apply(const Resources&... resources) {
    ++position_;
    return builder_.Apply({ChangeOf(position_, position_ * 10, resources...)});
  }

  CorpusBuilder builder_;
  int64_t position_ = 0;
};

TEST_F(CorpusBuilderTest, APublishIsServedAndADraftIsNot) {
  const auto draft = Apply(Entry(AnEntry("a")));
  EXPECT_EQ(draft.corpus->FindEntry("entries/a"), nullptr);
  EXPECT_THAT(draft.events, IsEmpty());
  EXPECT_EQ(draft.corpus->kb_revision, 1);
  EXPECT_EQ(draft.corpus->served_revision, 0);

  const auto published = Apply(Entry(AnEntry("a").Online()));
  ASSERT_NE(published.corpus->FindEntry("entries/a"), nullptr);
  EXPECT_THAT(published.events, SizeIs(1));
  EXPECT_EQ(published.corpus->served_revision, 2);
  EXPECT_EQ(draft.corpus->FindEntry("entries/a"), nullptr) << "an earlier corpus never changes";
}

TEST_F(CorpusBuilderTest, SavingADraftOverAPublishedTextChangesNothing) {
  Entry entry = AnEntry("a").Answer("第一版").Online();
  const auto before = Apply(entry);
  *entry.mutable_online()->mutable_content() = entry.content();
  entry.mutable_content()->mutable_blocks(0)->set_text("草稿");
  entry.set_etag("\"9\"");

  const auto after = Apply(entry);

  EXPECT_THAT(after.events, IsEmpty());
  EXPECT_EQ(after.corpus->FindEntry("entries/a"), before.corpus->FindEntry("entries/a"));
  EXPECT_EQ(after.corpus->index, before.corpus->index);
}

TEST_F(CorpusBuilderTest, AReviewOfTheNextTextChangesNothingThatIsServed) {
  Entry entry = AnEntry("a").Answer("第一版").Online();
  const auto before = Apply(entry);
  *entry.mutable_online()->mutable_content() = entry.content();
  entry.mutable_content()->mutable_blocks(0)->set_text("第二版");
  for (const auto state : {Entry::IN_REVIEW, Entry::APPROVED}) {
    entry.set_state(state);
    entry.mutable_review()->set_note("请审");

    const auto after = Apply(entry);

    EXPECT_THAT(after.events, IsEmpty());
    EXPECT_EQ(after.corpus->FindEntry("entries/a"), before.corpus->FindEntry("entries/a"));
  }
  Entry withdrawn = AnEntry("a").Withdrawn(Entry::RECALLED, "错");
  Apply(withdrawn);
  withdrawn.set_state(Entry::APPROVED);  // its mended text was reviewed and not published yet
  EXPECT_EQ(Apply(withdrawn).corpus->FindEntry("entries/a"), nullptr);
}

TEST_F(CorpusBuilderTest, ARecallRemovesFromEntriesAndIndexTogether) {
  Apply(Entry(AnEntry("a").Question("高龄津贴").Online()));
  const auto recalled = Apply(Entry(AnEntry("a").Withdrawn(Entry::RECALLED, "错")));
  EXPECT_EQ(recalled.corpus->FindEntry("entries/a"), nullptr);
  EXPECT_THAT(recalled.corpus->index->Search("高龄津贴"), IsEmpty());
  EXPECT_NE(recalled.corpus->withdrawn.Find(KeyOf("entries/a")), nullptr);
  ASSERT_THAT(recalled.events, SizeIs(1));
  EXPECT_TRUE(recalled.events[0].recalled);
}

TEST_F(CorpusBuilderTest, ManyChangesMakeOneCorpus) {
  const auto step = builder_.Apply({ChangeOf(1, 10, Entry(AnEntry("a").Answer("一").Online(1))),
                                    ChangeOf(2, 20, Entry(AnEntry("a").Answer("二").Online(2))),
                                    ChangeOf(3, 30, Entry(AnEntry("b").Online()))});
  EXPECT_EQ(step.corpus->kb_revision, 3);
  EXPECT_EQ(step.corpus->FindEntry("entries/a")->revision, 2);
  EXPECT_EQ(step.corpus->entries.size(), 2U);
  EXPECT_THAT(step.events, SizeIs(3));
}

TEST_F(CorpusBuilderTest, ValiditiesFlipByLogTimeWithoutAChange) {
  Apply(Entry(AnEntry("a").ValidFrom(100).ValidUntil(200).Online()));
  EXPECT_EQ(builder_.NextFlip(), 100);
  EXPECT_THAT(builder_.AdvanceTime(99).events, IsEmpty());

  const auto begins = builder_.AdvanceTime(100);
  ASSERT_THAT(begins.events, SizeIs(1));
  EXPECT_TRUE(begins.events[0].flip);
  EXPECT_FALSE(HoldsAt(begins.events[0].before.facts, begins.events[0].before.time));
  EXPECT_TRUE(HoldsAt(begins.events[0].after.facts, begins.events[0].after.time));

  EXPECT_THAT(builder_.AdvanceTime(250).events, SizeIs(1));
  EXPECT_EQ(builder_.NextFlip(), std::nullopt);
  EXPECT_THAT(builder_.AdvanceTime(240).events, IsEmpty()) << "log time never goes back";
  EXPECT_EQ(builder_.log_time(), 250);
}

TEST_F(CorpusBuilderTest, AWithdrawnEntryFlipsNoMore) {
  Apply(Entry(AnEntry("a").ValidUntil(200).Online()));
  Apply(Entry(AnEntry("a").Withdrawn(Entry::RETIRED, "旧")));
  EXPECT_EQ(builder_.NextFlip(), std::nullopt);
}

TEST_F(CorpusBuilderTest, APolicyThatChangesConcernsTheEntriesThatCiteIt) {
  Apply(APolicy("p"), Entry(AnEntry("a").Policy("policies/p").Online()),
        Entry(AnEntry("b").Online()));
  auto repealed = APolicy("p");
  repealed.set_status(knowledge::v1::Policy::REPEALED);

  const auto step = Apply(repealed);

  ASSERT_THAT(step.events, SizeIs(1));
  EXPECT_EQ(step.events[0].name, "entries/a");
  EXPECT_TRUE(step.events[0].text_changed);
}

TEST_F(CorpusBuilderTest, LoadingGivesWhatApplyingGives) {
  const Entry a = AnEntry("a").Question("高龄津贴").Online();
  const Entry b = AnEntry("b");
  const auto applied = Apply(a, b, ADepartment("rsj"), APolicy("p"));
  CorpusBuilder loader;
  loader.Load(ResourceOf(a));
  loader.Load(ResourceOf(b));
  loader.Load(ResourceOf(ADepartment("rsj")));
  loader.Load(ResourceOf(APolicy("p")));

  const auto loaded = loader.FinishLoad("t", 1);

  EXPECT_EQ(loaded->entries.size(), applied.corpus->entries.size());
  EXPECT_EQ(loaded->FindEntry("entries/a")->bytes, applied.corpus->FindEntry("entries/a")->bytes);
  EXPECT_EQ(loaded->departments.size(), 1U);
  EXPECT_EQ(loaded->policies.size(), 1U);
  EXPECT_THAT(loaded->index->Search("高龄津贴"), SizeIs(1));
}

TEST_F(CorpusBuilderTest, OneOfManyEntriesChangesWithoutCopyingTheOthers) {
  for (int i = 0; i < 2000; ++i)
    builder_.Load(ResourceOf(Entry(AnEntry("e" + std::to_string(i)).Online())));
  const auto before = builder_.FinishLoad("t", 1);
  position_ = 1;
  const auto after = Apply(Entry(AnEntry("e7").Answer("新").Online(2)));
  EXPECT_EQ(after.corpus->entries.size(), 2000U);
  EXPECT_EQ(after.corpus->FindEntry("entries/e8"), before->FindEntry("entries/e8"));
  EXPECT_NE(after.corpus->FindEntry("entries/e7"), before->FindEntry("entries/e7"));
}

}  // namespace
}  // namespace hotline::answer
