// Tokens: what was made is recognised, what was altered is not.
#include "services/access/credentials.h"

#include <gtest/gtest.h>

#include "proto/cc/content_hash.h"

namespace hotline::access {
namespace {

constexpr LogTime kIdle = 1'800'000'000'000'000;

identity::v1::Session ASession() {
  identity::v1::Session session;
  session.set_name("sessions/s-abc");
  session.set_token_key(RandomBytes(kSecretBytes));
  return session;
}

TEST(CredentialsTest, ASealedTokenIsReadBackWithItsTime) {
  const auto session = ASession();

  const std::string token = SealSessionToken(session, kIdle);
  const auto parsed = ParseSessionToken(token);

  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->session, session.name());
  EXPECT_EQ(parsed->idle_until, kIdle);
  EXPECT_TRUE(SealIsGood(*parsed, session));
}

TEST(CredentialsTest, NobodyCanMakeATokenLastLongerOrPassForAnotherSession) {
  const auto session = ASession();
  const std::string token = SealSessionToken(session, kIdle);

  std::string longer = token;
  longer[token.find("_18") + 1] = '9';
  const auto parsed = ParseSessionToken(longer);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_GT(parsed->idle_until, kIdle);
  EXPECT_FALSE(SealIsGood(*parsed, session));

  auto other = ASession();
  other.set_name(session.name());
  EXPECT_FALSE(SealIsGood(*ParseSessionToken(token), other)) << "another key";
  other.clear_token_key();
  EXPECT_FALSE(SealIsGood(*ParseSessionToken(token), other)) << "a session without a key";
}

TEST(CredentialsTest, EveryAlteredByteIsNoticed) {
  const auto session = ASession();
  const std::string token = SealSessionToken(session, kIdle);
  int accepted = 0;
  // The last character of base64 holds bits that mean nothing.
  for (size_t i = 0; i + 1 < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'a' ? 'b' : 'a';
    const auto parsed = ParseSessionToken(altered);
    if (parsed.has_value() && parsed->session == session.name() && SealIsGood(*parsed, session))
      ++accepted;
  }

  EXPECT_EQ(accepted, 0);
}

TEST(CredentialsTest, AKeyIsStoredAsAHashOfItsSecret) {
  const std::string secret = RandomBytes(kSecretBytes);
  identity::v1::ApiKey key;
  key.set_name("keys/k-abc");
  key.set_secret_hash(Sha256(secret));

  const auto parsed = ParseKeyToken(MakeKeyToken(key.name(), secret));

  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->key, key.name());
  EXPECT_TRUE(SecretIsGood(*parsed, key));
  EXPECT_FALSE(SecretIsGood({key.name(), RandomBytes(kSecretBytes)}, key));
  EXPECT_FALSE(SecretIsGood({key.name(), ""}, key));
}

TEST(CredentialsTest, OnlyBearerTokensAreTaken) {
  EXPECT_EQ(BearerToken("Bearer abc"), "abc");
  EXPECT_EQ(BearerToken("bearer abc"), "abc");
  EXPECT_FALSE(BearerToken("Basic YTpi").has_value());
  EXPECT_FALSE(BearerToken("Bearer ").has_value());
  EXPECT_FALSE(BearerToken("Bearer " + std::string(kTokenBytesMax + 1, 'a')).has_value());
}

TEST(CredentialsTest, RubbishIsNoToken) {
  for (const char* token :
       {"", "kjs_", "kjs_s-a", "kjs_s-a_", "kjs_s-a_1", "kjs_s-a_x_y", "kjs__1_y",
        "kjs_s-a_9999999999999_eA", "kjs_S_1_eA", "kjk_k", "kjk_k_!"}) {
    EXPECT_FALSE(ParseSessionToken(token).has_value()) << token;
    EXPECT_FALSE(ParseKeyToken(token).has_value()) << token;
  }
}

}  // namespace
}  // namespace hotline::access
