#include "tests/bench/entry_maker.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"
#include "proto/cc/text.h"
#include "tests/bench/entry_places.h"
#include "tests/bench/entry_random.h"
#include "tests/bench/entry_sentences.h"
#include "tests/bench/search_data.h"

namespace hotline::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kQuestionMax = 200;  // characters, as the import takes them
constexpr size_t kFreshEvery = 130;   // characters of an answer for one string that nobody else has
constexpr size_t kStatutesPerPair = 32;
constexpr size_t kFramesMax = 40'000;

struct Parent {
  std::string id, type, question, answer, category, department;
  std::vector<std::string> similar;
};

// "…怎么办理": what stands around the matter in a question.
struct Frame {
  std::string before, after;
};

std::string TextOf(const nlohmann::json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// The second pair of characters and every third after it: enough to find a statute that shares one.
std::vector<std::string> PairsOf(std::string_view text) {
  std::vector<std::string> pairs;
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    characters.push_back(Prefix(text, 1));
    text.remove_prefix(std::max<size_t>(1, characters.back().size()));
  }
  for (size_t i = 0; i + 1 < characters.size(); ++i) {
    if (characters[i].size() == 3 && characters[i + 1].size() == 3) {
      pairs.push_back(std::string(characters[i]) + std::string(characters[i + 1]));
    }
  }
  return pairs;
}

// How many similar questions an entry has: most have none, a few have many.
size_t SimilarCount(EntryRandom& random) {
  const size_t permille = random.Below(1000);
  if (permille < 910) return 0;
  if (permille < 944) return 1;
  if (permille < 969) return 2;
  if (permille < 981) return 3;
  return random.Between(4, permille == 999 ? 100 : 12);
}

}  // namespace

struct EntryMaker::Material {
  uint64_t seed = 0;
  std::vector<std::string> real;  // lines of the seed base
  std::vector<Parent> core;       // its entries but statutes
  std::vector<Parent> local;      // local regulations
  std::vector<Parent> asked;      // real questions without answers
  std::vector<std::string> letters;
  std::vector<size_t> replies;                                       // in core: cases
  std::unordered_map<std::string, std::vector<size_t>> by_category;  // in core
  std::unordered_map<std::string, std::vector<Frame>> frames;        // by category
  std::unordered_map<std::string, std::vector<std::string>> subjects;
  std::vector<std::string> names;  // pieces of names of firms and housing estates
  std::unordered_map<std::string, std::vector<uint32_t>> statutes;  // lines of real, by pair
  std::unordered_map<std::string, std::vector<std::string>> synonyms;
  SentencePool sentences;
  Places places;

  void ReadSeed();
  void ReadAsked();
  void ReadWords();
  void Take(const nlohmann::json& row, size_t line);

  Json Answered(uint64_t number, const Parent& parent, EntryRandom& random) const;
  Json Clone(EntryRandom& random) const;
  Json Recombined(EntryRandom& random) const;
  Json Letter(EntryRandom& random) const;
  std::string QuestionIn(const std::string& category, EntryRandom& random) const;
  std::string Fresh(EntryRandom& random) const;
  std::string WithFresh(std::string answer, EntryRandom& random) const;
  std::string Reworded(const std::string& question, EntryRandom& random) const;
  void AddPlace(Json& row, const Place& place, EntryRandom& random) const;
  void AddSimilar(Json& row, const std::string& category, EntryRandom& random) const;
};

void EntryMaker::Material::Take(const nlohmann::json& row, size_t line) {
  Parent parent{.id = TextOf(row, "id"),
                .type = TextOf(row, "type"),
                .question = TextOf(row, "question"),
                .answer = TextOf(row, "answer"),
                .category = TextOf(row, "category"),
                .department = TextOf(row, "department")};
  if (parent.type == "statute") {
    for (const std::string& pair : PairsOf(Prefix(parent.answer, 80))) {
      auto& lines = statutes[pair];
      if (lines.size() < kStatutesPerPair) lines.push_back(static_cast<uint32_t>(line));
    }
    if (TextOf(row, "law_class") == "地方法规") local.push_back(std::move(parent));
    return;
  }
  core.push_back(std::move(parent));
}

