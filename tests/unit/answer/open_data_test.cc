// Open data over a real follower: what a reader has once all lines are applied is what the public
// is told.
#include "services/answer/open_data.h"

#include <map>

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "google/protobuf/util/json_util.h"

#include "proto/cc/content_hash.h"
#include "services/answer/open_entry.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::HasReason;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// What a reader has: applies lines, and believes nothing that is not signed. Checks with OpenSSL,
// which signs nothing here.
class Reader {
 public:
  template <typename Source>
  absl::Status ReadAll(Source& source, const std::string& public_key) {
    std::string all;
    v1::OpenDataSignature signature;
    std::map<std::string, v1::OpenEntry> next = entries_;
    for (;;) {
      auto step = source.Next();
      if (!step.ok()) return step.status();
      if (step->kind == std::decay_t<decltype(*step)>::Kind::kEnd) break;
      for (const std::string& json : step->message.lines()) {
        all += json + "\n";
        Apply(json, next);
      }
      if (step->message.has_signature()) signature = step->message.signature();
    }
    EXPECT_EQ(signature.sha256(), Sha256(all));
    EXPECT_TRUE(IsSigned("koujing-open-data-1\n" + ToHex(Sha256(all)) + "\n", signature.signature(),
                         public_key));
    EXPECT_EQ(end_.entry_count(), static_cast<int64_t>(next.size()));
    entries_ = std::move(next);
    return absl::OkStatus();
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }
  const v1::OpenEntry& entry(const std::string& name) const { return entries_.at(name); }
  const v1::OpenDataLine::Begin& begin() const { return begin_; }
  size_t told() const { return told_; }

  v1::GetOpenChangesRequest After() const {
    v1::GetOpenChangesRequest request;
    request.set_timeline_id(begin_.timeline_id());
    request.set_after_kb_revision(end_.kb_revision());
    *request.mutable_after_time() = end_.log_time();
    return request;
  }

 private:
  static bool IsSigned(const std::string& text, const std::string& signature,
                       const std::string& key) {
    EVP_PKEY* pkey = EVP_PKEY_new_raw_public_key(
        EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(key.data()), key.size());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    const bool good =
        EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, pkey) == 1 &&
        EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                         signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size()) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    return good;
  }

  void Apply(const std::string& json, std::map<std::string, v1::OpenEntry>& entries) {
    v1::OpenDataLine line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &line).ok()) << json;
    if (line.has_begin()) {
      begin_ = line.begin();
      told_ = 0;
      if (begin_.kind() == v1::OpenDataLine::Begin::SNAPSHOT) entries.clear();
    } else if (line.has_entry()) {
      ++told_;
      entries[line.entry().name()] = line.entry();
    } else if (line.has_end()) {
      end_ = line.end();
    } else if (!line.removed().empty()) {
      ++told_;
      entries.erase(line.removed());
    } else {
      for (auto& [name, entry] : entries) {
        if (entry.owner().department() == line.owner().department()) {
          *entry.mutable_owner() = line.owner();
        }
      }
    }
  }

  std::map<std::string, v1::OpenEntry> entries_;
  v1::OpenDataLine::Begin begin_;
  v1::OpenDataLine::End end_;
  size_t told_ = 0;
};

class OpenDataTest : public AnswerWorld {
 protected:
  void SetUp() override {
    Put(ADepartment(),
        Entry(AnEntry("shebaoka")
                  .Question("社保卡丢了怎么补办")
                  .SimilarQuestion("社保卡遗失")
                  .Answer("带**身份证**到[窗口](https://example.gov.cn)补办。")
                  .AgentNotes("内部：先核身份")
                  .Department("departments/rsj")
                  .Online()),
        Entry(AnEntry("inner").Audience(type::v1::AGENT_ONLY).Answer("仅供坐席。").Online()),
        Entry(AnEntry("sms").Channel(type::v1::SMS).Answer("只发短信。").Online()),
        Entry(AnEntry("futian").Region("440304").Answer("福田的。").Online()));
    AwaitNewest();
  }
  void AwaitNewest() {
    v1::SearchRequest request;
    request.set_query("等");
    request.set_channel(type::v1::AGENT);
    *request.mutable_consistency() = newest();
    ASSERT_THAT(service_.Search(ACall(), request), IsOk());
  }

