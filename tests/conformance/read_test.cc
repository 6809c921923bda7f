// Reads: Get, BatchGet, List, ListVersions, GetRevisionAtTime, digests; now and as of every earlier
// position.
#include <map>

#include "proto/cc/names.h"
#include "storage/digest.h"
#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using testing::ACommit;
using testing::ADepartment;
using testing::AnEntry;
using ::testing::ElementsAre;
using testing::EqualsProto;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;

class ReadTest : public StoreTest {
 protected:
  // Six Changes: create a, create b, change a, delete b, create b again, c beside a department.
  void WriteSomeHistory() {
    Commit(ACommit().Put(AnEntry("a").Question("甲一？").Build()));
    Commit(ACommit().Put(AnEntry("b").Question("乙一？").Build()));
    Commit(ACommit().Put(AnEntry("a").Question("甲二？").Build()));
    Commit(ACommit().Delete("entries/b"));
    Commit(ACommit().Put(AnEntry("b").Question("乙二？").Build()));
    Commit(ACommit().Put(AnEntry("c").Question("丙一？").Build()).Put(ADepartment("rsj")));
  }

  std::string QuestionAt(const std::string& name, int64_t kb_revision) {
    const auto read = store().Get(name, kb_revision, Soon());
    if (read.ok()) return read->resource.entry().content().question();
    EXPECT_THAT(read, StatusIs(absl::StatusCode::kNotFound, type::v1::RESOURCE_NOT_FOUND));
    return "-";
  }

  std::vector<std::string> Listed(const store::v1::ListResourcesRequest& request) {
    const auto page = store().List(request, Soon());
    EXPECT_OK(page);
    return page.ok() ? NamesOf(*page) : std::vector<std::string>{"error"};
  }
};
INSTANTIATE_STORES(ReadTest);

