#include "services/knowledge/fact_service.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FactsTest : public KnowledgeTest {
 protected:
  absl::StatusOr<v1::Fact> NewFact(const std::string& id, const std::string& value = "2360") {
    v1::CreateFactRequest request;
    request.set_fact_id(id);
    *request.mutable_fact() = testing::AFact("ignored", value);
    return facts_.CreateFact(ACall(), request);
  }
  v1::UpdateFactRequest SetValue(const std::string& name, const std::string& value) {
    v1::UpdateFactRequest request;
    request.mutable_fact()->set_name(name);
    request.mutable_fact()->set_value(value);
    return request;
  }
  absl::StatusOr<v1::DeleteFactResponse> Delete(const std::string& name) {
    v1::DeleteFactRequest request;
    request.set_name(name);
    return facts_.DeleteFact(ACall(), request);
  }
  absl::StatusOr<v1::ListReferrersResponse> Referrers(const std::string& name) {
    v1::ListReferrersRequest request;
    request.set_name(name);
    return service_.ListReferrers(ACall(), request);
  }

  FactService facts_{store_};
};

TEST_F(FactsTest, AreCreatedReadListedChangedAndRemoved) {
  const auto created = NewFact("jin");
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->name(), "facts/jin");
  EXPECT_FALSE(created->consistency_token().empty());
  EXPECT_THAT(NewFact("jin"), HasReason(type::v1::RESOURCE_ALREADY_EXISTS));
  EXPECT_THAT(NewFact("Jin"), HasReason(type::v1::INVALID_NAME));
  v1::GetFactRequest get;
  get.set_name("facts/jin");
  EXPECT_EQ(facts_.GetFact(ACall(), get)->value(), "2360");
  ASSERT_THAT(NewFact("other"), IsOk());
  EXPECT_EQ(facts_.ListFacts(ACall(), {})->facts_size(), 2);

  const auto changed = facts_.UpdateFact(ACall(), SetValue("facts/jin", "2,400"));
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->fact().value(), "2400");
  EXPECT_EQ(changed->fact().unit(), "元/月");
  EXPECT_EQ(changed->referrer_count(), 0);

  ASSERT_THAT(Delete("facts/jin"), IsOk());
  EXPECT_THAT(facts_.GetFact(ACall(), get), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Delete("facts/jin"), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(FactsTest, AnUpdateShowsItsHitsBeforeAndAfter) {
  ASSERT_THAT(NewFact("jin"), IsOk());
  for (const char* id : {"a", "b"}) {
    CreatePublished(id, Content("失业金多少？" + std::string(id), "每月{{facts/jin}}。"));
  }
  const int64_t head = Head();
  v1::UpdateFactRequest request = SetValue("facts/jin", "2400");
  request.set_validate_only(true);

  const auto trial = facts_.UpdateFact(ACall(), request);

  ASSERT_THAT(trial, IsOk());
  EXPECT_EQ(trial->referrer_count(), 2);
  EXPECT_THAT(trial->referrers(), ElementsAre("entries/a", "entries/b"));
  EXPECT_EQ(trial->fact().value(), "2400");
  EXPECT_EQ(Head(), head);
  request.set_validate_only(false);
  ASSERT_THAT(facts_.UpdateFact(ACall(), request), IsOk());
  EXPECT_EQ(Head(), head + 1) << "one Change, no entry is written";
}

TEST_F(FactsTest, WritesAreSafeToRepeatAndGuarded) {
  const auto created = NewFact("jin");
  ASSERT_THAT(created, IsOk());
  v1::UpdateFactRequest request = SetValue("facts/jin", "2400");
  request.set_request_id(NewRequestId());
  request.mutable_fact()->set_etag(created->etag());
  const auto first = facts_.UpdateFact(ACall(), request);
  ASSERT_THAT(first, IsOk());
  const auto repeated = facts_.UpdateFact(ACall(), request);
  ASSERT_THAT(repeated, IsOk());
  EXPECT_EQ(repeated->fact().etag(), first->fact().etag());
  request.set_request_id(NewRequestId());
  EXPECT_THAT(facts_.UpdateFact(ACall(), request), HasReason(type::v1::ETAG_MISMATCH));
  v1::DeleteFactRequest remove;
  remove.set_name("facts/jin");
  remove.set_request_id(NewRequestId());
  const auto removed = facts_.DeleteFact(ACall(), remove);
  ASSERT_THAT(removed, IsOk());
  const auto again = facts_.DeleteFact(ACall(), remove);
  ASSERT_THAT(again, IsOk()) << "the same removal, asked for again";
  EXPECT_EQ(again->consistency_token(), removed->consistency_token());
}

TEST_F(FactsTest, ATextNeedsItsFactsAndAFactInUseStays) {
  v1::CreateEntryRequest request;
  request.set_entry_id("a");
  *request.mutable_entry()->mutable_content() = Content("失业金多少？", "每月{{facts/jin}}。");
  const auto refused = service_.CreateEntry(ACall(), request);
  EXPECT_THAT(refused, HasReason(type::v1::REFERENCE_CONFLICT));
  EXPECT_EQ(MetadataOf(refused.status())["name"], "facts/jin");

  ASSERT_THAT(NewFact("jin"), IsOk());
  const v1::Entry entry = CreatePublished("a", Content("失业金多少？", "每月{{facts/jin}}。"));
  EXPECT_THAT(Delete("facts/jin"), HasReason(type::v1::REFERENCE_CONFLICT));
  // The draft lets go of it, what is online does not.
  const v1::Entry draft = SetAnswer(entry, "每月若干。");
  EXPECT_THAT(Delete("facts/jin"), HasReason(type::v1::REFERENCE_CONFLICT));
  Publish(draft);
  EXPECT_THAT(Delete("facts/jin"), IsOk());
}

TEST_F(FactsTest, ATranslationNeedsItsFactsToo) {
  CreatePublished("a");
  v1::SetEntryVariantRequest request;
  request.set_name("entries/a");
  auto& variant = *request.mutable_variant();
  variant.set_language(type::v1::EN);
  variant.set_source_revision(1);
  variant.set_question("How much?");
  auto& block = *variant.add_blocks();
  block.set_type(v1::AnswerBlock::CONCLUSION);
  block.set_text("{{facts/jin}} a month.");
  EXPECT_THAT(service_.SetEntryVariant(ACall(), request), HasReason(type::v1::REFERENCE_CONFLICT));
  ASSERT_THAT(NewFact("jin"), IsOk());
  EXPECT_THAT(service_.SetEntryVariant(ACall(), request), IsOk());
  EXPECT_THAT(Delete("facts/jin"), HasReason(type::v1::REFERENCE_CONFLICT));
  block.set_text("{{jin}}");
  const auto malformed = service_.SetEntryVariant(ACall(), request);
  EXPECT_THAT(malformed, HasReason(type::v1::FIELD_INVALID));
  EXPECT_EQ(MetadataOf(malformed.status())["field"], "variant.blocks[0].text");
}

TEST_F(FactsTest, ReferrersAreListedInPages) {
  ASSERT_THAT(NewFact("jin"), IsOk());
  for (int i = 0; i < 5; ++i) {
    Create("e" + std::to_string(i), Content("问" + std::to_string(i), "{{facts/jin}}"));
  }
  v1::ListReferrersRequest request;
  request.set_name("facts/jin");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    const auto page = service_.ListReferrers(ACall(), request);
    ASSERT_THAT(page, IsOk());
    for (const auto& entry : page->entries()) {
      names.push_back(entry.name());
      EXPECT_EQ(entry.content().blocks_size(), 0) << "BASIC";
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names,
              ElementsAre("entries/e0", "entries/e1", "entries/e2", "entries/e3", "entries/e4"));
  EXPECT_THAT(Referrers("facts/none"), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Referrers("entries/e0"), HasReason(type::v1::INVALID_NAME));
}

TEST_F(FactsTest, AnotherTypeTakesItsOwnUnit) {
  ASSERT_THAT(NewFact("jin"), IsOk());
  v1::UpdateFactRequest request = SetValue("facts/jin", "30");
  request.mutable_fact()->set_type(v1::Fact::DURATION_WORKING_DAYS);
  const auto changed = facts_.UpdateFact(ACall(), request);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->fact().unit(), "个工作日");
}

