#include "proto/cc/tokens.h"

#include "gtest/gtest.h"

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"

namespace hotline {
namespace {

using testing::HasReason;

TEST(ConsistencyTokenTest, GivesThePositionBackOnItsOwnTimeline) {
  const std::string token = EncodeToken({"timeline-a", 42});

  EXPECT_EQ(RequiredRevision(token, "timeline-a").value(), 42);
  EXPECT_EQ(RequiredRevision("", "timeline-a").value(), 0);
}

TEST(ConsistencyTokenTest, OfAnotherTimelineIsAnErrorNeverSatisfied) {
  EXPECT_THAT(RequiredRevision(EncodeToken({"timeline-a", 42}), "timeline-b"),
              HasReason(type::v1::OTHER_TIMELINE));
}

TEST(ConsistencyTokenTest, EveryAlteredCharacterIsFound) {
  const std::string token = EncodeToken({"timeline-a", 42});
  for (size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    if (DecodeToken(altered).ok()) {
      // Unused low bits of the last character may decode to the same bytes.
      EXPECT_EQ(DecodeToken(altered)->kb_revision, 42) << i;
      EXPECT_EQ(i, token.size() - 1);
    }
  }
  EXPECT_THAT(DecodeToken("hello"), HasReason(type::v1::INVALID_CONSISTENCY_TOKEN));
  EXPECT_THAT(DecodeToken(std::string(100'000, 'A')),
              HasReason(type::v1::INVALID_CONSISTENCY_TOKEN));
}

knowledge::v1::ListEntriesRequest ARequest(const std::string& region) {
  knowledge::v1::ListEntriesRequest request;
  request.set_region(region);
  return request;
}

TEST(PageTokenTest, ContinuesWhereThePageEnded) {
  auto request = ARequest("440300");
  const std::string token = EncodePageToken({"entries/b", 7}, "t", request);
  request.set_page_token(token);
  request.set_page_size(10);  // may change between pages

  const auto position = DecodePageToken(token, "t", request);

  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->last_key, "entries/b");
  EXPECT_EQ(position->kb_revision, 7);
}

TEST(PageTokenTest, IsRefusedWhenTheFilterChanged) {
  const std::string token = EncodePageToken({"entries/b", 7}, "t", ARequest("440300"));

  EXPECT_THAT(DecodePageToken(token, "t", ARequest("440305")),
              HasReason(type::v1::INVALID_PAGE_TOKEN));
  EXPECT_THAT(DecodePageToken(token, "other", ARequest("440300")),
              HasReason(type::v1::INVALID_PAGE_TOKEN));
  EXPECT_THAT(DecodePageToken(token, "t", knowledge::v1::ListReleasesRequest()),
              HasReason(type::v1::INVALID_PAGE_TOKEN));
}

TEST(PageSizeTest, FollowsTheAips) {
  EXPECT_EQ(PageSize(0).value(), 50);
  EXPECT_EQ(PageSize(5'000).value(), 1'000);
  EXPECT_EQ(PageSize(7).value(), 7);
  EXPECT_THAT(PageSize(-1), HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline
