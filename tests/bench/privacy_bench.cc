// What the masks find and what they mask without need:
//
//   privacy_bench                 recall per kind on 10,000 generated questions, and the time
//   privacy_bench FILE…           every mask in the lines of files, with its line, for reading
//   privacy_bench --misses        the planted items that stay visible
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "services/text/personal_data.h"
#include "tests/bench/privacy_texts.h"

namespace hotline::bench {
namespace {

constexpr size_t kTexts = 10'000;
constexpr uint64_t kSeed = 20'240'501;

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

const char* NameOf(text::PersonalKind kind) {
  constexpr const char* kNames[] = {"",       "身份证号", "手机号", "座机", "银行卡号",
                                    "车牌号", "邮箱",     "地址",   "姓名", "其他证件"};
  return kNames[static_cast<size_t>(kind)];
}

void PrintRecall(bool misses) {
  struct Count {
    size_t planted = 0;
    size_t masked = 0;
  };
  std::map<text::PersonalKind, Count> counts;
  Count all;
  const auto texts = MakePlantedTexts(kTexts, kSeed);
  for (const PlantedText& text : texts) {
    for (const Planted& item : text.items) {
      const bool masked = IsMasked(text, item);
      for (Count* count : {&counts[item.kind], &all}) {
        ++count->planted;
        count->masked += masked ? 1 : 0;
      }
      if (!masked && misses) {
        std::cout << NameOf(item.kind) << "\t"
                  << text.text.substr(item.begin, item.end - item.begin) << "\t" << text.text
                  << "\t" << text::MaskPersonalData(text.text) << "\n";
      }
    }
  }
  const auto line = [](const char* name, const Count& count) {
    std::printf("%-12s planted %6zu  masked %6zu  recall %.4f\n", name, count.planted, count.masked,
                static_cast<double>(count.masked) / static_cast<double>(count.planted));
  };
  for (const auto& [kind, count] : counts) line(NameOf(kind), count);
  line("all", all);
}

void PrintTime() {
  // A question of 100 characters without anything personal, as most are.
  std::string question;
  while (question.size() < 300)
    question += "请问深圳市居住证到期以后怎么续签，需要带哪些材料，多久能办好？";
  question.resize(300);
  const auto planted = MakePlantedTexts(2'000, kSeed);
  constexpr int kRounds = 20'000;
  double begin = CpuSeconds();
  size_t bytes = 0;
  for (int i = 0; i < kRounds; ++i) bytes += text::MaskPersonalData(question).size();
  std::printf("a question of 100 characters: %.2f µs\n", (CpuSeconds() - begin) / kRounds * 1e6);
  begin = CpuSeconds();
  size_t points = 0;
  for (const PlantedText& text : planted) {
    bytes += text::MaskPersonalData(text.text).size();
    for (const char c : text.text)
      points += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  }
  std::printf("planted questions: %.2f µs per 100 characters (%zu bytes)\n",
              (CpuSeconds() - begin) / static_cast<double>(points) * 1e8, bytes);
}

void PrintMasks(const char* path) {
  std::ifstream file(path);
  size_t lines = 0;
  size_t masked_lines = 0;
  size_t masks = 0;
  for (std::string line; std::getline(file, line);) {
    ++lines;
    const auto spans = text::FindPersonalData(line);
    if (spans.empty()) continue;
    ++masked_lines;
    masks += spans.size();
    std::cout << path << ":" << lines << "\t" << line << "\n\t" << text::MaskPersonalData(line)
              << "\n";
  }
  std::cout << path << ": " << lines << " lines, " << masked_lines << " with masks, " << masks
            << " masks\n";
}

}  // namespace
}  // namespace hotline::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) != "--misses") {
    for (int i = 1; i < argc; ++i) hotline::bench::PrintMasks(argv[i]);
    return 0;
  }
  hotline::bench::PrintRecall(argc > 1);
  hotline::bench::PrintTime();
  return 0;
}
