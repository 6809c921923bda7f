#include "services/answer/checkpoint_probe.h"

#include <initializer_list>

#include "services/answer/corpus_builder.h"

namespace hotline::answer {
namespace {

using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;
using knowledge::v1::SynonymSet;
using store::v1::Resource;

constexpr int64_t kFrom = 1'700'000'000;
constexpr int64_t kUntil = 1'900'000'000;

void Limit(type::v1::Validity& validity) {
  validity.mutable_effective_time()->set_seconds(kFrom);
  validity.mutable_expire_time()->set_seconds(kUntil);
}

Resource Department() {
  Resource resource;
  auto& department = *resource.mutable_department();
  department.set_name("departments/rsj");
  department.set_display_name("市人力资源和社会保障局");
  department.set_phone("0755-12333");
  return resource;
}

Resource Policy() {
  Resource resource;
  auto& policy = *resource.mutable_policy();
  policy.set_name("policies/shebao");
  policy.set_title("关于社会保险缴费的通知");
  Limit(*policy.mutable_validity());
  return resource;
}

Resource Fact() {
  Resource resource;
  auto& fact = *resource.mutable_fact();
  fact.set_name("facts/shiye-jin");
  fact.set_type(knowledge::v1::Fact::AMOUNT);
  fact.set_display_name("失业保险金标准");
  fact.set_value("2360");
  fact.set_unit("元/月");
  Limit(*fact.mutable_validity());
  return resource;
}

Resource Online() {
  Resource resource;
  Entry& entry = *resource.mutable_entry();
  entry.set_name("entries/shebao-jiaofei");
  entry.set_state(Entry::PUBLISHED);
  auto& content = *entry.mutable_content();
  content.set_kind(knowledge::v1::FAQ);
  content.set_question("灵活就业人员如何缴纳社保（2025年）？");
  content.add_similar_questions("自己怎么交社保");
  auto* conclusion = content.add_blocks();
  conclusion->set_type(AnswerBlock::CONCLUSION);
  conclusion->set_text("每月 **{{facts/shiye-jin}}**，详见[网站](https://example.test/)。");
  auto* materials = content.add_blocks();
  materials->set_type(AnswerBlock::MATERIALS);
  materials->set_text("1. 身份证\n2. 户口簿");
  content.set_short_answer("按月缴纳。");
  content.set_agent_notes("另见 {{facts/neibu-dianhua}}");
  content.add_keywords("社保");
  content.set_category("社会保障/社保缴费");
  content.set_department("departments/rsj");
  content.set_region("440300");
  Limit(*content.mutable_validity());
  content.set_audience(type::v1::PUBLIC);
  content.add_channels(type::v1::WEB);
  content.add_channels(type::v1::AGENT);
  content.add_policies("policies/shebao");
  auto& online = *entry.mutable_online();
  online.set_revision(3);
  online.set_kb_revision(7);
  online.set_content_hash("sha256:00");
  auto& variant = *entry.add_variants();
  variant.set_language(type::v1::EN);
  variant.set_source_revision(3);
  variant.set_question("How do I pay?");
  variant.add_similar_questions("Paying social insurance");
  auto* translated = variant.add_blocks();
  translated->set_type(AnswerBlock::CONCLUSION);
  translated->set_text("Monthly {{facts/shiye-jin}}.");
  return resource;
}

Resource Gone(const char* name, Entry::State state, const char* merged_into) {
  Resource resource;
  Entry& entry = *resource.mutable_entry();
  entry.set_name(name);
  entry.set_state(state);
  entry.mutable_withdrawal()->set_reason("错误");
  entry.set_merged_into(merged_into);
  return resource;
}

Resource Synonyms(const char* name, SynonymSet::Kind kind,
                  std::initializer_list<const char*> words) {
  Resource resource;
  SynonymSet& set = *resource.mutable_synonym_set();
  set.set_name(name);
  set.set_kind(kind);
  for (const char* word : words) set.add_words(word);
  return resource;
}

}  // namespace

std::shared_ptr<const Corpus> ProbeCorpus() {
  CorpusBuilder builder;
  for (const Resource& resource : {Fact(), Policy(), Department(), Online()}) {
    builder.Load(resource, 5);
  }
  Resource statute = Online();
  statute.mutable_entry()->set_name("entries/fatiao");
  statute.mutable_entry()->set_state(Entry::SUSPECT);
  statute.mutable_entry()->mutable_content()->set_kind(knowledge::v1::STATUTE);
  builder.Load(statute);
  builder.Load(Gone("entries/chehui", Entry::RECALLED, ""));
  builder.Load(Gone("entries/hebing", Entry::MERGED, "entries/shebao-jiaofei"));
  // One of each kind; words that are written otherwise than they are compared among them.
  for (const Resource& set :
       {Synonyms("synonyms/jiao", SynonymSet::EQUIVALENT, {"缴纳", "交", "ＧＩＲＯ"}),
        Synonyms("synonyms/shebao", SynonymSet::ABBREVIATION, {"社會保險", "社保"}),
        Synonyms("synonyms/zhengjian", SynonymSet::ONE_WAY, {"证件", "身份证", "户口簿"}),
        Synonyms("synonyms/linghuo", SynonymSet::TERM, {"灵活就业人员"})}) {
    builder.Load(set);
  }
  return builder.FinishLoad("probe", 9);
}

}  // namespace hotline::answer
