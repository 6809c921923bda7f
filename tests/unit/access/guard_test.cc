// The door: who is recognised, until when, and what each of them may call.
#include "services/access/guard.h"

#include <gmock/gmock.h>

#include "services/access/permission.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/access/access_world.h"
#include "tests/unit/access/jwt_maker.h"
#include "tests/unit/knowledge/store_decorator.h"

namespace hotline::access {
namespace {

using namespace std::chrono_literals;
using runtime::Scope;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;
using type::v1::NOT_ALLOWED;
using type::v1::NOT_SERVING;
using type::v1::PASSWORD_CHANGE_REQUIRED;
using type::v1::SIGN_IN_REQUIRED;

class GuardTest : public AccessTest {
 protected:
  GuardTest() {
    Put(APerson("li", {AGrant(identity::v1::EDITOR)}));
    token_ = SignIn("li");
  }

  std::string token_;
};

TEST_F(GuardTest, ASessionSpeaksForItsPerson) {
  const auto call = Call(token_, kCreateEntry);

  ASSERT_THAT(call, IsOk());
  EXPECT_EQ(call->caller.actor, "people/li") << "whatever the caller called itself";
  ASSERT_NE(call->caller.principal, nullptr);
  EXPECT_EQ(call->caller.principal->grants_size(), 1);
  EXPECT_THAT(Require(*call, Permission::kWriteEntries), IsOk());
  EXPECT_THAT(Require(*call, Permission::kPublish), HasReason(NOT_ALLOWED));
}

TEST_F(GuardTest, AWrongRoleIsRefusedBeforeTheHandlerAndIsToldWhichRolesCould) {
  const auto refused = Call(token_, kPublishEntry);

  ASSERT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied, NOT_ALLOWED));
  EXPECT_EQ(MetadataOf(refused.status())["permission"], "PUBLISH");
  EXPECT_EQ(MetadataOf(refused.status())["roles"], "PUBLISHER");
}

TEST_F(GuardTest, TheSameHoldsThroughAnEdge) {
  EXPECT_THAT(Call(token_, kCreateEntry, Scope::kPublic), IsOk());
  EXPECT_THAT(Call(token_, kPublishEntry, Scope::kPublic), HasReason(NOT_ALLOWED));
}

