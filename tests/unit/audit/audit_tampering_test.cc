// Random damage of an exported file: the verifier must find every one, and say where.
#include <algorithm>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "proto/cc/audit_chain.h"
#include "proto/cc/content_hash.h"
#include "tests/testing/matchers.h"
#include "tests/unit/audit/audit_world.h"

namespace hotline::audit {
namespace {

using ::testing::HasSubstr;

constexpr int kTampered = 1'000;
constexpr uint32_t kSeed = 20'251'124;

class TamperingTest : public ::testing::Test {
 protected:
  TamperingTest() { base_.CommitSome(45); }

  size_t Below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }

  // One act of somebody who does not know the construction.
  std::string Damage(const std::string& text, size_t kind) {
    std::string damaged = text;
    std::vector<std::string> lines = SplitLines(text);
    const size_t at = Below(damaged.size());
    const size_t line = Below(lines.size());
    switch (kind) {
      case 0:  // another byte
        damaged[at] = static_cast<char>(damaged[at] ^ (1 + Below(255)));
        return damaged;
      case 1:  // a byte less
        return damaged.erase(at, 1 + Below(3));
      case 2:  // a byte more
        return damaged.insert(at, 1, static_cast<char>(32 + Below(95)));
      case 3:  // cut
        return damaged.substr(0, at);
      case 4:  // a line less
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
        return JoinLines(lines);
      case 5:  // a line twice
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(Below(lines.size())), lines[line]);
        return JoinLines(lines);
      case 6: {  // two lines exchanged
        std::swap(lines[line], lines[(line + 1 + Below(lines.size() - 1)) % lines.size()]);
        return JoinLines(lines);
      }
      default:  // cut at a line
        lines.resize(Below(lines.size()));
        return JoinLines(lines);
    }
  }

  // One act of somebody who knows it: changes a record, and computes hashes and text of its line
  // anew.
  std::string Forge(const std::string& text) {
    std::vector<std::string> lines = SplitLines(text);
    const size_t line = 1 + Below(lines.size() - 2);
    AuditLineBytes bytes = *BytesOfAuditLine(lines[line]);
    store::v1::AuditRecord record;
    record.ParseFromString(bytes.record);
    switch (Below(4)) {
      case 0:
        record.set_actor("somebody else");
        break;
      case 1:
        record.add_names("entries/forged");
        break;
      case 2:
        *record.mutable_record_time() =
            ToTimestamp(ToLogTime(record.record_time()) + 1 + static_cast<LogTime>(Below(1000)));
        break;
      default: {
        store::v1::AuditDetails details;
        details.ParseFromString(bytes.details);
        details.mutable_origin()->set_address("ipv4:10.9.9.9:1");
        bytes.details = SerializeDeterministic(details);
        record.set_details_hash(Sha256(bytes.details));
      }
    }
    bytes.record = SerializeDeterministic(record);
    lines[line] = *RenderAuditLine(bytes);
    return JoinLines(lines);
  }

  // The whole chain from a record on, computed anew: what only anchors can show.
  std::string RewriteFrom(const std::string& text, size_t line) {
    std::vector<std::string> lines = SplitLines(text);
    AuditPlace place;
    for (size_t i = line; i + 1 < lines.size(); ++i) {
      AuditLineBytes bytes = *BytesOfAuditLine(lines[i]);
      store::v1::AuditRecord record;
      record.ParseFromString(bytes.record);
      if (i == line) record.set_actor("somebody else");
      if (i > line) record.set_prev_hash(place.hash);
      bytes.record = SerializeDeterministic(record);
      place = {record.sequence(), Sha256(bytes.record), record.hash_algorithm()};
      lines[i] = *RenderAuditLine(bytes);
    }
    lines.back() = RenderAuditEnd(place);
    return JoinLines(lines);
  }

  Base base_;
  std::mt19937 random_{kSeed};
};

TEST_F(TamperingTest, AThousandDamagedFilesAreAllFound) {
  Base small;
  small.CommitSome(15);  // twenty records, so that a thousand checks are quick
  const std::string honest = small.Export();
  ASSERT_EQ(VerifyTexts({honest}).violation_count, 0);
  int tried = 0;
  while (tried < kTampered) {
    const size_t kind = Below(9);
    const std::string damaged = kind == 8 ? Forge(honest) : Damage(honest, kind);
    if (damaged == honest) continue;
    ++tried;
    const AuditReport report = VerifyTexts({damaged});
    EXPECT_GT(report.violation_count, 0) << "kind " << kind << " of seed " << kSeed;
  }
}

TEST_F(TamperingTest, TheLineOfADamageIsNamed) {
  std::vector<std::string> lines = SplitLines(base_.Export());
  lines[41].replace(lines[41].find("\"action\""), 8, "\"actiom\"");

  const AuditReport report = VerifyTexts({JoinLines(lines)});

  ASSERT_EQ(report.violation_count, 1);
  EXPECT_THAT(report.violations[0], HasSubstr("file1 第 42 行：第 41 条记录"));
}

TEST_F(TamperingTest, AMissingRecordIsNamed) {
  std::vector<std::string> lines = SplitLines(base_.Export());
  lines.erase(lines.begin() + 10);

  const AuditReport report = VerifyTexts({JoinLines(lines)});

  ASSERT_EQ(report.violation_count, 1);
  EXPECT_THAT(report.violations[0], HasSubstr("应为第 10 条记录，却是第 11 条记录"));
}

TEST_F(TamperingTest, AChainWrittenAnewIsSoundByItselfAndFoundByAnAnchor) {
  const std::string honest = base_.Export();
  const AuditAnchor anchor = AnchorOfLine(SplitLines(honest)[50], "timeline-1", "2025-11-25");
  const std::string rewritten = RewriteFrom(honest, 20);

  EXPECT_EQ(VerifyTexts({rewritten}).violation_count, 0);
  const AuditReport report = VerifyTexts({rewritten}, {anchor});
  ASSERT_EQ(report.violation_count, 1);
  EXPECT_THAT(report.violations[0], HasSubstr("2025-11-25"));
  EXPECT_EQ(VerifyTexts({honest}, {anchor}).violation_count, 0);
}

TEST_F(TamperingTest, ATailCutWithItsEndMadeAnewIsFoundByAnAnchor) {
  const std::string honest = base_.Export();
  const AuditAnchor anchor = AnchorOfLine(SplitLines(honest)[50], "timeline-1", "2025-11-25");
  const std::string cut = base_.Export(1, 40);  // sound by itself: an export up to 40

  EXPECT_EQ(VerifyTexts({cut}).violation_count, 0);
  EXPECT_EQ(VerifyTexts({cut}, {anchor}).violation_count, 1);
  const AuditReport partial = VerifyTexts({cut}, {anchor}, {.partial = true});
  EXPECT_EQ(partial.violation_count, 0);
  EXPECT_EQ(partial.anchors_behind, 1);
}

TEST_F(TamperingTest, AMissingDayOfAnchorsAndAnchorsOfAnotherBaseAreFound) {
  const std::string honest = base_.Export();
  const auto lines = SplitLines(honest);
  const AuditAnchor first = AnchorOfLine(lines[10], "timeline-1", "2025-11-25");
  const AuditAnchor third = AnchorOfLine(lines[50], "timeline-1", "2025-11-27");
  const AuditAnchor foreign = AnchorOfLine(lines[50], "timeline-2", "2025-11-26");

  EXPECT_EQ(VerifyTexts({honest}, {first, third}).violation_count, 1);
  EXPECT_EQ(VerifyTexts({honest}, {first, foreign}).violation_count, 1);
}

}  // namespace
}  // namespace hotline::audit
