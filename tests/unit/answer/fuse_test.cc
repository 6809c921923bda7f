// The fuse: what is said while a cited document is not in force.
#include <atomic>
#include <thread>

#include "tests/unit/answer/answer_world.h"

namespace hotline::answer {
namespace {

using hotline::testing::ADepartment;
using hotline::testing::AnEntry;
using hotline::testing::APolicy;
using hotline::testing::IsOk;
using knowledge::v1::Entry;
using knowledge::v1::Policy;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class FuseTest : public AnswerWorld {
 protected:
  void PutAll(Policy::Status status) {
    auto department = ADepartment("rsj", "市人社局");
    department.set_phone("0755-12333");
    Put(department, Document(status),
        Entry(AnEntry("a")
                  .Question("失业金怎么领？")
                  .Answer("带身份证到窗口。")
                  .AgentNotes("别承诺到账日")
                  .Department("departments/rsj")
                  .Policy("policies/p")
                  .Online()));
  }
  static Policy Document(Policy::Status status) {
    Policy policy = APolicy("p", "失业保险_办法*");
    policy.set_status(status);
    policy.set_url("https://example.gov.cn/p(1)");
    return policy;
  }
  v1::Answer AnswerOf(type::v1::Channel channel, v1::Rendering rendering = {},
                      type::v1::Language language = type::v1::ZH_CN) {
    v1::GetAnswerRequest request;
    request.set_name("entries/a");
    request.set_channel(channel);
    request.set_rendering(rendering);
    request.set_language(language);
    *request.mutable_consistency() = newest();
    const auto reply = service_.GetAnswer(ACall(), request);
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? reply->answer() : v1::Answer();
  }
};

TEST_F(FuseTest, CitizensGetAHoldingSentenceWithLinkAndPhone) {
  PutAll(Policy::VALID);
  const std::string hash = AnswerOf(type::v1::WEB).content_hash();
  Put(Document(Policy::REPEALED));

  const v1::Answer web = AnswerOf(type::v1::WEB);
  EXPECT_TRUE(web.held());
  EXPECT_TRUE(web.suspect());
  EXPECT_EQ(web.question(), "失业金怎么领？");
  EXPECT_EQ(web.content_hash(), hash);
  EXPECT_THAT(web.html(), HasSubstr("《失业保险_办法*》（深人社规〔2025〕3号）已废止"));
  EXPECT_THAT(web.html(), HasSubstr("href=\"https://example.gov.cn/p(1)\""));
  EXPECT_THAT(web.html(), HasSubstr("市人社局（0755-12333）"));
  EXPECT_THAT(web.html(), HasSubstr("12345"));
  EXPECT_EQ(web.basis(0).status(), Policy::REPEALED);
  for (const auto channel :
       {type::v1::WEB, type::v1::WECHAT, type::v1::WEIBO, type::v1::SMS, type::v1::IVR}) {
    for (const auto rendering : {v1::BLOCKS, v1::HTML, v1::PLAIN}) {
      const v1::Answer answer = AnswerOf(channel, rendering);
      EXPECT_TRUE(answer.held());
      EXPECT_THAT(answer.Utf8DebugString(), Not(HasSubstr("身份证")));
      EXPECT_THAT(answer.Utf8DebugString(), Not(HasSubstr("到账日")));
      EXPECT_EQ(answer.content_hash(), hash);
    }
  }
  EXPECT_THAT(AnswerOf(type::v1::WECHAT).text_parts(0), HasSubstr("https://example.gov.cn/p(1)"));
  EXPECT_THAT(AnswerOf(type::v1::IVR).text_parts(0), Not(HasSubstr("https")));
  EXPECT_THAT(AnswerOf(type::v1::WEB, v1::BLOCKS).blocks(0).text(), HasSubstr("0755-12333"));
}

TEST_F(FuseTest, AgentsSeeTheTextStruckAndWhy) {
  PutAll(Policy::REPLACED);
  const v1::Answer blocks = AnswerOf(type::v1::AGENT);
  EXPECT_TRUE(blocks.suspect());
  EXPECT_FALSE(blocks.held());
  EXPECT_EQ(blocks.blocks(0).text(), "带身份证到窗口。");
  EXPECT_EQ(blocks.agent_notes(), "别承诺到账日");
  EXPECT_THAT(blocks.suspect_reason(), HasSubstr("《失业保险_办法*》"));
  EXPECT_THAT(blocks.suspect_reason(), HasSubstr("已被替代"));
  EXPECT_THAT(blocks.suspect_reason(), HasSubstr("登记于"));
  const v1::Answer html = AnswerOf(type::v1::AGENT, v1::HTML);
  EXPECT_THAT(html.html(), ::testing::StartsWith("<del>"));
  EXPECT_THAT(html.html(), HasSubstr("带身份证到窗口。"));
  EXPECT_FALSE(AnswerOf(type::v1::API).held()) << "programs are told, and told that it is doubtful";
  EXPECT_THAT(AnswerOf(type::v1::API).html(), ::testing::StartsWith("<del>"));
}

TEST_F(FuseTest, ComesAndGoesWithTheDocument) {
  PutAll(Policy::VALID);
  EXPECT_FALSE(AnswerOf(type::v1::WEB).held());
  Put(Document(Policy::EXPIRED));
  EXPECT_TRUE(AnswerOf(type::v1::WEB).held());
  Put(Document(Policy::VALID));
  EXPECT_FALSE(AnswerOf(type::v1::WEB).held());
  EXPECT_THAT(AnswerOf(type::v1::WEB).html(), HasSubstr("身份证"));
  EXPECT_THAT(AnswerOf(type::v1::AGENT).suspect_reason(), IsEmpty());
}

TEST_F(FuseTest, TimeAloneBlowsIt) {
  PutAll(Policy::VALID);
  Policy policy = Document(Policy::VALID);
  *policy.mutable_validity()->mutable_expire_time() = ToTimestamp(now() + 1'000'000);
  Put(policy);
  EXPECT_FALSE(AnswerOf(type::v1::WEB).held());
  clock_.AdvanceWall(std::chrono::seconds(1));
  Await([&] { return AnswerOf(type::v1::WEB).held(); });
  EXPECT_THAT(AnswerOf(type::v1::AGENT).suspect_reason(), HasSubstr("起已失效"));
}

TEST_F(FuseTest, OtherLanguagesHoldInTheirWords) {
  PutAll(Policy::REPEALED);
  Entry entry = memory_.Get("entries/a", 0, storage::Deadline::max())->resource.entry();
  auto& variant = *entry.add_variants();
  variant.set_language(type::v1::EN);
  variant.set_source_revision(1);
  variant.set_question("How to apply?");
  variant.add_blocks()->set_text("Bring your ID card.");
  Put(entry);
  const v1::Answer english = AnswerOf(type::v1::WEB, v1::HTML, type::v1::EN);
  EXPECT_THAT(english.html(), HasSubstr("is no longer in force"));
  EXPECT_THAT(english.html(), Not(HasSubstr("ID card")));
  EXPECT_EQ(english.question(), "How to apply?");
}

TEST_F(FuseTest, TheQuestionIsStillFoundButNoTextOfIt) {
  PutAll(Policy::REPEALED);
  const auto asked = Ask("失业金怎么领？");
  ASSERT_THAT(asked, IsOk());
  EXPECT_EQ(asked->outcome(), v1::AskResponse::ANSWERED);
  EXPECT_TRUE(asked->answer().held());
  v1::SearchRequest search;
  search.set_query("失业金怎么领");
  search.set_channel(type::v1::WECHAT);
  const auto found = service_.Search(ACall(), search);
  ASSERT_THAT(found, IsOk());
  ASSERT_THAT(found->hits(), SizeIs(1));
  EXPECT_THAT(found->hits(0).snippet(), HasSubstr("正在核实"));
  search.set_channel(type::v1::AGENT);
  EXPECT_THAT(service_.Search(ACall(), search)->hits(0).snippet(), HasSubstr("身份证"));
}

// A thousand answers, one document: whoever reads at a position sees all of them or none.
TEST_F(FuseTest, AllFlipAtOnePosition) {
  constexpr int kEntries = 1'000;
  constexpr int kBatch = 100;
  hotline::testing::CommitBuilder commit;
  commit.Put(Document(Policy::VALID));
  for (int i = 0; i < kEntries; ++i) {
    const std::string id = "e" + std::to_string(i);
    commit.Put(Entry(AnEntry(id).Question("问" + id).Policy("policies/p").Online()));
  }
  Commit(commit);
  (void)Get("entries/e0");
  const int64_t before = head();
  std::atomic<bool> stop{false};
  std::atomic<int64_t> mixed{0};
  std::atomic<int64_t> replies{0};
  std::atomic<int64_t> held_replies{0};
  std::thread reader([&] {
    for (int at = 0; !stop; at = (at + kBatch) % kEntries) {
      v1::BatchGetAnswersRequest request;
      request.set_channel(type::v1::WEB);
      for (int i = at; i < at + kBatch; ++i) request.add_names("entries/e" + std::to_string(i));
      const auto reply = service_.BatchGetAnswers(ACall(), request);
      if (!reply.ok()) continue;
      int held = 0;
      for (const v1::Answer& answer : reply->answers()) held += answer.held() ? 1 : 0;
      const bool after = reply->freshness().kb_revision() > before;
      if (held != (after ? kBatch : 0)) ++mixed;
      if (held == kBatch) ++held_replies;
      ++replies;
    }
  });
  Await([&] { return replies.load() >= 5; });

  Put(Document(Policy::REPEALED));
  Await([&] { return held_replies.load() >= 12; });  // every entry at least once
  stop = true;
  reader.join();

  EXPECT_EQ(mixed.load(), 0);
  EXPECT_EQ(head(), before + 1);
}

}  // namespace
}  // namespace hotline::answer
