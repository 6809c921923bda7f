// Who may know of a change of an internal text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/insight/reading_service.h"
#include "services/insight/subscription_service.h"
#include "tests/testing/matchers.h"

namespace hotline::insight {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOkAndHolds;

runtime::Call CallOf(const std::string& name, identity::v1::Role role, const std::string& region) {
  auto principal = std::make_shared<identity::v1::Principal>();
  principal->set_name(name);
  auto* grant = principal->add_grants();
  grant->set_role(role);
  grant->set_region(region);
  runtime::Call call;
  call.rpc = "/hotline.insight.v1.ReadingService/ListReadingItems";
  call.caller.actor = name;
  call.caller.principal = std::move(principal);
  return call;
}

ChangeRecord Internal() {
  ChangeRecord record;
  record.change.set_entry("entries/a");
  record.change.set_kind(v1::REVISED);
  record.change.set_revision(2);
  record.change.set_previous_revision(1);
  record.change.set_question("内部口径");
  record.question_before = "公开时的问法";
  record.before = record.after =
      TextPlace{.category = "社保", .region = "440305", .department = "", .internal = true};
  return record;
}

TEST(ReadingRights, InternalTextsAreKnownWhereTheyMayBeRead) {
  const ChangeRecord record = Internal();
  EXPECT_TRUE(SeenBy(CallOf("people/li", identity::v1::AGENT, "440300"), record).has_value());
  EXPECT_TRUE(SeenBy(CallOf("people/wu", identity::v1::VIEWER, ""), record).has_value());
  EXPECT_FALSE(SeenBy(CallOf("people/li", identity::v1::AGENT, "310000"), record).has_value());
  EXPECT_FALSE(
      SeenBy(CallOf("accounts/web", identity::v1::CHANNEL_SERVICE, ""), record).has_value());
}

TEST(ReadingRights, WhoMayNotReadInsideIsToldThatThePublicTextIsGone) {
  ChangeRecord record = Internal();
  record.before->internal = false;
  const auto agent = SeenBy(CallOf("people/li", identity::v1::AGENT, "440300"), record);
  ASSERT_TRUE(agent.has_value());
  EXPECT_EQ(agent->kind(), v1::REVISED);
  const auto account = SeenBy(CallOf("accounts/web", identity::v1::CHANNEL_SERVICE, ""), record);
  ASSERT_TRUE(account.has_value());
  EXPECT_EQ(account->kind(), v1::RETIRED);
  EXPECT_EQ(account->revision(), 0);
  EXPECT_EQ(account->question(), "公开时的问法");
}

TEST(ReadingRights, TheReasonIsForThoseWhoMayReadInside) {
  ChangeRecord record = Internal();
  record.before->internal = false;
  record.after.reset();
  record.change.set_kind(v1::RECALLED);
  record.change.set_reason("金额写错");
  const auto agent = SeenBy(CallOf("people/li", identity::v1::AGENT, "440300"), record);
  ASSERT_TRUE(agent.has_value());
  EXPECT_EQ(agent->reason(), "金额写错");
  const auto account = SeenBy(CallOf("accounts/web", identity::v1::CHANNEL_SERVICE, ""), record);
  ASSERT_TRUE(account.has_value());
  EXPECT_EQ(account->kind(), v1::RECALLED);
  EXPECT_EQ(account->reason(), "");
}

TEST(ReadingRights, PeopleReadAndAccountsFollow) {
  const auto person = CallOf("people/li", identity::v1::AGENT, "");
  const auto account = CallOf("accounts/web", identity::v1::CHANNEL_SERVICE, "");
  EXPECT_THAT(PersonOf(person), IsOkAndHolds("people/li"));
  EXPECT_THAT(SubscriberOf(account), IsOkAndHolds("accounts/web"));
  EXPECT_THAT(PersonOf(account), HasReason(type::v1::STATE_CONFLICT));
  runtime::Call nobody;
  nobody.caller.actor = "somebody";
  EXPECT_THAT(SubscriberOf(nobody), HasReason(type::v1::STATE_CONFLICT));
}

}  // namespace
}  // namespace hotline::insight
