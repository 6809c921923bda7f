#include "clients/mirror/mirror_folder.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/mirror/mirror_lines.h"

namespace hotline::mirror {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;

const OpenEntry kCard = AnOpenEntry("card", 1, "社保卡丢了怎么补办", "带身份证到窗口补办。");
const OpenEntry kCardLater = AnOpenEntry("card", 2, "社保卡丢了怎么补办", "可以在网上申请补办。");
const OpenEntry kFund = AnOpenEntry("fund", 1, "公积金怎么提取", "线上提取。");

class Folder : public ::testing::Test {
 protected:
  std::unique_ptr<MirrorFolder> Open() {
    auto folder = MirrorFolder::Open(dir(), true);
    EXPECT_THAT(folder, IsOk());
    return folder.ok() ? *std::move(folder) : nullptr;
  }
  std::string dir() const { return temp_.Join("mirror"); }
  static absl::Status Apply(MirrorFolder& folder, const Lines& lines) {
    const auto set = lines.Read();
    if (!set.ok()) return set.status();
    return folder.Apply(*set, ToHex(Lines::PublicKey())).status();
  }
  static std::vector<std::string> NamesOf(const MirrorFolder& folder) {
    std::vector<std::string> names;
    folder.ForEach([&](const OpenEntry& entry) {
      names.push_back(entry.name() + "@" + std::to_string(entry.revision()));
    });
    return names;
  }
  // As a fresh process finds it.
  std::vector<std::string> OnDisk() {
    const auto folder = MirrorFolder::Open(dir(), false);
    EXPECT_THAT(folder, IsOk());
    return folder.ok() ? NamesOf(**folder) : std::vector<std::string>();
  }

  testing::TempDir temp_;
};

TEST_F(Folder, KeepsASnapshotAndTheChangesAfterIt) {
  EXPECT_THAT(MirrorFolder::Open(dir(), false), HasReason(type::v1::FIELD_INVALID));
  {
    const auto folder = Open();
    ASSERT_THAT(Apply(*folder, Lines::Snapshot().Put(kCard).Put(kFund).End(10, 2)), IsOk());
  }
  EXPECT_THAT(OnDisk(), ElementsAre("entries/card@1", "entries/fund@1"));
  const auto folder = Open();
  EXPECT_EQ(folder->state().kb_revision, 10);
  ASSERT_THAT(Apply(*folder, Lines::Changes(10).Put(kCardLater).Remove("fund").End(12, 1)), IsOk());
  EXPECT_THAT(OnDisk(), ElementsAre("entries/card@2"));
  // Earlier texts are remembered, and old files are gone.
  std::vector<std::string> past;
  folder->ForEachPast([&](const OpenEntry& entry) { past.push_back(entry.name()); });
  EXPECT_THAT(past, ElementsAre("entries/card", "entries/fund"));
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(dir())) {
    files += file.path().filename().string().starts_with("entries-") ? 1 : 0;
  }
  EXPECT_EQ(files, 1);
  // Changes without a new position (a validity ended).
  ASSERT_THAT(Apply(*folder, Lines::Changes(12).Remove("card").End(12, 0)), IsOk());
  EXPECT_THAT(OnDisk(), ElementsAre());
}

TEST_F(Folder, AnOwnerIsReplacedInEveryEntry) {
  const auto folder = Open();
  ASSERT_THAT(
      Apply(*folder, Lines::Snapshot().Put(kCard).Owner("departments/rsj", "12333").End(1, 1)),
      IsOk());
  ASSERT_THAT(Apply(*folder, Lines::Changes(1).Owner("departments/rsj", "0755-1").End(2, 1)),
              IsOk());
  folder->ForEach([](const OpenEntry& entry) { EXPECT_EQ(entry.owner().phone(), "0755-1"); });
  size_t past = 0;
  folder->ForEachPast([&](const OpenEntry&) { ++past; });
  EXPECT_EQ(past, 0U) << "the text is the same";
}

