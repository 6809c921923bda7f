// Synonym sets: written one by one and by releases, always beside all others.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/knowledge/checks/gates.h"
#include "services/knowledge/limits.h"
#include "services/knowledge/synonym_service.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge::checks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Item = v1::Release::Item;
using testing::ASynonymSet;
using v1::SynonymSet;

class SynonymsTest : public KnowledgeTest {
 protected:
  absl::StatusOr<SynonymSet> New(const std::string& id, SynonymSet::Kind kind,
                                 const std::vector<std::string>& words) {
    v1::CreateSynonymSetRequest request;
    request.set_set_id(id);
    *request.mutable_synonym_set() = ASynonymSet("ignored", kind, words);
    return synonyms_.CreateSynonymSet(ACall(), request);
  }
  absl::StatusOr<v1::DeleteSynonymSetResponse> Delete(const std::string& id) {
    v1::DeleteSynonymSetRequest request;
    request.set_name("synonyms/" + id);
    return synonyms_.DeleteSynonymSet(ACall(), request);
  }
  absl::StatusOr<SynonymSet> Read(const std::string& id) {
    v1::GetSynonymSetRequest request;
    request.set_name("synonyms/" + id);
    return synonyms_.GetSynonymSet(ACall(), request);
  }
  // Names of a page of sets with the word.
  std::vector<std::string> With(const std::string& word, int page_size = 0,
                                std::string* token = nullptr) {
    v1::ListSynonymSetsRequest request;
    request.set_word(word);
    request.set_page_size(page_size);
    if (token != nullptr) request.set_page_token(*token);
    const auto page = synonyms_.ListSynonymSets(ACall(), request);
    EXPECT_THAT(page, IsOk());
    std::vector<std::string> names;
    if (!page.ok()) return names;
    if (token != nullptr) *token = page->next_page_token();
    for (const SynonymSet& set : page->synonym_sets()) names.push_back(set.name());
    return names;
  }

  static Item& AddPut(v1::Release* release, const std::string& id, SynonymSet::Kind kind,
                      const std::vector<std::string>& words) {
    Item& item = *release->add_items();
    item.set_action(Item::PUT_SYNONYM_SET);
    item.set_target("synonyms/" + id);
    *item.mutable_synonym_set() = ASynonymSet(id, kind, words);
    return item;
  }
  static Item& AddDelete(v1::Release* release, const std::string& id) {
    Item& item = *release->add_items();
    item.set_action(Item::DELETE_SYNONYM_SET);
    item.set_target("synonyms/" + id);
    return item;
  }
  absl::StatusOr<v1::Release> Compose(const v1::Release& release) {
    v1::CreateReleaseRequest request;
    *request.mutable_release() = release;
    request.mutable_release()->set_title("词典");
    return releases_.CreateRelease(ACall(), request);
  }
  absl::StatusOr<v1::Release> Release(const v1::Release& release) {
    v1::PublishReleaseRequest request;
    request.set_name(release.name());
    request.set_etag(release.etag());
    return releases_.PublishRelease(ACall(), request);
  }
  absl::StatusOr<v1::Release> RollBack(const v1::Release& release) {
    v1::RollBackReleaseRequest request;
    request.set_name(release.name());
    return releases_.RollBackRelease(ACall(), request);
  }
  absl::StatusOr<v1::RehearseReleaseResponse> Rehearse(const v1::Release& release) {
    v1::RehearseReleaseRequest request;
    request.set_name(release.name());
    return releases_.RehearseRelease(ACall(), request);
  }

  // Sees the whole book of the base as it stands.
  size_t Sets() {
    size_t sets = 0;
    EXPECT_OK(gates_.synonyms().Read([&](const SynonymBook& book) { sets = book.size(); },
                                     ACall().deadline));
    return sets;
  }

  Gates gates_{store_};
  SynonymService synonyms_{store_, gates_.synonyms()};
  Options options_{.synonyms = &gates_.synonyms()};
  KnowledgeService releases_{store_, options_};
};

