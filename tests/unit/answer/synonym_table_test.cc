#include "services/answer/synonym_table.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "services/text/fold.h"
#include "tests/testing/builders.h"

namespace hotline::answer {
namespace {

using knowledge::v1::SynonymSet;
using testing::ASynonymSet;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::u32string Folded(const std::string& text) {
  std::u32string folded;
  text::Fold(text, 1'200, folded);
  return folded;
}

class SynonymTableTest : public ::testing::Test {
 protected:
  void Put(const std::string& id, SynonymSet::Kind kind, const std::vector<std::string>& words) {
    editor_.Put(ASynonymSet(id, kind, words));
  }

  // "part>word weight" for every other way of a query, in order.
  std::vector<std::string> Ways(const std::string& query) {
    const std::u32string folded = Folded(query);
    std::vector<std::string> ways;
    for (const auto& expansion : editor_.Commit().ExpansionsFor(folded)) {
      EXPECT_EQ(expansion.source, index::ExpansionSource::kSynonym);
      ways.push_back(text::ToUtf8(folded.substr(expansion.begin, expansion.end - expansion.begin)) +
                     ">" + text::ToUtf8(expansion.text) + " " +
                     std::to_string(expansion.weight).substr(0, 3));
    }
    return ways;
  }

  SynonymTable::Editor editor_;
};

TEST_F(SynonymTableTest, EachWordFindsTheOthersAsItsKindSays) {
  Put("a", SynonymSet::EQUIVALENT, {"电瓶车", "电动自行车"});
  Put("b", SynonymSet::ABBREVIATION, {"社会保险", "社保"});
  Put("c", SynonymSet::ONE_WAY, {"证件", "身份证", "居住证"});

  EXPECT_THAT(Ways("电瓶车上牌"), ElementsAre("电瓶车>电动自行车 0.8"));
  EXPECT_THAT(Ways("给电动自行车上牌"), ElementsAre("电动自行车>电瓶车 0.8"));
  EXPECT_THAT(Ways("社保断缴"), ElementsAre("社保>社会保险 0.9"));
  EXPECT_THAT(Ways("社会保险断缴"), ElementsAre("社会保险>社保 0.9"));
  EXPECT_THAT(Ways("证件丢了"), ElementsAre("证件>身份证 0.6", "证件>居住证 0.6"));
  EXPECT_THAT(Ways("身份证丢了"), IsEmpty());
  EXPECT_THAT(Ways("水费"), IsEmpty());
  EXPECT_THAT(Ways(""), IsEmpty());
}

TEST_F(SynonymTableTest, HowAWordIsWrittenDoesNotMatter) {
  Put("covid", SynonymSet::EQUIVALENT, {"新冠", "COVID-19"});
  Put("shebao", SynonymSet::ABBREVIATION, {"社会保险", "社保"});

  for (const char* typed : {"COVID-19疫苗", "covid19疫苗", "Ｃｏｖｉｄ 19 疫苗", "打covid－19"}) {
    EXPECT_THAT(Ways(typed), Contains(::testing::EndsWith(">新冠 0.8"))) << typed;
  }
  EXPECT_THAT(Ways("新冠"), ElementsAre("新冠>covid 19 0.8"));
  EXPECT_THAT(Ways("社會保險"), ElementsAre("社会保险>社保 0.9"));
  // Written in another way than the set has it: the set's way is searched too.
  EXPECT_THAT(Ways("社会 保险"), ElementsAre("社会 保险>社会保险 0.9", "社会 保险>社保 0.9"));
  EXPECT_THAT(Ways("covid19"), ElementsAre("covid19>新冠 0.8", "covid19>covid 19 0.8"));
}

TEST_F(SynonymTableTest, NoWordIsFoundInsideALongerLatinWordOrNumber) {
  Put("kfc", SynonymSet::EQUIVALENT, {"肯德基", "KFC"});
  Put("police", SynonymSet::EQUIVALENT, {"报警", "110"});
  Put("wifi", SynonymSet::EQUIVALENT, {"无线网", "wi fi"});

  EXPECT_THAT(Ways("附近的KFC几点关门"), ElementsAre("kfc>肯德基 0.8"));
  EXPECT_THAT(Ways("kfc"), SizeIs(1));
  EXPECT_THAT(Ways("kfc2店"), SizeIs(1)) << "letters and digits part";
  EXPECT_THAT(Ways("kfcs"), IsEmpty());
  EXPECT_THAT(Ways("akfc"), IsEmpty());
  EXPECT_THAT(Ways("拨打110"), SizeIs(1));
  EXPECT_THAT(Ways("罚款1100元"), IsEmpty());
  EXPECT_THAT(Ways("1 10"), IsEmpty());
  EXPECT_THAT(Ways("有wi-fi吗"), SizeIs(1));
  EXPECT_THAT(Ways("wifi"), IsEmpty()) << "other letters apart: another word";
}

TEST_F(SynonymTableTest, ASingleCharacterCountsOnlyWhereItStandsAlone) {
  Put("car", SynonymSet::EQUIVALENT, {"车", "机动车"});
  Put("x", SynonymSet::EQUIVALENT, {"x", "未知"});

  EXPECT_THAT(Ways("车"), SizeIs(1));
  EXPECT_THAT(Ways("卖 车 吗"), SizeIs(1));
  EXPECT_THAT(Ways("车牌"), IsEmpty());
  EXPECT_THAT(Ways("x光"), SizeIs(1));
  EXPECT_THAT(Ways("x5"), IsEmpty());
}

TEST_F(SynonymTableTest, OfOverlappingWordsTheLongestCounts) {
  Put("a", SynonymSet::ABBREVIATION, {"社会保险", "社保"});
  Put("b", SynonymSet::ABBREVIATION, {"社会保险卡", "社保卡"});
  Put("c", SynonymSet::EQUIVALENT, {"会保", "丙"});
  Put("d", SynonymSet::EQUIVALENT, {"卡片", "丁字"});
  EXPECT_THAT(Ways("社会保险卡片"), ElementsAre("社会保险卡>社保卡 0.9"));
  EXPECT_THAT(Ways("社会保险局"), ElementsAre("社会保险>社保 0.9"));
  // Equally long: the first.
  Put("e", SynonymSet::EQUIVALENT, {"甲乙", "一"});
  Put("f", SynonymSet::EQUIVALENT, {"乙丙", "二"});
  EXPECT_THAT(Ways("甲乙丙"), ElementsAre("甲乙>一 0.8"));
  EXPECT_THAT(Ways("甲乙乙丙"), ElementsAre("甲乙>一 0.8", "乙丙>二 0.8"));
}

TEST_F(SynonymTableTest, ATermIsReadAsOneWordAndFindsNothingElse) {
  Put("a", SynonymSet::EQUIVALENT, {"失业", "没工作"});
  EXPECT_THAT(Ways("失业保险金"), SizeIs(1));
  const uint64_t serial = editor_.Commit().terms_serial();
  Put("t", SynonymSet::TERM, {"失业保险金", "Ａ类人才"});
  EXPECT_THAT(Ways("失业保险金"), IsEmpty());
  EXPECT_THAT(Ways("失业登记"), SizeIs(1));
  const SynonymTable table = editor_.Commit();
  EXPECT_THAT(table.terms(), ElementsAre(U"a类人才", U"失业保险金"));
  EXPECT_NE(table.terms_serial(), serial);
  Put("a", SynonymSet::EQUIVALENT, {"失业", "下岗"});
  EXPECT_EQ(editor_.Commit().terms_serial(), table.terms_serial());
  editor_.Erase("synonyms/t");
  EXPECT_THAT(editor_.Commit().terms(), IsEmpty());
  EXPECT_NE(editor_.Commit().terms_serial(), table.terms_serial());
}

TEST_F(SynonymTableTest, WhatIsFoundDoesNotFindMore) {
  Put("a", SynonymSet::EQUIVALENT, {"甲甲", "乙乙"});
  Put("b", SynonymSet::EQUIVALENT, {"乙乙", "丙丙"});
  EXPECT_THAT(Ways("甲甲"), ElementsAre("甲甲>乙乙 0.8"));
  EXPECT_THAT(Ways("乙乙"), ElementsAre("乙乙>甲甲 0.8", "乙乙>丙丙 0.8"));
}

TEST_F(SynonymTableTest, AWayThatTwoSetsKnowCountsOnceAndByTheHeavier) {
  Put("b", SynonymSet::ONE_WAY, {"甲甲", "乙乙", "丁丁"});
  Put("a", SynonymSet::EQUIVALENT, {"甲甲", "乙乙"});
  EXPECT_THAT(Ways("甲甲"), ElementsAre("甲甲>乙乙 0.8", "甲甲>丁丁 0.6"));
  const SynonymTable table = editor_.Commit();
  const auto matches = table.MatchesFor(Folded("甲甲"));
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_EQ(matches[0].ways[0].set->name, "synonyms/a");
}

TEST_F(SynonymTableTest, EveryPartGetsItsFirstWayBeforeAnyGetsItsSecond) {
  std::vector<std::string> many = {"甲甲"};
  for (int i = 1; i < 20; ++i) many.push_back("甲" + std::to_string(i));
  Put("a", SynonymSet::EQUIVALENT, many);
  many[0] = "乙乙";
  for (int i = 1; i < 20; ++i) many[static_cast<size_t>(i)] = "乙" + std::to_string(i);
  Put("b", SynonymSet::EQUIVALENT, many);
  Put("c", SynonymSet::ABBREVIATION, {"丙丙丙", "丙丙"});
  const auto ways = Ways("甲甲乙乙丙丙丙");
  ASSERT_THAT(ways, SizeIs(index::kMaxExpansions));
  EXPECT_EQ(ways[0], "丙丙丙>丙丙 0.9");
  EXPECT_EQ(ways[1], "甲甲>甲1 0.8");
  EXPECT_EQ(ways[2], "乙乙>乙1 0.8");
}

TEST_F(SynonymTableTest, AChangedSetFindsByItsNewWordsOnly) {
  Put("a", SynonymSet::EQUIVALENT, {"电瓶车", "电动车"});
  const SynonymTable before = editor_.Commit();
  Put("a", SynonymSet::ONE_WAY, {"电动车", "电动自行车"});
  EXPECT_THAT(Ways("电瓶车"), IsEmpty());
  EXPECT_THAT(Ways("电动车"), ElementsAre("电动车>电动自行车 0.6"));
  EXPECT_THAT(before.ExpansionsFor(Folded("电瓶车")), SizeIs(1)) << "a version stays what it was";
  editor_.Erase("synonyms/a");
  editor_.Erase("synonyms/a");
  EXPECT_THAT(Ways("电动车"), IsEmpty());
  EXPECT_EQ(editor_.Commit().size(), 0U);
  EXPECT_EQ(before.size(), 1U);
}

// What the sets say by their definition, without any table: for every word at every place.
std::vector<std::pair<std::u32string, std::u32string>> Plainly(const std::vector<SynonymSet>& sets,
                                                               const std::u32string& query) {
  struct Place {
    size_t at;
    std::u32string word;
  };
  std::vector<Place> places;
  const auto typed = [](const SynonymSet& set, int i) {
    return set.kind() != SynonymSet::ONE_WAY || i == 0;
  };
  for (const SynonymSet& set : sets) {
    for (int i = 0; i < set.words_size(); ++i) {
      const std::u32string word = Folded(set.words(i));
      if (!typed(set, i)) continue;
      for (size_t at = query.find(word); at != std::u32string::npos;
           at = query.find(word, at + 1)) {
        places.push_back({at, word});
      }
    }
  }
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.word.size() != b.word.size() ? a.word.size() > b.word.size() : a.at < b.at;
  });
  std::vector<bool> taken(query.size());
  std::vector<std::pair<std::u32string, std::u32string>> ways;
  for (size_t p = 0; p < places.size(); ++p) {
    const Place& place = places[p];
    bool free = true;
    for (size_t i = 0; i < place.word.size(); ++i) free = free && !taken[place.at + i];
    if (!free) continue;
    for (size_t i = 0; i < place.word.size(); ++i) taken[place.at + i] = true;
    for (const SynonymSet& set : sets) {
      if (set.kind() == SynonymSet::TERM) continue;
      for (int i = 0; i < set.words_size(); ++i) {
        if (!typed(set, i) || Folded(set.words(i)) != place.word) continue;
        for (const std::string& other : set.words()) {
          if (Folded(other) != place.word) ways.emplace_back(place.word, Folded(other));
        }
      }
    }
  }
  std::sort(ways.begin(), ways.end());
  ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
  return ways;
}

TEST_F(SynonymTableTest, AgreesWithTheDefinitionWhateverTheOrderOfTheSets) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const std::u32string letters = U"甲乙丙丁";
  const auto word = [&] {
    std::u32string text;
    for (int i = 2 + below(3); i > 0; --i) text += letters[static_cast<size_t>(below(4))];
    return text::ToUtf8(text);
  };
  for (int round = 0; round < 60; ++round) {
    std::vector<SynonymSet> sets;
    for (int i = 0; i < 12; ++i) {
      std::vector<std::string> words;
      while (words.size() < 3) {
        std::string next = word();
        if (std::find(words.begin(), words.end(), next) == words.end()) words.push_back(next);
      }
      sets.push_back(
          ASynonymSet("s" + std::to_string(i), static_cast<SynonymSet::Kind>(1 + below(4)), words));
    }
    // One follower has seen every version, the other only the last one, in another order.
    SynonymTable::Editor long_history;
    for (int i = 0; i < 40; ++i) {
      const SynonymSet& set = sets[static_cast<size_t>(below(12))];
      if (below(3) == 0) {
        long_history.Erase(set.name());
      } else {
        long_history.Put(
            ASynonymSet(set.name().substr(9), SynonymSet::EQUIVALENT, {word(), "丁丁丁"}));
      }
      if (below(4) == 0) long_history.Commit();
    }
    SynonymTable::Editor short_history;
    for (const SynonymSet& set : sets) long_history.Put(set);
    for (auto set = sets.rbegin(); set != sets.rend(); ++set) short_history.Put(*set);
    const SynonymTable one = long_history.Commit();
    const SynonymTable other = short_history.Commit();
    for (int i = 0; i < 20; ++i) {
      std::u32string query;
      for (int k = 1 + below(12); k > 0; --k) query += letters[static_cast<size_t>(below(4))];
      std::vector<std::pair<std::u32string, std::u32string>> ways;
      const auto matches = one.MatchesFor(query);
      for (const auto& match : matches) {
        for (const auto& way : match.ways) {
          ways.emplace_back(query.substr(match.begin, match.end - match.begin), way.text);
        }
      }
      std::sort(ways.begin(), ways.end());
      ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
      EXPECT_EQ(ways, Plainly(sets, query)) << text::ToUtf8(query);
      const auto again = other.MatchesFor(query);
      ASSERT_EQ(matches.size(), again.size());
      for (size_t m = 0; m < matches.size(); ++m) {
        ASSERT_EQ(matches[m].ways.size(), again[m].ways.size());
        for (size_t w = 0; w < matches[m].ways.size(); ++w) {
          EXPECT_EQ(matches[m].ways[w].text, again[m].ways[w].text);
          EXPECT_EQ(matches[m].ways[w].set->name, again[m].ways[w].set->name);
        }
      }
    }
  }
}