  absl::Status Snapshot(Reader& reader) {
    auto source = open_.GetOpenSnapshot(ACall(runtime::Scope::kPublic), {});
    if (!source.ok()) return source.status();
    return reader.ReadAll(**source, signer_->public_key());
  }
  absl::Status Changes(Reader& reader) { return Changes(reader, reader.After()); }
  absl::Status Changes(Reader& reader, const v1::GetOpenChangesRequest& request) {
    auto source = open_.GetOpenChanges(ACall(runtime::Scope::kPublic), request);
    if (!source.ok()) return source.status();
    return reader.ReadAll(**source, signer_->public_key());
  }

  const std::unique_ptr<const records::Signer> signer_ =
      records::Signer::FromSeed(std::string(32, 's'));
  OpenData open_{service_, {}, signer_.get()};
};

TEST_F(OpenDataTest, ASnapshotIsWhatThePublicIsTold) {
  Reader reader;
  ASSERT_THAT(Snapshot(reader), IsOk());
  EXPECT_THAT(reader.names(), ElementsAre("entries/futian", "entries/shebaoka"));
  const v1::OpenEntry& entry = reader.entry("entries/shebaoka");
  EXPECT_EQ(entry.question(), "社保卡丢了怎么补办");
  EXPECT_THAT(entry.similar_questions(), ElementsAre("社保卡遗失"));
  ASSERT_EQ(entry.blocks_size(), 1);
  EXPECT_EQ(entry.blocks(0).markdown(), "带**身份证**到[窗口](https://example.gov.cn)补办。");
  EXPECT_THAT(entry.blocks(0).text(), ::testing::HasSubstr("带身份证到窗口"));
  EXPECT_THAT(entry.html(), ::testing::HasSubstr("<strong>身份证</strong>"));
  EXPECT_EQ(entry.owner().display_name(), "市人力资源和社会保障局");
  EXPECT_EQ(entry.content_hash(), Get("entries/shebaoka")->answer().content_hash());
  EXPECT_EQ(entry.revision(), 1);
  EXPECT_EQ(entry.kb_revision(), 0) << "the last line says it";
  EXPECT_THAT(entry.DebugString(), ::testing::Not(::testing::HasSubstr("内部")));
}

TEST_F(OpenDataTest, ChangesAreWhatIsOther) {
  Reader reader;
  ASSERT_THAT(Snapshot(reader), IsOk());
  ASSERT_THAT(Changes(reader), IsOk());
  Put(Entry(AnEntry("shebaoka").Question("社保卡丢了怎么补办").Answer("线上补办。").Online(2)));
  Put(Entry(AnEntry("futian").Withdrawn(Entry::RECALLED, "错误")));
  Put(Entry(AnEntry("xinde").Question("新的问题").Answer("新的。").Online()));
  Put(Entry(AnEntry("inner").Audience(type::v1::AGENT_ONLY).Answer("改了。").Online(2)));
  AwaitNewest();
  ASSERT_THAT(Changes(reader), IsOk());
  EXPECT_EQ(reader.begin().kind(), v1::OpenDataLine::Begin::CHANGES);
  EXPECT_THAT(reader.names(), ElementsAre("entries/shebaoka", "entries/xinde"));
  EXPECT_EQ(reader.entry("entries/shebaoka").revision(), 2);
  EXPECT_LE(reader.told(), 4U) << "what is not public is not told of";
  Reader fresh;
  ASSERT_THAT(Snapshot(fresh), IsOk());
  EXPECT_EQ(fresh.names(), reader.names());
}

