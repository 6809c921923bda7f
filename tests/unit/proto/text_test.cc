#include "proto/cc/text.h"

#include "gtest/gtest.h"

#include "proto/cc/content_hash.h"
#include "proto/cc/time.h"

namespace hotline {
namespace {

TEST(TextTest, MalformedUtf8IsFound) {
  EXPECT_TRUE(IsUtf8("深圳𠮷 ok"));
  EXPECT_FALSE(IsUtf8("\xC0\x80"));          // overlong
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(IsUtf8("\xE6\xB7"));          // cut
}

TEST(TextTest, PrefixNeverCutsACharacter) {
  EXPECT_EQ(CodePoints("深圳𠮷a"), 4U);
  EXPECT_EQ(Prefix("深圳𠮷a", 3), "深圳𠮷");
  EXPECT_EQ(Prefix("深圳𠮷a", 10, 9), "深圳");  // the third character needs 10 bytes
  EXPECT_EQ(Prefix("深圳", 0), "");
}

TEST(TextTest, HiddenCharactersAreFound) {
  EXPECT_FALSE(HasHiddenCharacters("第一行\n\t第二行"));
  EXPECT_TRUE(
      HasHiddenCharacters("电话\xE2\x80\xAE"
                          "54321"));                     // right-to-left override
  EXPECT_TRUE(HasHiddenCharacters("社\xE2\x80\x8B保"));  // zero-width space
  EXPECT_TRUE(HasHiddenCharacters(std::string("a\0b", 3)));
}

TEST(TextTest, StoredFormIsNfcWithPlainLineEnds) {
  EXPECT_EQ(ToStoredForm("  e\xCC\x81 \r\n下一行\r "), "\xC3\xA9 \n下一行");
}

TEST(ContentHashTest, IsTheSameForEqualContentOnly) {
  knowledge::v1::EntryContent content;
  content.set_question("居住证怎么办");
  const std::string hash = ContentHash(content);

  EXPECT_EQ(hash.substr(0, 7), "sha256:");
  EXPECT_EQ(hash.size(), 7U + 64U);
  EXPECT_EQ(ContentHash(content), hash);
  content.set_question("居住证怎么办？");
  EXPECT_NE(ContentHash(content), hash);
}

TEST(ContentHashTest, Sha256MatchesThePublishedVector) {
  // FIPS 180-4 example "abc".
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ValidityTest, HoldsFromItsStartUntilJustBeforeItsEnd) {
  type::v1::Validity validity;
  EXPECT_TRUE(IsValidAt(validity, 0));
  *validity.mutable_effective_time() = ToTimestamp(1'000);
  *validity.mutable_expire_time() = ToTimestamp(2'000);
  EXPECT_FALSE(IsValidAt(validity, 999));
  EXPECT_TRUE(IsValidAt(validity, 1'000));
  EXPECT_TRUE(IsValidAt(validity, 1'999));
  EXPECT_FALSE(IsValidAt(validity, 2'000));
}

TEST(TimeTest, RoundTripsAlsoBefore1970) {
  for (const LogTime time : {LogTime{0}, LogTime{-1}, LogTime{1'795'000'000'123'456}}) {
    EXPECT_EQ(ToLogTime(ToTimestamp(time)), time);
  }
}

}  // namespace
}  // namespace hotline
