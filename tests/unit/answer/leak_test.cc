// No read path shows what the rule hides: every method, for every viewer, over entries of every
// combination. The rule is written here a second time, from the contract's words and not from the
// code.
#include <algorithm>
#include <set>

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::AnEntry;
using hotline::testing::EntryBuilder;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using type::v1::Channel;
using Names = std::set<std::string>;

enum class Time { kAlways, kNow, kPast, kFuture };

// One combination.
struct Kind {
  std::string name;
  std::string question;
  bool online = true;
  bool agent_only = false;
  std::vector<Channel> channels;
  std::string region;
  Time time = Time::kAlways;
};

class LeakTest : public AnswerWorld {
 protected:
  LeakTest() {
    for (const bool agent_only : {false, true}) {
      for (const auto& channels : std::vector<std::vector<Channel>>{
               {}, {type::v1::WEB}, {type::v1::SMS, type::v1::AGENT}}) {
        for (const char* region : {"000000", "440000", "440300", "440305", "440100"}) {
          for (const Time time : {Time::kAlways, Time::kNow, Time::kPast, Time::kFuture}) {
            Add({.agent_only = agent_only, .channels = channels, .region = region, .time = time});
          }
        }
      }
    }
    hotline::testing::CommitBuilder commit;
    for (const Kind& kind : kinds_) commit.Put(Builder(kind).Online());
    Commit(commit);
    // What was online and is no more, and what never was.
    for (const auto state : {Entry::RECALLED, Entry::RETIRED, Entry::DRAFT}) {
      Add({.online = false, .region = "000000"});
      if (state != Entry::DRAFT) Put(Entry(Builder(kinds_.back()).Online()));
      Put(state == Entry::DRAFT ? Entry(Builder(kinds_.back()))
                                : Entry(Builder(kinds_.back()).Withdrawn(state, "撤下")));
    }
  }

  void Add(Kind kind) {
    const std::string number = std::to_string(kinds_.size());
    kind.name = "entries/e" + number;
    kind.question = "泄露检查编号" + number + "号事项";
    kinds_.push_back(std::move(kind));
  }

  EntryBuilder Builder(const Kind& kind) const {
    EntryBuilder builder = AnEntry(kind.name.substr(8)).Question(kind.question).Region(kind.region);
    builder.Audience(kind.agent_only ? type::v1::AGENT_ONLY : type::v1::PUBLIC);
    for (const Channel channel : kind.channels) builder.Channel(channel);
    if (kind.time == Time::kNow) builder.ValidFrom(now() - 10).ValidUntil(now() + 10'000'000);
    if (kind.time == Time::kPast) builder.ValidUntil(now() - 10);
    if (kind.time == Time::kFuture) builder.ValidFrom(now() + 10'000'000);
    return builder;
  }

  static bool MaySee(const Kind& kind, Channel channel, const std::string& region) {
    if (!kind.online || kind.time == Time::kPast || kind.time == Time::kFuture) return false;
    if (kind.agent_only && channel != type::v1::AGENT) return false;
    if (!kind.channels.empty() &&
        std::find(kind.channels.begin(), kind.channels.end(), channel) == kind.channels.end()) {
      return false;
    }
    // The region asked for begins with what is significant of the entry's.
    std::string significant = kind.region;
    while (significant.size() >= 2 && significant.substr(significant.size() - 2) == "00") {
      significant.resize(significant.size() - 2);
    }
    return region.empty() || region.compare(0, significant.size(), significant) == 0;
  }
  Names Expected(Channel channel, const std::string& region) const {
    Names names;
    for (const Kind& kind : kinds_) {
      if (MaySee(kind, channel, region)) names.insert(kind.name);
    }
    return names;
  }

