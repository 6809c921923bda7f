// A write and the rights it was decided under stand or fall together.
#include "services/access/rights.h"

#include <functional>
#include <utility>

#include "hotline/knowledge/v1/knowledge_service.pb.h"
#include "services/access/permission.h"
#include "services/access/writer.h"
#include "tests/unit/access/access_world.h"

namespace hotline::access {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

class RightsTest : public AccessTest {
 protected:
  RightsTest() {
    Put(APerson("li", {AGrant(identity::v1::PUBLISHER)}));
    token_ = SignIn("li");
  }

  // Writes an entry; `meanwhile` runs after the handler has decided and before it commits.
  absl::StatusOr<Written> WriteWhile(const std::function<void()>& meanwhile) {
    const auto call = Call(token_, kPublishEntry);
    if (!call.ok()) return call.status();
    bool first = true;
    return writer_.Write(*call, knowledge::v1::PublishEntryRequest(), {.action = "PublishEntry"},
                         [&](const std::string&) -> absl::StatusOr<Draft> {
                           RETURN_IF_ERROR(Require(*call, Permission::kPublish));
                           if (std::exchange(first, false)) meanwhile();
                           Draft draft;
                           draft.puts.push_back(testing::ResourceOf(testing::AnEntry("x").Build()));
                           return draft;
                         });
  }

  bool Exists() { return store_.Get("entries/x", 0, storage::Deadline::max()).ok(); }

  std::string token_;
  Writer writer_{store_, testing::NewRequestId};
};

TEST_F(RightsTest, AWriteIsDoneByItsPrincipal) {
  ASSERT_THAT(WriteWhile([] {}), IsOk());

  const auto batch = store_.ReadChanges(2, storage::Deadline::max());
  ASSERT_THAT(batch, IsOk());
  EXPECT_EQ(batch->changes.back().actor(), "people/li");
}

TEST_F(RightsTest, ARoleRevokedBetweenDecisionAndCommitWins) {
  const auto written = WriteWhile([&] {
    auto person = Stored("people/li");
    *person.mutable_person()->mutable_grants(0) = AGrant(identity::v1::VIEWER);
    Put(person);
  });

  EXPECT_THAT(written, StatusIs(absl::StatusCode::kPermissionDenied, type::v1::NOT_ALLOWED));
  EXPECT_FALSE(Exists());
}

TEST_F(RightsTest, APersonDisabledBetweenDecisionAndCommitWritesNothing) {
  EXPECT_THAT(WriteWhile([&] {
                auto person = Stored("people/li");
                person.mutable_person()->set_disabled(true);
                Put(person);
              }),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_FALSE(Exists());
}

TEST_F(RightsTest, ASessionEndedBetweenDecisionAndCommitWritesNothing) {
  const std::string session = Call(token_, kGetSelf)->caller.principal->credential();
  EXPECT_THAT(WriteWhile([&] {
                auto resource = Stored(session);
                resource.mutable_session()->set_ended(true);
                Put(resource);
              }),
              StatusIs(absl::StatusCode::kUnauthenticated, type::v1::SIGN_IN_REQUIRED));
  EXPECT_FALSE(Exists());
}

TEST_F(RightsTest, APasswordResetBetweenDecisionAndCommitWins) {
  EXPECT_THAT(WriteWhile([&] {
                auto person = Stored("people/li");
                person.mutable_person()->set_password_hash("new");
                person.mutable_person()->set_must_change_password(true);
                Put(person);
              }),
              HasReason(type::v1::NOT_ALLOWED));
  EXPECT_FALSE(Exists());
}

TEST_F(RightsTest, AChangeThatTouchesNoRightStandsInNobodysWay) {
  const auto written = WriteWhile([&] {
    auto person = Stored("people/li");
    person.mutable_person()->set_display_name("李雷");
    *person.mutable_person()->add_grants() = AGrant(identity::v1::VIEWER);
    Put(person);
  });

  EXPECT_THAT(written, IsOk());
  EXPECT_TRUE(Exists());
}

}  // namespace
}  // namespace hotline::access
