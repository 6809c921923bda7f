// Who uses a name: EntryFilter.reference, and the precondition that nobody does.
#include <atomic>
#include <thread>

#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using absl::StatusCode;
using testing::ACommit;
using testing::AFact;
using testing::AnEntry;
using testing::APolicy;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::StatusIs;

class ReferenceTest : public StoreTest {
 protected:
  std::vector<std::string> UsersOf(const std::string& name, int64_t kb_revision = 0) {
    auto request = ListOf("entries");
    request.mutable_filter()->set_reference(name);
    request.set_kb_revision(kb_revision);
    const auto page = store().List(request, Soon());
    EXPECT_OK(page);
    return page.ok() ? NamesOf(*page) : std::vector<std::string>();
  }
  absl::Status Remove(const std::string& name) {
    return store().Commit(ACommit().Delete(name).IfUnreferenced(name), Soon()).status();
  }
};
INSTANTIATE_STORES(ReferenceTest);

TEST_P(ReferenceTest, EntriesAreListedByWhatTheyUseAndCite) {
  knowledge::v1::Entry online = AnEntry("b").Answer("{{facts/x}}").Online();
  *online.mutable_online()->mutable_content() = online.content();
  online.mutable_content()->mutable_blocks(0)->set_text("草稿不再引用");
  knowledge::v1::Entry variant = AnEntry("c").Online();
  variant.add_variants()->add_blocks()->set_text("{{facts/x}}");
  Commit(ACommit()
             .Put(AFact("x"))
             .Put(APolicy("p"))
             .Put(AnEntry("a").Answer("每月{{facts/x}}").Policy("policies/p").Build())
             .Put(online)
             .Put(variant)
             .Put(AnEntry("d").Build()));

  EXPECT_THAT(UsersOf("facts/x"), ElementsAre("entries/a", "entries/b", "entries/c"));
  EXPECT_THAT(UsersOf("policies/p"), ElementsAre("entries/a"));
  EXPECT_THAT(UsersOf("facts/other"), IsEmpty());
}

TEST_P(ReferenceTest, FollowsChangesAndPositions) {
  Commit(ACommit().Put(AFact("x")));
  const int64_t used = Commit(ACommit().Put(AnEntry("a").Answer("{{facts/x}}").Build()));
  Commit(ACommit().Put(AnEntry("a").Build()));

  EXPECT_THAT(UsersOf("facts/x"), IsEmpty());
  EXPECT_THAT(UsersOf("facts/x", used), ElementsAre("entries/a"));
}

TEST_P(ReferenceTest, OtherFiltersHoldAsWell) {
  Commit(ACommit()
             .Put(AnEntry("a").Answer("{{facts/x}}").Region("440300").Build())
             .Put(AnEntry("b").Answer("{{facts/x}}").Region("440305").Build()));
  auto request = ListOf("entries");
  request.mutable_filter()->set_reference("facts/x");
  request.mutable_filter()->set_region("440305");
  ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(request, Soon()));
  EXPECT_THAT(NamesOf(page), ElementsAre("entries/b"));
}

TEST_P(ReferenceTest, WhatIsUsedCannotGo) {
  Commit(ACommit().Put(AFact("x")));
  Commit(ACommit().Put(AnEntry("a").Answer("{{facts/x}}").Build()));
  const int64_t head = Head();

  const absl::Status refused = Remove("facts/x");

  EXPECT_THAT(refused, StatusIs(StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT));
  EXPECT_EQ(MetadataOf(refused)["reference"], "entries/a");
  EXPECT_EQ(Head(), head);
  EXPECT_THAT(
      store().Commit(ACommit().Delete("facts/x").IfUnreferenced("facts/x").ValidateOnly(), Soon()),
      StatusIs(StatusCode::kFailedPrecondition, type::v1::REFERENCE_CONFLICT));
  Commit(ACommit().Put(AnEntry("a").Build()));
  EXPECT_OK(Remove("facts/x"));
}

TEST_P(ReferenceTest, ADeletedEntryUsesNothing) {
  Commit(ACommit().Put(AFact("x")).Put(AnEntry("a").Answer("{{facts/x}}").Build()));
  Commit(ACommit().Delete("entries/a"));
  EXPECT_OK(Remove("facts/x"));
}

TEST_P(ReferenceTest, AConditionThatSaysNothingIsRefused) {
  store::v1::CommitRequest request = ACommit().Put(AFact("x")).IfUnreferenced("facts/x");
  request.mutable_preconditions(0)->set_unreferenced(false);
  EXPECT_THAT(store().Commit(request, Soon()),
              StatusIs(StatusCode::kInvalidArgument, type::v1::FIELD_REQUIRED));
}

// Removing and beginning to use a fact at once: one of them is refused, whatever group of commits
// they fall into.
TEST_P(ReferenceTest, NeitherRaceLeavesATextWithoutItsFact) {
  constexpr int kRounds = 40;
  for (int round = 0; round < kRounds; ++round) {
    const std::string id = "x" + std::to_string(round);
    const std::string fact = "facts/" + id;
    Commit(ACommit().Put(AFact(id)));
    absl::Status removed;
    absl::Status used;
    std::thread remover([&] { removed = Remove(fact); });
    std::thread user([&] {
      used =
          store()
              .Commit(
                  ACommit()
                      .Put(AnEntry("u" + std::to_string(round)).Answer("{{" + fact + "}}").Build())
                      .IfPresent(fact),
                  Soon())
              .status();
    });
    remover.join();
    user.join();
    EXPECT_NE(removed.ok(), used.ok()) << removed << used;
    EXPECT_EQ(UsersOf(fact).empty(), !used.ok());
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify(Soon()));
  EXPECT_THAT(report.violations, IsEmpty());
}

}  // namespace
}  // namespace hotline::storage