void EntryMaker::Material::ReadSeed() {
  real = ReadLines(DataDir() + "/kb_seed.jsonl.zst");
  for (size_t line = 0; line < real.size(); ++line) {
    const auto row = nlohmann::json::parse(real[line], nullptr, false);
    if (row.is_object()) Take(row, line);
  }
  for (size_t i = 0; i < core.size(); ++i) {
    by_category[core[i].category].push_back(i);
    if (core[i].type == "case") replies.push_back(i);
    sentences.Add(core[i].category, core[i].answer);
  }
}

void EntryMaker::Material::ReadAsked() {
  for (const char* set : {"faq_antfin", "faq_zhidao", "faq_bank"}) {
    for (const auto& line : ReadLines(DataDir() + "/eval/" + set + "/corpus.jsonl")) {
      const auto row = nlohmann::json::parse(line, nullptr, false);
      if (!row.is_object()) continue;
      asked.push_back({.id = TextOf(row, "id"),
                       .type = "faq",
                       .question = TextOf(row, "question"),
                       .category = TextOf(row, "category"),
                       .similar = row.value("similar_questions", std::vector<std::string>())});
    }
  }
  for (const auto& line : ReadLines(DataDir() + "/queries/taidi_messages_unanswered.jsonl")) {
    const auto row = nlohmann::json::parse(line, nullptr, false);
    if (row.is_object() && !TextOf(row, "title").empty()) letters.push_back(TextOf(row, "title"));
  }
}

void EntryMaker::Material::ReadWords() {
  const std::string dict = DataDir() + "/dict";
  places = Places::Read(dict);
  for (const auto& line : ReadLines(dict + "/cilin_ext.txt")) {
    // "Aa01A02= 人类 生人": words of one meaning.
    if (line.size() < 10 || line[7] != '=') continue;
    std::vector<std::string> words(1);
    for (size_t i = 9; i < line.size(); ++i) {
      if (line[i] == ' ') {
        words.emplace_back();
      } else if (line[i] != '\r') {
        words.back() += line[i];
      }
    }
    for (const auto& word : words) {
      if (CodePoints(word) >= 2) synonyms.emplace(word, words);
    }
  }
  // Frames and subjects: questions around the longest matter that they name.
  std::unordered_map<std::string, bool> matters;
  for (const auto& matter : ReadLines(dict + "/gov_matter_names.txt"))
    matters.emplace(matter, true);
  for (const auto& line : ReadLines(dict + "/gov_terms.tsv")) {
    const std::string term = line.substr(0, line.find('\t'));
    if (CodePoints(term) >= 3) matters.emplace(term, true);
    if (CodePoints(term) == 2) names.push_back(term);
  }
  for (const Parent& parent : core) {
    const std::string_view question = parent.question;
    std::string_view best;
    for (size_t at = 0; at < question.size();
         at += std::max<size_t>(1, Prefix(question.substr(at), 1).size())) {
      for (size_t length = 24; length >= 3; --length) {
        const std::string_view part = Prefix(question.substr(at), length);
        if (part.size() <= best.size()) break;
        if (matters.count(std::string(part)) > 0) best = part;
      }
    }
    if (best.empty() || frames[parent.category].size() >= kFramesMax) continue;
    const auto begin = static_cast<size_t>(best.data() - question.data());
    frames[parent.category].push_back({std::string(question.substr(0, begin)),
                                       std::string(question.substr(begin + best.size()))});
    subjects[parent.category].emplace_back(best);
  }
}

