// An IdentityService with its guard over a MemoryStore, its first administrator, and short words.
#pragma once

#include <string>

#include "services/identity/identity_service.h"
#include "tests/unit/access/access_world.h"

namespace hotline::identity {

using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

constexpr char kAdminPassword[] = "Tiger-Boat-42";

class IdentityTest : public access::AccessTest {
 protected:
  IdentityTest();

  static IdentityService::Options Cheap();
  static std::string Rpc(const std::string& method) {
    return "/hotline.identity.v1.IdentityService/" + method;
  }

  // The call of whoever has this token; a test that needs it to be refused asks the guard itself.
  runtime::Call As(const std::string& token, const std::string& method = "GetSelf");
  runtime::Call Nobody(const std::string& method = "SignIn");

  absl::StatusOr<v1::SignInResponse> SignInWith(const std::string& login,
                                                const std::string& password);
  // Creates a person, signs in and chooses a password; returns the token.
  std::string NewPerson(const std::string& id, std::initializer_list<v1::Grant> grants,
                        const std::string& department = "");
  // As an administrator does it; the initial password is what CreatePerson returned.
  absl::StatusOr<v1::CreatePersonResponse> Create(const std::string& token, const std::string& id,
                                                  std::initializer_list<v1::Grant> grants,
                                                  const std::string& department = "");
  absl::StatusOr<v1::Person> SetGrants(const std::string& token, const std::string& id,
                                       std::initializer_list<v1::Grant> grants);
  absl::StatusOr<v1::Person> SetDisabled(const std::string& token, const std::string& id,
                                         bool disabled = true);

  IdentityService service_;
  std::string admin_;  // token
};

std::string OwnPasswordOf(const std::string& id);

}  // namespace hotline::identity