TEST_F(GuardTest, WithoutACredentialThereIsOnlyThePublicsView) {
  const auto ask = Call("", kAsk);
  ASSERT_THAT(ask, IsOk());
  EXPECT_EQ(ask->caller.scope, Scope::kPublic) << "also from inside";
  EXPECT_EQ(ask->caller.actor, "anonymous") << "a name that nobody has shown to be theirs";
  EXPECT_THAT(RequireSomewhere(*ask, Permission::kReadInternal), HasReason(NOT_ALLOWED));

  EXPECT_THAT(Call("", kGetEntry), StatusIs(absl::StatusCode::kUnauthenticated, SIGN_IN_REQUIRED));
  EXPECT_THAT(Call("", kGetEntry, Scope::kPublic), HasReason(SIGN_IN_REQUIRED));
  EXPECT_THAT(Call("", kGetSelf), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, ABadCredentialIsNeverTakenForNone) {
  EXPECT_THAT(Call("kjs_s-none_1900000000_AAAA", kAsk), HasReason(SIGN_IN_REQUIRED));
  EXPECT_THAT(Call("rubbish", kAsk), HasReason(SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(token_ + "A", kAsk), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, AnUnknownMethodIsRefusedForEverybody) {
  EXPECT_THAT(Call(token_, "/hotline.knowledge.v1.KnowledgeService/New"), HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call(token_, "/hotline.store.v1.StoreService/Commit"), HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call("", "/hotline.store.v1.StoreService/Commit"), HasReason(NOT_ALLOWED));
}

TEST_F(GuardTest, AnIdleTokenEndsAndALaterOneDoesNot) {
  Advance(29min);
  EXPECT_THAT(Call(token_, kGetSelf), IsOk());

  Advance(2min);
  EXPECT_THAT(Call(token_, kGetSelf), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, ASessionEndsAtItsTimeHoweverItIsUsed) {
  const std::string token = SignIn("li", 100h, 60min);
  Advance(59min);
  EXPECT_THAT(Call(token, kGetSelf), IsOk());

  Advance(1min);
  EXPECT_THAT(Call(token, kGetSelf), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, WhoIsDisabledIsOutAtOnce) {
  auto person = Stored("people/li");
  person.mutable_person()->set_disabled(true);
  Put(person);

  EXPECT_THAT(Call(token_, kGetSelf), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, ANewPasswordEndsTheSessionsBeforeIt) {
  Advance(1min);
  auto person = Stored("people/li");
  person.mutable_person()->set_password_hash("another");
  Put(person);

  EXPECT_THAT(Call(token_, kGetSelf), HasReason(SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(SignIn("li"), kGetSelf), IsOk());
}

TEST_F(GuardTest, ARightThatIsTakenAwayIsGoneAtOnce) {
  auto person = Stored("people/li");
  person.mutable_person()->clear_grants();
  Put(person);

  EXPECT_THAT(Call(token_, kCreateEntry), HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call(token_, kGetSelf), IsOk());
}

TEST_F(GuardTest, WhoMustChangeThePasswordCanDoNothingElse) {
  auto person = Stored("people/li");
  person.mutable_person()->set_must_change_password(true);
  Put(person);

  EXPECT_THAT(Call(token_, kCreateEntry), HasReason(PASSWORD_CHANGE_REQUIRED));
  EXPECT_THAT(Call(token_, "/hotline.identity.v1.IdentityService/ChangePassword"), IsOk());
}

TEST_F(GuardTest, APasswordOfNinetyDaysMustBeChanged) {
  auto person = Stored("people/li");
  person.mutable_person()->set_password_hash("hash");
  Put(person);
  Advance(std::chrono::hours(24 * 90) - 1min);
  EXPECT_THAT(Call(SignIn("li"), kCreateEntry), IsOk());

  Advance(2min);
  EXPECT_THAT(Call(SignIn("li"), kCreateEntry), HasReason(PASSWORD_CHANGE_REQUIRED));
}

TEST_F(GuardTest, AKeySpeaksForItsAccountUntilItEnds) {
  const std::string token = AnAccount("job", {AGrant(identity::v1::VIEWER)}, 24h);
  ASSERT_THAT(Call(token, kGetEntry), IsOk());
  EXPECT_EQ(Call(token, kGetEntry)->caller.actor, "accounts/job");
  EXPECT_THAT(Call(token, kCreateEntry), HasReason(NOT_ALLOWED));

  Advance(24h);
  EXPECT_THAT(Call(token, kGetEntry), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, ARevokedKeyAndADisabledAccountAreRefused) {
  const std::string one = AnAccount("one", {AGrant(identity::v1::VIEWER)});
  auto key = Stored("keys/k-one");
  key.mutable_key()->set_revoked(true);
  Put(key);
  EXPECT_THAT(Call(one, kGetEntry), HasReason(SIGN_IN_REQUIRED));

  const std::string two = AnAccount("two", {AGrant(identity::v1::VIEWER)});
  auto account = Stored("accounts/two");
  account.mutable_account()->set_disabled(true);
  Put(account);
  EXPECT_THAT(Call(two, kGetEntry), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, DepartmentsBoundTheirGrants) {
  Put(Department("rsj"), Department("rsj-office", "departments/rsj"), Department("mzj"));
  Put(APerson("wang", {AGrant(identity::v1::PUBLISHER, "departments/rsj")}));
  const auto call = Call(SignIn("wang"), kPublishEntry);
  ASSERT_THAT(call, IsOk());

  EXPECT_THAT(Require(*call, Permission::kPublish, {"departments/rsj-office", "440300", "x"}),
              IsOk());
  EXPECT_THAT(Require(*call, Permission::kPublish, {"departments/mzj", "440300", "x"}),
              HasReason(NOT_ALLOWED));
  EXPECT_THAT(Require(*call, Permission::kPublish), HasReason(NOT_ALLOWED));
  EXPECT_THAT(RequireSomewhere(*call, Permission::kPublish), IsOk());
}

TEST_F(GuardTest, AnOpenStreamIsToldWhenItsCallerIsNoLongerGood) {
  const auto caller = Call(token_, kAsk)->caller;
  EXPECT_THAT(guard_->StillGood(caller), IsOk());

  auto person = Stored("people/li");
  person.mutable_person()->set_display_name("李");
  Put(person);
  EXPECT_THAT(guard_->StillGood(caller), StatusIs(absl::StatusCode::kUnavailable, NOT_SERVING));
  const auto again = Call(token_, kAsk)->caller;
  EXPECT_THAT(guard_->StillGood(again), IsOk());

  auto session = Stored(again.principal->credential());
  session.mutable_session()->set_ended(true);
  Put(session);
  EXPECT_THAT(guard_->StillGood(again), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(GuardTest, TheLenderOfARightIsKnown) {
  Put(APerson("zhao", {AGrant(identity::v1::REVIEWER)}));
  Grant lent = AGrant(identity::v1::REVIEWER);
  lent.set_delegator("people/zhao");
  Put(APerson("qian", {lent}));
  const auto call = Call(SignIn("qian"), kGetEntry);
  ASSERT_THAT(call, IsOk());

  EXPECT_THAT(LendersOf(*call, Permission::kReviewEntries, {}),
              ::testing::ElementsAre("people/zhao"));
  EXPECT_THAT(LendersOf(*Call(token_, kGetEntry), Permission::kWriteEntries, {}),
              ::testing::IsEmpty());
}

class OpenGuardTest : public AccessTest {
 protected:
  static config::v1::AccessConfig Open() {
    config::v1::AccessConfig config;
    config.set_mode("open");
    return config;
  }
  OpenGuardTest() : AccessTest(Open()) {}
};

TEST_F(OpenGuardTest, InsideEverythingIsAllowedAndOutsideNothingMore) {
  EXPECT_THAT(Call("", kPublishEntry), IsOk());
  EXPECT_THAT(Require(*Call("", kPublishEntry), Permission::kPublish), IsOk());
  EXPECT_THAT(Call("", kPublishEntry, Scope::kPublic), HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call("", "/hotline.store.v1.StoreService/Commit", Scope::kPublic),
              HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call("", kAsk, Scope::kPublic), IsOk());
}

TEST_F(OpenGuardTest, WhoSignsInHasOnlyTheirOwnRights) {
  Put(APerson("li", {AGrant(identity::v1::EDITOR)}));
  EXPECT_THAT(Call(SignIn("li"), kPublishEntry), HasReason(NOT_ALLOWED));
}

class SingleSignOnTest : public AccessTest {
 protected:
  static const JwtKey& Key() {
    static const JwtKey& key = *new JwtKey(EcKey());
    return key;
  }
  static config::v1::AccessConfig Configured() {
    static const testing::TempDir& dir = *new testing::TempDir();
    WriteKeys(dir.Join("keys.json"), {PublicJson(Key(), "e1")});
    config::v1::AccessConfig config;
    config.set_jwt_issuer(kJwtIssuer);
    config.set_jwt_audience(kJwtAudience);
    config.set_jwt_keys_file(dir.Join("keys.json"));
    return config;
  }
  SingleSignOnTest() : AccessTest(Configured()) {
    auto person = APerson("wang1", {AGrant(identity::v1::EDITOR)});
    person.mutable_person()->set_issuer_subject("wang");
    // A password that was given and never changed: it is not what they sign in with.
    person.mutable_person()->set_must_change_password(true);
    Put(person);
  }
  const std::string token_ = SignJwt(Key(), "ES256", JwtClaims());
};

TEST_F(SingleSignOnTest, ATokenOfTheIssuerSpeaksForThePersonWithItsSubject) {
  const auto call = Call(token_, kCreateEntry);
  ASSERT_THAT(call, IsOk());
  EXPECT_EQ(call->caller.actor, "people/wang1");
  EXPECT_THAT(Call(token_, kPublishEntry), HasReason(NOT_ALLOWED));

  Advance(6min);
  EXPECT_THAT(Call(token_, kCreateEntry), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(SingleSignOnTest, WhoIsDisabledHereIsOutWhateverTheIssuerSays) {
  auto person = Stored("people/wang1");
  person.mutable_person()->set_disabled(true);
  Put(person);
  EXPECT_THAT(Call(token_, kGetSelf), HasReason(SIGN_IN_REQUIRED));
}

TEST_F(SingleSignOnTest, ASubjectThatNobodyHasIsNobody) {
  auto person = Stored("people/wang1");
  person.mutable_person()->set_issuer_subject("li");
  Put(person);
  EXPECT_THAT(Call(token_, kGetSelf), HasReason(SIGN_IN_REQUIRED));
}

// A store that can fall silent.
class Silent final : public knowledge::StoreDecorator {
 public:
  using StoreDecorator::StoreDecorator;
  absl::StatusOr<store::v1::StoreStatus> GetStatus(storage::Deadline deadline) override {
    if (silent) return absl::UnavailableError("silent");
    return StoreDecorator::GetStatus(deadline);
  }
  std::atomic<bool> silent{false};
};

TEST_F(GuardTest, WhenTheStoreIsSilentForTooLongRightsAreNotKnown) {
  Silent silent(store_);
  auto guard = Guard::Start({}, silent, clock_, {.feed_wait = 5ms});
  ASSERT_THAT(guard, IsOk());
  ASSERT_THAT((*guard)->AwaitReady(std::chrono::steady_clock::now() + 20s), IsOk());
  runtime::Call call;
  call.rpc = kGetSelf;
  ASSERT_THAT((*guard)->Identify("Bearer " + token_, &call), IsOk());

  silent.silent = true;
  clock_.Advance(6s);
  EXPECT_THAT((*guard)->Identify("Bearer " + token_, &call),
              StatusIs(absl::StatusCode::kUnavailable, NOT_SERVING));

  silent.silent = false;
  ASSERT_THAT((*guard)->AwaitReady(std::chrono::steady_clock::now() + 20s), IsOk());
  EXPECT_THAT((*guard)->Identify("Bearer " + token_, &call), IsOk());
}

}  // namespace
}  // namespace hotline::access
