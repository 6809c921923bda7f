#include <cstdio>
#include <cstdlib>
#include <set>

#include "services/index/analyzer.h"
#include "tests/bench/peers/peer.h"

namespace hotline::bench {
namespace {

using index::Detail;
using index::Fold;
using index::Squeeze;
using index::Token;

constexpr size_t kTextMax = 100'000;

}  // namespace

std::vector<std::string> PairsOf(const std::string& text) {
  std::u32string folded;
  Fold(text, kTextMax, folded);
  std::vector<Token> tokens;
  index::Tokenize(folded, Detail::kPrimary, tokens);
  std::vector<std::string> pairs;
  pairs.reserve(tokens.size());
  for (const Token& token : tokens) {
    pairs.push_back(
        Squeeze(std::u32string_view(folded).substr(token.begin, token.end - token.begin)));
  }
  return pairs;
}

std::vector<std::string> PairsOfQuery(const std::string& text) {
  static const std::set<std::string> kAsking = {
      "怎么", "如何", "什么", "哪些", "哪里", "请问", "您好", "你好", "可以", "需要",
      "是否", "能否", "么办", "怎样", "多少", "为什", "一下", "这个", "那个", "我们",
      "问题", "咨询", "我想", "想问", "是不", "不是", "有没", "没有", "吗请", "谢谢"};
  std::vector<std::string> pairs = PairsOf(text);
  std::vector<std::string> kept;
  for (const std::string& pair : pairs) {
    if (kAsking.count(pair) == 0) kept.push_back(pair);
  }
  return kept.empty() ? pairs : kept;
}

std::vector<std::string> TrigramsOf(const std::string& text) {
  std::u32string folded;
  Fold(text, kTextMax, folded);
  std::vector<std::string> trigrams;
  std::u32string run;
  const auto take = [&] {
    for (size_t i = 0; i + 3 <= run.size(); ++i) trigrams.push_back(Squeeze(run.substr(i, 3)));
    run.clear();
  };
  for (const char32_t c : folded) {
    if (c == U' ') {
      take();
    } else {
      run += c;
    }
  }
  take();
  if (trigrams.empty() && !folded.empty()) trigrams.push_back(Squeeze(folded));
  return trigrams;
}

void Fail(const std::string& what) {
  std::fprintf(stderr, "peers_bench: %s\n", what.c_str());
  std::fflush(nullptr);
  std::_Exit(1);
}

}  // namespace hotline::bench
