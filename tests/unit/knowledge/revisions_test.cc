#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

class Revisions : public KnowledgeTest {
 protected:
  absl::StatusOr<v1::EntryRevision> Revision(int64_t number) {
    v1::GetEntryRevisionRequest request;
    request.set_name("entries/a/revisions/" + std::to_string(number));
    return service_.GetEntryRevision(ACall(), request);
  }

  void Recall() {
    v1::RecallEntryRequest request;
    request.set_name("entries/a");
    request.set_reason("错了");
    ASSERT_THAT(service_.RecallEntry(ACall(), request), IsOk());
  }

  absl::StatusOr<std::vector<v1::FieldDiff>> Diff(const std::string& before,
                                                  const std::string& after) {
    v1::DiffEntryRevisionsRequest request;
    request.set_before(before);
    request.set_after(after);
    ASSIGN_OR_RETURN(const auto response, service_.DiffEntryRevisions(ACall(), request));
    return std::vector<v1::FieldDiff>(response.diffs().begin(), response.diffs().end());
  }
};

TEST_F(Revisions, TellTheirTextAndFate) {
  v1::Entry entry = CreatePublished("a", Content("问", "一"));
  entry = Publish(SetAnswer(entry, "二"));
  SetAnswer(entry, "草稿");
  Recall();
  entry = Publish(SetAnswer(entry, "三"));
  v1::RetireEntryRequest retire;
  retire.set_name(entry.name());
  retire.set_etag(entry.etag());
  retire.set_reason("到期");
  const auto retired = service_.RetireEntry(ACall(), retire);
  ASSERT_THAT(retired, IsOk());
  Publish(SetAnswer(*retired, "四"));

  EXPECT_EQ(Revision(1)->snapshot().content().blocks(0).text(), "一");
  EXPECT_EQ(Revision(1)->fate(), v1::EntryRevision::SUPERSEDED);
  EXPECT_EQ(Revision(2)->snapshot().content().blocks(0).text(), "二");
  EXPECT_EQ(Revision(2)->fate(), v1::EntryRevision::REVISION_RECALLED);
  EXPECT_EQ(Revision(3)->fate(), v1::EntryRevision::REVISION_RETIRED);
  EXPECT_EQ(Revision(4)->fate(), v1::EntryRevision::ONLINE);
  EXPECT_EQ(Revision(4)->snapshot().content().blocks(0).text(), "四");
  EXPECT_THAT(Revision(5), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Revision(0), HasReason(type::v1::INVALID_NAME));
}

TEST_F(Revisions, AreListedNewestFirstInPagesAtOnePosition) {
  v1::Entry entry = CreatePublished("a", Content("问", "1"));
  for (int i = 2; i <= 5; ++i) entry = Publish(SetAnswer(entry, std::to_string(i)));
  v1::ListEntryRevisionsRequest request;
  request.set_parent("entries/a");
  request.set_page_size(2);

  auto page = service_.ListEntryRevisions(ACall(), request);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->entry_revisions_size(), 2);
  EXPECT_EQ(page->entry_revisions(0).snapshot().revision(), 5);
  Recall();
  std::vector<int64_t> rest;
  while (!page->next_page_token().empty()) {
    request.set_page_token(page->next_page_token());
    page = service_.ListEntryRevisions(ACall(), request);
    ASSERT_THAT(page, IsOk());
    for (const auto& revision : page->entry_revisions())
      rest.push_back(revision.snapshot().revision());
  }

  EXPECT_THAT(rest, ::testing::ElementsAre(3, 2, 1));
  request.set_parent("entries/b");
  EXPECT_THAT(service_.ListEntryRevisions(ACall(), request),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
  Create("b");
  EXPECT_THAT(service_.ListEntryRevisions(ACall(), request),
              HasReason(type::v1::INVALID_PAGE_TOKEN));
  request.clear_page_token();
  EXPECT_EQ(service_.ListEntryRevisions(ACall(), request)->entry_revisions_size(), 0);
}

TEST_F(Revisions, DifferFieldByField) {
  v1::EntryContent content = AnEntry()
                                 .Question("问")
                                 .Answer("一")
                                 .SimilarQuestion("甲")
                                 .SimilarQuestion("乙")
                                 .Build()
                                 .content();
  const v1::Entry entry = CreatePublished("a", content);
  v1::UpdateEntryRequest update;
  *update.mutable_entry() = entry;
  auto& next = *update.mutable_entry()->mutable_content();
  next.clear_similar_questions();
  for (const char* text : {"新", "甲", "乙"}) next.add_similar_questions(text);
  next.mutable_blocks(0)->set_text("二");
  next.mutable_validity()->mutable_expire_time()->set_seconds(0);
  next.set_risk(v1::HIGH);
  auto* fee = next.add_blocks();
  fee->set_type(v1::AnswerBlock::FEE);
  fee->set_text("免费");
  ASSERT_THAT(service_.UpdateEntry(ACall(), update), IsOk());

  const auto diffs = Diff("entries/a/revisions/1", "entries/a");

  ASSERT_THAT(diffs, IsOk());
  std::vector<std::string> lines;
  for (const auto& diff : *diffs)
    lines.push_back(diff.path() + ":" + diff.before() + ">" + diff.after());
  EXPECT_THAT(lines, ::testing::ElementsAre("similar_questions[0]:>新", "blocks[0].text:一>二",
                                            "blocks[1].type:>FEE", "blocks[1].text:>免费",
                                            "validity.expire_time:>1970-01-01T00:00:00Z",
                                            "risk:NORMAL>HIGH"));
  EXPECT_TRUE(Diff("entries/a/revisions/1", "entries/a/revisions/1")->empty());
  EXPECT_THAT(Diff("entries/a", "entries/a"), HasReason(type::v1::INVALID_NAME));
  EXPECT_THAT(Diff("entries/a/revisions/1", "entries/b"), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Diff("entries/a/revisions/7", "entries/a"), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace hotline::knowledge
