// Signing in: the first administrator, passwords, locks, and what ends a session.
#include <gmock/gmock.h>

#include "services/access/credentials.h"
#include "tests/unit/identity/identity_world.h"

namespace hotline::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

class SessionsTest : public IdentityTest {
 protected:
  absl::StatusOr<v1::SignInResponse> Change(const std::string& token, const std::string& from,
                                            const std::string& to) {
    v1::ChangePasswordRequest request;
    request.set_password(from);
    request.set_new_password(to);
    return service_.ChangePassword(As(token, "ChangePassword"), request);
  }
};

TEST_F(SessionsTest, TheFirstAdministratorIsMadeOnce) {
  EXPECT_EQ(service_.BootstrapSecret(), std::nullopt);
  v1::BootstrapRequest request;
  request.set_secret("whatever");
  request.set_login("root2");
  request.set_password("Tiger-Boat-43");
  request.set_display_name("管理员");

  EXPECT_THAT(service_.Bootstrap(Nobody("Bootstrap"), request),
              StatusIs(absl::StatusCode::kFailedPrecondition, type::v1::STATE_CONFLICT));
}

class EmptyBaseTest : public access::AccessTest {
 protected:
  v1::BootstrapRequest Request(const std::string& login = "root1") {
    v1::BootstrapRequest request;
    request.set_secret(service_.BootstrapSecret().value_or(""));
    request.set_login(login);
    request.set_password(kAdminPassword);
    request.set_display_name("管理员");
    return request;
  }
  runtime::Call ACall() {
    runtime::Call call;
    call.deadline = std::chrono::steady_clock::now() + 30s;
    return call;
  }

  IdentityService service_{store_, *guard_, {}};
};

TEST_F(EmptyBaseTest, TheSecretOfThisStartIsNeededAndTheRulesHold) {
  auto wrong = Request();
  wrong.set_secret("kj-guess");
  EXPECT_THAT(service_.Bootstrap(ACall(), wrong), HasReason(type::v1::SIGN_IN_REFUSED));
  auto weak = Request();
  weak.set_password("Password123");
  EXPECT_THAT(service_.Bootstrap(ACall(), weak), HasReason(type::v1::WEAK_PASSWORD));
  auto nobody = Request("Not An Id");
  EXPECT_THAT(service_.Bootstrap(ACall(), nobody), HasReason(type::v1::INVALID_NAME));

  EXPECT_THAT(service_.Bootstrap(ACall(), Request()), IsOk());
}

TEST_F(EmptyBaseTest, OfTwoProcessesThatMakeAnAdministratorOneWins) {
  // The other process has a guard that is behind: it still believes that there is nobody.
  storage::MemoryStore elsewhere;
  auto behind = access::Guard::Start({}, elsewhere, clock_, {.feed_wait = 5ms});
  ASSERT_THAT(behind, IsOk());
  ASSERT_THAT((*behind)->AwaitReady(std::chrono::steady_clock::now() + 20s), IsOk());
  IdentityService other(store_, **behind, {});
  ASSERT_THAT(service_.Bootstrap(ACall(), Request()), IsOk());

  auto request = Request("root2");
  request.set_secret(other.BootstrapSecret().value_or(""));
  EXPECT_THAT(other.Bootstrap(ACall(), request), HasReason(type::v1::STATE_CONFLICT));
  EXPECT_THAT(store_.Get("people/root2", 0, storage::Deadline::max()),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(SessionsTest, ASignInGivesATokenThatWorksAtOnce) {
  const auto session = SignInWith("root1", kAdminPassword);
  ASSERT_THAT(session, IsOk());
  EXPECT_EQ(session->principal().name(), "people/root1");
  EXPECT_FALSE(session->consistency_token().empty());
  EXPECT_EQ(ToLogTime(session->idle_time()),
            clock_.Wall() + std::chrono::microseconds(30min).count());

  const auto self = service_.GetSelf(As(session->token()), {});
  ASSERT_THAT(self, IsOk());
  EXPECT_EQ(self->name(), "people/root1");
}

TEST_F(SessionsTest, AStrangerLearnsNothingFromARefusal) {
  const auto wrong = SignInWith("root1", "Tiger-Boat-43");
  const auto unknown = SignInWith("nobody", "Tiger-Boat-43");
  const auto impossible = SignInWith("No Such Name", "Tiger-Boat-43");

  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REFUSED));
  EXPECT_EQ(wrong.status(), unknown.status());
  EXPECT_EQ(wrong.status(), impossible.status());
}

TEST_F(SessionsTest, FailuresLockAndTheLockSurvivesARestart) {
  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(SignInWith("root1", "wrong"), HasReason(type::v1::SIGN_IN_REFUSED));

  const auto locked = SignInWith("root1", kAdminPassword);
  EXPECT_THAT(locked, StatusIs(absl::StatusCode::kPermissionDenied, type::v1::SIGN_IN_LOCKED));
  EXPECT_EQ(MetadataOf(locked.status())["wait_s"], "900");
  IdentityService restarted(store_, *guard_, Cheap());
  v1::SignInRequest request;
  request.set_login("root1");
  request.set_password(kAdminPassword);
  EXPECT_THAT(restarted.SignIn(Nobody(), request), HasReason(type::v1::SIGN_IN_LOCKED));

  Advance(15min);
  EXPECT_THAT(SignInWith("root1", kAdminPassword), IsOk());
}

TEST_F(SessionsTest, ANameThatNobodyHasLocksLikeAnyOther) {
  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(SignInWith("nobody", "wrong"), HasReason(type::v1::SIGN_IN_REFUSED));
  EXPECT_THAT(SignInWith("nobody", "wrong"), HasReason(type::v1::SIGN_IN_LOCKED));
}