  Names BySearch(Channel channel, const std::string& region) {
    v1::SearchRequest request;
    request.set_query("泄露检查编号");
    request.set_channel(channel);
    request.set_region(region);
    request.set_page_size(100);
    Names names;
    do {
      const auto reply = service_.Search(ACall(), request);
      EXPECT_THAT(reply, IsOk());
      for (const auto& hit : reply->hits()) names.insert(hit.entry());
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  Names ByGet(Channel channel, const std::string& region) {
    Names names;
    for (const Kind& kind : kinds_) {
      if (const auto reply = Get(kind.name, channel, region); reply.ok())
        names.insert(reply->answer().entry());
    }
    return names;
  }
  Names ByBatch(Channel channel, const std::string& region) {
    Names names;
    for (size_t start = 0; start < kinds_.size(); start += 100) {
      v1::BatchGetAnswersRequest request;
      request.set_channel(channel);
      request.set_region(region);
      for (size_t i = start; i < std::min(start + 100, kinds_.size()); ++i)
        request.add_names(kinds_[i].name);
      const auto reply = service_.BatchGetAnswers(ACall(), request);
      EXPECT_THAT(reply, IsOk());
      for (const auto& answer : reply->answers()) names.insert(answer.entry());
    }
    return names;
  }
  Names ByWatch(Channel channel, const std::string& region,
                const std::vector<std::string>& watched) {
    v1::WatchAnswersRequest request;
    request.set_channel(channel);
    request.set_region(region);
    for (const std::string& name : watched) request.add_names(name);
    auto source = service_.WatchAnswers(ACall(), request, [] {});
    EXPECT_THAT(source, IsOk());
    Names names;
    for (auto step = (*source)->Next();
         step.ok() && step->kind != decltype(step)::value_type::Kind::kNothingNow;
         step = (*source)->Next()) {
      if (step->message.event() != v1::WatchAnswersResponse::HEARTBEAT)
        names.insert(step->message.name());
    }
    return names;
  }
  Names ByWatchOfNames(Channel channel, const std::string& region) {
    Names names;
    for (size_t start = 0; start < kinds_.size(); start += 100) {
      std::vector<std::string> watched;
      for (size_t i = start; i < std::min(start + 100, kinds_.size()); ++i)
        watched.push_back(kinds_[i].name);
      names.merge(ByWatch(channel, region, watched));
    }
    return names;
  }
  Names ByAsOf(Channel channel, const std::string& region) {
    Names names;
    for (const Kind& kind : kinds_) {
      v1::GetAnswerRequest request;
      request.set_name(kind.name);
      request.set_channel(channel);
      request.set_region(region);
      request.set_as_of_kb_revision(head());
      if (const auto reply = service_.GetAnswer(ACall(), request); reply.ok())
        names.insert(reply->answer().entry());
    }
    return names;
  }
  // Ask and Suggest show only the best: whatever they show must be visible.
  void ExpectNoLeakByAskAndSuggest(Channel channel, const std::string& region,
                                   const Names& visible) {
    for (const Kind& kind : kinds_) {
      const auto asked = Ask(kind.question, channel, region);
      ASSERT_THAT(asked, IsOk());
      EXPECT_TRUE(!asked->has_answer() || visible.contains(asked->answer().entry()));
      for (const auto& choice : asked->choices()) EXPECT_TRUE(visible.contains(choice.entry()));
      EXPECT_TRUE(!visible.contains(kind.name) || asked->answer().entry() == kind.name);
    }
    v1::SuggestRequest request;
    request.set_text("泄露检查");
    request.set_channel(channel);
    request.set_region(region);
    request.set_page_size(20);
    const auto suggested = service_.Suggest(ACall(), request);
    ASSERT_THAT(suggested, IsOk());
    EXPECT_EQ(suggested->suggestions_size(), std::min<int>(20, static_cast<int>(visible.size())));
    for (const auto& suggestion : suggested->suggestions())
      EXPECT_TRUE(visible.contains(suggestion.entry()));
  }

  std::vector<Kind> kinds_;
};

TEST_F(LeakTest, EveryReadPathShowsExactlyWhatTheRuleAllows) {
  for (int number = type::v1::AGENT; number <= type::v1::API; ++number) {
    const auto channel = static_cast<Channel>(number);
    for (const char* region : {"", "440305", "440300", "440100", "000000"}) {
      SCOPED_TRACE(type::v1::Channel_Name(channel) + " " + region);
      const Names visible = Expected(channel, region);
      EXPECT_EQ(ByGet(channel, region), visible);
      EXPECT_EQ(ByBatch(channel, region), visible);
      EXPECT_EQ(BySearch(channel, region), visible);
      EXPECT_EQ(ByWatch(channel, region, {}), visible);
      EXPECT_EQ(ByWatchOfNames(channel, region), visible);
      if (channel == type::v1::AGENT || channel == type::v1::API) {
        EXPECT_EQ(ByAsOf(channel, region), visible);
      }
      ExpectNoLeakByAskAndSuggest(channel, region, visible);
    }
  }
}

}  // namespace
}  // namespace hotline::answer