std::string EntryMaker::Material::QuestionIn(const std::string& category,
                                             EntryRandom& random) const {
  const auto frame = frames.find(category);
  const auto subject = subjects.find(category);
  if (frame == frames.end() || subject == subjects.end()) {
    return core[random.Of(by_category.at(category))].question;
  }
  const Frame& around = random.Of(frame->second);
  return around.before + random.Of(subject->second) + around.after;
}

std::string EntryMaker::Material::Fresh(EntryRandom& random) const {
  const std::string name = random.Of(names) + random.Of(names);
  switch (random.Below(5)) {
    case 0:
      return "文号：" + random.Of(names) + "发〔" + std::to_string(random.Between(2010, 2025)) +
             "〕" + std::to_string(random.Between(1, 300)) + "号。";
    case 1:
      return "咨询电话：0" + random.Digits(3) + "-" + random.Digits(8) + "。";
    case 2:
      return "受理单位：" + name + "有限公司。";
    case 3:
      return "小区：" + name + (random.OneIn(2) ? "花园。" : "小区。");
    default:
      return "网址：https://www." + random.Digits(6) + ".gov.cn/" + random.Digits(4) + "。";
  }
}

std::string EntryMaker::Material::WithFresh(std::string answer, EntryRandom& random) const {
  const size_t count = CodePoints(answer) / kFreshEvery + (random.OneIn(2) ? 1 : 0);
  for (size_t i = 0; i < count; ++i) answer += Fresh(random);
  return answer;
}

std::string EntryMaker::Material::Reworded(const std::string& question, EntryRandom& random) const {
  for (size_t tries = 0; tries < 4; ++tries) {
    const auto pairs = PairsOf(question);
    if (pairs.empty()) return question;
    const std::string& word = random.Of(pairs);
    const auto at = synonyms.find(word);
    if (at == synonyms.end()) continue;
    std::string other = question;
    return other.replace(question.find(word), word.size(), random.Of(at->second));
  }
  return question + (random.OneIn(2) ? "怎么办" : "咨询");
}

void EntryMaker::Material::AddPlace(Json& row, const Place& place, EntryRandom& random) const {
  constexpr std::array<const char*, 8> kOffices = {
      "人力资源和社会保障局", "住房和城乡建设局", "公安局", "民政局",
      "市场监督管理局",       "卫生健康局",       "交通局", "政务服务数据管理局"};
  const std::string category = row["category"];
  const size_t office =
      category.empty() ? 0 : static_cast<unsigned char>(category[2]) % kOffices.size();
  row["department"] = place.area + kOffices[office];
  row["region"] = place.province + place.city + place.area;
  row["region_code"] = place.code;
  row["date"] = std::to_string(2008 + random.Below(6) + random.Below(6) + random.Below(7)) + "-" +
                std::to_string(random.Between(10, 12)) + "-" +
                std::to_string(random.Between(10, 28));
}

void EntryMaker::Material::AddSimilar(Json& row, const std::string& category,
                                      EntryRandom& random) const {
  Json similar = Json::array();
  const std::string question = row["question"];
  for (size_t i = SimilarCount(random); i > 0; --i) {
    const std::string other =
        random.OneIn(4) ? QuestionIn(category, random) : Reworded(question, random);
    similar.push_back(std::string(Prefix(other, kQuestionMax)));
  }
  row["similar_questions"] = std::move(similar);
  Json keywords = Json::array();
  for (size_t i = random.Below(6); i > 0; --i) keywords.push_back(random.Of(names));
  row["keywords"] = std::move(keywords);
}

Json EntryMaker::Material::Answered(uint64_t number, const Parent& parent,
                                    EntryRandom& random) const {
  std::string basis;
  for (const std::string& pair : PairsOf(parent.question)) {
    const auto at = statutes.find(pair);
    if (at == statutes.end()) continue;
    const auto row = nlohmann::json::parse(real[random.Of(at->second)], nullptr, false);
    basis += "法律依据：" + TextOf(row, "question") + "　" + TextOf(row, "answer");
    if (random.OneIn(2)) break;
    if (basis.size() > 600) break;
  }
  if (basis.empty()) basis = "请致电 12345 咨询，编号 " + std::to_string(number) + "。";
  return {{"type", "faq"},
          {"question", parent.question},
          {"similar_questions", parent.similar},
          {"answer", WithFresh(std::move(basis), random)},
          {"category", parent.category},
          {"parents", {parent.id}}};
}

