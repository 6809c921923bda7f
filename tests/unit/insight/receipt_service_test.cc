#include "services/insight/receipt_service.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "proto/cc/standing.h"
#include "tests/unit/insight/receipt_test_base.h"

namespace hotline::insight {
namespace {

using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;
using testing::ACommit;
using testing::ADepartment;
using testing::AFact;
using testing::AnEntry;
using testing::APolicy;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using v1::GetReceiptResponse;

class GiveTest : public ReceiptTest {
 protected:
  absl::StatusOr<v1::CreateReceiptResponse> Create(const v1::CreateReceiptRequest& request) {
    return service_.CreateReceipt(AnInsideCall(), request);
  }
  const Entry entry_ = AnEntry("a").Answer("满六十岁可以办理。").Online(3);
};

TEST_F(GiveTest, AReceiptNamesWhatWasSaidAndNobody) {
  const int64_t position = Commit(ACommit().Put(entry_));
  wall_ += kDay;
  v1::CreateReceiptRequest request = About(entry_, position, type::v1::WECHAT);
  request.set_region("440305");
  ASSERT_OK_AND_ASSIGN(const auto response, Create(request));
  const v1::AnswerReceipt& receipt = response.receipt();
  EXPECT_EQ(receipt.entry(), "entries/a");
  EXPECT_EQ(receipt.revision(), 3);
  EXPECT_EQ(receipt.kb_revision(), position);
  EXPECT_EQ(receipt.channel(), type::v1::WECHAT);
  EXPECT_EQ(receipt.region(), "440305");
  EXPECT_EQ(ToLogTime(receipt.give_time()), kStart + kDay);
  EXPECT_EQ(receipt.fingerprint(), "");
  EXPECT_THAT(response.code(), ::testing::MatchesRegex("[2-7]... .... ...."));
  const auto change = store_.ReadChanges(position, Soon());
  ASSERT_OK(change);
  EXPECT_EQ(change->changes.front().actor(), "kb-insight");
  EXPECT_FALSE(change->changes.front().has_origin());
  EXPECT_EQ(
      metrics_.Counter("koujing_receipts_total", "Receipts given.", "channel=\"WECHAT\"").value(),
      1);
}

TEST_F(GiveTest, ARepeatReturnsTheFirstOne) {
  const auto request = About(entry_, Commit(ACommit().Put(entry_)));
  ASSERT_OK_AND_ASSIGN(const auto first, Create(request));
  wall_ += kDay;
  ASSERT_OK_AND_ASSIGN(const auto again, Create(request));
  EXPECT_EQ(again.receipt().name(), first.receipt().name());
  EXPECT_EQ(ToLogTime(again.receipt().give_time()), kStart);
  v1::CreateReceiptRequest upper = request;
  for (char& c : *upper.mutable_request_id()) c = static_cast<char>(std::toupper(c));
  ASSERT_OK_AND_ASSIGN(const auto shouted, Create(upper));
  EXPECT_EQ(shouted.receipt().name(), first.receipt().name());
}

TEST_F(GiveTest, AnotherRequestUnderTheSameIdGetsAReceiptOfItsOwn) {
  const int64_t position = Commit(ACommit().Put(entry_));
  v1::CreateReceiptRequest request = About(entry_, position, type::v1::WEB);
  const std::string first = Give(request);
  request.set_channel(type::v1::SMS);
  const std::string other = Give(request);
  EXPECT_NE(other, first);
  EXPECT_EQ(Give(request), other);
}

TEST_F(GiveTest, WithoutARequestIdEachIsAnother) {
  v1::CreateReceiptRequest request = About(entry_, Commit(ACommit().Put(entry_)));
  request.clear_request_id();
  EXPECT_NE(Give(request), Give(request));
}

TEST_F(GiveTest, ProvesOnlyWhatTheBaseSaid) {
  const int64_t draft = Commit(ACommit().Put(AnEntry("a")));
  const int64_t first = Commit(ACommit().Put(entry_));
  const Entry next = AnEntry("a").Answer("满五十五岁可以办理。").Online(4);
  const int64_t second = Commit(ACommit().Put(next));
  const auto refused = [&](auto change) {
    v1::CreateReceiptRequest request = About(entry_, first);
    change(request);
    return Create(request);
  };
  EXPECT_OK(refused([](auto&) {}));
  EXPECT_OK(Create(About(next, second)));
  EXPECT_THAT(refused([&](auto& r) { r.set_kb_revision(second); }),
              StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::RECEIPT_MISMATCH));
  EXPECT_THAT(refused([&](auto& r) { r.set_kb_revision(draft); }),
              HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_THAT(refused([&](auto& r) { r.set_revision(4); }), HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_THAT(refused([&](auto& r) { r.set_content_hash(next.online().content_hash()); }),
              HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_THAT(refused([&](auto& r) { r.set_kb_revision(second + 1'000); }),
              HasReason(type::v1::REVISION_NOT_REACHED));
  EXPECT_THAT(refused([&](auto& r) { r.set_entry("entries/b"); }),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
}

TEST_F(GiveTest, OnlyOnChannelsThatSaidIt) {
  const Entry web = AnEntry("web").Channel(type::v1::WEB).Online();
  const Entry inside = AnEntry("inside").Audience(type::v1::AGENT_ONLY).Online();
  const int64_t position = Commit(ACommit().Put(web).Put(inside));
  EXPECT_OK(Create(About(web, position, type::v1::WEB)));
  EXPECT_THAT(Create(About(web, position, type::v1::SMS)), HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_THAT(Create(About(inside, position, type::v1::WEB)),
              HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_OK(Create(About(inside, position, type::v1::AGENT)));
}

TEST_F(GiveTest, CitizensSpeakForTheirOwnChannelsOnly) {
  const int64_t position = Commit(ACommit().Put(entry_));
  for (const auto channel : {type::v1::WEB, type::v1::WECHAT, type::v1::SMS, type::v1::IVR}) {
    EXPECT_OK(service_.CreateReceipt(APublicCall(), About(entry_, position, channel)));
  }
  for (const auto channel : {type::v1::AGENT, type::v1::API}) {
    EXPECT_THAT(service_.CreateReceipt(APublicCall(), About(entry_, position, channel)),
                HasReason(type::v1::NOT_ALLOWED));
  }
  v1::ListReceiptsRequest list;
  list.set_entry("entries/a");
  EXPECT_THAT(service_.ListReceipts(APublicCall(), list), HasReason(type::v1::NOT_ALLOWED));
  v1::ListRecallReceiptsRequest recall;
  recall.set_recall("recalls/r");
  EXPECT_THAT(service_.ListRecallReceipts(APublicCall(), recall), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(GiveTest, AServiceAccountSpeaksForItsChannels) {
  const int64_t position = Commit(ACommit().Put(entry_));
  auto principal = std::make_shared<identity::v1::Principal>();
  principal->set_name("accounts/wechat");
  principal->add_channels(type::v1::WECHAT);
  runtime::Call call = AnInsideCall();
  call.caller.principal = principal;
  EXPECT_OK(service_.CreateReceipt(call, About(entry_, position, type::v1::WECHAT)));
  EXPECT_THAT(service_.CreateReceipt(call, About(entry_, position, type::v1::WEB)),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(uses_.noted, IsEmpty());
}

TEST_F(GiveTest, WhatAPersonGivesIsAUse) {
  const int64_t position = Commit(ACommit().Put(entry_));
  auto principal = std::make_shared<identity::v1::Principal>();
  principal->set_name("people/li");
  runtime::Call call = AnInsideCall();
  call.caller.principal = principal;
  EXPECT_OK(service_.CreateReceipt(call, About(entry_, position, type::v1::WEB)));
  EXPECT_THAT(uses_.noted, ElementsAre("people/li entries/a 3"));
}

TEST_F(GiveTest, WhatDoesNotHoldIsNotProven) {
  const Entry coming = AnEntry("coming").ValidFrom(kStart + kDay).Online();
  const Entry ending = AnEntry("ending").ValidUntil(kStart + kDay).Online();
  const int64_t position = Commit(ACommit().Put(coming).Put(ending));
  EXPECT_THAT(Create(About(coming, position)), HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_OK(Create(About(ending, position)));
  wall_ += 2 * kDay;
  const int64_t later = Commit(ACommit().Put(AnEntry("other")));
  EXPECT_OK(Create(About(coming, later)));
  EXPECT_THAT(Create(About(ending, later)), HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_OK(Create(About(ending, position))) << "it was said then";
}

TEST_F(GiveTest, AHoldingSentenceLeavesNoReceipt) {
  knowledge::v1::Policy policy = APolicy("p");
  *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(kStart + kDay);
  const Entry citing = AnEntry("citing").Policy("policies/p").Online();
  const int64_t sound = Commit(ACommit().Put(policy).Put(citing));
  EXPECT_OK(Create(About(citing, sound)));
  wall_ += 2 * kDay;
  const int64_t lapsed = Commit(ACommit().Put(AnEntry("other")));
  EXPECT_THAT(Create(About(citing, lapsed)), HasReason(type::v1::RECEIPT_MISMATCH));
  EXPECT_OK(Create(About(citing, lapsed, type::v1::AGENT))) << "agents are told it, marked";
  EXPECT_OK(Create(About(citing, sound))) << "it was said then";
}

TEST_F(GiveTest, RefusesWhatItCannotMean) {
  const int64_t position = Commit(ACommit().Put(entry_));
  const auto refused = [&](auto change, type::v1::ErrorReason reason) {
    v1::CreateReceiptRequest request = About(entry_, position);
    change(request);
    EXPECT_THAT(Create(request), HasReason(reason)) << request.ShortDebugString();
  };
  refused([](auto& r) { r.clear_entry(); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.set_entry("facts/a"); }, type::v1::INVALID_NAME);
  refused([](auto& r) { r.clear_revision(); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.set_revision(-1); }, type::v1::FIELD_INVALID);
  refused([](auto& r) { r.clear_kb_revision(); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.clear_content_hash(); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.set_content_hash("sha256:xyz"); }, type::v1::FIELD_INVALID);
  refused([](auto& r) { r.clear_channel(); }, type::v1::FIELD_REQUIRED);
  refused([](auto& r) { r.set_channel(static_cast<type::v1::Channel>(77)); },
          type::v1::FIELD_INVALID);
  refused([](auto& r) { r.set_region("深圳"); }, type::v1::UNKNOWN_REGION);
  refused([](auto& r) { r.set_request_id("7"); }, type::v1::FIELD_INVALID);
}

class ResolveTest : public ReceiptTest {
 protected:
  static knowledge::v1::Recall ARecall(int64_t revision) {
    knowledge::v1::Recall recall;
    recall.set_name("recalls/r-1");
    recall.set_entry("entries/a");
    recall.set_revision(revision);
    recall.set_reason("数字有误");
    return recall;
  }
  static Entry Recalled(int64_t revision) {
    Entry entry = AnEntry("a").Withdrawn(Entry::RECALLED, "数字有误", revision);
    entry.mutable_withdrawal()->set_recall("recalls/r-1");
    return entry;
  }
};

// The life of a receipt: the text is revised, its fact changes, it is recalled; the old words stay.
TEST_F(ResolveTest, GivesTheExactOldTextYearsLater) {
  knowledge::v1::Policy policy = APolicy("p", "失业保险条例");
  policy.set_document_number("国令第258号");
  Entry first = AnEntry("a")
                    .Question("失业金有多少？")
                    .Answer("每月**{{facts/jin}}**。")
                    .Block(AnswerBlock::CONDITIONS, "缴费满一年。")
                    .AgentNotes("不要承诺到账日期。")
                    .Department("departments/rsj")
                    .Policy("policies/p")
                    .Online(1);
  const knowledge::v1::Fact fact = AFact("jin", "2360");
  const int64_t position =
      Commit(ACommit().Put(first).Put(fact).Put(policy).Put(ADepartment("rsj", "市人社局")));
  v1::CreateReceiptRequest request = About(first, position, type::v1::WECHAT);
  request.set_content_hash(
      AnswerHash(first.online().content_hash(),
                 {{.name = "facts/jin", .version = position, .value = SaidValue(fact)}}));
  const std::string code = Give(request);
  GetReceiptResponse then = Resolve(code);
  EXPECT_EQ(then.standing(), GetReceiptResponse::CURRENT);

  wall_ += 300 * kDay;
  Commit(ACommit().Put(AFact("jin", "2520")).Put(ADepartment("rsj", "市人力资源局")));
  EXPECT_EQ(Resolve(code).standing(), GetReceiptResponse::SUPERSEDED) << "another value is said";
  policy.set_title("失业保险条例（修订）");
  Commit(ACommit().Put(policy));
  Commit(ACommit().Put(AnEntry("a").Question("失业金多少？").Answer("见通知。").Online(2)));
  EXPECT_EQ(Resolve(code).standing(), GetReceiptResponse::SUPERSEDED);
  Commit(ACommit().Put(Recalled(2)).Put(ARecall(2)));
  EXPECT_EQ(Resolve(code).standing(), GetReceiptResponse::WITHDRAWN)
      << "another revision was recalled; nothing is said now";

  const GetReceiptResponse now = Resolve(code);
  EXPECT_TRUE(now.verified());
  EXPECT_EQ(now.code(), code);
  EXPECT_EQ(now.said().question(), "失业金有多少？");
  EXPECT_EQ(now.said().text(), "每月2360元/月。\n条件：缴费满一年。");
  EXPECT_EQ(now.said().owner(), "市人社局");
  EXPECT_THAT(now.said().policies(), ElementsAre("《失业保险条例》（国令第258号）"));
  EXPECT_EQ(now.receipt().fingerprint(), "");
}

TEST_F(ResolveTest, ARecalledAnswerStaysRecalledWhenItIsMended) {
  const Entry wrong = AnEntry("a").Answer("每月一万元。").Online(1);
  const std::string code = Give(About(wrong, Commit(ACommit().Put(wrong))));
  Commit(ACommit().Put(Recalled(1)).Put(ARecall(1)));
  EXPECT_EQ(Resolve(code).standing(), GetReceiptResponse::RECALLED);
  const Entry right = AnEntry("a").Answer("每月一千元。").Online(2);
  const std::string other = Give(About(right, Commit(ACommit().Put(right))));
  const GetReceiptResponse resolved = Resolve(code);
  EXPECT_EQ(resolved.standing(), GetReceiptResponse::RECALLED);
  EXPECT_EQ(resolved.recall(), "recalls/r-1");
  EXPECT_EQ(resolved.said().text(), "每月一万元。");
  EXPECT_EQ(Resolve(other).standing(), GetReceiptResponse::CURRENT);
}

TEST_F(ResolveTest, SaysWhenNothingIsSaidAnyMore) {
  const Entry entry = AnEntry("a").Online(1);
  const Entry ending = AnEntry("ending").ValidUntil(kStart + kDay).Online(1);
  const Entry merged = AnEntry("merged").Online(1);
  const Entry gone = AnEntry("gone").Online(1);
  const int64_t position = Commit(ACommit().Put(entry).Put(ending).Put(merged).Put(gone));
  const std::string retired = Give(About(entry, position));
  const std::string expired = Give(About(ending, position));
  const std::string moved = Give(About(merged, position));
  const std::string deleted = Give(About(gone, position));
  wall_ += 2 * kDay;
  Entry leading = AnEntry("merged").State(Entry::MERGED);
  leading.set_merged_into("entries/b");
  Commit(ACommit()
             .Put(AnEntry("a").Withdrawn(Entry::RETIRED, "不再办理"))
             .Put(leading)
             .Delete("entries/gone"));
  EXPECT_EQ(Resolve(retired).standing(), GetReceiptResponse::WITHDRAWN);
  EXPECT_EQ(Resolve(expired).standing(), GetReceiptResponse::WITHDRAWN);
  EXPECT_EQ(Resolve(moved).standing(), GetReceiptResponse::SUPERSEDED);
  EXPECT_EQ(Resolve(deleted).standing(), GetReceiptResponse::WITHDRAWN);
  EXPECT_TRUE(Resolve(deleted).verified());
}

TEST_F(ResolveTest, CitizensDoNotReadWhatAgentsWereTold) {
  const Entry entry = AnEntry("a").AgentNotes("内部口径").Online(1);
  const std::string code = Give(About(entry, Commit(ACommit().Put(entry)), type::v1::AGENT));
  const GetReceiptResponse outside = Resolve(code);
  EXPECT_FALSE(outside.has_said());
  EXPECT_FALSE(outside.has_receipt());
  EXPECT_EQ(outside.recall(), "");
  EXPECT_EQ(outside.code(), code);
  EXPECT_TRUE(outside.verified());
  EXPECT_EQ(outside.standing(), GetReceiptResponse::CURRENT);
  v1::GetReceiptRequest request;
  request.set_name(code);
  ASSERT_OK_AND_ASSIGN(const auto inside, service_.GetReceipt(AnInsideCall(), request));
  EXPECT_TRUE(inside.has_said());
  EXPECT_THAT(inside.DebugString(), ::testing::Not(HasSubstr("内部口径")));
}

TEST_F(ResolveTest, TheTranslationThatWasGiven) {
  Entry entry = AnEntry("a").Answer("可以。").Online(1);
  auto& variant = *entry.add_variants();
  variant.set_language(type::v1::EN);
  variant.set_source_revision(1);
  variant.set_question("May I?");
  variant.add_blocks()->set_text("Yes.");
  variant.mutable_blocks(0)->set_type(AnswerBlock::CONCLUSION);
  v1::CreateReceiptRequest request = About(entry, Commit(ACommit().Put(entry)));
  request.set_language(type::v1::EN);
  EXPECT_EQ(Resolve(Give(request)).said().text(), "Yes.");
  request.set_language(type::v1::ZH_CN);
  EXPECT_EQ(Resolve(Give(request)).said().text(), "可以。");
}

TEST_F(ResolveTest, ACodeThatWasMisheard) {
  const Entry entry = AnEntry("a").Online(1);
  std::string code = Give(About(entry, Commit(ACommit().Put(entry))));
  EXPECT_TRUE(Resolve("r" + code).verified());
  v1::GetReceiptRequest request;
  code[0] = code[0] == '7' ? '6' : '7';
  request.set_name(code);
  EXPECT_THAT(service_.GetReceipt(APublicCall(), request),
              StatusIs(absl::StatusCode::kInvalidArgument, type::v1::BAD_CODE));
  request.set_name("4830 1296 5547");
  EXPECT_THAT(service_.GetReceipt(APublicCall(), request), HasReason(type::v1::RESOURCE_NOT_FOUND));
}

class ReceiptListsTest : public ReceiptTest {
 protected:
  // One a day: on WEB, WECHAT, SMS in turn.
  void GiveDaily(const Entry& entry, int64_t position, int days) {
    constexpr type::v1::Channel kTurn[] = {type::v1::WEB, type::v1::WECHAT, type::v1::SMS};
    for (int day = 0; day < days; ++day) {
      codes_.push_back(Give(About(entry, position, kTurn[day % 3])));
      wall_ += kDay;
    }
  }
  std::vector<std::string> Codes(const v1::ListReceiptsRequest& asked) {
    std::vector<std::string> codes;
    v1::ListReceiptsRequest request = asked;
    do {
      const auto page = service_.ListReceipts(AnInsideCall(), request);
      EXPECT_OK(page);
      if (!page.ok()) break;
      EXPECT_LE(page->receipts_size(), request.page_size() == 0 ? 50 : request.page_size());
      for (const auto& receipt : page->receipts()) codes.push_back(CodeOf(receipt));
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
  static std::string CodeOf(const v1::AnswerReceipt& receipt) {
    std::string code = receipt.name().substr(receipt.name().size() - 12);
    return code.insert(8, " ").insert(4, " ");
  }
  std::vector<std::string> Of(std::initializer_list<size_t> days) {
    std::vector<std::string> codes;
    for (const size_t day : days) codes.push_back(codes_[day]);
    return codes;
  }

  std::vector<std::string> codes_;  // in the order of giving
};

TEST_F(ReceiptListsTest, ByTimeChannelAndRevision) {
  const Entry first = AnEntry("a").Online(1);
  GiveDaily(first, Commit(ACommit().Put(first)), 6);
  const Entry second = AnEntry("a").Answer("新").Online(2);
  GiveDaily(second, Commit(ACommit().Put(second)), 3);
  v1::ListReceiptsRequest request;
  request.set_entry("entries/a");
  EXPECT_EQ(Codes(request), codes_);
  for (const int page_size : {1, 2, 4}) {
    request.set_page_size(page_size);
    EXPECT_EQ(Codes(request), codes_) << page_size;
  }
  request.set_revision(2);
  EXPECT_EQ(Codes(request), Of({6, 7, 8}));
  request.set_revision(0);
  request.set_channel(type::v1::WECHAT);
  EXPECT_EQ(Codes(request), Of({1, 4, 7}));
  *request.mutable_from_time() = ToTimestamp(kStart + 2 * kDay);
  EXPECT_EQ(Codes(request), Of({4, 7}));
  *request.mutable_to_time() = ToTimestamp(kStart + 7 * kDay);
  EXPECT_EQ(Codes(request), Of({4}));
  request.clear_channel();
  EXPECT_EQ(Codes(request), Of({2, 3, 4, 5, 6}));
  request.set_page_token("x");
  EXPECT_THAT(service_.ListReceipts(AnInsideCall(), request),
              HasReason(type::v1::INVALID_PAGE_TOKEN));
}

TEST_F(ReceiptListsTest, AreForThoseWhoMayReadTheEntryWhereItIs) {
  const Entry entry = AnEntry("a").Region("440300").Online(1);
  GiveDaily(entry, Commit(ACommit().Put(entry)), 1);
  const auto list_as = [&](const std::string& region) {
    auto principal = std::make_shared<identity::v1::Principal>();
    principal->set_name("people/li");
    auto* grant = principal->add_grants();
    grant->set_role(identity::v1::VIEWER);
    grant->set_region(region);
    runtime::Call call = AnInsideCall();
    call.caller.principal = principal;
    v1::ListReceiptsRequest request;
    request.set_entry("entries/a");
    return service_.ListReceipts(call, request);
  };
  EXPECT_OK(list_as(""));
  EXPECT_OK(list_as("440300"));
  EXPECT_THAT(list_as("310000"), HasReason(type::v1::NOT_ALLOWED));
  Commit(ACommit().Delete("entries/a"));
  EXPECT_OK(list_as(""));
  EXPECT_THAT(list_as("440300"), HasReason(type::v1::NOT_ALLOWED));
}

TEST_F(ReceiptListsTest, ThoseThatARecallConcerns) {
  const Entry first = AnEntry("a").Online(1);
  GiveDaily(first, Commit(ACommit().Put(first)), 2);
  const Entry wrong = AnEntry("a").Answer("错").Online(2);
  const int64_t position = Commit(ACommit().Put(wrong));
  GiveDaily(wrong, position, 4);
  Entry recalled = AnEntry("a").Withdrawn(Entry::RECALLED, "数字有误", 2);
  recalled.mutable_withdrawal()->set_recall("recalls/r-1");
  knowledge::v1::Recall recall;
  recall.set_name("recalls/r-1");
  recall.set_entry("entries/a");
  recall.set_revision(2);
  recall.set_reason("数字有误");
  store::v1::Resource resource;
  *resource.mutable_recall() = recall;
  Commit(ACommit().Put(recalled).Put(resource));
  GiveDaily(wrong, position, 1);  // read before the recall, written down after it

  v1::ListRecallReceiptsRequest request;
  request.set_recall("recalls/r-1");
  request.set_page_size(3);
  ASSERT_OK_AND_ASSIGN(const auto page, service_.ListRecallReceipts(AnInsideCall(), request));
  EXPECT_EQ(page.total_count(), 5);
  std::map<type::v1::Channel, int64_t> counts;
  for (const auto& row : page.counts()) counts[row.channel()] = row.count();
  EXPECT_THAT(counts, ElementsAre(std::pair(type::v1::WEB, 3), std::pair(type::v1::WECHAT, 1),
                                  std::pair(type::v1::SMS, 1)));
  std::vector<std::string> listed;
  for (const auto& receipt : page.receipts()) listed.push_back(CodeOf(receipt));
  request.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto rest, service_.ListRecallReceipts(AnInsideCall(), request));
  EXPECT_EQ(rest.total_count(), 0) << "counted once, with the first page";
  EXPECT_EQ(rest.next_page_token(), "");
  for (const auto& receipt : rest.receipts()) listed.push_back(CodeOf(receipt));
  EXPECT_EQ(listed, Of({2, 3, 4, 5, 6}));

  request.clear_page_token();
  request.set_channel(type::v1::WEB);
  ASSERT_OK_AND_ASSIGN(const auto web, service_.ListRecallReceipts(AnInsideCall(), request));
  EXPECT_EQ(web.receipts_size(), 3);
  EXPECT_EQ(web.total_count(), 5);
  request.set_recall("recalls/none");
  EXPECT_THAT(service_.ListRecallReceipts(AnInsideCall(), request),
              HasReason(type::v1::RESOURCE_NOT_FOUND));
}

}  // namespace
}  // namespace hotline::insight
