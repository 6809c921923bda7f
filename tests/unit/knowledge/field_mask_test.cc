#include "services/knowledge/field_mask.h"

#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

const MaskRules kEntryRules{"content.", {}};
const MaskRules kDepartmentRules{"", {"name", "etag"}};

google::protobuf::FieldMask Mask(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

TEST(FieldMaskTest, CopiesNamedFieldsAndClearsThoseThatAreAbsent) {
  v1::EntryContent from;
  from.set_question("新");
  v1::EntryContent to = AnEntry().Keyword("旧").Build().content();

  ASSERT_THAT(ApplyMask(Mask({"content.question", "content.keywords"}), kEntryRules, from, &to),
              IsOk());

  EXPECT_EQ(to.question(), "新");
  EXPECT_TRUE(to.keywords().empty());
  EXPECT_FALSE(to.blocks().empty());
}

TEST(FieldMaskTest, GoesIntoSingularMessages) {
  v1::EntryContent from;
  from.mutable_validity()->mutable_expire_time()->set_seconds(9);
  v1::EntryContent to;
  to.mutable_validity()->mutable_effective_time()->set_seconds(1);
  to.mutable_validity()->mutable_expire_time()->set_seconds(2);

  ASSERT_THAT(ApplyMask(Mask({"content.validity.expire_time"}), kEntryRules, from, &to), IsOk());

  EXPECT_EQ(to.validity().effective_time().seconds(), 1);
  EXPECT_EQ(to.validity().expire_time().seconds(), 9);
}

TEST(FieldMaskTest, WithoutPathsTakesWhatIsPopulated) {
  v1::EntryContent from;
  from.set_question("新");
  v1::EntryContent to = AnEntry().Keyword("旧").Build().content();

  ASSERT_THAT(ApplyMask(Mask({}), kEntryRules, from, &to), IsOk());

  EXPECT_EQ(to.question(), "新");
  EXPECT_EQ(to.keywords_size(), 1);
}

TEST(FieldMaskTest, StarReplacesAllButFixedFields) {
  v1::Department from;
  from.set_display_name("新");
  v1::Department to = ::hotline::testing::ADepartment();
  to.set_etag("\"1\"");
  const std::string name = to.name();

  ASSERT_THAT(ApplyMask(Mask({"*"}), kDepartmentRules, from, &to), IsOk());

  EXPECT_EQ(to.name(), name);
  EXPECT_EQ(to.etag(), "\"1\"");
  EXPECT_EQ(to.display_name(), "新");
  EXPECT_EQ(to.phone(), "");
}

TEST(FieldMaskTest, RefusesPathsThatDoNotExistOrAreFixed) {
  v1::EntryContent content;
  v1::Department department;
  for (const char* path : {"question", "content.no_such", "state", "content.blocks.text",
                           "content.question.x", "online", "content.", ""}) {
    EXPECT_THAT(ApplyMask(Mask({path}), kEntryRules, content, &content),
                HasReason(type::v1::INVALID_FIELD_MASK))
        << path;
  }
  for (const char* path : {"etag", "name", "nothing"}) {
    const auto status = ApplyMask(Mask({path}), kDepartmentRules, department, &department);
    EXPECT_THAT(status, HasReason(type::v1::INVALID_FIELD_MASK)) << path;
    EXPECT_EQ(MetadataOf(status)["path"], path);
  }
}

}  // namespace
}  // namespace hotline::knowledge
