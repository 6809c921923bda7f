// Any bytes as queries (and a few documents) of a small index: what the search skips changes
// nothing, the history of the index cannot be seen, and completions have what was typed.
//
// The input is cut at line feeds. The first line is what is typed and searched for; each further
// one becomes a document.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/index/analyzer.h"
#include "services/index/index.h"
#include "tests/fuzz/fuzz_check.h"

namespace hotline::fuzz {
namespace {

using index::Completion;
using index::DocAttributes;
using index::DocKey;
using index::Fold;
using index::Hit;
using index::IndexBatch;
using index::IndexDocument;
using index::IndexSnapshot;
using index::IndexWriter;
using index::RankTier;
using index::Squeeze;

constexpr size_t kDocumentsMax = 8;
constexpr size_t kLineMax = 1500;
constexpr DocKey kFirstOwnKey = 1000;

constexpr std::string_view kTexts[] = {"居住证怎么办理",
                                       "居住证到期后如何续签",
                                       "身份证丢了去哪里补办",
                                       "身份证换领要多久",
                                       "公积金提取需要哪些材料",
                                       "公积金贷款额度 10 万元",
                                       "12345 热线怎么打",
                                       "K12 学校报名",
                                       "铁路12306退票",
                                       "个体工商户怎么注销",
                                       "社保卡挂失",
                                       "医保报销比例是多少",
                                       "《道路交通安全法》第九十一条",
                                       "不动产登记证明",
                                       "新生儿落户",
                                       "残疾人证办理流程",
                                       "ETC 怎么注销",
                                       "請問戶籍遷移",
                                       "生育津贴领取条件",
                                       "失业金怎么申请",
                                       "退休年龄",
                                       "老年人乘车卡",
                                       "噪音扰民投诉",
                                       "小区停车费标准"};

IndexDocument Document(DocKey key, std::string_view text) {
  IndexDocument document;
  document.attributes.key = key;
  document.attributes.region = static_cast<uint32_t>(key % 3);
  document.tier = key % 4 == 3 ? RankTier::kStatute : RankTier::kAnswer;
  document.question = std::string(text);
  const std::string_view half = text.substr(0, text.size() / 2);  // may be broken UTF-8
  if (key % 2 == 0) document.similar_questions = {std::string(half), std::string(text) + "吗"};
  if (key % 5 == 0) document.keywords = {std::string(half)};
  document.answer = "请带身份证到窗口办理。" + std::string(text);
  return document;
}

const IndexSnapshot& Base() {
  static const auto snapshot = [] {
    IndexBatch batch;
    DocKey key = 0;
    for (const std::string_view text : kTexts) batch.upserts.push_back(Document(key++, text));
    IndexWriter writer;
    return writer.Apply(batch);
  }();
  return *snapshot;
}

void CheckSame(const std::vector<Hit>& a, const std::vector<Hit>& b) {
  FUZZ_CHECK(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    FUZZ_CHECK(a[i].key == b[i].key && a[i].unit == b[i].unit && a[i].exact == b[i].exact);
    FUZZ_CHECK(a[i].score == b[i].score);
    FUZZ_CHECK(i == 0 || a[i - 1].score >= a[i].score);
    for (const double share : {a[i].query_coverage, a[i].unit_coverage, a[i].total_coverage}) {
      FUZZ_CHECK(share >= 0 && share <= 1 + 1e-6);
    }
  }
}

void CheckSearch(const IndexSnapshot& snapshot, std::string_view query, size_t limit) {
  const auto filter = [](const DocAttributes& a) { return a.region != 2; };
  const auto boost = [](const DocAttributes& a) { return a.region == 1 ? 1.3 : 0.9; };
  CheckSame(snapshot.Search(query, {.limit = limit}),
            snapshot.Search(query, {.limit = limit, .exhaustive = true}));
  const auto picky =
      snapshot.Search(query, {.limit = limit, .filter = filter, .boost = boost, .boost_max = 1.3});
  CheckSame(picky, snapshot.Search(query, {.limit = limit,
                                           .filter = filter,
                                           .boost = boost,
                                           .boost_max = 1.3,
                                           .exhaustive = true}));
  for (const Hit& hit : picky) FUZZ_CHECK(hit.attributes->region != 2);
}

std::string Folded(std::string_view text) {
  std::u32string folded;
  Fold(text, kLineMax, folded);
  return Squeeze(folded);
}

void CheckSuggest(const IndexSnapshot& snapshot, const IndexSnapshot& other,
                  std::string_view typed) {
  const std::vector<Completion> found = snapshot.Suggest(typed, {.limit = 8});
  const std::vector<Completion> expected = other.Suggest(typed, {.limit = 8});
  FUZZ_CHECK(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    FUZZ_CHECK(found[i].key == expected[i].key && found[i].unit == expected[i].unit);
    for (size_t j = 0; j < i; ++j) FUZZ_CHECK(found[i].key != found[j].key);
  }
}

}  // namespace

void TestIndex(std::string_view input) {
  std::vector<std::string_view> lines;
  while (lines.size() <= kDocumentsMax) {
    const size_t at = input.find('\n');
    lines.push_back(input.substr(0, std::min(at, kLineMax)));
    if (at == std::string_view::npos) break;
    input.remove_prefix(at + 1);
  }
  // One Change after the other, with an entry replaced and one gone, …
  IndexWriter writer(Base());
  auto grown = writer.snapshot();
  for (size_t i = 1; i < lines.size(); ++i) {
    IndexBatch batch;
    batch.upserts.push_back(Document(kFirstOwnKey + i % 4, lines[i]));
    if (i == 3) batch.deletes = {1, kFirstOwnKey + 1};
    grown = writer.Apply(batch);
  }
  while (const auto merged = writer.MaybeMerge()) grown = merged;
  // … and the same documents at once.
  IndexBatch whole;
  for (DocKey key = 0; key < std::size(kTexts); ++key) {
    if (key != 1 || lines.size() <= 3) whole.upserts.push_back(Document(key, kTexts[key]));
  }
  std::string_view last[4];
  bool there[4] = {};
  for (size_t i = 1; i < lines.size(); ++i) {
    last[i % 4] = lines[i];
    there[i % 4] = true;
    if (i == 3) there[1] = false;
  }
  for (size_t i = 0; i < 4; ++i) {
    if (there[i]) whole.upserts.push_back(Document(kFirstOwnKey + i, last[i]));
  }
  IndexWriter other;
  const auto fresh = other.Apply(whole);
  FUZZ_CHECK(grown->live_documents() == fresh->live_documents());

  const size_t limit = 1 + lines[0].size() % 20;
  CheckSearch(*grown, lines[0], limit);
  CheckSame(grown->Search(lines[0], {.limit = limit}), fresh->Search(lines[0], {.limit = limit}));
  CheckSuggest(*grown, *fresh, lines[0]);
  if (Folded(lines[0]).empty()) FUZZ_CHECK(grown->Search(lines[0]).empty());
}

}  // namespace hotline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hotline::fuzz::TestIndex({reinterpret_cast<const char*>(data), size});
  return 0;
}
