// The receipts of one entry, in the order in which they were written.
#include "proto/cc/names.h"
#include "tests/conformance/stores.h"

namespace hotline::storage {
namespace {

using testing::ACommit;
using testing::AnEntry;
using testing::AReceipt;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;

class ReceiptListTest : public StoreTest {
 protected:
  static store::v1::ListResourcesRequest Receipts(std::string_view entry_id, int64_t revision = 0,
                                                  int page_size = 1'000) {
    store::v1::ListResourcesRequest request = ListOf("receipts", page_size);
    request.mutable_receipts()->set_entry(MakeName(kEntries, entry_id));
    request.mutable_receipts()->set_revision(revision);
    return request;
  }
  std::vector<std::string> Listed(const store::v1::ListResourcesRequest& request) {
    const auto page = store().List(request, Soon());
    EXPECT_OK(page);
    if (!page.ok()) return {"error"};
    EXPECT_FALSE(page->more);
    return NamesOf(*page);
  }
  // Later receipts have smaller names: the order is that of writing.
  void WriteSome() {
    Commit(ACommit().Put(AReceipt("r9", "a", 1)).Put(AReceipt("r8", "a", 2)));
    Commit(ACommit().Put(AReceipt("r7", "b", 1)));
    Commit(ACommit().Put(AReceipt("r6", "a", 1)).Put(AReceipt("r5", "ab", 1)));
    Commit(ACommit().Put(AReceipt("r4", "a", 2)));
  }
};
INSTANTIATE_STORES(ReceiptListTest);

TEST_P(ReceiptListTest, AreInTheOrderOfWriting) {
  EXPECT_THAT(Listed(Receipts("a")), IsEmpty());
  WriteSome();
  EXPECT_THAT(Listed(Receipts("a")),
              ElementsAre("receipts/r8", "receipts/r9", "receipts/r6", "receipts/r4"));
  EXPECT_THAT(Listed(Receipts("b")), ElementsAre("receipts/r7"));
  EXPECT_THAT(Listed(Receipts("c")), IsEmpty());
}

TEST_P(ReceiptListTest, OfOneRevision) {
  WriteSome();
  EXPECT_THAT(Listed(Receipts("a", 1)), ElementsAre("receipts/r9", "receipts/r6"));
  EXPECT_THAT(Listed(Receipts("a", 2)), ElementsAre("receipts/r8", "receipts/r4"));
  EXPECT_THAT(Listed(Receipts("a", 3)), IsEmpty());
}

TEST_P(ReceiptListTest, GoesOnBehindAPlace) {
  WriteSome();
  store::v1::ListResourcesRequest request = Receipts("a");
  request.set_after_kb_revision(1);
  EXPECT_THAT(Listed(request),
              ElementsAre("receipts/r8", "receipts/r9", "receipts/r6", "receipts/r4"))
      << "from a position on";
  request.set_after_name("receipts/r8");
  EXPECT_THAT(Listed(request), ElementsAre("receipts/r9", "receipts/r6", "receipts/r4"));
  request.set_after_kb_revision(2);
  EXPECT_THAT(Listed(request), ElementsAre("receipts/r6", "receipts/r4"));
  request.set_after_kb_revision(3);
  EXPECT_THAT(Listed(request), ElementsAre("receipts/r4"));
  request.set_after_kb_revision(1'000'000);
  EXPECT_THAT(Listed(request), IsEmpty());
}

TEST_P(ReceiptListTest, SaysWhereEachWasWritten) {
  WriteSome();
  ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(Receipts("a"), Soon()));
  std::vector<int64_t> written;
  for (const Versioned& version : page.resources) written.push_back(version.kb_revision);
  EXPECT_THAT(written, ElementsAre(1, 1, 3, 4));
}

TEST_P(ReceiptListTest, HoldsOnlyWhatIsLive) {
  WriteSome();
  Commit(ACommit().Delete("receipts/r9"));
  EXPECT_THAT(Listed(Receipts("a", 1)), ElementsAre("receipts/r6"));
  // Written again it stands where it was written last.
  Commit(ACommit().Put(AReceipt("r6", "a", 2)));
  EXPECT_THAT(Listed(Receipts("a")), ElementsAre("receipts/r8", "receipts/r4", "receipts/r6"));
  EXPECT_THAT(Listed(Receipts("a", 1)), IsEmpty());
}

TEST_P(ReceiptListTest, PagesJoinToTheWholeListWhileItGrows) {
  std::vector<std::string> expected;
  const auto write = [&](int number) {
    testing::CommitBuilder commit = ACommit();
    for (int i = 0; i < 5; ++i) {
      const std::string id = "r" + std::to_string(9'000 - number * 10 + i);
      commit.Put(AReceipt(id, "a", 1 + i % 2));
      commit.Put(AReceipt("x" + id, "b"));
      if (i % 2 == 0) expected.push_back("receipts/" + id);
    }
    Commit(commit);
  };
  for (int number = 0; number < 8; ++number) write(number);
  store::v1::ListResourcesRequest request = Receipts("a", 1, 5);
  std::vector<std::string> joined;
  for (bool more = true; more;) {
    ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(request, Soon()));
    ASSERT_FALSE(page.resources.empty());
    for (const std::string& name : NamesOf(page)) joined.push_back(name);
    if (joined.size() == 10) write(8);
    more = page.more;
    request.set_after_name(joined.back());
    request.set_after_kb_revision(page.resources.back().kb_revision);
  }
  EXPECT_EQ(joined, expected);
}

// A remote store's replies end early: the rest is fetched behind the last one.
TEST_P(ReceiptListTest, APageMayBeLargerThanAReply) {
  const std::string region(200'000, '4');
  for (int i = 0; i < 60; ++i) {
    insight::v1::AnswerReceipt receipt = AReceipt("r" + std::to_string(99 - i), "a");
    receipt.set_region(region);
    Commit(ACommit().Put(receipt));
  }
  ASSERT_OK_AND_ASSIGN(const ResourcePage page, store().List(Receipts("a"), Soon()));
  ASSERT_EQ(page.resources.size(), 60U);
  EXPECT_FALSE(page.more);
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(page.resources[static_cast<size_t>(i)].resource.receipt().name(),
              "receipts/r" + std::to_string(99 - i));
  }
}

TEST_P(ReceiptListTest, RefusesWhatItCannotMean) {
  Commit(ACommit().Put(AnEntry("a").Build()));
  const auto refused = [&](auto change, type::v1::ErrorReason reason) {
    store::v1::ListResourcesRequest request = Receipts("a");
    change(request);
    EXPECT_THAT(store().List(request, Soon()), HasReason(reason)) << request.ShortDebugString();
  };
  refused([](auto& r) { r.set_collection("entries"); }, type::v1::FIELD_INVALID);
  refused([](auto& r) { r.mutable_receipts()->clear_entry(); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.mutable_receipts()->set_entry("facts/x"); }, type::v1::INVALID_NAME);
  refused([](auto& r) { r.mutable_receipts()->set_revision(-1); }, type::v1::FIELD_INVALID);
  refused([](auto& r) { r.set_kb_revision(1); }, type::v1::FIELD_INVALID);
  refused([](auto& r) { r.set_after_kb_revision(-1); }, type::v1::FIELD_INVALID);
  refused([](auto& r) { r.set_after_name("receipts/r1"); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.set_page_size(0); }, type::v1::FIELD_INVALID);
  store::v1::ListResourcesRequest plain = ListOf("receipts");
  plain.set_after_kb_revision(1);
  EXPECT_THAT(store().List(plain, Soon()), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::storage
