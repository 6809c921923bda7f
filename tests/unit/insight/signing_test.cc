// Ed25519 against the vectors of RFC 8032, 7.1, and what a key file must be.
#include "services/records/signing.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/escaping.h"

#include "proto/cc/content_hash.h"
#include "services/insight/webhook_post.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::insight {
namespace {

using hotline::testing::HasReason;
using hotline::testing::IsOk;
using records::Signer;

struct Vector {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};
const Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe24655"
     "141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302aeeb00d"
     "291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed28dc027"
     "beceea1ec40a"}};

TEST(Signing, SignsAsTheStandardSays) {
  for (const Vector& vector : kVectors) {
    const auto signer = Signer::FromSeed(absl::HexStringToBytes(vector.seed));
    EXPECT_EQ(ToHex(signer->public_key()), vector.public_key);
    EXPECT_EQ(ToHex(signer->Sign(absl::HexStringToBytes(vector.message))), vector.signature);
    EXPECT_EQ(signer->key_id(), ToHex(Sha256(signer->public_key())).substr(0, 16));
  }
}

class KeyFile : public ::testing::Test {
 protected:
  std::string Write(const std::string& text, mode_t mode = 0600) {
    const std::string path = dir_.Join("key");
    std::ofstream(path) << text;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  hotline::testing::TempDir dir_;
};

TEST_F(KeyFile, IsSixtyFourDigitsThatOnlyItsOwnerReads) {
  const std::string digits = kVectors[0].seed;
  for (const std::string& text : {digits, digits + "\n"}) {
    const auto signer = Signer::Load(Write(text), records::kInsightSigningKey);
    ASSERT_THAT(signer, IsOk());
    EXPECT_EQ(ToHex((*signer)->public_key()), kVectors[0].public_key);
  }
  const auto none = Signer::Load("", records::kInsightSigningKey);
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(*none, nullptr);
}

TEST_F(KeyFile, OthersMayNotReadIt) {
  for (const mode_t mode : {0640, 0604, 0620, 0666})
    EXPECT_THAT(Signer::Load(Write(kVectors[0].seed, mode), records::kInsightSigningKey),
                HasReason(type::v1::FIELD_INVALID));
}

TEST_F(KeyFile, NothingElseIsAKey) {
  const std::string digits = kVectors[0].seed;
  for (const std::string& text : {std::string(), std::string("zz"), digits.substr(1), digits + "0",
                                  "g" + digits.substr(1), digits + "\n\n"}) {
    EXPECT_THAT(Signer::Load(Write(text), records::kInsightSigningKey),
                HasReason(type::v1::FIELD_INVALID))
        << text;
  }
  EXPECT_THAT(Signer::Load(dir_.Join("none"), records::kInsightSigningKey),
              HasReason(type::v1::FIELD_INVALID));
  EXPECT_THAT(Signer::Load(dir_.path(), records::kInsightSigningKey),
              HasReason(type::v1::FIELD_INVALID));
}

TEST(WebhookMessages, AreSignedOverIdTimestampAndBody) {
  const auto signer = Signer::FromSeed(absl::HexStringToBytes(kVectors[0].seed));
  v1::EntryChange change;
  change.set_kb_revision(42);
  change.set_entry("entries/shebao");
  change.set_kind(v1::REVISED);
  const WebhookMessage message = MakeMessage(change, 1'700'000'000, *signer);
  EXPECT_EQ(message.id, "42-shebao");
  EXPECT_EQ(message.body, R"({"kb_revision":"42","entry":"entries/shebao","kind":"REVISED"})");
  EXPECT_EQ(message.signature,
            "v1a," + absl::Base64Escape(signer->Sign("42-shebao.1700000000." + message.body)));
}

}  // namespace
}  // namespace hotline::insight