TEST_F(Folder, WhatWasTamperedWithIsRefusedAndNothingChanges) {
  const auto folder = Open();
  ASSERT_THAT(Apply(*folder, Lines::Snapshot().Put(kCard).End(10, 1)), IsOk());
  Lines lines = Lines::Snapshot().Put(kCardLater).Put(kFund).End(12, 2);
  const auto signature = lines.Sign();
  const std::vector<std::string> good = lines.text();
  EXPECT_THAT(Lines::Read(good, signature), IsOk());

  auto other_word = good;
  other_word[1].replace(other_word[1].find("网上"), std::string("网上").size(), "线下");
  EXPECT_THAT(Lines::Read(other_word, signature), HasReason(type::v1::BAD_FILE));
  auto lost_line = good;
  lost_line.erase(lost_line.begin() + 1);
  EXPECT_THAT(Lines::Read(lost_line, signature), HasReason(type::v1::BAD_FILE));
  auto other_order = good;
  std::swap(other_order[1], other_order[2]);
  EXPECT_THAT(Lines::Read(other_order, signature), HasReason(type::v1::BAD_FILE));
  auto one_line = good;
  one_line[1] += "\n" + one_line[2];
  one_line.erase(one_line.begin() + 2);
  EXPECT_THAT(Lines::Read(one_line, signature), HasReason(type::v1::BAD_FILE))
      << "the same bytes in other lines";
  EXPECT_THAT(Lines::Read(good, {}), HasReason(type::v1::BAD_FILE));
  LineReader reader;
  for (const std::string& line : good) reader.Add(line);
  EXPECT_THAT(reader.Finish(signature, std::string(32, 'k')), HasReason(type::v1::BAD_FILE));
  EXPECT_THAT(OnDisk(), ElementsAre("entries/card@1"));
}

TEST_F(Folder, ALostChangeAStepBackAndAWrongCountAreRefused) {
  const auto folder = Open();
  ASSERT_THAT(Apply(*folder, Lines::Snapshot().Put(kCard).End(10, 1)), IsOk());
  // 10 to 11 was lost.
  EXPECT_THAT(Apply(*folder, Lines::Changes(11).Put(kFund).End(12, 2)),
              HasReason(type::v1::BAD_FILE));
  // Applied twice.
  const Lines next = Lines::Changes(10).Put(kFund).End(12, 2);
  ASSERT_THAT(Apply(*folder, next), IsOk());
  EXPECT_THAT(Apply(*folder, next), HasReason(type::v1::BAD_FILE));
  // An old snapshot, well signed, of somebody who wants old texts back.
  EXPECT_THAT(Apply(*folder, Lines::Snapshot().Put(kCard).End(10, 1)),
              HasReason(type::v1::BAD_FILE));
  EXPECT_THAT(Apply(*folder, Lines::Changes(12, "other").End(13, 2)),
              HasReason(type::v1::BAD_FILE));
  EXPECT_THAT(Apply(*folder, Lines::Changes(12).Put(kCardLater).End(13, 3)),
              HasReason(type::v1::BAD_FILE));
  EXPECT_THAT(OnDisk(), ElementsAre("entries/card@1", "entries/fund@1"));
  // A base that was restored begins anew.
  EXPECT_THAT(Apply(*folder, Lines::Snapshot("other").Put(kFund).End(3, 1)), IsOk());
  EXPECT_THAT(OnDisk(), ElementsAre("entries/fund@1"));
}

TEST_F(Folder, AFileThatWasChangedOnDiskIsNoticed) {
  {
    const auto folder = Open();
    ASSERT_THAT(Apply(*folder, Lines::Snapshot().Put(kCard).End(10, 1)), IsOk());
    EXPECT_THAT(MirrorFolder::Open(dir(), true), HasReason(type::v1::FIELD_INVALID))
        << "another program updates it";
  }
  std::ofstream(dir() + "/entries-10.jsonl", std::ios::app) << "\n";
  EXPECT_THAT(MirrorFolder::Open(dir(), false), HasReason(type::v1::BAD_FILE));
}

}  // namespace
}  // namespace hotline::mirror