TEST_F(OpenDataTest, FactsOwnersAndTimeChangeWhatIsSaid) {
  Put(AFact("jine", "2360"));
  Put(Entry(AnEntry("shiye").Question("失业金多少钱").Answer("每月{{facts/jine}}。").Online()),
      Entry(AnEntry("qixian")
                .Question("期限")
                .Answer("到期为止。")
                .ValidUntil(now() + 60'000'000)
                .Online()));
  AwaitNewest();
  Reader reader;
  ASSERT_THAT(Snapshot(reader), IsOk());
  EXPECT_THAT(reader.entry("entries/shiye").html(), ::testing::HasSubstr("2360"));
  knowledge::v1::Department moved = ADepartment();
  moved.set_phone("0755-12333000");
  Put(AFact("jine", "2520"), moved);
  AwaitNewest();
  ASSERT_THAT(Changes(reader), IsOk());
  EXPECT_THAT(reader.entry("entries/shiye").html(), ::testing::HasSubstr("2520"));
  EXPECT_EQ(reader.entry("entries/shebaoka").owner().phone(), "0755-12333000");
  EXPECT_THAT(reader.names(), ::testing::Contains("entries/qixian"));
  // A validity that ends is no Change; the store tells of the time by the next one.
  clock_.AdvanceWall(std::chrono::minutes(2));
  Put(AFact("other", "1"));
  AwaitNewest();
  ASSERT_THAT(Changes(reader), IsOk());
  EXPECT_THAT(reader.names(), ::testing::Not(::testing::Contains("entries/qixian")));
}

TEST_F(OpenDataTest, WhatIsRecalledWhileAReaderIsSlowIsGivenToNobody) {
  constexpr int kEntries = 3 * kOpenLinesPerMessage;
  for (int i = 0; i < kEntries; ++i) {
    Put(Entry(AnEntry("e" + std::to_string(i)).Answer("第" + std::to_string(i) + "条。").Online()));
  }
  AwaitNewest();
  auto source = open_.GetOpenSnapshot(ACall(), {});
  ASSERT_THAT(source, IsOk());
  auto first = (*source)->Next();
  ASSERT_THAT(first, IsOk());
  const std::string early = first->message.lines(1);
  std::vector<std::string> recalled;
  for (int i = 0; i < kEntries; i += 2) {
    const std::string id = "e" + std::to_string(i);
    Put(Entry(AnEntry(id).Withdrawn(Entry::RECALLED, "错误")));
    recalled.push_back("entries/" + id);
  }
  Put(Entry(AnEntry("late").Answer("后来的。").Online()));
  AwaitNewest();
  // All lines from now on: of what was recalled none but its removal.
  std::map<std::string, bool> there;
  const auto apply = [&](const v1::GetOpenSnapshotResponse& message) {
    for (const std::string& json : message.lines()) {
      v1::OpenDataLine line;
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &line).ok());
      if (line.has_entry()) there[line.entry().name()] = true;
      if (!line.removed().empty()) there[line.removed()] = false;
      if (line.has_end()) {
        int64_t count = 0;
        for (const auto& [name, is] : there) count += is ? 1 : 0;
        EXPECT_EQ(line.end().entry_count(), count);
        EXPECT_EQ(line.end().kb_revision(), head());
      }
    }
  };
  apply(first->message);
  for (bool more = true; more;) {
    auto step = (*source)->Next();
    ASSERT_THAT(step, IsOk());
    more = step->kind == runtime::StreamStep<v1::GetOpenSnapshotResponse>::Kind::kMessage;
    if (!more) break;
    for (const std::string& json : step->message.lines()) {
      for (const std::string& name : recalled) {
        EXPECT_THAT(json,
                    ::testing::Not(::testing::HasSubstr("{\"entry\":{\"name\":\"" + name + "\"")));
      }
    }
    apply(step->message);
  }
  for (const std::string& name : recalled) EXPECT_FALSE(there[name]) << name;
  EXPECT_TRUE(there["entries/late"]);
}

