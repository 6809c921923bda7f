// "Why may I, why may I not" says what the door would say.
#include <gmock/gmock.h>

#include "tests/unit/identity/identity_world.h"

namespace hotline::identity {
namespace {

class ExplainTest : public IdentityTest {
 protected:
  ExplainTest() {
    Put(Department("rsj"), Department("mzj"));
    Put(testing::AnEntry("x").Department("departments/mzj").Region("440305").Build());
  }

  absl::StatusOr<v1::ExplainAccessResponse> Explain(const std::string& token,
                                                    const std::string& rpc,
                                                    const std::string& name = "",
                                                    const std::string& who = "") {
    v1::ExplainAccessRequest request;
    request.set_rpc(rpc);
    request.set_name(name);
    request.set_principal(who);
    return service_.ExplainAccess(As(token, "ExplainAccess"), request);
  }
};

TEST_F(ExplainTest, EachGrantSaysWhyItHelpsOrNot) {
  v1::Grant elsewhere = AGrant(v1::PUBLISHER, "departments/rsj");
  v1::Grant city = AGrant(v1::PUBLISHER);
  city.set_region("440100");
  const std::string token = NewPerson("li", {AGrant(v1::EDITOR), elsewhere, city});

  const auto reply = Explain(token, access::kPublishEntry, "entries/x");

  ASSERT_THAT(reply, IsOk());
  EXPECT_FALSE(reply->allowed());
  EXPECT_EQ(reply->permission(), "PUBLISH");
  EXPECT_THAT(reply->roles(), ::testing::ElementsAre(v1::PUBLISHER));
  ASSERT_THAT(reply->grants(), ::testing::SizeIs(3));
  EXPECT_THAT(reply->grants(0).reason(), ::testing::HasSubstr("不含"));
  EXPECT_THAT(reply->grants(1).reason(), ::testing::HasSubstr("部门不符"));
  EXPECT_THAT(reply->grants(2).reason(), ::testing::HasSubstr("地区不符"));
}

TEST_F(ExplainTest, WhatIsAllowedIsSaidToBe) {
  const std::string token = NewPerson("li", {AGrant(v1::PUBLISHER, "departments/mzj")});
  const auto reply = Explain(token, access::kPublishEntry, "entries/x");
  ASSERT_THAT(reply, IsOk());
  EXPECT_TRUE(reply->allowed());
  EXPECT_TRUE(reply->grants(0).allows());
}

TEST_F(ExplainTest, OthersAreForAdministratorsAndAuditors) {
  const std::string editor = NewPerson("li", {AGrant(v1::EDITOR)});
  const std::string auditor = NewPerson("au", {AGrant(v1::AUDITOR)});
  EXPECT_THAT(Explain(editor, access::kPublishEntry, "", "people/root1"),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_THAT(Explain(auditor, access::kPublishEntry, "", "people/li"), IsOk());

  const auto admin = Explain(admin_, access::kPublishEntry);
  ASSERT_THAT(admin, IsOk());
  EXPECT_FALSE(admin->allowed()) << "a system administrator publishes nothing";
}

TEST_F(ExplainTest, AnUnknownMethodIsTheCallersMistake) {
  EXPECT_THAT(Explain(admin_, "/x.Y/Z"), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(ExplainTest, WhoIsDisabledMayNothing) {
  NewPerson("li", {AGrant(v1::PUBLISHER)});
  ASSERT_THAT(SetDisabled(admin_, "li"), IsOk());
  const auto reply = Explain(admin_, access::kPublishEntry, "", "people/li");
  ASSERT_THAT(reply, IsOk());
  EXPECT_FALSE(reply->allowed());
  EXPECT_THAT(reply->explanation(), ::testing::HasSubstr("停用"));
}

}  // namespace
}  // namespace hotline::identity