Json EntryMaker::Material::Clone(EntryRandom& random) const {
  const Parent& parent = random.OneIn(4) ? random.Of(local) : random.Of(core);
  const Place& place = places.Draw(random);
  std::string question = places.Moved(parent.question, place, random);
  if (random.OneIn(2)) question = (random.OneIn(2) ? place.city : place.area) + question;
  Json row = {{"type", parent.type},
              {"question", std::string(Prefix(question, kQuestionMax))},
              {"similar_questions", Json::array()},
              {"answer", WithFresh(places.Moved(parent.answer, place, random), random)},
              {"category", parent.category},
              {"parents", {parent.id}}};
  AddPlace(row, place, random);
  if (parent.type != "statute") AddSimilar(row, parent.category, random);
  return row;
}

Json EntryMaker::Material::Recombined(EntryRandom& random) const {
  const Parent& model = random.Of(core);
  const Place& place = places.Draw(random);
  const std::string question = QuestionIn(model.category, random);
  const std::string answer = sentences.Rebuilt(model.category, model.answer, random);
  Json row = {
      {"type", model.type},
      {"question", std::string(Prefix(places.Moved(question, place, random), kQuestionMax))},
      {"similar_questions", Json::array()},
      {"answer", WithFresh(places.Moved(answer, place, random), random)},
      {"category", model.category},
      {"parents", {model.id}}};
  AddPlace(row, place, random);
  AddSimilar(row, model.category, random);
  return row;
}

Json EntryMaker::Material::Letter(EntryRandom& random) const {
  const Parent& model = core[random.Of(replies)];
  const Place& place = places.Draw(random);
  const std::string answer = sentences.Rebuilt(model.category, model.answer, random);
  Json row = {{"type", "case"},
              {"question",
               std::string(Prefix(places.Moved(random.Of(letters), place, random), kQuestionMax))},
              {"similar_questions", Json::array()},
              {"answer", WithFresh(places.Moved(answer, place, random), random)},
              {"category", model.category},
              {"parents", {model.id}}};
  AddPlace(row, place, random);
  return row;
}

EntryMaker::EntryMaker() = default;
EntryMaker::~EntryMaker() = default;

std::unique_ptr<EntryMaker> EntryMaker::Open(uint64_t seed) {
  auto material = std::make_unique<Material>();
  material->seed = seed;
  material->ReadSeed();
  material->ReadAsked();
  if (material->core.empty() || material->asked.empty() || material->letters.empty())
    return nullptr;
  material->ReadWords();
  if (material->places.empty() || material->names.empty()) return nullptr;
  auto maker = std::unique_ptr<EntryMaker>(new EntryMaker);
  maker->material_ = std::move(material);
  return maker;
}

uint64_t EntryMaker::real_rows() const { return material_->real.size(); }

std::string EntryMaker::Make(uint64_t number) const {
  const Material& material = *material_;
  if (number < material.real.size()) return material.real[number];
  EntryRandom random(material.seed, number);
  const uint64_t asked = number - material.real.size();
  Json row;
  if (asked < material.asked.size()) {
    row = material.Answered(number, material.asked[asked], random);
  } else {
    const size_t percent = random.Below(100);
    row = percent < 51   ? material.Clone(random)
          : percent < 94 ? material.Recombined(random)
                         : material.Letter(random);
  }
  char id[32];
  std::snprintf(id, sizeof id, "SYN-%07llu", static_cast<unsigned long long>(number));
  Json whole = {{"id", id}};
  whole.update(row);
  whole["source"] = "synthetic";
  whole["synthetic"] = true;
  return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hotline::bench
