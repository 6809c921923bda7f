#include "services/knowledge/validation.h"
#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {
namespace {

using v1::Fact;

Fact Of(Fact::Type type, const std::string& value, const std::string& unit = "") {
  Fact fact;
  fact.set_type(type);
  fact.set_display_name("事实");
  fact.set_value(value);
  fact.set_unit(unit);
  return fact;
}

// The value in stored form, or the path of the field that is refused.
std::string Stored(Fact fact) {
  const absl::Status status = CheckFact(&fact, FieldPath("fact"));
  return status.ok() ? fact.value() : MetadataOf(status)["field"];
}

TEST(FactValidationTest, PhonesOfEveryKindAreNormalised) {
  EXPECT_EQ(Stored(Of(Fact::PHONE, "0755-1234 5678")), "0755-12345678");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "（0755）12345678")), "0755-12345678");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "０７５５－１２３４５６７８")), "0755-12345678");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "13800138000")), "13800138000");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "+86-755-12345678转8012")), "+86-755-12345678转8012");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "0755-12345678转8012")), "0755-12345678转8012");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "400-123-4567")), "400-123-4567");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "12345")), "12345");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "110")), "110");
}

TEST(FactValidationTest, WhatIsNoPhoneIsRefused) {
  for (const char* phone : {"1234", "0755", "电话12345", "0755--12345678", "12800138000转",
                            "0755-12345678、0755-87654321", "-12345", "138001380001"}) {
    EXPECT_EQ(Stored(Of(Fact::PHONE, phone)), "fact.value") << phone;
  }
}

TEST(FactValidationTest, NumbersAreNumbers) {
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "2,360.50", "元/月")), "2360.50");
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "007", "元")), "7");
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "0.5", "元")), "0.5");
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "2360")), "fact.unit");
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "约2000", "元")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "-5", "元")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::AMOUNT, "1.23456", "元")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::PERCENTAGE, "80％")), "80");
  EXPECT_EQ(Stored(Of(Fact::PERCENTAGE, "300")), "300") << "triple pay";
  EXPECT_EQ(Stored(Of(Fact::PERCENTAGE, "1000.1")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::DURATION_WORKING_DAYS, "030")), "30");
  EXPECT_EQ(Stored(Of(Fact::DURATION_DAYS, "0")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::DURATION_DAYS, "30天")), "fact.value");
}

TEST(FactValidationTest, TheUnitBelongsToTheType) {
  Fact days = Of(Fact::DURATION_WORKING_DAYS, "30");
  EXPECT_THAT(CheckFact(&days, FieldPath("fact")), IsOk());
  EXPECT_EQ(days.unit(), "个工作日");
  EXPECT_EQ(Stored(Of(Fact::DURATION_WORKING_DAYS, "30", "小时")), "fact.unit");
  EXPECT_EQ(Stored(Of(Fact::PHONE, "12345", "部")), "fact.unit");
}

TEST(FactValidationTest, DatesAddressesHoursAndLinks) {
  EXPECT_EQ(Stored(Of(Fact::DATE, "2028-02-29")), "2028-02-29");
  EXPECT_EQ(Stored(Of(Fact::DATE, "2026-02-29")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::DATE, "2026年1月1日")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::ADDRESS, "  福中三路 1 号  ")), "福中三路 1 号");
  EXPECT_EQ(Stored(Of(Fact::OPENING_HOURS, "工作日 9:00-18:00")), "工作日 9:00-18:00");
  EXPECT_EQ(Stored(Of(Fact::OPENING_HOURS, std::string(201, 'x'))), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::URL, "https://example.gov.cn/a")), "https://example.gov.cn/a");
  EXPECT_EQ(Stored(Of(Fact::URL, "javascript:alert(1)")), "fact.value");
}

TEST(FactValidationTest, FieldsOfEveryType) {
  Fact fact = Of(Fact::PHONE, "12345");
  fact.clear_display_name();
  EXPECT_EQ(Stored(fact), "fact.display_name");
  EXPECT_EQ(Stored(Of(Fact::TYPE_UNSPECIFIED, "1")), "fact.type");
  EXPECT_EQ(Stored(Of(static_cast<Fact::Type>(99), "1")), "fact.type");
  EXPECT_EQ(Stored(Of(Fact::ADDRESS, "")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::ADDRESS, "一号\n二号")), "fact.value");
  EXPECT_EQ(Stored(Of(Fact::ADDRESS, "{{facts/a}}")), "fact.value");
  fact = Of(Fact::PHONE, "12345");
  fact.set_region("4403");
  EXPECT_EQ(Stored(fact), "fact.region");
  fact = Of(Fact::PHONE, "12345");
  fact.set_department("facts/x");
  EXPECT_EQ(Stored(fact), "fact.department");
}

std::string RefusedPath(const v1::EntryContent& given) {
  v1::EntryContent content = given;
  const absl::Status status = CheckContent(&content, FieldPath("content"));
  EXPECT_TRUE(status.ok() || ReasonOf(status) == type::v1::FIELD_INVALID ||
              ReasonOf(status) == type::v1::FIELD_TOO_LONG);
  return status.ok() ? "" : MetadataOf(status)["field"];
}

TEST(InclusionsTest, AreSoundOrRefusedWithTheirPlace) {
  v1::EntryContent content = AnEntry().Answer("每月{{facts/jin}}。").Build().content();
  EXPECT_EQ(RefusedPath(content), "");
  content.mutable_blocks(0)->set_text("每月{{facts/ jin}}。");
  EXPECT_EQ(RefusedPath(content), "content.blocks[0].text");
  content.mutable_blocks(0)->set_text("好");
  content.set_short_answer("{{fact/a}}");
  EXPECT_EQ(RefusedPath(content), "content.short_answer");
  content.set_short_answer("");
  content.set_agent_notes("{{");
  EXPECT_EQ(RefusedPath(content), "content.agent_notes");
  content.set_agent_notes("{{facts/notes}}");
  EXPECT_EQ(RefusedPath(content), "");
  content.set_question("{{facts/a}}是多少？");
  EXPECT_EQ(RefusedPath(content), "content.question");
}

TEST(InclusionsTest, AreLimited) {
  std::string text;
  for (int i = 0; i < 51; ++i) text += "{{facts/f" + std::to_string(i) + "}}";
  EXPECT_EQ(RefusedPath(AnEntry().Answer(text).Build().content()), "content.blocks");
}

}  // namespace
}  // namespace hotline::knowledge
