#include "services/answer/checkpoint_corpus.h"

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/answer/checkpoint_probe.h"
#include "services/index/segment.h"
#include "services/index/segment_bytes.h"
#include "services/text/fold.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"
#include "tests/testing/temp_dir.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::ASynonymSet;
using hotline::testing::IsOk;
using hotline::testing::ResourceOf;
using knowledge::v1::Entry;
using knowledge::v1::SynonymSet;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr LogTime kStep = 1000;

// Random Changes about few entries, so that each is published, changed, withdrawn and merged often.
class RandomChanges {
 public:
  explicit RandomChanges(uint32_t seed) : random_(seed) {}

  store::v1::Change Next() {
    store::v1::Change change;
    change.set_kb_revision(++position_);
    *change.mutable_commit_time() = ToTimestamp(position_ * kStep);
    for (size_t n = 1 + Below(3); n > 0; --n) AddEffect(change);
    return change;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  std::string Id() { return "e" + std::to_string(Below(60)); }
  std::string Text() {
    static constexpr std::string_view kWords[] = {"社保",   "医保",   "居住证", "户口",
                                                  "公积金", "K12",    "学校",   "怎么",
                                                  "办理",   "在哪里", "2025年", "水电费"};
    std::string text;
    for (size_t n = 2 + Below(5); n > 0; --n) text += kWords[Below(std::size(kWords))];
    return text;
  }
  std::string SetId() { return "y" + std::to_string(Below(12)); }
  SynonymSet ARandomSet() {
    static constexpr SynonymSet::Kind kKinds[] = {SynonymSet::EQUIVALENT, SynonymSet::ABBREVIATION,
                                                  SynonymSet::ONE_WAY, SynonymSet::TERM};
    static const std::vector<std::string> kWords = {"社保",   "社會保險",     "医保", "居住证",
                                                    "公积金", "公积金户口",   "Ｋ12", "学校",
                                                    "水电费", "社保怎么办理", "学堂", "apply"};
    std::vector<std::string> words;
    for (size_t first = Below(kWords.size()), n = 2 + Below(3); n > 0; --n) {
      words.push_back(kWords[(first + 5 * n) % kWords.size()]);
    }
    return ASynonymSet(SetId(), kKinds[Below(std::size(kKinds))], words);
  }
  LogTime Later() { return (position_ + static_cast<LogTime>(Below(400))) * kStep; }

  void AddEffect(store::v1::Change& change) {
    auto& effect = *change.add_effects();
    switch (Below(14)) {
      case 0:
        effect.set_delete_name("entries/" + Id());
        break;
      case 1:
        *effect.mutable_put() =
            ResourceOf(Entry(AnEntry(Id()).Withdrawn(Entry::RECALLED, "错了", 1)));
        break;
      case 2: {
        Entry merged = AnEntry(Id()).Withdrawn(Entry::MERGED, "重复", 1);
        merged.set_merged_into("entries/" + Id());
        *effect.mutable_put() = ResourceOf(merged);
        break;
      }
      case 3: {
        auto policy = APolicy("p" + std::to_string(Below(3)), Text());
        if (Below(2) == 0) *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(Later());
        *effect.mutable_put() = ResourceOf(policy);
        break;
      }
      case 4:
        *effect.mutable_put() =
            ResourceOf(AFact("f" + std::to_string(Below(3)), std::to_string(Below(5000))));
        break;
      case 5:
        *effect.mutable_put() = ResourceOf(ADepartment("d" + std::to_string(Below(4)), Text()));
        break;
      case 6:
        *effect.mutable_put() = ResourceOf(ARandomSet());
        break;
      case 7:
        effect.set_delete_name("synonyms/" + SetId());
        break;
      default:
        *effect.mutable_put() = ResourceOf(AnOnlineEntry());
    }
  }

  Entry AnOnlineEntry() {
    auto builder = AnEntry(Id());
    builder.Question(Text()).Answer(Text() + " {{facts/f" + std::to_string(Below(3)) + "}}");
    if (Below(2) == 0) builder.SimilarQuestion(Text()).SimilarQuestion(Text()).Keyword(Text());
    if (Below(3) == 0) builder.Policy("policies/p" + std::to_string(Below(3)));
    if (Below(3) == 0) builder.ValidFrom(Later());
    if (Below(3) == 0) builder.ValidUntil(Later() + kStep);
    if (Below(4) == 0) builder.Kind(knowledge::v1::STATUTE);
    builder.Category(Below(2) == 0 ? "社会保障/社保缴费" : "户籍/居住证");
    builder.Department("departments/d" + std::to_string(Below(4)));
    builder.Region(Below(2) == 0 ? "440300" : "440305");
    Entry entry = builder.Online(position_);
    if (Below(4) == 0) {
      auto& variant = *entry.add_variants();
      variant.set_language(type::v1::EN);
      variant.set_source_revision(position_);
      variant.set_question("How to apply " + std::to_string(Below(9)));
    }
    return entry;
  }

  std::mt19937 random_;
  int64_t position_ = 0;
};

// All that a corpus says, in an order of its own.
std::vector<std::string> Everything(const Corpus& corpus) {
  std::vector<std::string> all = {corpus.timeline_id, corpus.token,
                                  std::to_string(corpus.kb_revision)};
  const auto add = [&](auto cursor, const auto& text_of) {
    while (const auto* value = cursor.Next()) {
      all.push_back(std::to_string(value->key()) + " " + text_of(*value));
    }
  };
  add(PersistentMap<PublishedEntry>::Cursor(corpus.entries), [](const PublishedEntry& e) {
    std::string text = e.name + " " + std::to_string(e.revision) + " " +
                       std::to_string(e.facts.effective) + " " + std::to_string(e.facts.expire) +
                       " " + std::to_string(e.facts.region) + " " +
                       std::to_string(e.facts.channels) + (e.marked_suspect ? " suspect " : " ") +
                       std::to_string(e.question) + " " + std::to_string(e.department) + " ";
    for (const uint64_t policy : e.policies) text += std::to_string(policy) + ",";
    for (const auto& one : e.included)
      text += std::to_string(one.fact) + (one.in_answer ? "+," : ",");
    return text + std::string(e.bytes);
  });
  add(PersistentMap<WithdrawnEntry>::Cursor(corpus.withdrawn),
      [](const WithdrawnEntry&) { return std::string("withdrawn"); });
  add(PersistentMap<MergedEntry>::Cursor(corpus.merged),
      [](const MergedEntry& e) { return "merged " + e.target; });
  add(PersistentMap<PublishedDepartment>::Cursor(corpus.departments),
      [](const PublishedDepartment& d) { return d.name + d.display_name + d.phone; });
  add(PersistentMap<PublishedPolicy>::Cursor(corpus.policies),
      [](const PublishedPolicy& p) { return p.policy.SerializeAsString(); });
  add(PersistentMap<PublishedFact>::Cursor(corpus.facts), [](const PublishedFact& f) {
    return std::to_string(f.kb_revision) + f.fact.SerializeAsString();
  });
  add(PersistentMap<SynonymTable::Set>::Cursor(corpus.synonyms.sets()),
      [](const SynonymTable::Set& set) {
        std::string text = set.name + " " + SynonymSet::Kind_Name(set.kind);
        for (const std::u32string& word : set.words) text += " " + text::ToUtf8(word);
        return text;
      });
  for (const std::u32string& term : corpus.synonyms.terms()) {
    all.push_back("term " + text::ToUtf8(term));
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<index::Expansion> ExpansionsOf(const Corpus& corpus, std::string_view query) {
  std::u32string folded;
  text::Fold(query, 100, folded);
  return corpus.synonyms.ExpansionsFor(folded);
}

// By the synonyms and the words of the trade as well.
std::vector<index::Hit> Found(const Corpus& corpus, std::string_view query) {
  const std::vector<index::Expansion> expansions = ExpansionsOf(corpus, query);
  return corpus.index->Search(
      query, {.limit = 100, .expansions = expansions, .trade_words = corpus.trade_words.get()});
}

// How often each word of the trade is expected; none: it is not one.
std::vector<std::optional<double>> TradeWordsIn(const Corpus& corpus) {
  std::vector<std::optional<double>> words;
  for (const std::u32string_view word :
       {U"公积金户口", U"社保怎么办理", U"社会保险", U"灵活就业人员", U"水电费"}) {
    words.push_back(corpus.trade_words == nullptr ? std::nullopt
                                                  : corpus.trade_words->LogProbability(word));
  }
  return words;
}

void ExpectFoundAlike(const Corpus& a, const Corpus& b) {
  EXPECT_EQ(a.trade_words == nullptr, b.trade_words == nullptr);
  EXPECT_EQ(TradeWordsIn(a), TradeWordsIn(b));
  for (const std::string_view query : {"社保怎么办理", "居住证", "K12学校在哪里", "how apply",
                                       "2025年水电费", "公积金公积金户口"}) {
    const auto ways = ExpansionsOf(a, query);
    const auto others = ExpansionsOf(b, query);
    ASSERT_EQ(ways.size(), others.size()) << query;
    for (size_t i = 0; i < ways.size(); ++i) {
      EXPECT_EQ(ways[i].text, others[i].text);
      EXPECT_EQ(ways[i].weight, others[i].weight);
    }
    const auto hits = Found(a, query);
    const auto same = Found(b, query);
    ASSERT_EQ(hits.size(), same.size()) << query;
    for (size_t i = 0; i < hits.size(); ++i) {
      EXPECT_EQ(hits[i].key, same[i].key);
      EXPECT_EQ(hits[i].score, same[i].score);
      EXPECT_EQ(hits[i].unit, same[i].unit);
      EXPECT_EQ(hits[i].unit_coverage, same[i].unit_coverage);
      EXPECT_EQ(*hits[i].attributes, *same[i].attributes);
    }
    const auto typed = a.index->Suggest(query.substr(0, 6), {.limit = 100});
    const auto alike = b.index->Suggest(query.substr(0, 6), {.limit = 100});
    ASSERT_EQ(typed.size(), alike.size()) << query;
    for (size_t i = 0; i < typed.size(); ++i) {
      EXPECT_EQ(typed[i].key, alike[i].key);
      EXPECT_EQ(typed[i].unit, alike[i].unit);
    }
  }
  EXPECT_EQ(a.words->FindTree("户籍"), b.words->FindTree("户籍"));
  EXPECT_EQ(a.words->Find("departments/d1"), b.words->Find("departments/d1"));
}

std::vector<std::tuple<std::string, int64_t, bool, bool, bool, bool>> Told(
    const std::vector<EntryEvent>& events) {
  std::vector<std::tuple<std::string, int64_t, bool, bool, bool, bool>> told;
  for (const EntryEvent& e : events) {
    told.emplace_back(e.name, e.kb_revision, e.before.online, e.after.online, e.text_changed,
                      e.flip);
  }
  return told;
}

class CheckpointCorpusTest : public ::testing::Test {
 protected:
  absl::StatusOr<CorpusParts> SaveAndRead(const Corpus& corpus, LogTime log_time, size_t threads) {
    const std::string path = dir_.Join("one");
    const CheckpointHead head{.fingerprint = CorpusFingerprint(),
                              .timeline_id = corpus.timeline_id,
                              .kb_revision = corpus.kb_revision,
                              .log_time = log_time,
                              .digest = "d",
                              .entries = corpus.entries.size()};
    auto writer = CheckpointWriter::Create(path, head.Bytes());
    EXPECT_THAT(writer, IsOk());
    EXPECT_THAT(WriteCorpus(corpus, **writer), IsOk());
    EXPECT_THAT((*writer)->Finish(), IsOk());
    auto reader = CheckpointReader::Open(path);
    EXPECT_THAT(reader, IsOk());
    return ReadCorpus(**reader, threads);
  }

  testing::TempDir dir_;
};

// Whoever stood there and whoever was read from a checkpoint go on alike, whatever comes.
TEST_F(CheckpointCorpusTest, WhatWasReadGoesOnAsWhatWasSaved) {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    RandomChanges changes(seed);
    CorpusBuilder kept;
    kept.FinishLoad("timeline", 0);
    for (int i = 0; i < 150; ++i) {
      kept.Apply({changes.Next()});
      while (kept.index_writer().MaybeMerge() != nullptr) {
      }
    }
    kept.AdvanceTime(151 * kStep - 1);
    auto parts = SaveAndRead(*kept.corpus(), kept.log_time(), 1 + seed % 3);
    ASSERT_THAT(parts, IsOk());
    CorpusBuilder read(*std::move(parts));
    EXPECT_EQ(Everything(*read.corpus()), Everything(*kept.corpus()));
    ExpectFoundAlike(*read.corpus(), *kept.corpus());
    EXPECT_EQ(read.NextFlip(), kept.NextFlip());

    for (int i = 0; i < 150; ++i) {
      const store::v1::Change change = changes.Next();
      const CorpusStep a = kept.Apply({change});
      const CorpusStep b = read.Apply({change});
      ASSERT_EQ(Told(a.events), Told(b.events)) << "seed " << seed << " change " << i;
    }
    EXPECT_EQ(Told(kept.AdvanceTime(1000 * kStep).events),
              Told(read.AdvanceTime(1000 * kStep).events));
    EXPECT_EQ(Everything(*read.corpus()), Everything(*kept.corpus()));
    ExpectFoundAlike(*read.corpus(), *kept.corpus());
  }
}

TEST_F(CheckpointCorpusTest, SynonymsAndTradeWordsAreReadBack) {
  const auto corpus = ProbeCorpus();
  auto parts = SaveAndRead(*corpus, 7, 2);
  ASSERT_THAT(parts, IsOk());
  const CorpusBuilder read(*std::move(parts));
  EXPECT_EQ(Everything(*read.corpus()), Everything(*corpus));
  ExpectFoundAlike(*read.corpus(), *corpus);
  // Nothing has this word; what it stands for is found, with the form written otherwise as well.
  ASSERT_THAT(read.corpus()->index->Search("giro", {}), IsEmpty());
  EXPECT_THAT(Found(*read.corpus(), "giro"), Not(IsEmpty()));
  EXPECT_THAT(ExpansionsOf(*read.corpus(), "社会保险"),
              Contains(::testing::Field(&index::Expansion::text, U"社保")));
  EXPECT_THAT(ExpansionsOf(*read.corpus(), "户口簿"), IsEmpty()) << "one way only";
  ASSERT_NE(read.corpus()->trade_words, nullptr);
  EXPECT_EQ(read.corpus()->trade_words->size(), 1U);
  EXPECT_TRUE(read.corpus()->trade_words->LogProbability(U"灵活就业人员").has_value());
}

// What the probe does not use, the fingerprint does not see.
TEST_F(CheckpointCorpusTest, TheProbeHasSomethingOfEverything) {
  const auto corpus = ProbeCorpus();
  ASSERT_THAT(SaveAndRead(*corpus, 7, 1), IsOk());
  auto reader = CheckpointReader::Open(dir_.Join("one"));
  ASSERT_THAT(reader, IsOk());
  std::set<std::string> used;
  for (size_t i = 0; i < (*reader)->section_count(); ++i) {
    const auto bytes = (*reader)->Read(i);
    ASSERT_THAT(bytes, IsOk());
    if (!bytes->empty()) used.insert((*reader)->section_name(i));
  }
  EXPECT_THAT(used, ::testing::ElementsAre("departments", "entries", "facts", "index", "merged",
                                           "policies", "synonyms", "withdrawn", "words"));
  std::set<SynonymSet::Kind> kinds;
  PersistentMap<SynonymTable::Set>::Cursor cursor(corpus->synonyms.sets());
  while (const SynonymTable::Set* set = cursor.Next()) kinds.insert(set->kind);
  EXPECT_THAT(kinds, ::testing::ElementsAre(SynonymSet::EQUIVALENT, SynonymSet::ABBREVIATION,
                                            SynonymSet::ONE_WAY, SynonymSet::TERM));
}

TEST_F(CheckpointCorpusTest, AnEmptyCorpusCanBeSaved) {
  CorpusBuilder builder;
  const auto corpus = builder.FinishLoad("timeline", 3);
  auto parts = SaveAndRead(*corpus, 7, 2);
  ASSERT_THAT(parts, IsOk());
  const CorpusBuilder read(*std::move(parts));
  EXPECT_EQ(Everything(*read.corpus()), Everything(*corpus));
  EXPECT_EQ(read.log_time(), 7);
}

TEST_F(CheckpointCorpusTest, ASegmentIsTheSameAfterwards) {
  const auto corpus = ProbeCorpus();
  for (const auto& view : corpus->index->views()) {
    const auto read = index::ViewOf(index::ViewBytes(view));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->segment->arrays(), view.segment->arrays());
  }
}

// Checksums stand before this; behind them a segment still may not lead outside of its arrays.
TEST_F(CheckpointCorpusTest, BytesThatAreNoSegmentAreRefusedOrHarmless) {
  const std::string sound = index::ViewBytes(ProbeCorpus()->index->views().front());
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = sound;
    if (round % 3 == 0) damaged.resize(random() % damaged.size());
    for (size_t n = random() % 3; n > 0 && !damaged.empty(); --n) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    auto view = index::ViewOf(damaged);
    if (!view.has_value()) continue;
    const index::IndexWriter writer({*std::move(view)});
    for (const std::string_view query : {"灵活就业人员如何缴纳社保", "how do I pay", "2025"}) {
      writer.snapshot()->Search(query);
      writer.snapshot()->Suggest(query);
    }
  }
}

TEST_F(CheckpointCorpusTest, AProgramThatWeighsOtherwiseIsAnother) {
  EXPECT_EQ(CorpusFingerprint().size(), 32U);
  EXPECT_EQ(index::IndexFingerprint(), index::IndexFingerprint());
  index::RankingWeights other;
  other.field.question_pivot += 1;
  EXPECT_NE(index::IndexFingerprint(other), index::IndexFingerprint());
}

}  // namespace
}  // namespace hotline::answer