TEST_F(OpenDataTest, APositionThatIsNotRememberedNeedsASnapshot) {
  Reader reader;
  ASSERT_THAT(Snapshot(reader), IsOk());
  v1::GetOpenChangesRequest request = reader.After();
  for (size_t i = 0; i < kHistory + 5; ++i) {
    Put(Entry(AnEntry("shebaoka")
                  .Answer("第" + std::to_string(i) + "次。")
                  .Online(static_cast<int64_t>(i) + 2)));
  }
  AwaitNewest();
  const absl::Status old = Changes(reader, request);
  EXPECT_THAT(old, HasReason(type::v1::STATE_CONFLICT));
  EXPECT_EQ(MetadataOf(old)["state"], "SNAPSHOT_REQUIRED");
  request.set_timeline_id("another");
  EXPECT_THAT(Changes(reader, request), HasReason(type::v1::OTHER_TIMELINE));
  request = reader.After();
  request.set_after_kb_revision(head() + 100);
  EXPECT_THAT(Changes(reader, request), HasReason(type::v1::REVISION_NOT_REACHED));
  request.clear_after_time();
  EXPECT_THAT(Changes(reader, request), HasReason(type::v1::FIELD_REQUIRED));
}

TEST_F(OpenDataTest, PagesAreInOrderAndSayTheirPosition) {
  v1::ListOpenEntriesRequest request;
  request.set_page_size(1);
  const runtime::Call call = ACall(runtime::Scope::kPublic);
  auto page = open_.ListOpenEntries(call, request);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->entries_size(), 1);
  EXPECT_EQ(page->entries(0).name(), "entries/futian");
  EXPECT_EQ(page->entries(0).kb_revision(), head());
  const int64_t position = page->kb_revision();
  EXPECT_EQ(position, head());
  // Between two pages: what is recalled is gone, what is new comes with the changes after.
  Put(Entry(AnEntry("aaa").Answer("前面的。").Online()),
      Entry(AnEntry("zzz").Answer("后面的。").Online()));
  AwaitNewest();
  std::vector<std::string> names;
  while (!page->next_page_token().empty()) {
    request.set_page_token(page->next_page_token());
    page = open_.ListOpenEntries(call, request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->kb_revision(), position);
    for (const auto& entry : page->entries()) names.push_back(entry.name());
  }
  EXPECT_THAT(names, ElementsAre("entries/shebaoka"));
  request.set_region("440304");
  EXPECT_THAT(open_.ListOpenEntries(call, request), HasReason(type::v1::INVALID_PAGE_TOKEN));
  request.clear_page_token();
  request.set_page_size(10);
  page = open_.ListOpenEntries(call, request);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->entries_size(), 1);
  EXPECT_EQ(page->entries(0).name(), "entries/futian");
  request.set_region("44");
  EXPECT_THAT(open_.ListOpenEntries(call, request), HasReason(type::v1::UNKNOWN_REGION));
}

TEST_F(OpenDataTest, HasBoundsAndNeedsAKey) {
  std::vector<std::unique_ptr<runtime::StreamSource<v1::GetOpenSnapshotResponse>>> open;
  for (int i = 0; i < kOpenStreamsMax; ++i) {
    auto source = open_.GetOpenSnapshot(ACall(), {});
    ASSERT_THAT(source, IsOk());
    open.push_back(*std::move(source));
  }
  EXPECT_THAT(open_.GetOpenSnapshot(ACall(), {}), HasReason(type::v1::OVERLOADED));
  open.pop_back();
  EXPECT_THAT(open_.GetOpenSnapshot(ACall(), {}), IsOk());

  OpenData unsigned_data(service_, {}, nullptr);
  EXPECT_THAT(unsigned_data.GetOpenSnapshot(ACall(), {}), HasReason(type::v1::NOT_CONFIGURED));
  EXPECT_THAT(unsigned_data.GetOpenDataKey(ACall(), {}), HasReason(type::v1::NOT_CONFIGURED));
  EXPECT_THAT(unsigned_data.ListOpenEntries(ACall(), {}), IsOk());
  EXPECT_EQ(open_.GetOpenDataKey(ACall(), {})->public_key(), signer_->public_key());
}

}  // namespace
}  // namespace hotline::answer
