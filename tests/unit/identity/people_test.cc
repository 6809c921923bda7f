// People: who may make and change whom.
#include <gmock/gmock.h>

#include "tests/unit/identity/identity_world.h"

namespace hotline::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using type::v1::NOT_ALLOWED;
using type::v1::STATE_CONFLICT;

class PeopleTest : public IdentityTest {
 protected:
  PeopleTest() {
    Put(Department("rsj"), Department("rsj-office", "departments/rsj"), Department("mzj"));
  }

  v1::Grant Until(v1::Role role, std::chrono::microseconds time) {
    v1::Grant grant = AGrant(role);
    *grant.mutable_expire_time() = ToTimestamp(clock_.Wall() + time.count());
    return grant;
  }

  absl::StatusOr<v1::Person> Delegate(const std::string& token, const std::string& to,
                                      const v1::Grant& grant) {
    v1::DelegateRoleRequest request;
    request.set_delegate("people/" + to);
    *request.mutable_grant() = grant;
    return service_.DelegateRole(As(token, "DelegateRole"), request);
  }
};

TEST_F(PeopleTest, ANewPersonMustChooseAPasswordFirst) {
  const auto created = Create(admin_, "li", {AGrant(v1::EDITOR)});
  ASSERT_THAT(created, IsOk());
  EXPECT_FALSE(created->initial_password().empty());
  EXPECT_TRUE(created->person().password_hash().empty());
  EXPECT_EQ(created->person().grants(0).granter(), "people/root1");

  const auto session = SignInWith("li", created->initial_password());
  ASSERT_THAT(session, IsOk());
  EXPECT_TRUE(session->principal().must_change_password());
  EXPECT_THAT(Call(session->token(), "/hotline.knowledge.v1.KnowledgeService/CreateEntry"),
              HasReason(type::v1::PASSWORD_CHANGE_REQUIRED));
}

TEST_F(PeopleTest, ARepeatedCreateMakesNobodyTwiceAndShowsNoPasswordAgain) {
  v1::CreatePersonRequest request;
  request.set_person_id("li");
  request.mutable_person()->set_display_name("李");
  request.set_request_id("6f1d0f7e-3a51-4f04-9d3c-1b8d1a6c7e55");
  const auto first = service_.CreatePerson(As(admin_, "CreatePerson"), request);
  const auto second = service_.CreatePerson(As(admin_, "CreatePerson"), request);

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->person().etag(), first->person().etag());
  EXPECT_THAT(second->initial_password(), IsEmpty());
  EXPECT_THAT(SignInWith("li", first->initial_password()), IsOk());
}

TEST_F(PeopleTest, NobodyChangesTheirOwnRoles) {
  EXPECT_THAT(SetGrants(admin_, "root1", {AGrant(v1::SYSTEM_ADMIN), AGrant(v1::VIEWER)}),
              StatusIs(absl::StatusCode::kPermissionDenied, NOT_ALLOWED));
}

TEST_F(PeopleTest, PowersThatExcludeEachOtherAreNotGranted) {
  EXPECT_THAT(Create(admin_, "li", {AGrant(v1::AUDITOR), AGrant(v1::EDITOR)}),
              HasReason(STATE_CONFLICT));
  ASSERT_THAT(Create(admin_, "li", {AGrant(v1::AUDITOR)}), IsOk());
  EXPECT_THAT(SetGrants(admin_, "li", {AGrant(v1::AUDITOR), AGrant(v1::SYSTEM_ADMIN)}),
              HasReason(STATE_CONFLICT));
}

TEST_F(PeopleTest, TheLastAdministratorStays) {
  EXPECT_THAT(SetDisabled(admin_, "root1"), HasReason(STATE_CONFLICT));

  const std::string second = NewPerson("root2", {AGrant(v1::SYSTEM_ADMIN)});
  ASSERT_THAT(SetDisabled(second, "root1"), IsOk());
  EXPECT_THAT(SetDisabled(second, "root2"), HasReason(STATE_CONFLICT));
}

TEST_F(PeopleTest, WhoIsDisabledCannotSignIn) {
  NewPerson("li", {AGrant(v1::EDITOR)});
  ASSERT_THAT(SetDisabled(admin_, "li"), IsOk());
  EXPECT_THAT(SignInWith("li", OwnPasswordOf("li")), HasReason(type::v1::SIGN_IN_REFUSED));

  ASSERT_THAT(SetDisabled(admin_, "li", false), IsOk());
  EXPECT_THAT(SignInWith("li", OwnPasswordOf("li")), IsOk());
}