TEST_P(ReadTest, AnEmptyStoreHasNothing) {
  EXPECT_THAT(store().Get("entries/a", 0, Soon()), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Listed(ListOf("entries")), IsEmpty());
  EXPECT_THAT(store().ListVersions("entries/a", 0, 10, Soon()),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_EQ(Digest(), std::string(kDigestBytes, '\0'));
}

TEST_P(ReadTest, GetGivesTheVersionOfEveryEarlierPosition) {
  WriteSomeHistory();
  const std::vector<std::string> a = {"甲一？", "甲一？", "甲二？", "甲二？", "甲二？", "甲二？"};
  const std::vector<std::string> b = {"-", "乙一？", "乙一？", "-", "乙二？", "乙二？"};
  for (int64_t at = 1; at <= 6; ++at) {
    EXPECT_EQ(QuestionAt("entries/a", at), a[static_cast<size_t>(at - 1)]) << "as of " << at;
    EXPECT_EQ(QuestionAt("entries/b", at), b[static_cast<size_t>(at - 1)]) << "as of " << at;
  }
  ASSERT_OK_AND_ASSIGN(const Versioned read, store().Get("entries/a", 5, Soon()));
  EXPECT_EQ(read.kb_revision, 3);
  EXPECT_EQ(read.resource.entry().etag(), MakeEtag(3));
}

TEST_P(ReadTest, PositionsThatAreNotReachedAreRefused) {
  WriteSomeHistory();
  const auto refused = StatusIs(absl::StatusCode::kOutOfRange, type::v1::REVISION_NOT_REACHED);
  EXPECT_THAT(store().Get("entries/a", 7, Soon()), refused);
  EXPECT_THAT(store().BatchGet({"entries/a"}, 7, Soon()), refused);
  store::v1::ListResourcesRequest list = ListOf("entries");
  list.set_kb_revision(7);
  EXPECT_THAT(store().List(list, Soon()), refused);
  EXPECT_THAT(store().GetDigest(7, Soon()), refused);
  EXPECT_THAT(store().ReadChanges(7, Soon()), refused);
  EXPECT_THAT(store().WaitForChanges(7, Soon()), refused);
  EXPECT_THAT(store().Get("entries/a", -1, Soon()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(ReadTest, ANameThatIsNoneIsNotFound) {
  WriteSomeHistory();
  for (const char* name : {"entries", "entries/", "nothing/a", "entries/a/b", "entries/a "}) {
    EXPECT_THAT(store().Get(name, 0, Soon()), StatusIs(absl::StatusCode::kNotFound)) << name;
  }
}

TEST_P(ReadTest, BatchGetGivesThoseThatExistInTheOrderAskedFor) {
  WriteSomeHistory();
  ASSERT_OK_AND_ASSIGN(
      const ResourcePage page,
      store().BatchGet({"departments/rsj", "entries/x", "entries/b", "entries/a"}, 0, Soon()));
  EXPECT_THAT(NamesOf(page), ElementsAre("departments/rsj", "entries/b", "entries/a"));
  EXPECT_EQ(page.position.kb_revision, 6);
  EXPECT_EQ(page.resources[1].kb_revision, 5);
  ASSERT_OK_AND_ASSIGN(const ResourcePage earlier,
                       store().BatchGet({"entries/b", "entries/a"}, 4, Soon()));
  EXPECT_THAT(NamesOf(earlier), ElementsAre("entries/a"));
  EXPECT_EQ(earlier.position.kb_revision, 4);
}

TEST_P(ReadTest, BatchGetIsLimited) {
  std::vector<std::string> names;
  for (int i = 0; i < kPageSizeMax; ++i) names.push_back("entries/e" + std::to_string(i));
  EXPECT_OK(store().BatchGet(names, 0, Soon()));
  names.push_back("entries/one-more");
  EXPECT_THAT(store().BatchGet(names, 0, Soon()), HasReason(type::v1::FIELD_TOO_LONG));
  EXPECT_THAT(store().BatchGet({}, 0, Soon()), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_P(ReadTest, PagesOfManyLargeResourcesAreComplete) {
  const std::string text(1U << 20U, 'x');
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) {
    const std::string id = "e" + std::to_string(100 + i);
    names.push_back("entries/" + id);
    Commit(ACommit().Put(AnEntry(id).Answer(text).Build()));
    Commit(ACommit().Put(AnEntry("same").Answer(text).Build()));
  }
  ASSERT_OK_AND_ASSIGN(const ResourcePage batch, store().BatchGet(names, 0, Soon()));
  EXPECT_EQ(NamesOf(batch), names);
  ASSERT_OK_AND_ASSIGN(const ResourcePage list, store().List(ListOf("entries", 20), Soon()));
  EXPECT_EQ(NamesOf(list), names);
  EXPECT_TRUE(list.more);
  ASSERT_OK_AND_ASSIGN(const HistoryPage history,
                       store().ListVersions("entries/same", 0, 19, Soon()));
  EXPECT_EQ(history.versions.size(), 19U);
  EXPECT_TRUE(history.more);
}

TEST_P(ReadTest, ListGivesLiveResourcesInOrderOfTheirNames) {
  WriteSomeHistory();
  EXPECT_THAT(Listed(ListOf("entries")), ElementsAre("entries/a", "entries/b", "entries/c"));
  EXPECT_THAT(Listed(ListOf("departments")), ElementsAre("departments/rsj"));
  EXPECT_THAT(Listed(ListOf("policies")), IsEmpty());
}

TEST_P(ReadTest, ListAsOfEveryEarlierPosition) {
  WriteSomeHistory();
  const std::vector<std::vector<std::string>> expected = {
      {"entries/a"}, {"entries/a", "entries/b"}, {"entries/a", "entries/b"},
      {"entries/a"}, {"entries/a", "entries/b"}, {"entries/a", "entries/b", "entries/c"}};
  for (int64_t at = 1; at <= 6; ++at) {
    store::v1::ListResourcesRequest request = ListOf("entries");
    request.set_kb_revision(at);
    EXPECT_EQ(Listed(request), expected[static_cast<size_t>(at - 1)]) << "as of " << at;
  }
}

TEST_P(ReadTest, PagesJoinToTheWholeListAlsoWhileItIsWritten) {
  for (int i = 0; i < 25; ++i) {
    // Ids of different lengths, so that byte order and length order differ.
    Commit(ACommit().Put(AnEntry("e" + std::to_string(i * 7)).Build()));
  }
  const std::vector<std::string> whole = Listed(ListOf("entries"));
  ASSERT_EQ(whole.size(), 25U);
  EXPECT_TRUE(std::is_sorted(whole.begin(), whole.end()));
  for (const int page_size : {1, 4, 5, 25, 26}) {
    std::vector<std::string> joined;
    store::v1::ListResourcesRequest request = ListOf("entries", page_size);
    bool more = true;
    while (more) {
      ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(request, Soon()));
      for (const std::string& name : NamesOf(page)) joined.push_back(name);
      more = page.more;
      EXPECT_TRUE(!more || page.resources.size() == static_cast<size_t>(page_size));
      request.set_kb_revision(page.position.kb_revision);
      if (!joined.empty()) request.set_after_name(joined.back());
      Commit(ACommit().Put(AnEntry("new").Question(std::to_string(joined.size())).Build()));
    }
    EXPECT_EQ(joined, whole) << "page size " << page_size;
    Commit(ACommit().Delete("entries/new"));
  }
}

TEST_P(ReadTest, ListFiltersEntries) {
  using knowledge::v1::Entry;
  Commit(ACommit()
             .Put(AnEntry("a")
                      .Category("社保/养老")
                      .Region("440300")
                      .Department("departments/rsj")
                      .Build())
             .Put(AnEntry("b").Category("社保/养老/退休").Region("440305").Online(1).Build())
             .Put(AnEntry("c")
                      .Category("社保卡")
                      .Region("440300")
                      .Kind(knowledge::v1::GUIDE)
                      .Online(1)
                      .Build()));
  const auto listed = [&](auto set) {
    store::v1::ListResourcesRequest request = ListOf("entries");
    set(*request.mutable_filter());
    return Listed(request);
  };
  EXPECT_THAT(listed([](auto& f) { f.set_category("社保"); }),
              ElementsAre("entries/a", "entries/b"));
  EXPECT_THAT(listed([](auto& f) { f.set_category("社保/养老"); }),
              ElementsAre("entries/a", "entries/b"));
  EXPECT_THAT(listed([](auto& f) { f.set_category("社保/养老/退休"); }), ElementsAre("entries/b"));
  EXPECT_THAT(listed([](auto& f) { f.set_region("440300"); }),
              ElementsAre("entries/a", "entries/c"));
  EXPECT_THAT(listed([](auto& f) { f.set_department("departments/rsj"); }),
              ElementsAre("entries/a"));
  EXPECT_THAT(listed([](auto& f) { f.set_state(Entry::PUBLISHED); }),
              ElementsAre("entries/b", "entries/c"));
  EXPECT_THAT(listed([](auto& f) { f.set_kind(knowledge::v1::GUIDE); }), ElementsAre("entries/c"));
  EXPECT_THAT(listed([](auto& f) {
                f.set_state(Entry::PUBLISHED);
                f.set_region("440300");
              }),
              ElementsAre("entries/c"));
  EXPECT_THAT(listed([](auto& f) { f.set_region("110000"); }), IsEmpty());
}

TEST_P(ReadTest, FiltersSeeTheStateAsOfThePosition) {
  Commit(ACommit().Put(AnEntry("a").Region("440300").Build()));
  Commit(ACommit().Put(AnEntry("a").Region("440305").Online(1).Build()));
  Commit(ACommit().Delete("entries/a"));
  store::v1::ListResourcesRequest request = ListOf("entries");
  request.mutable_filter()->set_region("440300");
  request.set_kb_revision(1);
  EXPECT_THAT(Listed(request), ElementsAre("entries/a"));
  request.set_kb_revision(2);
  EXPECT_THAT(Listed(request), IsEmpty());
  request.mutable_filter()->set_region("440305");
  EXPECT_THAT(Listed(request), ElementsAre("entries/a"));
  request.set_kb_revision(0);
  EXPECT_THAT(Listed(request), IsEmpty());
}

TEST_P(ReadTest, FilteredPagesJoinToTheWholeFilteredList) {
  testing::CommitBuilder commit;
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "e" + std::to_string(100 + i);
    commit.Put(AnEntry(id).Region(i % 3 == 0 ? "440305" : "440300").Build());
    if (i % 3 == 0) expected.push_back("entries/" + id);
  }
  Commit(commit);
  std::vector<std::string> joined;
  store::v1::ListResourcesRequest request = ListOf("entries", 7);
  request.mutable_filter()->set_region("440305");
  bool more = true;
  while (more) {
    ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(request, Soon()));
    for (const std::string& name : NamesOf(page)) joined.push_back(name);
    more = page.more;
    request.set_after_name(joined.back());
  }
  EXPECT_EQ(joined, expected);
}

TEST_P(ReadTest, ListRefusesWhatItCannotMean) {
  EXPECT_THAT(store().List(ListOf(""), Soon()), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(store().List(ListOf("nothing"), Soon()), HasReason(type::v1::FIELD_INVALID));
  for (const int page_size : {0, -1, kPageSizeMax + 1}) {
    EXPECT_THAT(store().List(ListOf("entries", page_size), Soon()),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(store().ListVersions("entries/a", 0, page_size, Soon()),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  store::v1::ListResourcesRequest filtered = ListOf("departments");
  filtered.mutable_filter()->set_region("440300");
  EXPECT_THAT(store().List(filtered, Soon()), HasReason(type::v1::FIELD_INVALID));
}

TEST_P(ReadTest, ListVersionsGivesTheHistoryNewestFirst) {
  WriteSomeHistory();
  ASSERT_OK_AND_ASSIGN(const HistoryPage page, store().ListVersions("entries/b", 0, 10, Soon()));
  ASSERT_EQ(page.versions.size(), 3U);
  EXPECT_FALSE(page.more);
  EXPECT_EQ(page.versions[0].kb_revision, 5);
  EXPECT_EQ(page.versions[0].resource->entry().content().question(), "乙二？");
  EXPECT_EQ(page.versions[1].kb_revision, 4);
  EXPECT_FALSE(page.versions[1].resource.has_value())
      << "the deletion is a version without a value";
  EXPECT_EQ(page.versions[2].kb_revision, 2);
}

TEST_P(ReadTest, PagesOfVersionsJoinToTheWholeHistory) {
  for (int i = 0; i < 9; ++i) {
    Commit(ACommit().Put(AnEntry("a").Question(std::to_string(i)).Build()));
    Commit(ACommit().Put(AnEntry("b").Build()));
  }
  std::vector<int64_t> joined;
  int64_t before = 0;
  bool more = true;
  while (more) {
    ASSERT_OK_AND_ASSIGN(const HistoryPage page,
                         store().ListVersions("entries/a", before, 2, Soon()));
    for (const HistoryItem& item : page.versions) joined.push_back(item.kb_revision);
    more = page.more;
    before = joined.back();
  }
  EXPECT_THAT(joined, ElementsAre(17, 15, 13, 11, 9, 7, 5, 3, 1));
  ASSERT_OK_AND_ASSIGN(const HistoryPage none, store().ListVersions("entries/a", 1, 2, Soon()));
  EXPECT_THAT(none.versions, IsEmpty());
}

TEST_P(ReadTest, HistoryOfANameIsNotMixedWithItsNeighbours) {
  Commit(ACommit().Put(AnEntry("a").Build()).Put(AnEntry("ab").Build()));
  Commit(ACommit().Put(AnEntry("a-b").Build()).Put(AnEntry("a0").Build()));
  ASSERT_OK_AND_ASSIGN(const HistoryPage page, store().ListVersions("entries/a", 0, 10, Soon()));
  EXPECT_EQ(page.versions.size(), 1U);
  EXPECT_THAT(Listed(ListOf("entries")),
              ElementsAre("entries/a", "entries/a-b", "entries/a0", "entries/ab"));
}

TEST_P(ReadTest, RevisionAtTimeIsTheNewestAtOrBefore) {
  const LogTime start = TestClocks::kStart;
  EXPECT_THAT(store().GetRevisionAtTime(start, Soon()), IsOkAndHolds(0));
  for (const LogTime offset : {10, 20, 20, 40}) {
    clocks_.SetWall(start + offset);
    Commit(ACommit().Put(AnEntry("a").Build()));
  }
  EXPECT_THAT(store().GetRevisionAtTime(start + 9, Soon()), IsOkAndHolds(0));
  EXPECT_THAT(store().GetRevisionAtTime(start + 10, Soon()), IsOkAndHolds(1));
  EXPECT_THAT(store().GetRevisionAtTime(start + 19, Soon()), IsOkAndHolds(1));
  EXPECT_THAT(store().GetRevisionAtTime(start + 20, Soon()), IsOkAndHolds(3));
  EXPECT_THAT(store().GetRevisionAtTime(start + 39, Soon()), IsOkAndHolds(3));
  EXPECT_THAT(store().GetRevisionAtTime(start + 40, Soon()), IsOkAndHolds(4));
  EXPECT_THAT(store().GetRevisionAtTime(start + 1'000'000, Soon()), IsOkAndHolds(4));
}

TEST_P(ReadTest, DigestIsTheSumOfWhatIsLiveAtThePosition) {
  WriteSomeHistory();
  for (int64_t at = 1; at <= 6; ++at) {
    StateDigest expected;
    for (const char* collection : {"entries", "departments"}) {
      store::v1::ListResourcesRequest request = ListOf(collection);
      request.set_kb_revision(at);
      ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(request, Soon()));
      for (const Versioned& version : page.resources) expected.Add(DigestLeaf(version.resource));
    }
    EXPECT_EQ(Digest(at), expected.Bytes()) << "as of " << at;
  }
  EXPECT_EQ(Digest(0), Digest(6));
}

TEST_P(ReadTest, EveryReadKeepsItsDeadline) {
  WriteSomeHistory();
  const auto passed = StatusIs(absl::StatusCode::kDeadlineExceeded, type::v1::DEADLINE_PASSED);
  EXPECT_THAT(store().Get("entries/a", 0, Past()), passed);
  EXPECT_THAT(store().BatchGet({"entries/a"}, 0, Past()), passed);
  EXPECT_THAT(store().List(ListOf("entries"), Past()), passed);
  EXPECT_THAT(store().ListVersions("entries/a", 0, 1, Past()), passed);
  EXPECT_THAT(store().GetRequestOutcome("x", Past()), passed);
  EXPECT_THAT(store().GetRevisionAtTime(0, Past()), passed);
  EXPECT_THAT(store().ReadChanges(0, Past()), passed);
  EXPECT_THAT(store().GetStatus(Past()), passed);
  EXPECT_THAT(store().GetDigest(0, Past()), passed);
  EXPECT_THAT(store().ListFollowers(Past()), passed);
  EXPECT_THAT(store().Verify(Past()), passed);
}

TEST_P(ReadTest, StatusNamesTimelineAndHead) {
  WriteSomeHistory();
  ASSERT_OK_AND_ASSIGN(const auto status, store().GetStatus(Soon()));
  EXPECT_FALSE(status.timeline_id().empty());
  EXPECT_EQ(status.head_kb_revision(), 6);
  EXPECT_EQ(status.head_hash().size(), 32U);
  EXPECT_GE(status.epoch(), 1);
  EXPECT_EQ(status.write_refusal(), "");
}

// The same Commits under the same clock give the same state, byte for byte, whatever the store is
// made of.
TEST(StoresTest, EqualCommitsGiveEqualDigestsInEveryStore) {
  std::map<std::string, std::vector<std::string>> digests;
  std::vector<store::v1::CommitRequest> requests;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "e" + std::to_string(i % 7);
    testing::CommitBuilder commit = ACommit();
    if (i % 5 == 4) {
      commit.Delete("entries/e" + std::to_string((i - 1) % 7));
    } else if (i % 3 == 0) {
      commit.Put(AnEntry(id).Question(std::to_string(i)).Online(i + 1).Build());
    } else {
      commit.Put(AnEntry(id).Question(std::to_string(i)).Build())
          .Put(ADepartment("d" + std::to_string(i)));
    }
    requests.push_back(commit);
  }
  for (const NamedStore& named : AllStores()) {
    TestClocks clocks;
    const auto under_test = named.open(clocks.clocks());
    for (const auto& request : requests) {
      clocks.AdvanceWall(1'000);
      EXPECT_OK(under_test->store().Commit(request, Soon()));
    }
    for (int64_t at = 1; at <= 30; ++at) {
      ASSERT_OK_AND_ASSIGN(const auto digest, under_test->store().GetDigest(at, Soon()));
      digests[named.name].push_back(digest.digest());
    }
  }
  EXPECT_EQ(digests["Memory"], digests["Rocks"]);
  EXPECT_EQ(digests["Memory"], digests["Remote"]);
}

}  // namespace
}  // namespace hotline::storage
