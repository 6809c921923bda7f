#include "services/gateway/platforms/sealing/sealing.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/platforms/sealing/message.h"
#include "tests/testing/matchers.h"
#include "tests/unit/gateway/platforms/vectors.h"

namespace hotline::gateway::platforms {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Sealer MakeSealer(const std::string& key, const std::string& receiver) {
  auto sealer = Sealer::Make(key, receiver);
  EXPECT_TRUE(sealer.ok()) << sealer.status();
  return *std::move(sealer);
}

TEST(SignatureTest, IsThePublishedOne) {
  const PushExample example;
  EXPECT_EQ(SignatureOf({example.token, example.get_timestamp, example.get_nonce}),
            example.get_signature);
  EXPECT_EQ(SignatureOf({example.token, example.post_timestamp, example.post_nonce}),
            example.post_signature);
  EXPECT_EQ(
      SignatureOf({example.token, example.sealed_timestamp, example.sealed_nonce, example.sealed}),
      example.sealed_signature);
  EXPECT_EQ(SignatureOf({example.token, example.reply_timestamp, example.reply_nonce,
                         example.reply_sealed}),
            example.reply_signature);
  const SampleOf2014 old;
  EXPECT_EQ(SignatureOf({old.token, old.timestamp, old.nonce}), old.signature);
  EXPECT_EQ(SignatureOf({old.token, old.timestamp, old.nonce, old.sealed}), old.sealed_signature);
}

TEST(SignatureTest, ComparesWhole) {
  EXPECT_TRUE(SameSignature("abc", "abc"));
  EXPECT_FALSE(SameSignature("abc", "abd"));
  EXPECT_FALSE(SameSignature("abc", "ab"));
  EXPECT_FALSE(SameSignature("", "a"));
}

TEST(SealerTest, OpensThePublishedMessages) {
  const PushExample example;
  const Sealer sealer = MakeSealer(example.aes_key, example.app_id);
  EXPECT_EQ(sealer.Open(example.sealed), example.opened);
  EXPECT_EQ(sealer.Open(example.reply_sealed), example.reply);

  const SampleOf2014 old;
  const auto text = MakeSealer(old.aes_key, old.app_id).Open(old.sealed);
  ASSERT_TRUE(text.has_value());
  const auto message = Message::Read(*text);
  ASSERT_TRUE(message.has_value()) << *text;
  EXPECT_EQ(message->Get("ToUserName"), "gh_680bdefc8c5d");
  EXPECT_EQ(message->Get("MsgType"), "text");
}

TEST(SealerTest, SealsAsPublished) {
  const PushExample example;
  const Sealer sealer = MakeSealer(example.aes_key, example.app_id);
  Sealer::Random random{};
  std::copy(example.reply_random.begin(), example.reply_random.end(), random.begin());
  EXPECT_EQ(sealer.SealWith(random, example.reply), example.reply_sealed);
}

TEST(SealerTest, OpensWhatItSealedAtEveryLength) {
  const Sealer sealer = MakeSealer(SampleOf2014().aes_key, "wxbad0b45542aa0b5e");
  for (size_t length = 0; length < 200; ++length) {
    const std::string text(length, 'x');
    EXPECT_EQ(sealer.Open(sealer.Seal(text)), text) << length;
  }
}

TEST(SealerTest, NoTwoSealsAreEqual) {
  const Sealer sealer = MakeSealer(SampleOf2014().aes_key, "wx1");
  std::set<std::string> seals;
  for (int i = 0; i < 100; ++i) seals.insert(sealer.Seal("同一句话"));
  EXPECT_EQ(seals.size(), 100u);
}

TEST(SealerTest, OpensNothingThatIsNotForIt) {
  const std::string key = SampleOf2014().aes_key;
  const Sealer sealer = MakeSealer(key, "wx-ours");
  EXPECT_EQ(sealer.Open(MakeSealer(key, "wx-other").Seal("text")), std::nullopt);
  EXPECT_EQ(sealer.Open(MakeSealer(key, "wx-ours2").Seal("text")), std::nullopt);
  EXPECT_EQ(sealer.Open(MakeSealer(key, "").Seal("text")), std::nullopt);
  EXPECT_EQ(sealer.Open(MakeSealer(std::string(43, 'B'), "wx-ours").Seal("text")), std::nullopt);
}

TEST(SealerTest, OpensNothingThatWasAltered) {
  const Sealer sealer = MakeSealer(SampleOf2014().aes_key, "wx-ours");
  const std::string sealed = sealer.Seal("高龄津贴怎么申请");
  EXPECT_EQ(sealer.Open(""), std::nullopt);
  EXPECT_EQ(sealer.Open("===="), std::nullopt);
  EXPECT_EQ(sealer.Open("not base64 at all"), std::nullopt);
  EXPECT_EQ(sealer.Open(sealed.substr(4)), std::nullopt);
  EXPECT_EQ(sealer.Open(sealed.substr(0, sealed.size() - 4)), std::nullopt);
  EXPECT_EQ(sealer.Open(sealed + "\n"), std::nullopt);
  EXPECT_EQ(sealer.Open(std::string(kSealedBytesMax + 4, 'A')), std::nullopt);
  // What is not under a MAC of its own is under the signature; here it must only do no harm.
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const auto opened = sealer.Open(altered);
    if (opened.has_value()) EXPECT_LE(opened->size(), sealed.size());
  }
}

TEST(SealerTest, TakesOnlyKeysOfThePlatform) {
  for (const std::string& key : {std::string(), std::string(42, 'A'), std::string(44, 'A'),
                                 std::string(42, 'A') + "!", std::string(42, 'A') + "="}) {
    const auto sealer = Sealer::Make(key, "wx");
    EXPECT_FALSE(sealer.ok()) << key;
    EXPECT_THAT(std::string(sealer.status().message()), Not(HasSubstr("AAAA")));
  }
}

}  // namespace
}  // namespace hotline::gateway::platforms