TEST_F(SynonymsTest, AreCreatedReadListedChangedAndRemoved) {
  const auto made = New("shebao", SynonymSet::ABBREVIATION, {"社会保险", " 社保 "});
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->name(), "synonyms/shebao");
  EXPECT_THAT(made->words(), ElementsAre("社会保险", "社保"));
  EXPECT_FALSE(made->consistency_token().empty());
  EXPECT_TRUE(made->has_create_time());
  EXPECT_THAT(New("shebao", SynonymSet::EQUIVALENT, {"甲", "乙"}),
              HasReason(type::v1::RESOURCE_ALREADY_EXISTS));
  EXPECT_THAT(New("Bad", SynonymSet::EQUIVALENT, {"甲", "乙"}), HasReason(type::v1::INVALID_NAME));
  ASSERT_THAT(New("", SynonymSet::TERM, {"居住证"}), IsOk()) << "the service makes an id";
  EXPECT_EQ(synonyms_.ListSynonymSets(ACall(), {})->synonym_sets_size(), 2);

  v1::UpdateSynonymSetRequest change;
  change.mutable_synonym_set()->set_name("synonyms/shebao");
  change.mutable_synonym_set()->set_etag(made->etag());
  change.mutable_synonym_set()->add_words("社会保险");
  change.mutable_synonym_set()->add_words("社保费");
  change.mutable_synonym_set()->set_note("不在更新之列");
  change.mutable_update_mask()->add_paths("words");
  const auto changed = synonyms_.UpdateSynonymSet(ACall(), change);
  ASSERT_THAT(changed, IsOk());
  EXPECT_THAT(changed->words(), ElementsAre("社会保险", "社保费"));
  EXPECT_EQ(changed->kind(), SynonymSet::ABBREVIATION);
  EXPECT_EQ(changed->note(), "");
  EXPECT_THAT(synonyms_.UpdateSynonymSet(ACall(), change), HasReason(type::v1::ETAG_MISMATCH));
  change.mutable_synonym_set()->clear_etag();
  change.mutable_update_mask()->set_paths(0, "create_time");
  EXPECT_THAT(synonyms_.UpdateSynonymSet(ACall(), change), HasReason(type::v1::INVALID_FIELD_MASK));

  v1::DeleteSynonymSetRequest remove;
  remove.set_name("synonyms/shebao");
  remove.set_etag(made->etag());
  EXPECT_THAT(synonyms_.DeleteSynonymSet(ACall(), remove), HasReason(type::v1::ETAG_MISMATCH));
  remove.set_etag(changed->etag());
  remove.set_request_id(NewRequestId());
  const auto removed = synonyms_.DeleteSynonymSet(ACall(), remove);
  ASSERT_THAT(removed, IsOk());
  EXPECT_EQ(synonyms_.DeleteSynonymSet(ACall(), remove)->consistency_token(),
            removed->consistency_token())
      << "the same removal, asked for again";
  EXPECT_THAT(Read("shebao"), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Delete("shebao"), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(SynonymsTest, AWriteIsSafeToRepeat) {
  v1::CreateSynonymSetRequest request;
  *request.mutable_synonym_set() =
      ASynonymSet("ignored", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"});
  request.set_request_id(NewRequestId());
  const auto first = synonyms_.CreateSynonymSet(ACall(), request);
  ASSERT_THAT(first, IsOk());
  const auto again = synonyms_.CreateSynonymSet(ACall(), request);
  ASSERT_THAT(again, IsOk()) << "not refused because of its own words";
  EXPECT_EQ(again->name(), first->name());
  request.mutable_synonym_set()->add_words("电驴");
  EXPECT_THAT(synonyms_.CreateSynonymSet(ACall(), request), HasReason(type::v1::REQUEST_ID_REUSED));
}

TEST_F(SynonymsTest, WhatIsStoredIsSound) {
  const auto refused = [&](SynonymSet::Kind kind, const std::vector<std::string>& words,
                           type::v1::ErrorReason reason, const std::string& field) {
    const auto made = New("x", kind, words);
    EXPECT_THAT(made, HasReason(reason)) << field;
    EXPECT_EQ(MetadataOf(made.status())["field"], field);
  };
  const std::string long_word = [] {
    std::string word;
    for (int i = 0; i < 31; ++i) word += "字";
    return word;
  }();
  refused(SynonymSet::KIND_UNSPECIFIED, {"甲", "乙"}, type::v1::FIELD_REQUIRED, "synonym_set.kind");
  refused(static_cast<SynonymSet::Kind>(9), {"甲", "乙"}, type::v1::FIELD_INVALID,
          "synonym_set.kind");
  refused(SynonymSet::EQUIVALENT, {}, type::v1::FIELD_REQUIRED, "synonym_set.words");
  refused(SynonymSet::EQUIVALENT, {"甲"}, type::v1::FIELD_INVALID, "synonym_set.words");
  refused(SynonymSet::EQUIVALENT, std::vector<std::string>(21, "甲"), type::v1::FIELD_TOO_LONG,
          "synonym_set.words");
  refused(SynonymSet::EQUIVALENT, {"甲", long_word}, type::v1::FIELD_TOO_LONG,
          "synonym_set.words[1]");
  refused(SynonymSet::EQUIVALENT, {"甲", "……"}, type::v1::FIELD_INVALID, "synonym_set.words[1]");
  refused(SynonymSet::EQUIVALENT, {"甲", ""}, type::v1::FIELD_REQUIRED, "synonym_set.words[1]");
  refused(SynonymSet::EQUIVALENT, {"KFC", "肯德基", "ｋｆｃ"}, type::v1::FIELD_INVALID,
          "synonym_set.words[2]");
  refused(SynonymSet::EQUIVALENT, {"戶口", "户口"}, type::v1::FIELD_INVALID,
          "synonym_set.words[1]");
  refused(SynonymSet::EQUIVALENT, {"甲、乙", "丙"}, type::v1::FIELD_INVALID,
          "synonym_set.words[0]");
  refused(SynonymSet::EQUIVALENT, {"甲|乙", "丙"}, type::v1::FIELD_INVALID, "synonym_set.words[0]");
  refused(SynonymSet::EQUIVALENT, {"甲\n乙", "丙"}, type::v1::FIELD_INVALID,
          "synonym_set.words[0]");
  refused(SynonymSet::EQUIVALENT, {"\xff\xfe", "丙"}, type::v1::INVALID_UTF8,
          "synonym_set.words[0]");
  EXPECT_THAT(New("t", SynonymSet::TERM, {"居住证"}), IsOk());
  EXPECT_THAT(New("covid", SynonymSet::EQUIVALENT, {"COVID-19", "covid19"}), IsOk())
      << "different after folding: texts have both";
  v1::UpdateSynonymSetRequest note;
  note.mutable_synonym_set()->set_name("synonyms/t");
  note.mutable_synonym_set()->set_note("两\n行");
  EXPECT_THAT(synonyms_.UpdateSynonymSet(ACall(), note), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(SynonymsTest, TwoSetsDoNotSayTheSameOrTheOppositeOfTwoWords) {
  ASSERT_THAT(New("a", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车", "KFC"}), IsOk());
  ASSERT_THAT(New("b", SynonymSet::ONE_WAY, {"证件", "身份证", "居住证"}), IsOk());
  ASSERT_THAT(New("t", SynonymSet::TERM, {"失业保险金"}), IsOk());
  const auto clash = [&](SynonymSet::Kind kind, const std::vector<std::string>& words,
                         const std::string& other) {
    const auto made = New("x", kind, words);
    EXPECT_THAT(made, HasReason(type::v1::REFERENCE_CONFLICT)) << other;
    EXPECT_EQ(MetadataOf(made.status())["reference"], "synonyms/" + other);
    EXPECT_THAT(std::string(made.status().message()), HasSubstr("synonyms/" + other));
  };
  clash(SynonymSet::EQUIVALENT, {"电动自行车", "电驴", "電瓶車"}, "a");
  clash(SynonymSet::ABBREVIATION, {"电动自行车", "电瓶车"}, "a");
  clash(SynonymSet::ONE_WAY, {"ｋｆｃ", "电瓶车"}, "a");
  clash(SynonymSet::ONE_WAY, {"身份证", "证件"}, "b");
  clash(SynonymSet::EQUIVALENT, {"身份证", "证件"}, "b");
  clash(SynonymSet::EQUIVALENT, {"失业保险金", "失业金"}, "t");
  clash(SynonymSet::TERM, {"居住证"}, "b");
  clash(SynonymSet::TERM, {"失业保险金"}, "t");
  // One word in common, or two that the other does not pair, is no contradiction.
  EXPECT_THAT(New("c", SynonymSet::ABBREVIATION, {"身份证", "居民身份证"}), IsOk());
  EXPECT_THAT(New("d", SynonymSet::EQUIVALENT, {"电瓶车", "电驴"}), IsOk());
  EXPECT_THAT(New("e", SynonymSet::ONE_WAY, {"旧证", "身份证", "居住证"}), IsOk());
  const auto metadata =
      MetadataOf(New("x", SynonymSet::EQUIVALENT, {"甲", "KFC", "电瓶车"}).status());
  EXPECT_EQ(metadata.at("field"), "synonym_set.words[1]");

  // The set's own words are no hindrance, and words of a set that is gone are free.
  v1::UpdateSynonymSetRequest change;
  change.mutable_synonym_set()->set_name("synonyms/a");
  for (const char* word : {"电动自行车", "电瓶车", "电动车"}) {
    change.mutable_synonym_set()->add_words(word);
  }
  EXPECT_THAT(synonyms_.UpdateSynonymSet(ACall(), change), IsOk());
  *change.mutable_synonym_set()->mutable_words(0) = "电驴";
  const auto refused = synonyms_.UpdateSynonymSet(ACall(), change);
  EXPECT_EQ(MetadataOf(refused.status())["reference"], "synonyms/d");
  ASSERT_THAT(Delete("t"), IsOk());
  EXPECT_THAT(New("x", SynonymSet::EQUIVALENT, {"失业保险金", "失业金"}), IsOk());
}

TEST_F(SynonymsTest, AWordIsInAFewSetsOnly) {
  for (size_t i = 0; i < kSetsPerWordMax; ++i) {
    const std::string n = std::to_string(i);
    ASSERT_THAT(New("s" + n, SynonymSet::EQUIVALENT, {"窗口", "地点" + n}), IsOk());
    // To be found by many words is nothing that adds up.
    ASSERT_THAT(New("w" + n, SynonymSet::ONE_WAY, {"甲" + n, "大厅"}), IsOk());
  }
  const auto refused = New("more", SynonymSet::EQUIVALENT, {"别处", "窗口"});
  EXPECT_THAT(refused, HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_EQ(MetadataOf(refused.status())["field"], "synonym_set.words[1]");
  EXPECT_THAT(New("more", SynonymSet::ONE_WAY, {"别处", "窗口"}), IsOk());
  EXPECT_THAT(New("hall", SynonymSet::EQUIVALENT, {"大厅", "礼堂"}), IsOk());
}

TEST_F(SynonymsTest, AreListedByAWordInAnyOfItsForms) {
  ASSERT_THAT(New("a", SynonymSet::EQUIVALENT, {"KFC", "肯德基"}), IsOk());
  ASSERT_THAT(New("b", SynonymSet::ONE_WAY, {"快餐", "KFC"}), IsOk());
  ASSERT_THAT(New("c", SynonymSet::EQUIVALENT, {"KFC店", "炸鸡"}), IsOk());
  EXPECT_THAT(With("ｋｆｃ"), ElementsAre("synonyms/a", "synonyms/b"));
  EXPECT_THAT(With("没有"), IsEmpty());
  std::string token;
  EXPECT_THAT(With("kfc", 1, &token), ElementsAre("synonyms/a"));
  ASSERT_THAT(Delete("b"), IsOk());
  EXPECT_THAT(With("kfc", 1, &token), ElementsAre("synonyms/b")) << "pages are of one position";
  EXPECT_EQ(token, "");
  v1::ListSynonymSetsRequest request;
  request.set_page_size(-1);
  request.set_word("kfc");
  EXPECT_THAT(synonyms_.ListSynonymSets(ACall(), request), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(SynonymsTest, CitizensNeitherReadNorWrite) {
  EXPECT_THAT(synonyms_.ListSynonymSets(APublicCall(), {}), HasReason(type::v1::NOT_ALLOWED));
  v1::CreateSynonymSetRequest request;
  *request.mutable_synonym_set() = ASynonymSet("x", SynonymSet::EQUIVALENT, {"甲", "乙"});
  EXPECT_THAT(synonyms_.CreateSynonymSet(APublicCall(), request), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(SynonymsTest, AreReleasedInOneChangeAndRolledBackToWhatWasBefore) {
  ASSERT_THAT(New("kept", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"}), IsOk());
  ASSERT_THAT(New("gone", SynonymSet::EQUIVALENT, {"交警", "交通警察"}), IsOk());
  const v1::Entry entry = Create("a");
  v1::Release wanted;
  AddPut(&wanted, "new", SynonymSet::ABBREVIATION, {"社会保险", "社保"});
  // Takes over a word of the set that goes in the same release.
  AddPut(&wanted, "kept", SynonymSet::EQUIVALENT, {"交警", "交通警察", "电驴"});
  AddDelete(&wanted, "gone");
  Item& publish = *wanted.add_items();
  publish.set_action(Item::PUBLISH);
  publish.set_target(entry.name());
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk());
  const auto rehearsal = Rehearse(*composed);
  ASSERT_THAT(rehearsal, IsOk());
  EXPECT_TRUE(rehearsal->releasable()) << rehearsal->items(1).refusal();
  EXPECT_GT(rehearsal->items(2).differences_size(), 0);
  EXPECT_EQ(Sets(), 2U);

  const int64_t head = Head();
  const auto released = Release(*composed);

  ASSERT_THAT(released, IsOk());
  EXPECT_EQ(Head(), head + 1);
  EXPECT_THAT(Read("new")->words(), ElementsAre("社会保险", "社保"));
  EXPECT_THAT(Read("kept")->words(), SizeIs(3));
  EXPECT_THAT(Read("gone"), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_TRUE(Get(entry.name()).has_online());

  const auto inverse = RollBack(*released);
  ASSERT_THAT(inverse, IsOk());
  ASSERT_THAT(Release(*inverse), IsOk());
  EXPECT_THAT(Read("new"), HasReason(type::v1::RESOURCE_NOT_FOUND));
  EXPECT_THAT(Read("kept")->words(), ElementsAre("电瓶车", "电动自行车"));
  EXPECT_THAT(Read("gone")->words(), ElementsAre("交警", "交通警察"));
}

TEST_F(SynonymsTest, ARollBackDoesNotTakeBackLaterChanges) {
  ASSERT_THAT(New("gone", SynonymSet::EQUIVALENT, {"交警", "交通警察"}), IsOk());
  v1::Release wanted;
  AddDelete(&wanted, "gone");
  const auto removed = Release(*Compose(wanted));
  ASSERT_THAT(removed, IsOk());
  ASSERT_THAT(New("gone", SynonymSet::EQUIVALENT, {"交警", "交通管理局"}), IsOk());
  EXPECT_THAT(RollBack(*removed), HasReason(type::v1::STATE_CONFLICT));

  v1::Release more;
  AddPut(&more, "new", SynonymSet::EQUIVALENT, {"甲", "乙"});
  const auto added = Release(*Compose(more));
  ASSERT_THAT(added, IsOk());
  v1::UpdateSynonymSetRequest change;
  change.mutable_synonym_set()->set_name("synonyms/new");
  change.mutable_synonym_set()->set_note("后来改的");
  ASSERT_THAT(synonyms_.UpdateSynonymSet(ACall(), change), IsOk());
  EXPECT_THAT(RollBack(*added), HasReason(type::v1::STATE_CONFLICT));
  ASSERT_THAT(Delete("new"), IsOk());
  EXPECT_THAT(RollBack(*added), HasReason(type::v1::STATE_CONFLICT)) << "nothing is left to undo";
}

TEST_F(SynonymsTest, AReleaseIsRefusedForItsSetsAsARehearsalSays) {
  ASSERT_THAT(New("a", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"}), IsOk());
  v1::Release wanted;
  AddPut(&wanted, "x", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"});
  AddPut(&wanted, "y", SynonymSet::TERM, {"甲"});
  AddPut(&wanted, "z", SynonymSet::EQUIVALENT, {"甲", "乙"});
  const auto composed = Compose(wanted);
  ASSERT_THAT(composed, IsOk()) << "what stands against it may be gone by then";
  const auto rehearsal = Rehearse(*composed);
  ASSERT_THAT(rehearsal, IsOk());
  EXPECT_FALSE(rehearsal->releasable());
  for (const auto& item : rehearsal->items()) {
    EXPECT_EQ(item.refusal_reason(), "REFERENCE_CONFLICT") << item.target();
  }
  EXPECT_THAT(rehearsal->items(1).refusal(), HasSubstr("同一变更集"));
  const auto refused = Release(*composed);
  EXPECT_THAT(refused, HasReason(type::v1::REFERENCE_CONFLICT));
  EXPECT_EQ(MetadataOf(refused.status())["item"], "0");
  EXPECT_EQ(Sets(), 1U);

  v1::Release bad;
  AddPut(&bad, "x", SynonymSet::EQUIVALENT, {"甲"});
  EXPECT_EQ(MetadataOf(Compose(bad).status())["field"], "release.items[0].synonym_set.words");
  bad.mutable_items(0)->clear_synonym_set();
  EXPECT_THAT(Compose(bad), HasReason(type::v1::FIELD_REQUIRED));
  bad.mutable_items(0)->set_target("facts/x");
  EXPECT_THAT(Compose(bad), HasReason(type::v1::INVALID_NAME));
  v1::Release nothing;
  AddDelete(&nothing, "none");
  EXPECT_THAT(Compose(nothing), HasReason(type::v1::REFERENCE_CONFLICT));
}

// The rule against too many sets, on a book alone: 50,000 Changes would take long.
TEST(SynonymBookTest, HoldsAsManySetsAsTheContractAllows) {
  SynonymBook book;
  for (size_t i = 0; i < kSynonymSetsMax; ++i) {
    const std::string n = std::to_string(i);
    book.Put(ASynonymSet("s" + n, SynonymSet::EQUIVALENT, {"甲" + n, "乙" + n}));
  }
  const FieldPath path("synonym_set");
  const SynonymSet more = ASynonymSet("more", SynonymSet::EQUIVALENT, {"丙", "丁"});
  EXPECT_THAT(book.Check(more, {}, path), HasReason(type::v1::LIMIT_EXCEEDED));
  EXPECT_OK(book.Check(ASynonymSet("s7", SynonymSet::EQUIVALENT, {"丙", "丁"}), {}, path));
  SynonymBook puts;
  puts.Put(more);
  SynonymBook::Change change{.puts = &puts, .targets = {"synonyms/more"}};
  EXPECT_THAT(book.Check(more, change, path), HasReason(type::v1::LIMIT_EXCEEDED));
  change.targets.insert("synonyms/s7");  // which the release removes
  EXPECT_OK(book.Check(more, change, path));
}

}  // namespace
}  // namespace hotline::knowledge::checks