TEST_F(PeopleTest, AnEditorAdministersNobody) {
  const std::string editor = NewPerson("li", {AGrant(v1::EDITOR)});
  EXPECT_THAT(Call(editor, Rpc("CreatePerson")), HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call(editor, Rpc("ListPeople")), HasReason(NOT_ALLOWED));
  v1::GetPersonRequest other;
  other.set_name("people/root1");
  EXPECT_THAT(service_.GetPerson(As(editor, "GetPerson"), other), HasReason(NOT_ALLOWED));
  other.set_name("people/nobody");
  EXPECT_THAT(service_.GetPerson(As(editor, "GetPerson"), other), HasReason(NOT_ALLOWED))
      << "nor who exists";
  other.set_name("people/li");
  EXPECT_THAT(service_.GetPerson(As(editor, "GetPerson"), other), IsOk());
}

TEST_F(PeopleTest, ADepartmentAdministratorManagesItsOwnPeopleUpToPublisher) {
  const std::string manager =
      NewPerson("boss", {AGrant(v1::DEPARTMENT_ADMIN, "departments/rsj")}, "departments/rsj");

  EXPECT_THAT(Create(manager, "li", {AGrant(v1::PUBLISHER, "departments/rsj-office")},
                     "departments/rsj-office"),
              IsOk());
  EXPECT_THAT(SetGrants(manager, "li", {AGrant(v1::EDITOR, "departments/rsj")}), IsOk());

  EXPECT_THAT(Create(manager, "a", {AGrant(v1::EDITOR)}, "departments/rsj"), HasReason(NOT_ALLOWED))
      << "a grant without bounds";
  EXPECT_THAT(Create(manager, "a", {AGrant(v1::EDITOR, "departments/mzj")}, "departments/rsj"),
              HasReason(NOT_ALLOWED));
  EXPECT_THAT(Create(manager, "a", {AGrant(v1::EDITOR, "departments/rsj")}, "departments/mzj"),
              HasReason(NOT_ALLOWED))
      << "a person of another department";
  EXPECT_THAT(
      Create(manager, "a", {AGrant(v1::DEPARTMENT_ADMIN, "departments/rsj")}, "departments/rsj"),
      HasReason(NOT_ALLOWED));
  EXPECT_THAT(Create(manager, "a", {AGrant(v1::AUDITOR)}, "departments/rsj"),
              HasReason(NOT_ALLOWED));
  EXPECT_THAT(Call(manager, Rpc("CreateServiceAccount")), HasReason(NOT_ALLOWED));
}

TEST_F(PeopleTest, ADepartmentAdministratorHasNoPowerOverHigherOnes) {
  const std::string manager =
      NewPerson("boss", {AGrant(v1::DEPARTMENT_ADMIN, "departments/rsj")}, "departments/rsj");
  ASSERT_THAT(Create(admin_, "au", {AGrant(v1::AUDITOR)}, "departments/rsj"), IsOk());

  v1::ResetPasswordRequest reset;
  reset.set_name("people/au");
  EXPECT_THAT(service_.ResetPassword(As(manager, "ResetPassword"), reset), HasReason(NOT_ALLOWED));
  EXPECT_THAT(SetDisabled(manager, "au"), HasReason(NOT_ALLOWED));
  EXPECT_THAT(SetDisabled(manager, "root1"), HasReason(NOT_ALLOWED));
}

TEST_F(PeopleTest, AListShowsTheCallersOwnPeople) {
  const std::string manager =
      NewPerson("boss", {AGrant(v1::DEPARTMENT_ADMIN, "departments/rsj")}, "departments/rsj");
  ASSERT_THAT(Create(admin_, "li", {}, "departments/rsj-office"), IsOk());
  ASSERT_THAT(Create(admin_, "wang", {}, "departments/mzj"), IsOk());

  const auto own = service_.ListPeople(As(manager, "ListPeople"), {});
  const auto all = service_.ListPeople(As(admin_, "ListPeople"), {});

  ASSERT_THAT(own, IsOk());
  EXPECT_THAT(own->people(), SizeIs(2));  // boss and li
  EXPECT_THAT(all->people(), SizeIs(4));
  for (const auto& person : all->people()) EXPECT_TRUE(person.password_hash().empty());
}