TEST_F(SessionsTest, SigningOutEndsTheSessionAndNoOther) {
  const std::string other = SignInWith("root1", kAdminPassword)->token();
  ASSERT_THAT(service_.SignOut(As(admin_, "SignOut"), {}), IsOk());

  EXPECT_THAT(Call(admin_, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(other, Rpc("GetSelf")), IsOk());
}

TEST_F(SessionsTest, ARefreshedTokenIdlesAnewAndTheEndStays) {
  Advance(20min);
  const auto later = service_.RefreshSession(As(admin_, "RefreshSession"), {});
  ASSERT_THAT(later, IsOk());
  const int64_t head = store_.GetStatus(storage::Deadline::max())->head_kb_revision();

  Advance(20min);
  EXPECT_THAT(Call(admin_, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(later->token(), Rpc("GetSelf")), IsOk());
  EXPECT_EQ(store_.GetStatus(storage::Deadline::max())->head_kb_revision(), head)
      << "a refresh writes nothing";

  std::string token = later->token();
  for (int i = 0; i < 45; ++i) {
    Advance(15min);
    const auto call = Call(token, Rpc("RefreshSession"));
    if (!call.ok()) break;
    token = service_.RefreshSession(*call, {})->token();
  }
  EXPECT_THAT(Call(token, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED))
      << "12 hours are the end in any case";
}

TEST_F(SessionsTest, ANewPasswordEndsEverySessionAndOpensOne) {
  const std::string other = SignInWith("root1", kAdminPassword)->token();
  Advance(1s);
  const auto changed = Change(admin_, kAdminPassword, "Ship-River-77");
  ASSERT_THAT(changed, IsOk());

  EXPECT_THAT(Call(other, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(admin_, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(changed->token(), Rpc("GetSelf")), IsOk());
  EXPECT_THAT(SignInWith("root1", kAdminPassword), HasReason(type::v1::SIGN_IN_REFUSED));
  EXPECT_THAT(SignInWith("root1", "Ship-River-77"), IsOk());
}

TEST_F(SessionsTest, APasswordIsNotUsedAgain) {
  std::string token = admin_;
  std::string password = kAdminPassword;
  for (int i = 1; i <= 5; ++i) {
    Advance(1s);
    const std::string next = "Ship-River-7" + std::to_string(i);
    const auto changed = Change(token, password, next);
    ASSERT_THAT(changed, IsOk()) << i;
    token = changed->token();
    password = next;
  }
  EXPECT_EQ(MetadataOf(Change(token, password, password).status())["rule"], "REUSED");
  EXPECT_EQ(MetadataOf(Change(token, password, kAdminPassword).status())["rule"], "REUSED");

  Advance(1s);
  const auto sixth = Change(token, password, "Ship-River-76");
  ASSERT_THAT(sixth, IsOk());
  EXPECT_THAT(Change(sixth->token(), "Ship-River-76", kAdminPassword), IsOk())
      << "five later it is free";
}

TEST_F(SessionsTest, AWrongPresentPasswordCountsAsAFailure) {
  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(Change(admin_, "wrong", "Ship-River-77"), HasReason(type::v1::SIGN_IN_REFUSED));
  EXPECT_THAT(Change(admin_, kAdminPassword, "Ship-River-77"), HasReason(type::v1::SIGN_IN_LOCKED));
}

TEST_F(SessionsTest, WhatIsShownHoldsNoSecret) {
  v1::ListSessionsRequest request;
  request.set_person("people/root1");
  const auto sessions = service_.ListSessions(As(admin_, "ListSessions"), request);
  ASSERT_THAT(sessions, IsOk());
  ASSERT_THAT(sessions->sessions(), SizeIs(1));
  EXPECT_TRUE(sessions->sessions(0).token_key().empty());
  v1::GetPersonRequest get;
  get.set_name("people/root1");
  EXPECT_TRUE(service_.GetPerson(As(admin_, "GetPerson"), get)->password_hash().empty());
}

TEST_F(SessionsTest, AnAdministratorEndsTheSessionsOfOthers) {
  const std::string editor = NewPerson("li", {AGrant(v1::EDITOR)});
  v1::ListSessionsRequest list;
  list.set_person("people/li");
  const auto sessions = service_.ListSessions(As(admin_, "ListSessions"), list);
  ASSERT_THAT(sessions, IsOk());
  ASSERT_THAT(sessions->sessions(), SizeIs(1));
  v1::EndSessionRequest end;
  end.set_name(sessions->sessions(0).name());
  const std::string wang = NewPerson("wang", {AGrant(v1::EDITOR)});
  EXPECT_THAT(service_.EndSession(As(wang, "EndSession"), end), HasReason(type::v1::NOT_ALLOWED));

  ASSERT_THAT(service_.EndSession(As(admin_, "EndSession"), end), IsOk());

  EXPECT_THAT(Call(editor, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
}

TEST_F(SessionsTest, SessionsOfOnePersonAreBounded) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 25; ++i) {
    tokens.push_back(SignInWith("root1", kAdminPassword)->token());
    Advance(1s);
  }

  v1::ListSessionsRequest list;
  list.set_person("people/root1");
  const auto sessions = service_.ListSessions(As(tokens.back(), "ListSessions"), list);
  ASSERT_THAT(sessions, IsOk());
  // The first administrator's first session is kept as the mark of the set-up.
  EXPECT_LE(sessions->sessions_size(), 21);
  EXPECT_THAT(Call(tokens.front(), Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
  EXPECT_THAT(Call(tokens.back(), Rpc("GetSelf")), IsOk());
}

}  // namespace
}  // namespace hotline::identity