double CpuMillis() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto millis = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return millis(usage.ru_utime) + millis(usage.ru_stime);
}

// Resident memory of this process in MiB.
double ResidentMib() {
  std::ifstream statm("/proc/self/statm");
  size_t size = 0;
  size_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * 4096 / (1 << 20);
}

// Prints what 50,000 sets cost; asserts only that they work. The words share their beginnings,
// which is the worst that they can do.
TEST_F(SynonymTableTest, HoldsAsManySetsAsTheContractAllows) {
  constexpr int kSets = 50'000;
  const double before_mib = ResidentMib();
  double start = CpuMillis();
  for (int i = 0; i < kSets; ++i) {
    const std::string n = std::to_string(i);
    Put("s" + n, SynonymSet::EQUIVALENT,
        {"办理事项" + n + "号", "事项" + n, "业务" + n + "办法", n + "类"});
  }
  SynonymTable table = editor_.Commit();
  const double loaded = CpuMillis() - start;
  start = CpuMillis();
  for (int i = 0; i < 1'000; ++i) {
    Put("s" + std::to_string(i), SynonymSet::EQUIVALENT, {"改" + std::to_string(i), "改过的"});
    table = editor_.Commit();
  }
  const double changed = (CpuMillis() - start) / 1'000;
  const std::u32string query =
      Folded("请问我要办理事项31415号需要带哪些材料，去哪个窗口，办法是什么");
  std::u32string long_query;
  while (long_query.size() < 1'200) long_query += query;
  long_query.resize(1'200);
  const auto micros = [&](const std::u32string& text, int times) {
    const double from = CpuMillis();
    size_t found = 0;
    for (int i = 0; i < times; ++i) found += table.ExpansionsFor(text).size();
    EXPECT_GT(found, 0U);
    return (CpuMillis() - from) * 1e3 / times;
  };
  std::cout << kSets << " sets of 4 words: " << loaded << " ms to load, "
            << ResidentMib() - before_mib << " MiB; " << changed
            << " ms for one changed set; a query of " << query.size() << " characters "
            << micros(query, 2'000) << " us, of 1200 " << micros(long_query, 100) << " us\n";
  EXPECT_EQ(table.size(), static_cast<size_t>(kSets));
  EXPECT_THAT(table.ExpansionsFor(query), SizeIs(3));
  EXPECT_THAT(Ways("31415类"), SizeIs(3));
}

}  // namespace
}  // namespace hotline::answer
