// Facts in answers: said at read time, changed on every answer by one Change, part of the hash.
#include <set>

#include "proto/cc/content_hash.h"
#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AFact;
using hotline::testing::AnEntry;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using knowledge::v1::Fact;
using Event = v1::WatchAnswersResponse;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class FactsInAnswersTest : public AnswerWorld {
 protected:
  v1::Answer AnswerOf(const std::string& name, type::v1::Channel channel = type::v1::WEB,
                      type::v1::Language language = type::v1::ZH_CN) {
    v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(channel);
    request.set_language(language);
    *request.mutable_consistency() = newest();
    const auto reply = service_.GetAnswer(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? reply->answer() : v1::Answer();
  }
  v1::Answer AsOf(const std::string& name, int64_t kb_revision) {
    v1::GetAnswerRequest request;
    request.set_name(name);
    request.set_channel(type::v1::AGENT);
    request.set_as_of_kb_revision(kb_revision);
    *request.mutable_consistency() = newest();
    const auto reply = service_.GetAnswer(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? reply->answer() : v1::Answer();
  }
  static Entry WithFact(const std::string& id = "a") {
    Entry entry = AnEntry(id).Question("失业金多少？" + id).Answer("每月**{{facts/jin}}**。");
    entry.mutable_content()->set_short_answer("{{facts/jin}}");
    entry.mutable_content()->set_agent_notes("内线{{facts/neixian}}");
    Entry online = entry;
    online.set_state(Entry::PUBLISHED);
    online.set_latest_revision(1);
    online.mutable_online()->set_revision(1);
    online.mutable_online()->set_content_hash(ContentHash(entry.content()));
    return online;
  }
  static Fact Inner() {
    Fact fact = AFact("neixian", "8012");
    fact.set_type(Fact::PHONE);
    fact.set_display_name("内线");
    fact.clear_unit();
    return fact;
  }
};

TEST_F(FactsInAnswersTest, AreSaidOnEveryChannel) {
  Put(AFact("jin", "2360"), Inner(), WithFact());

  EXPECT_THAT(AnswerOf("entries/a", type::v1::WEB).html(),
              HasSubstr("每月<strong>2360元/月</strong>。"));
  EXPECT_EQ(AnswerOf("entries/a", type::v1::SMS).text_parts(0), "2360元/月");
  const v1::Answer agent = AnswerOf("entries/a", type::v1::AGENT);
  EXPECT_EQ(agent.blocks(0).text(), "每月**2360元/月**。");
  EXPECT_EQ(agent.agent_notes(), "内线8012");
  EXPECT_EQ(agent.short_answer(), "2360元/月");
  ASSERT_THAT(agent.facts(), SizeIs(2));
  EXPECT_EQ(agent.facts(0).fact(), "facts/jin");
  EXPECT_EQ(agent.facts(0).text(), "2360元/月");
  EXPECT_EQ(agent.facts(0).kb_revision(), head());
  const v1::Answer web = AnswerOf("entries/a", type::v1::WEB);
  ASSERT_THAT(web.facts(), SizeIs(1)) << "what only agents are told is not named to others";
  EXPECT_THAT(web.Utf8DebugString(), Not(HasSubstr("neixian")));
}

TEST_F(FactsInAnswersTest, OneChangeIsOnEveryAnswerAtOnePosition) {
  Put(AFact("jin", "2360"), Inner(), WithFact("a"), WithFact("b"));
  (void)AnswerOf("entries/a");
  (void)AnswerOf("entries/b");

  Put(AFact("jin", "2400"));

  for (const char* name : {"entries/a", "entries/b"}) {
    for (const auto channel : {type::v1::WEB, type::v1::AGENT, type::v1::WECHAT}) {
      const v1::Answer answer = AnswerOf(name, channel);
      EXPECT_THAT(answer.Utf8DebugString(), Not(HasSubstr("2360"))) << name;
      EXPECT_THAT(answer.Utf8DebugString(), HasSubstr("2400")) << name;
      EXPECT_EQ(answer.kb_revision(), head());
      EXPECT_EQ(answer.revision(), 1) << "no entry was written";
    }
  }
}

TEST_F(FactsInAnswersTest, TheHashCoversTheFactsAndIsTheSameEverywhere) {
  const Entry entry = WithFact();
  Put(AFact("jin", "2360"), Inner(), entry, Entry(AnEntry("plain").Online()));
  const int64_t first = head();
  const std::string before = AnswerOf("entries/a").content_hash();
  EXPECT_EQ(before, AnswerOf("entries/a", type::v1::AGENT).content_hash());
  EXPECT_EQ(before, AnswerOf("entries/a", type::v1::SMS).content_hash());
  EXPECT_EQ(before, AnswerHash(entry.online().content_hash(), {{"facts/jin", first, "2360元/月"},
                                                               {"facts/neixian", first, "8012"}}));
  EXPECT_EQ(AnswerOf("entries/plain").content_hash(),
            Entry(AnEntry("plain").Online()).online().content_hash())
      << "without facts it is the entry's";
  const auto asked = Ask("失业金多少？a");
  ASSERT_THAT(asked, IsOk());
  EXPECT_EQ(asked->answer().content_hash(), before);
  v1::SearchRequest search;
  search.set_query("失业金多少");
  search.set_channel(type::v1::WEB);
  const auto found = service_.Search(ACall(), search);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->hits(0).content_hash(), before);
  EXPECT_THAT(found->hits(0).snippet(), HasSubstr("2360元/月"));

  Put(AFact("jin", "2400"));
  const std::string after = AnswerOf("entries/a").content_hash();
  EXPECT_NE(before, after);
  // What was said then is computed from the store, to the same hash.
  EXPECT_EQ(AsOf("entries/a", first).content_hash(), before);
  EXPECT_THAT(AsOf("entries/a", first).blocks(0).text(), HasSubstr("2360"));
  EXPECT_EQ(AsOf("entries/a", head()).content_hash(), after);
}

TEST_F(FactsInAnswersTest, AFollowerThatLoadsAnewSaysTheSame) {
  Put(AFact("jin", "2360"), Inner(), WithFact());
  const v1::Answer before = AnswerOf("entries/a", type::v1::AGENT);
  follower_.reset();
  follower_ = std::make_unique<Follower>(
      handle_, clock_, board_, history_,
      Follower::Options{
          .instance = "2", .limits = kLimits, .feed_wait = std::chrono::milliseconds(20)});
  ASSERT_THAT(follower_->AwaitServing(std::chrono::steady_clock::now() + std::chrono::seconds(20)),
              IsOk());
  EXPECT_THAT(AnswerOf("entries/a", type::v1::AGENT), hotline::testing::EqualsProto(before));
}

TEST_F(FactsInAnswersTest, TranslationsSayTheValueInTheirWords) {
  Entry entry = WithFact();
  auto& variant = *entry.add_variants();
  variant.set_language(type::v1::EN);
  variant.set_source_revision(1);
  variant.set_question("How much?");
  auto& block = *variant.add_blocks();
  block.set_type(knowledge::v1::AnswerBlock::CONCLUSION);
  block.set_text("Within {{facts/qixian}}.");
  Fact days = AFact("qixian", "30");
  days.set_type(Fact::DURATION_WORKING_DAYS);
  Put(AFact("jin"), Inner(), days, entry);
  const v1::Answer answer = AnswerOf("entries/a", type::v1::WEB, type::v1::EN);
  EXPECT_THAT(answer.html(), HasSubstr("Within 30 working days."));
}

TEST_F(FactsInAnswersTest, ALapsedFactMakesItsAnswersDoubtful) {
  Fact fact = AFact("jin", "2360");
  *fact.mutable_validity()->mutable_expire_time() = ToTimestamp(now() + 60'000'000);
  Put(fact, Inner(), WithFact());
  EXPECT_FALSE(AnswerOf("entries/a").suspect());

  clock_.AdvanceWall(std::chrono::seconds(60));
  Await([&] { return AnswerOf("entries/a").suspect(); });

  const v1::Answer web = AnswerOf("entries/a");
  EXPECT_TRUE(web.held());
  EXPECT_THAT(web.html(), HasSubstr("失业保险金标准"));
  EXPECT_THAT(web.Utf8DebugString(), Not(HasSubstr("2360")));
  EXPECT_THAT(web.facts(), IsEmpty());
  const v1::Answer agent = AnswerOf("entries/a", type::v1::AGENT);
  EXPECT_FALSE(agent.held());
  EXPECT_TRUE(agent.facts(0).lapsed());
  EXPECT_THAT(agent.suspect_reason(), HasSubstr("失业保险金标准"));
  EXPECT_EQ(agent.content_hash(), web.content_hash());
}

TEST_F(FactsInAnswersTest, AFactOfTheNotesAloneIsADoubtOfAgentsAlone) {
  Fact inner = Inner();
  *inner.mutable_validity()->mutable_expire_time() = ToTimestamp(now() - 1);
  Put(AFact("jin"), inner, WithFact());
  EXPECT_FALSE(AnswerOf("entries/a").suspect());
  EXPECT_TRUE(AnswerOf("entries/a", type::v1::AGENT).suspect());
}

TEST_F(FactsInAnswersTest, AMissingFactIsNeverSaidAsItStands) {
  Put(WithFact());  // past every check: the store would not let a handler do this
  const v1::Answer agent = AnswerOf("entries/a", type::v1::AGENT);
  EXPECT_THAT(agent.blocks(0).text(), HasSubstr("（待更新）"));
  EXPECT_TRUE(agent.suspect());
  EXPECT_TRUE(AnswerOf("entries/a").held());
  Put(AFact("jin", "2360"), Inner());
  EXPECT_THAT(AnswerOf("entries/a", type::v1::AGENT).blocks(0).text(), HasSubstr("2360"));
  EXPECT_FALSE(AnswerOf("entries/a").suspect());
}

TEST_F(FactsInAnswersTest, MarkupInAValueIsText) {
  Fact hours = AFact("jin", "周一*至*周五_9点_<b>");
  hours.set_type(Fact::OPENING_HOURS);
  Put(hours, Inner(), WithFact());
  EXPECT_THAT(AnswerOf("entries/a").html(),
              HasSubstr("<strong>周一*至*周五_9点_&lt;b&gt;</strong>"));
}

TEST_F(FactsInAnswersTest, AnEntryIsFoundByWhatItsFactsAreCalled) {
  Put(AFact("jin", "2360"), Inner(), WithFact(), Entry(AnEntry("other").Online()));
  v1::SearchRequest search;
  search.set_query("失业保险金标准");
  search.set_channel(type::v1::WEB);
  *search.mutable_consistency() = newest();
  const auto found = service_.Search(ACall(), search);
  ASSERT_THAT(found, IsOk());
  ASSERT_THAT(found->hits(), Not(IsEmpty()));
  EXPECT_EQ(found->hits(0).entry(), "entries/a");
}

TEST_F(FactsInAnswersTest, WatchersAreToldOfEveryAnswerThatChanged) {
  Put(AFact("jin", "2360"), Inner(), WithFact("a"), WithFact("b"), Entry(AnEntry("c").Online()));
  (void)Get("entries/a");
  v1::WatchAnswersRequest request;
  for (const char* name : {"entries/a", "entries/b", "entries/c"}) request.add_names(name);
  request.set_channel(type::v1::WEB);
  auto source = service_.WatchAnswers(ACall(), request, [] {});
  ASSERT_THAT(source, IsOk());
  const auto said = [&] {
    std::vector<Event> events;
    for (;;) {
      auto step = (*source)->Next();
      EXPECT_THAT(step, IsOk());
      if (!step.ok() || step->kind != runtime::StreamStep<Event>::Kind::kMessage) return events;
      if (step->message.event() != Event::HEARTBEAT) events.push_back(std::move(step->message));
    }
  };
  EXPECT_THAT(said(), SizeIs(3));

  Put(AFact("jin", "2400"));
  (void)Get("entries/a");

  std::set<std::string> told;
  for (const Event& event : said()) {
    EXPECT_EQ(event.event(), Event::CHANGED);
    EXPECT_EQ(event.kb_revision(), head());
    EXPECT_THAT(event.answer().html(), HasSubstr("2400"));
    told.insert(event.name());
  }
  EXPECT_THAT(told, ::testing::ElementsAre("entries/a", "entries/b"));

  // Time alone makes an answer doubtful: told as well, once.
  Fact fact = AFact("jin", "2400");
  *fact.mutable_validity()->mutable_expire_time() = ToTimestamp(now() + 60'000'000);
  Put(fact);
  (void)Get("entries/a");
  (void)said();
  clock_.AdvanceWall(std::chrono::seconds(60));
  Await([&] { return Get("entries/a")->answer().suspect(); });
  const auto flipped = said();
  ASSERT_THAT(flipped, SizeIs(2));
  EXPECT_TRUE(flipped[0].answer().held());
  EXPECT_THAT(said(), IsEmpty());
}

// Many users are told after the view is served: late, but each once and none forgotten.
TEST_F(FactsInAnswersTest, WatchersOfAFactOfManyAnswersAreToldToo) {
  constexpr int kUsers = 3 * static_cast<int>(CorpusBuilder::kToldAtOnceMax) / 2;
  hotline::testing::CommitBuilder commit;
  commit.Put(AFact("jin", "2360")).Put(Inner());
  for (int i = 0; i < kUsers; ++i) commit.Put(WithFact("e" + std::to_string(i)));
  Commit(commit);
  (void)Get("entries/e0");
  v1::WatchAnswersRequest request;
  request.add_names("entries/e0");
  request.add_names("entries/e" + std::to_string(kUsers - 1));
  request.set_channel(type::v1::WEB);
  const auto watch = [&](int64_t after) {
    request.set_after_kb_revision(after);
    auto source = service_.WatchAnswers(ACall(), request, [] {});
    EXPECT_THAT(source, IsOk());
    return std::move(source).value_or(nullptr);
  };
  std::vector<Event> events;
  const auto hear = [&](auto& source) {
    for (;;) {
      auto step = source->Next();
      EXPECT_THAT(step, IsOk());
      if (!step.ok() || step->kind != runtime::StreamStep<Event>::Kind::kMessage) return;
      if (step->message.event() != Event::HEARTBEAT) events.push_back(std::move(step->message));
    }
  };
  auto source = watch(0);
  hear(source);
  EXPECT_THAT(events, SizeIs(2));
  events.clear();

  Put(AFact("jin", "2400"));
  EXPECT_THAT(AnswerOf("entries/e1").html(), HasSubstr("2400"));
  Await([&] {
    hear(source);
    return events.size() >= 2;
  });
  hear(source);
  ASSERT_THAT(events, SizeIs(2)) << "each once";
  for (const Event& event : events) {
    EXPECT_EQ(event.event(), Event::CHANGED);
    EXPECT_EQ(event.kb_revision(), head());
    EXPECT_THAT(event.answer().html(), HasSubstr("2400"));
  }
  // A stream that only heard of the position may not have heard of the change: it is told again.
  events.clear();
  auto resumed = watch(head());
  hear(resumed);
  EXPECT_THAT(events, SizeIs(2));
}

}  // namespace
}  // namespace hotline::answer
