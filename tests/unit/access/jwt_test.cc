// Single sign-on: which tokens of the issuer count, and the attacks that do not.
#include "services/access/jwt.h"

#include <memory>

#include <cjose/cjose.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/access/jwt_maker.h"

namespace hotline::access {
namespace {

using testing::HasReason;
using testing::IsOk;

constexpr int64_t kNowSeconds = kJwtNowSeconds;
constexpr LogTime kNow = kNowSeconds * 1'000'000;
constexpr char kIssuer[] = "https://sso.example.gov.cn";

using Key = JwtKey;

class JwtTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Publish({PublicJson(rsa_, "r1"), PublicJson(ec_, "e1")});
    config_.set_jwt_issuer(kIssuer);
    config_.set_jwt_audience("koujing");
    config_.set_jwt_keys_file(dir_.Join("keys.json"));
    auto verifier = JwtVerifier::Make(config_);
    ASSERT_THAT(verifier, IsOk());
    verifier_ = *std::move(verifier);
  }

  void Publish(const std::vector<std::string>& keys) { WriteKeys(dir_.Join("keys.json"), keys); }

  std::string Subject(const std::string& token) { return verifier_->SubjectOf(token, kNow); }

  testing::TempDir dir_;
  // Made once for all tests: a key takes a while.
  static const Key& SharedRsa() {
    static const Key& key = *new Key(RsaKey());
    return key;
  }
  const Key& rsa_ = SharedRsa();
  const Key ec_ = EcKey();
  config::v1::AccessConfig config_;
  std::unique_ptr<JwtVerifier> verifier_;
};

TEST_F(JwtTest, TokensOfTheIssuerNameTheirSubject) {
  EXPECT_EQ(Subject(SignJwt(rsa_, "RS256", JwtClaims(), "r1")), "wang");
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims(), "e1")), "wang");
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims())), "wang") << "without a key id";
}

TEST_F(JwtTest, AnotherIssuerOrAudienceIsRefused) {
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims("", "https://sso.example.gov.cn/"))), "");
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims("", kIssuer, "other"))), "");
}

TEST_F(JwtTest, AudienceMayBeAList) {
  const std::string claims = std::string("{\"iss\":\"") + kIssuer +
                             "\",\"aud\":[\"x\",\"koujing\"],\"sub\":\"wang\",\"exp\":1900000000}";
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", claims)), "wang");
}

TEST_F(JwtTest, TimesAreKeptWithAMinuteOfLeeway) {
  const auto at = [&](int64_t expires) {
    return Subject(SignJwt(ec_, "ES256", JwtClaims("", kIssuer, "koujing", expires)));
  };
  EXPECT_EQ(at(kNowSeconds - 59), "wang");
  EXPECT_EQ(at(kNowSeconds - 60), "");
  EXPECT_EQ(
      Subject(SignJwt(ec_, "ES256", JwtClaims(",\"nbf\":" + std::to_string(kNowSeconds + 60)))),
      "wang");
  EXPECT_EQ(
      Subject(SignJwt(ec_, "ES256", JwtClaims(",\"nbf\":" + std::to_string(kNowSeconds + 61)))),
      "");
  EXPECT_EQ(Subject(SignJwt(
                ec_, "ES256",
                "{\"iss\":\"" + std::string(kIssuer) + "\",\"aud\":\"koujing\",\"sub\":\"wang\"}")),
            "")
      << "without an end";
}

TEST_F(JwtTest, AKeyThatIsNotTheIssuersIsRefused) {
  EXPECT_EQ(Subject(SignJwt(EcKey(), "ES256", JwtClaims(), "e1")), "");
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims(), "another-id")), "");
}

TEST_F(JwtTest, ATokenCannotChooseAnAlgorithm) {
  // "none": the signature is left out.
  const std::string header = absl::WebSafeBase64Escape(R"({"alg":"none"})");
  EXPECT_EQ(Subject(header + "." + absl::WebSafeBase64Escape(JwtClaims()) + "."), "");
  // HMAC with what everybody knows, the public key.
  const std::string known = PublicJson(rsa_, "r1");
  cjose_err error;
  const Key secret(cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(known.data()),
                                             known.size(), &error));
  EXPECT_EQ(Subject(SignJwt(secret, "HS256", JwtClaims(), "r1")), "");
  EXPECT_EQ(Subject(SignJwt(rsa_, "RS512", JwtClaims(), "r1")), "");
  EXPECT_EQ(Subject(SignJwt(rsa_, "PS256", JwtClaims(), "r1")), "");
}

TEST_F(JwtTest, AnAlteredTokenIsRefused) {
  const std::string token = SignJwt(ec_, "ES256", JwtClaims());
  const size_t first = token.find('.');
  const size_t second = token.find('.', first + 1);
  const std::string forged = token.substr(0, first + 1) +
                             absl::WebSafeBase64Escape(JwtClaims(",\"x\":1")) +
                             token.substr(second);
  EXPECT_EQ(Subject(forged), "");
  EXPECT_EQ(Subject("a.b.c"), "");
  EXPECT_EQ(Subject(".."), "");
}

TEST_F(JwtTest, AnExtensionThatMustBeUnderstoodIsRefused) {
  const std::string token = SignJwt(ec_, "ES256", JwtClaims());
  const std::string header = absl::WebSafeBase64Escape(R"({"alg":"ES256","crit":["exp"],"exp":1})");
  EXPECT_EQ(Subject(header + token.substr(token.find('.'))), "");
}

TEST_F(JwtTest, KeysAreReadAgainWhenTheFileChanges) {
  const Key next = EcKey();
  const std::string token = SignJwt(next, "ES256", JwtClaims());
  EXPECT_EQ(Subject(token), "");

  Publish({PublicJson(next, "e2")});
  ASSERT_THAT(verifier_->Refresh(), IsOk());

  EXPECT_EQ(Subject(token), "wang");
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims())), "") << "a key that was taken away";
}

TEST_F(JwtTest, AFileWithoutKeysLeavesTheOldOnes) {
  Publish({});

  EXPECT_FALSE(verifier_->Refresh().ok());
  EXPECT_EQ(Subject(SignJwt(ec_, "ES256", JwtClaims())), "wang");
}

TEST_F(JwtTest, WeakKeysAndKeysForOtherUsesAreNotTaken) {
  std::string for_encryption = PublicJson(ec_, "e1");
  for_encryption.insert(1, "\"use\":\"enc\",");
  Publish({for_encryption, PublicJson(RsaKey(1024), "weak")});

  EXPECT_THAT(JwtVerifier::Make(config_), HasReason(type::v1::FIELD_INVALID));
}

TEST_F(JwtTest, AnIssuerNeedsAnAudienceAndKeys) {
  config_.clear_jwt_audience();
  EXPECT_THAT(JwtVerifier::Make(config_), HasReason(type::v1::FIELD_REQUIRED));
}

}  // namespace
}  // namespace hotline::access
