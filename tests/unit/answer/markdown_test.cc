#include "services/answer/markdown.h"

#include <chrono>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::answer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MarkdownTest, RendersWhatAnswersUse) {
  EXPECT_EQ(MarkdownToHtml("带**身份证**。"), "<p>带<strong>身份证</strong>。</p>\n");
  EXPECT_EQ(MarkdownToHtml("- 甲\n- 乙"), "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>\n");
  EXPECT_THAT(MarkdownToHtml("| 项 | 费 |\n|---|---|\n| 甲 | 1 |"), HasSubstr("<table>"));
  EXPECT_EQ(MarkdownToHtml("[官网](https://www.sz.gov.cn)"),
            "<p><a href=\"https://www.sz.gov.cn\">官网</a></p>\n");
  EXPECT_EQ(MarkdownToHtml("[12345](tel:12345)"), "<p><a href=\"tel:12345\">12345</a></p>\n");
}

TEST(MarkdownTest, PlainTextKeepsWhatWasSaid) {
  EXPECT_EQ(MarkdownToPlain("带**身份证**，看[官网](https://a.cn/x)。"),
            "带身份证，看官网（https://a.cn/x）。");
  EXPECT_EQ(MarkdownToPlain("拨[12345](tel:12345)。"), "拨12345。");
  EXPECT_EQ(MarkdownToPlain("<https://a.cn>"), "https://a.cn");
  EXPECT_THAT(MarkdownToPlain("1. 甲\n2. 乙"), HasSubstr("2.  乙"));
  EXPECT_EQ(MarkdownToPlain("年满<18岁的人"), "年满<18岁的人");
  EXPECT_EQ(MarkdownToPlain(""), "");
}

// Every line tries to bring something active into a page. None may survive as markup or as a link.
TEST(MarkdownTest, NothingActiveSurvives) {
  const std::vector<std::string> attacks = {
      "<script>alert(1)</script>",
      "正文 <img src=x onerror=alert(1)> 正文",
      "<iframe src=https://evil.example></iframe>",
      "[点我](javascript:alert(1))",
      "[点我](JaVaScRiPt:alert(1))",
      "[点我](java\tscript:alert(1))",
      "[点我](&#106;avascript:alert(1))",
      "[点我](data:text/html;base64,PHNjcmlwdD4=)",
      "[点我](vbscript:msgbox)",
      "[点我](file:///etc/passwd)",
      "[点我](//evil.example)",
      "[点我](/relative)",
      "[点我](mailto:a@b.c)",
      "<javascript:alert(1)>",
      "![图](https://evil.example/track.png)",
      "![图](javascript:alert(1))",
      "[点我][r]\n\n[r]: javascript:alert(1)",
      "[点我](https://a.cn \"x\\\" onmouseover=alert(1) y\")",
      "<a href=\"javascript:alert(1)\">x</a>",
      "<svg/onload=alert(1)>",
      "<!--x--><b onclick=alert(1)>b</b>",
      "`<script>`",
      "    <script>alert(1)</script>",
      "<style>*{display:none}</style>",
      "<?php echo 1 ?>",
      "<![CDATA[<script>]]>",
      "| a |\n|---|\n| <script>x</script> |",
      "# <img src=x onerror=alert(1)>",
      "**<b onmouseover=alert(1)>**",
      "[<img src=x onerror=alert(1)>](https://a.cn)",
  };
  for (const std::string& attack : attacks) {
    const std::string html = MarkdownToHtml(attack);
    for (const char* active :
         {"<script", "<img", "<iframe", "<svg", "<style", "<b ", "<?", "<!", "href=\"javascript",
          "href=\"data", "href=\"file", "href=\"//", "href=\"/", "href=\"mailto", "href=\"\"",
          "href=\"vbscript", "\" onmouseover="}) {
      EXPECT_THAT(html, Not(HasSubstr(active))) << attack;
    }
  }
}

TEST(MarkdownTest, RawHtmlIsShownNotLost) {
  EXPECT_EQ(MarkdownToHtml("<b>粗</b>"), "<p>&lt;b&gt;粗&lt;/b&gt;</p>\n");
}

TEST(MarkdownTest, OnlyThreeKindsOfLinksAreSafe) {
  EXPECT_TRUE(IsSafeLink("https://a.cn"));
  EXPECT_TRUE(IsSafeLink("HTTP://a.cn"));
  EXPECT_TRUE(IsSafeLink("tel:075512345"));
  EXPECT_FALSE(IsSafeLink("tel:"));
  EXPECT_FALSE(IsSafeLink("ftp://a.cn"));
  EXPECT_FALSE(IsSafeLink(" https://a.cn"));
  EXPECT_FALSE(IsSafeLink("https://a.cn\n"));
  EXPECT_FALSE(IsSafeLink(""));
}

TEST(MarkdownTest, DeepNestingTakesBoundedTime) {
  const auto start = std::chrono::steady_clock::now();
  MarkdownToHtml(std::string(20'000, '['));
  MarkdownToHtml(std::string(20'000, '>'));
  MarkdownToPlain(std::string(20'000, '*'));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(MarkdownTest, EscapesTitles) {
  EXPECT_EQ(EscapeHtml("<a & \"b'>"), "&lt;a &amp; &quot;b&#39;&gt;");
}

}  // namespace
}  // namespace hotline::answer
