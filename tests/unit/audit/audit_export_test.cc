// The format of exports and anchors, byte for byte, and what honest files look like to the
// verifier.
#include "proto/cc/audit_export.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/audit_chain.h"
#include "proto/cc/content_hash.h"
#include "tests/testing/matchers.h"
#include "tests/unit/audit/audit_world.h"

namespace hotline::audit {
namespace {

using ::testing::HasSubstr;

// Fixed by hand: what stands on disks and in archives.
store::v1::AuditRecord FixedRecord() {
  store::v1::AuditRecord record;
  record.set_sequence(7);
  *record.mutable_record_time() = ToTimestamp(1'764'000'000'123'456);
  record.set_actor("people/wang");
  record.set_action("PublishEntry");
  record.add_names("entries/a");
  record.set_request_id("5e2b");
  record.set_kb_revision(7);
  record.set_entry_hash(std::string(32, '\x11'));
  record.set_hash_algorithm(store::v1::LogEntry::SHA256);
  record.set_prev_hash(std::string(32, '\x22'));
  return record;
}

TEST(AuditFormatTest, ARecordWithoutDetailsHasTheHashThatItAlwaysHad) {
  EXPECT_EQ(ToHex(Sha256(SerializeDeterministic(FixedRecord()))),
            "940d17504cc9bdf992ae671a277c7e0672ab4d04b5390a460841b112bfecf355");
}

TEST(AuditFormatTest, ALineIsWhatItAlwaysWas) {
  store::v1::AuditDetails details;
  details.mutable_origin()->set_address("ipv4:10.0.0.5:51234");
  details.mutable_origin()->set_credential("sessions/s1");
  details.mutable_origin()->set_rpc("/hotline.knowledge.v1.KnowledgeService/PublishEntry");
  details.mutable_origin()->set_call_id("c1");
  const std::string details_bytes = SerializeDeterministic(details);
  store::v1::AuditRecord record = FixedRecord();
  record.set_details_hash(Sha256(details_bytes));

  const auto line = RenderAuditLine({SerializeDeterministic(record), details_bytes});

  ASSERT_OK(line);
  EXPECT_EQ(
      *line,
      R"({"sequence":7,"time":"2025-11-24T16:00:00.123456Z","actor":"people/wang",)"
      R"("action":"PublishEntry","names":["entries/a"],"request_id":"5e2b","kb_revision":7,)"
      R"("address":"ipv4:10.0.0.5:51234","credential":"sessions/s1",)"
      R"("rpc":"/hotline.knowledge.v1.KnowledgeService/PublishEntry","call_id":"c1",)"
      R"("entry_hash":"sha256:1111111111111111111111111111111111111111111111111111111111111111",)"
      R"("details_hash":"sha256:1c7ebd195f7f263a90913d173925110077c9d74e574ba7b09c285e3023bcd1da",)"
      R"("prev_hash":"sha256:2222222222222222222222222222222222222222222222222222222222222222",)"
      R"("hash":"sha256:0847eceee47339e68c53fb41979b016ad180eda18fb5e0e5df27b5a7132f7e56",)"
      R"("record":"CAcSCwiAgpLJBhCAlO86GgtwZW9wbGUvd2FuZyIMUHVibGlzaEVudHJ5KgllbnRyaWVzL2EyBDVlMmI4B0Ig)"
      R"(ERERERERERERERERERERERERERERERERERERERERERFIAVIgIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi)"
      R"(IiJaIBx+vRlffyY6kJE9FzklEQB3yddOV0unsJwoXjAjvNHa",)"
      R"("details":"ClsKE2lwdjQ6MTAuMC4wLjU6NTEyMzQSC3Nlc3Npb25zL3MxGjMvaG90bGluZS5rbm93bGVkZ2UudjEu)"
      R"(S25vd2xlZGdlU2VydmljZS9QdWJsaXNoRW50cnkiAmMx"})");
}