TEST_F(FactsTest, ImportsNeedTheirFacts) {
  const auto row = [](const std::string& id, const std::string& fact) {
    return R"({"entryId":")" + id + R"(","content":{"kind":"FAQ","question":"问)" + id +
           R"(","blocks":[{"type":"CONCLUSION","text":"{{facts/)" + fact +
           R"(}}"}],"category":"社保","region":"440300"}})";
  };
  ASSERT_THAT(NewFact("jin"), IsOk());
  auto session = service_.ImportEntries(ACall());
  ASSERT_THAT(session, IsOk());
  const auto report = (*session)->On(AnImport({row("a", "jin"), row("b", "nobody")},
                                              v1::ImportEntriesRequest::DRAFT_ONLY,
                                              v1::ImportEntriesRequest::JSONL_ROW));
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->created_count(), 1);
  ASSERT_EQ(report->refused_rows_size(), 1);
  EXPECT_EQ(report->refused_rows(0).reason(), "REFERENCE_CONFLICT");
  EXPECT_EQ(report->refused_rows(0).field(), "content.blocks");
}

TEST_F(FactsTest, CitizensDoNotCall) {
  EXPECT_THAT(facts_.ListFacts(APublicCall(), {}), HasReason(type::v1::NOT_ALLOWED));
  v1::CreateFactRequest request;
  *request.mutable_fact() = testing::AFact();
  EXPECT_THAT(facts_.CreateFact(APublicCall(), request), HasReason(type::v1::NOT_ALLOWED));
  ASSERT_THAT(NewFact("jin"), IsOk());
  EXPECT_THAT(facts_.UpdateFact(APublicCall(), SetValue("facts/jin", "1")),
              HasReason(type::v1::NOT_ALLOWED));
  v1::DeleteFactRequest remove;
  remove.set_name("facts/jin");
  EXPECT_THAT(facts_.DeleteFact(APublicCall(), remove), HasReason(type::v1::NOT_ALLOWED));
  v1::ListReferrersRequest referrers;
  referrers.set_name("facts/jin");
  EXPECT_THAT(service_.ListReferrers(APublicCall(), referrers), HasReason(type::v1::NOT_ALLOWED));
}

}  // namespace
}  // namespace hotline::knowledge
