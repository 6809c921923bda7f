#include "proto/cc/names.h"

#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "tests/testing/matchers.h"

namespace hotline {
namespace {

using testing::HasReason;

TEST(NamesTest, IdsFollowTheAipForm) {
  EXPECT_TRUE(IsId("a"));
  EXPECT_TRUE(IsId("law-000001"));
  EXPECT_TRUE(IsId(std::string(63, 'a')));
  EXPECT_FALSE(IsId(""));
  EXPECT_FALSE(IsId("1a"));
  EXPECT_FALSE(IsId("a-"));
  EXPECT_FALSE(IsId("A"));
  EXPECT_FALSE(IsId("a/b"));
  EXPECT_FALSE(IsId("居住证"));
  EXPECT_FALSE(IsId(std::string(64, 'a')));
}

TEST(NamesTest, ANameOfAnotherCollectionIsRefused) {
  EXPECT_EQ(ParseName("entries/a", kEntries, "name").value(), "a");
  EXPECT_THAT(ParseName("policies/a", kEntries, "name"), HasReason(type::v1::INVALID_NAME));
  EXPECT_THAT(ParseName("", kEntries, "name"), HasReason(type::v1::FIELD_REQUIRED));
  EXPECT_THAT(ParseName("entries/a/b", kEntries, "name"), HasReason(type::v1::INVALID_NAME));
}

TEST(NamesTest, RevisionNamesRoundTrip) {
  const auto parsed = ParseRevisionName(MakeRevisionName("entries/a", 12), "name");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->entry, "entries/a");
  EXPECT_EQ(parsed->revision, 12);
  for (const char* bad :
       {"entries/a", "entries/a/revisions/", "entries/a/revisions/0", "entries/a/revisions/1x",
        "policies/a/revisions/1", "entries/a/revisions/99999999999999999999"}) {
    EXPECT_THAT(ParseRevisionName(bad, "name"), HasReason(type::v1::INVALID_NAME)) << bad;
  }
}

TEST(NamesTest, TheNameOfEveryResourceKindIsFound) {
  const auto* kinds = store::v1::Resource::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    store::v1::Resource resource;
    auto* value = resource.GetReflection()->MutableMessage(&resource, kinds->field(i));
    value->GetReflection()->SetString(value, value->GetDescriptor()->FindFieldByName("name"),
                                      "x/y");
    EXPECT_EQ(NameOf(resource), "x/y") << kinds->field(i)->name();
  }
}

}  // namespace
}  // namespace hotline