TEST(AuditFormatTest, AnAnchorIsWhatItAlwaysWas) {
  AuditAnchor anchor{.date = "2025-11-24",
                     .timeline = "t1",
                     .place = {},
                     .kb_revision = 7,
                     .digest = std::string(32, '\x33')};
  anchor.place = {7, std::string(32, '\x44'), store::v1::LogEntry::SHA256};
  const std::string text = RenderAuditAnchor(anchor);

  EXPECT_EQ(text,
            "{\"date\":\"2025-11-24\",\"timeline\":\"t1\",\"kb_revision\":7,\"sequence\":7,"
            "\"hash\":\"sha256:" +
                ToHex(std::string(32, '\x44')) +
                "\",\"digest\":\"sha256:" + ToHex(std::string(32, '\x33')) + "\"}\n");
  const auto parsed = ParseAuditAnchor(text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(RenderAuditAnchor(*parsed), text);
  EXPECT_FALSE(ParseAuditAnchor(text + " ").has_value());
}

TEST(AuditFormatTest, DaysAreThoseOfChina) {
  EXPECT_EQ(DayOf(StartOfDay("2025-11-25")), "2025-11-25");
  EXPECT_EQ(DayOf(StartOfDay("2025-11-25") - 1), "2025-11-24");
  EXPECT_EQ(FormatUtc(StartOfDay("2025-11-25")), "2025-11-24T16:00:00.000000Z");
  EXPECT_EQ(DayAfter("2024-02-28"), "2024-02-29");
  EXPECT_EQ(DayAfter("2025-12-31"), "2026-01-01");
  EXPECT_FALSE(DateOfAnchorFile("2025-02-30.json").has_value());
  EXPECT_FALSE(DateOfAnchorFile("2025-02-03.json.draft").has_value());
}

TEST(AuditFormatTest, AnAlgorithmThatIsNotKnownIsSaidAndNotGuessed) {
  store::v1::AuditRecord record = FixedRecord();
  record.set_hash_algorithm(store::v1::LogEntry::SM3);

  EXPECT_THAT(RenderAuditLine({SerializeDeterministic(record), ""}).status(),
              hotline::testing::HasReason(type::v1::STORE_CORRUPTED));
}

TEST(AuditExportTest, AnHonestFileIsSound) {
  Base base;
  base.CommitSome(30);

  const AuditReport report = VerifyTexts({base.Export()});

  EXPECT_EQ(report.violation_count, 0) << report.violations[0];
  EXPECT_EQ(report.record_count, 40);
  EXPECT_EQ(report.event_count, 40);  // ten batches of one and of three
  EXPECT_EQ(report.first, 1);
  EXPECT_EQ(report.last, 40);
  EXPECT_EQ(report.timeline, "timeline-1");
}

TEST(AuditExportTest, AnEmptyBaseExportsAFileThatIsSound) {
  Base base;

  const AuditReport report = VerifyTexts({base.Export()});

  EXPECT_EQ(report.violation_count, 0);
  EXPECT_EQ(report.record_count, 0);
}

TEST(AuditExportTest, FilesThatContinueEachOtherAreOneChain) {
  Base base;
  base.CommitSome(30);

  const AuditReport report =
      VerifyTexts({base.Export(1, 10), base.Export(11, 11), base.Export(12, 0)});

  EXPECT_EQ(report.violation_count, 0) << report.violations[0];
  EXPECT_EQ(report.record_count, 40);
}

TEST(AuditExportTest, FilesWithAGapOrInTheWrongOrderAreFound) {
  Base base;
  base.CommitSome(30);

  EXPECT_GT(VerifyTexts({base.Export(1, 10), base.Export(12, 0)}).violation_count, 0);
  EXPECT_GT(VerifyTexts({base.Export(11, 0), base.Export(1, 10)}).violation_count, 0);
  EXPECT_GT(VerifyTexts({base.Export(1, 10), base.Export(1, 10)}).violation_count, 0);
}

TEST(AuditExportTest, FilesOfTwoBasesDoNotContinueEachOther) {
  Base one;
  one.CommitSome(10);
  Base other;
  other.Advance(1);
  other.CommitSome(20);

  const AuditReport report = VerifyTexts({one.Export(1, 5), other.Export(6, 0)});

  EXPECT_GT(report.violation_count, 0);
}

TEST(AuditExportTest, NoPasswordAndNoTextIsInAnExport) {
  Base base;
  identity::v1::Person person;
  person.set_name("people/wang");
  person.set_password_hash("scrypt-secret-hash");
  store::v1::Resource resource;
  *resource.mutable_person() = person;
  store::v1::CommitRequest commit;
  commit.set_request_id("r");
  commit.set_request_fingerprint(std::string(32, 'f'));
  commit.set_actor("admin");
  commit.set_action("CreatePerson");
  *commit.add_effects()->mutable_put() = resource;
  ASSERT_OK(base.store().Commit(commit, Soon()));

  const std::string text = base.Export();

  EXPECT_THAT(text, HasSubstr("people/wang"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("scrypt-secret-hash")));
  for (const std::string& line : SplitLines(text)) {
    const auto bytes = BytesOfAuditLine(line);
    if (bytes) {
      EXPECT_EQ((bytes->record + bytes->details).find("scrypt-secret-hash"), std::string::npos);
    }
  }
}

TEST(AuditExportTest, AFileOfANewerFormatAsksForANewerProgram) {
  const AuditReport report = VerifyTexts({"{\"koujing_audit\":2,\"timeline\":\"t\"}\n"});

  ASSERT_EQ(report.violation_count, 1);
  EXPECT_THAT(report.violations[0], HasSubstr("升级"));
}

}  // namespace
}  // namespace hotline::audit
