// Which roles exclude each other.
#include "services/identity/grant_rules.h"

#include <gtest/gtest.h>

#include "tests/testing/matchers.h"

namespace hotline::identity {
namespace {

using testing::HasReason;
using testing::IsOk;
using type::v1::FIELD_INVALID;
using type::v1::STATE_CONFLICT;

Grants Of(std::initializer_list<v1::Role> roles) {
  Grants grants;
  for (const v1::Role role : roles) grants.Add()->set_role(role);
  return grants;
}

TEST(GrantRulesTest, TheThreePowersExcludeEachOther) {
  for (const v1::Role role : {v1::EDITOR, v1::REVIEWER, v1::PUBLISHER, v1::DEPARTMENT_ADMIN}) {
    EXPECT_THAT(CheckGrants(Of({v1::SYSTEM_ADMIN, role}), Holder::kPerson),
                HasReason(STATE_CONFLICT))
        << v1::Role_Name(role);
    EXPECT_THAT(CheckGrants(Of({role, v1::AUDITOR}), Holder::kPerson), HasReason(STATE_CONFLICT))
        << v1::Role_Name(role);
  }
  EXPECT_THAT(CheckGrants(Of({v1::SYSTEM_ADMIN, v1::AUDITOR}), Holder::kPerson),
              HasReason(STATE_CONFLICT));
  EXPECT_THAT(CheckGrants(Of({v1::AUDITOR, v1::MIGRATOR}), Holder::kAccount),
              HasReason(STATE_CONFLICT));
}

TEST(GrantRulesTest, WhatOnlyReadsGoesWithEverything) {
  EXPECT_THAT(CheckGrants(Of({v1::SYSTEM_ADMIN, v1::VIEWER, v1::AGENT}), Holder::kPerson), IsOk());
  EXPECT_THAT(CheckGrants(Of({v1::AUDITOR, v1::VIEWER}), Holder::kPerson), IsOk());
  EXPECT_THAT(CheckGrants(Of({v1::EDITOR, v1::REVIEWER, v1::PUBLISHER}), Holder::kPerson), IsOk());
}

TEST(GrantRulesTest, SomeRolesAreForAccountsAndSomeForPeople) {
  EXPECT_THAT(CheckGrants(Of({v1::MIGRATOR}), Holder::kPerson), HasReason(FIELD_INVALID));
  EXPECT_THAT(CheckGrants(Of({v1::CHANNEL_SERVICE}), Holder::kPerson), HasReason(FIELD_INVALID));
  EXPECT_THAT(CheckGrants(Of({v1::MIGRATOR}), Holder::kAccount), IsOk());
  for (const v1::Role role : {v1::REVIEWER, v1::PUBLISHER, v1::SYSTEM_ADMIN, v1::DEPARTMENT_ADMIN})
    EXPECT_THAT(CheckGrants(Of({role}), Holder::kAccount), HasReason(FIELD_INVALID));
}

TEST(GrantRulesTest, PowersOverTheWholeBaseKnowNoBounds) {
  Grants grants = Of({v1::AUDITOR});
  grants.Mutable(0)->set_region("440300");
  EXPECT_THAT(CheckGrants(grants, Holder::kPerson), HasReason(FIELD_INVALID));
}

TEST(GrantRulesTest, EachFieldIsChecked) {
  EXPECT_THAT(CheckGrants(Of({v1::ROLE_UNSPECIFIED}), Holder::kPerson),
              HasReason(type::v1::FIELD_REQUIRED));
  Grants grants = Of({v1::EDITOR});
  grants.Mutable(0)->set_region("44");
  EXPECT_THAT(CheckGrants(grants, Holder::kPerson), HasReason(type::v1::UNKNOWN_REGION));
  grants.Mutable(0)->set_region("");
  grants.Mutable(0)->set_department("rsj");
  EXPECT_THAT(CheckGrants(grants, Holder::kPerson), HasReason(type::v1::INVALID_NAME));
  Grants many;
  for (int i = 0; i < 51; ++i) many.Add()->set_role(v1::VIEWER);
  EXPECT_THAT(CheckGrants(many, Holder::kPerson), HasReason(type::v1::FIELD_TOO_LONG));
}

}  // namespace
}  // namespace hotline::identity
