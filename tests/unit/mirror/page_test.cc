#include "clients/mirror/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::mirror {
namespace {

TEST(Page, HasTheTextThatAReaderSees) {
  const Page page = ReadPage(
      "<!doctype html><html><head><title>社保卡</title><style>p{content:'隐藏'}</style>"
      "<script>var a = '<p>也隐藏</p>';</script></head><body><!-- 注释 <p>x</p> -->"
      "<p>带<b>身份证</b>&#12289;&#x7167;片&nbsp;&amp; 2 张</p><p>3 < 5 &unknown;</p></body>");
  EXPECT_EQ(page.text, "社保卡带身份证照片2张35unknown");
  EXPECT_TRUE(page.marks.empty());
}

TEST(Page, HasMarksHoweverTheyAreWritten) {
  const Page page = ReadPage(
      "<div class=a data-koujing-entry=\"entries/a\" data-koujing-hash=\"sha256:1\">x</div>"
      "<DIV DATA-KOUJING-HASH='sha256:2' data-koujing-entry='entries/b'/>"
      "<p data-koujing-entry=entries/c>y</p><p title=\"> data-koujing-entry=no\">z</p>");
  ASSERT_EQ(page.marks.size(), 3U);
  EXPECT_EQ(page.marks[0].entry, "entries/a");
  EXPECT_EQ(page.marks[0].hash, "sha256:1");
  EXPECT_EQ(page.marks[1].entry, "entries/b");
  EXPECT_EQ(page.marks[1].hash, "sha256:2");
  EXPECT_EQ(page.marks[2].entry, "entries/c");
  EXPECT_EQ(page.marks[2].hash, "");
  EXPECT_EQ(page.text, "xyz");
}

TEST(Page, SurvivesWhateverIsThere) {
  for (const char* html : {"", "<", "<!--", "<script>", "<p", "<p a=\"", "<p a=", "&", "&#", "&#x;",
                           "&#xFFFFFFFF;", "<p =x =y>", "\xFF\xFE<\x80>", "</", "<a\x00b>"}) {
    (void)ReadPage(html);
  }
  EXPECT_EQ(Squeeze("甲\xFF乙"), "甲乙");
}

}  // namespace
}  // namespace hotline::mirror