TEST_F(PeopleTest, PagesOfAListFollowEachOther) {
  for (const char* id : {"a", "b", "c", "d"}) ASSERT_THAT(Create(admin_, id, {}), IsOk());
  v1::ListPeopleRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    const auto page = service_.ListPeople(As(admin_, "ListPeople"), request);
    ASSERT_THAT(page, IsOk());
    for (const auto& person : page->people()) names.push_back(person.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  EXPECT_THAT(names, ::testing::ElementsAre("people/a", "people/b", "people/c", "people/d",
                                            "people/root1"));
}

TEST_F(PeopleTest, AResetGivesANewPasswordLiftsALockAndEndsSessions) {
  const std::string editor = NewPerson("li", {AGrant(v1::EDITOR)});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(SignInWith("li", "wrong").ok());
  Advance(1s);
  v1::ResetPasswordRequest request;
  request.set_name("people/li");
  const auto reset = service_.ResetPassword(As(admin_, "ResetPassword"), request);
  ASSERT_THAT(reset, IsOk());

  EXPECT_THAT(Call(editor, Rpc("GetSelf")), HasReason(type::v1::SIGN_IN_REQUIRED));
  const auto session = SignInWith("li", reset->initial_password());
  ASSERT_THAT(session, IsOk());
  EXPECT_TRUE(session->principal().must_change_password());
}

TEST_F(PeopleTest, ARightIsLentWithinItsBoundsForAWhile) {
  const std::string publisher = NewPerson("wang", {AGrant(v1::PUBLISHER, "departments/rsj")});
  const std::string editor = NewPerson("li", {AGrant(v1::EDITOR)});
  v1::Grant grant = Until(v1::PUBLISHER, 48h);
  EXPECT_THAT(Delegate(publisher, "li", grant), HasReason(NOT_ALLOWED)) << "wider than one's own";
  grant.set_department("departments/rsj-office");
  ASSERT_THAT(Delegate(publisher, "li", grant), IsOk());
  EXPECT_THAT(Call(editor, access::kPublishEntry), IsOk());

  EXPECT_THAT(Delegate(editor, "root1", grant), HasReason(NOT_ALLOWED)) << "lent on";
  EXPECT_THAT(Delegate(publisher, "wang", grant), HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Delegate(publisher, "li", Until(v1::REVIEWER, 1h)), HasReason(NOT_ALLOWED));

  ASSERT_THAT(SetGrants(admin_, "wang", {AGrant(v1::VIEWER)}), IsOk());
  EXPECT_THAT(Call(editor, access::kPublishEntry), HasReason(NOT_ALLOWED))
      << "the lender has it no more";
}

TEST_F(PeopleTest, WhatIsLentEndsAndIsNotLentForLong) {
  const std::string publisher = NewPerson("wang", {AGrant(v1::PUBLISHER)});
  NewPerson("li", {AGrant(v1::EDITOR)});
  EXPECT_THAT(Delegate(publisher, "li", Until(v1::PUBLISHER, 31 * 24h)),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Delegate(publisher, "li", AGrant(v1::PUBLISHER)),
              HasReason(type::v1::FIELD_REQUIRED));
  ASSERT_THAT(Delegate(publisher, "li", Until(v1::PUBLISHER, 1h)), IsOk());

  Advance(1h);
  EXPECT_THAT(Call(SignInWith("li", OwnPasswordOf("li"))->token(), access::kPublishEntry),
              HasReason(NOT_ALLOWED));
}

TEST_F(PeopleTest, PowersThatExcludeEachOtherAreNotLent) {
  const std::string publisher = NewPerson("wang", {AGrant(v1::PUBLISHER)});
  NewPerson("au", {AGrant(v1::AUDITOR)});
  EXPECT_THAT(Delegate(publisher, "au", Until(v1::PUBLISHER, 1h)), HasReason(STATE_CONFLICT));
  EXPECT_THAT(Delegate(publisher, "root1", Until(v1::PUBLISHER, 1h)), HasReason(STATE_CONFLICT));
}

TEST_F(PeopleTest, WhatAServiceWritesCannotBeWrittenByHand) {
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name("people/root1");
  for (const char* path : {"password_hash", "must_change_password", "locked_until", "etag",
                           "old_password_hashes", "password_time"}) {
    request.mutable_update_mask()->Clear();
    request.mutable_update_mask()->add_paths(path);
    EXPECT_THAT(service_.UpdatePerson(As(admin_, "UpdatePerson"), request),
                HasReason(type::v1::INVALID_FIELD_MASK))
        << path;
  }
  v1::Grant lent = Until(v1::VIEWER, 1h);
  lent.set_delegator("people/root1");
  EXPECT_THAT(Create(admin_, "x", {lent}), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(PeopleTest, AnEtagThatIsOldIsRefused) {
  ASSERT_THAT(Create(admin_, "li", {}), IsOk());
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name("people/li");
  request.mutable_person()->set_etag("\"1\"");
  request.mutable_person()->set_display_name("李雷");
  EXPECT_THAT(service_.UpdatePerson(As(admin_, "UpdatePerson"), request),
              HasReason(type::v1::ETAG_MISMATCH));
}

TEST_F(PeopleTest, OneSubjectOfSingleSignOnIsOnePerson) {
  v1::CreatePersonRequest request;
  request.set_person_id("li");
  request.mutable_person()->set_display_name("李");
  request.mutable_person()->set_issuer_subject("u-1");
  ASSERT_THAT(service_.CreatePerson(As(admin_, "CreatePerson"), request), IsOk());
  request.set_person_id("wang");
  EXPECT_THAT(service_.CreatePerson(As(admin_, "CreatePerson"), request),
              HasReason(type::v1::FIELD_INVALID));
}

}  // namespace
}  // namespace hotline::identity
