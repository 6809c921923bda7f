#include "proto/cc/references.h"

#include "gmock/gmock.h"

#include "tests/testing/builders.h"

namespace hotline {
namespace {

using hotline::testing::AnEntry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ReferencesTest, FactsAreFoundInOrderAndOnce) {
  EXPECT_THAT(IncludedFacts("每月{{facts/b}}，最长{{facts/a}}，即{{facts/b}}。"),
              ElementsAre("facts/b", "facts/a"));
  EXPECT_THAT(IncludedFacts("没有引用，{单括号}也不是。"), IsEmpty());
}

TEST(ReferencesTest, WhatIsNoNameOfAFactIsMalformed) {
  for (const char* text : {"{{facts/A}}", "{{ facts/a }}", "{{facts/a", "{{policies/a}}", "{{}}",
                           "{{facts/}}", "好{{facts/a}}，坏{{fact/a}}", "{{{facts/a}}}"}) {
    EXPECT_TRUE(MalformedInclusion(text).has_value()) << text;
  }
  EXPECT_FALSE(MalformedInclusion("每月{{facts/a-1}}元}}").has_value());
  EXPECT_FALSE(MalformedInclusion("").has_value());
}

TEST(ReferencesTest, InclusionsAreReplacedAndTheRestStays) {
  const auto say = [](std::string_view name, char before) {
    return std::string(name.substr(6)) + (before == '(' ? "!" : "");
  };
  EXPECT_EQ(ReplaceInclusions("甲{{facts/a}}乙({{facts/b}})", say), "甲a乙(b!)");
  EXPECT_EQ(ReplaceInclusions("{{facts/a}}", say), "a");
  EXPECT_EQ(ReplaceInclusions("{{bad}}{{facts/a}}", say), "{{bad}}a");
}

TEST(ReferencesTest, AnEntryRefersByEveryTextThatItHas) {
  knowledge::v1::Entry entry =
      AnEntry("a").Answer("{{facts/online}}").Policy("policies/old").Online(1);
  *entry.mutable_online()->mutable_content() = entry.content();
  auto& draft = *entry.mutable_content();
  draft.mutable_blocks(0)->set_text("{{facts/draft}}");
  draft.set_short_answer("{{facts/short}}");
  draft.set_agent_notes("{{facts/notes}}");
  draft.set_policies(0, "policies/new");
  entry.add_variants()->set_short_answer("{{facts/variant}}");

  EXPECT_THAT(ReferencesOf(entry),
              ElementsAre("facts/draft", "facts/notes", "facts/online", "facts/short",
                          "facts/variant", "policies/new", "policies/old"));
  EXPECT_THAT(FactsOfAnswer(draft), ElementsAre("facts/draft", "facts/short"));
  EXPECT_THAT(FactsOfText(draft), ElementsAre("facts/draft", "facts/notes", "facts/short"));
}

}  // namespace
}  // namespace hotline
