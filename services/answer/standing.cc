#include "services/answer/standing.h"

#include <map>

#include "proto/cc/content_hash.h"
#include "proto/cc/names.h"
#include "proto/cc/references.h"
#include "services/answer/wording.h"

namespace hotline::answer {
namespace {

using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;
using knowledge::v1::Fact;
using knowledge::v1::Policy;
using type::v1::Language;
using Blocks = google::protobuf::RepeatedPtrField<AnswerBlock>;

constexpr char kMissing[] = "（待更新）";

void AddBasis(const Policy& policy, v1::Answer& answer) {
  v1::PolicyBasis& basis = *answer.add_basis();
  basis.set_policy(policy.name());
  basis.set_title(policy.title());
  basis.set_document_number(policy.document_number());
  basis.set_url(policy.url());
  basis.set_status(policy.status() == Policy::STATUS_UNSPECIFIED ? Policy::VALID : policy.status());
}

std::string ReasonOf(const Standing& standing, const Doubt& doubt) {
  if (doubt.policy != nullptr) return LapseReason(*doubt.policy, standing.now) + "。";
  if (doubt.fact != nullptr) {
    return "引用的“" + doubt.fact->display_name() + "”不在有效期内，需要更新。";
  }
  if (standing.marked_suspect) return "依据的文件可能已失效，正在核实。";
  return "引用的一项事实已不存在，需要更新。";
}

class Includer {
 public:
  explicit Includer(const Standing& standing) {
    for (const Standing::Included& included : standing.facts) {
      if (included.fact != nullptr) facts_.emplace(included.fact->name(), included.fact);
    }
  }

  // CommonMark.
  void InMarkdown(Language language, std::string* text) const {
    if (text->find("{{") == std::string::npos) return;
    *text = ReplaceInclusions(*text, [&](std::string_view name, char before) {
      const auto found = facts_.find(name);
      return found == facts_.end() ? kMissing : SaidInMarkdown(*found->second, language, before);
    });
  }

  // Plain text.
  void InPlain(Language language, std::string* text) const {
    if (text->find("{{") == std::string::npos) return;
    *text = ReplaceInclusions(*text, [&](std::string_view name, char) {
      const auto found = facts_.find(name);
      return found == facts_.end() ? kMissing : SaidValue(*found->second, language);
    });
  }

  void InBlocks(Language language, Blocks* blocks) const {
    for (AnswerBlock& block : *blocks) InMarkdown(language, block.mutable_text());
  }

 private:
  std::map<std::string_view, const Fact*> facts_;
};

void Hold(const std::string& sentence, Blocks* blocks, std::string* short_answer) {
  blocks->Clear();
  AnswerBlock& block = *blocks->Add();
  block.set_type(AnswerBlock::CONCLUSION);
  block.set_text(sentence);
  short_answer->clear();
}

}  // namespace

Standing StandingIn(const Corpus& corpus, const PublishedEntry& entry, LogTime now) {
  Standing standing{.now = now, .marked_suspect = entry.marked_suspect};
  for (const uint64_t key : entry.policies) {
    const PublishedPolicy* policy = corpus.policies.Find(key);
    if (policy != nullptr) standing.policies.push_back(&policy->policy);
  }
  for (const auto& included : entry.included) {
    const PublishedFact* fact = corpus.facts.Find(included.fact);
    standing.facts.push_back({.fact = fact == nullptr ? nullptr : &fact->fact,
                              .version = fact == nullptr ? 0 : fact->kb_revision,
                              .in_answer = included.in_answer});
  }
  if (const PublishedDepartment* owner = corpus.departments.Find(entry.department)) {
    standing.owner = *owner;
  }
  return standing;
}

Standing StandingIn(const storage::ResourcePage& cited, const Entry& served, LogTime now) {
  Standing standing{.now = now, .marked_suspect = served.state() == Entry::SUSPECT};
  std::map<uint64_t, const storage::Versioned*> by_key;
  for (const storage::Versioned& versioned : cited.resources) {
    by_key.emplace(KeyOf(NameOf(versioned.resource)), &versioned);
  }
  for (const std::string& name : served.content().policies()) {
    const auto found = by_key.find(KeyOf(name));
    if (found != by_key.end()) standing.policies.push_back(&found->second->resource.policy());
  }
  for (const auto& included : IncludedIn(served)) {
    const auto found = by_key.find(included.fact);
    const bool there = found != by_key.end();
    standing.facts.push_back({.fact = there ? &found->second->resource.fact() : nullptr,
                              .version = there ? found->second->kb_revision : 0,
                              .in_answer = included.in_answer});
  }
  const auto owner = by_key.find(KeyOf(served.content().department()));
  if (owner != by_key.end()) standing.owner = ServedPart(owner->second->resource.department());
  return standing;
}

Doubt DoubtOf(const Standing& standing, type::v1::Channel channel) {
  Doubt doubt{.suspect = standing.marked_suspect};
  for (const Policy* policy : standing.policies) {
    if (doubt.policy == nullptr && IsLapsed(*policy, standing.now)) doubt.policy = policy;
  }
  for (const Standing::Included& included : standing.facts) {
    if (!included.in_answer && channel != type::v1::AGENT) continue;
    if (included.fact == nullptr) {
      doubt.suspect = true;
    } else if (doubt.fact == nullptr && IsLapsed(*included.fact, standing.now)) {
      doubt.fact = included.fact;
    }
  }
  doubt.suspect = doubt.suspect || doubt.policy != nullptr || doubt.fact != nullptr;
  if (doubt.suspect) doubt.reason = ReasonOf(standing, doubt);
  return doubt;
}

bool IsForCitizens(type::v1::Channel channel) {
  return channel != type::v1::AGENT && channel != type::v1::API;
}

std::string HashOf(const std::string& entry_hash, const Standing& standing) {
  std::vector<HashedFact> facts;
  for (const Standing::Included& included : standing.facts) {
    if (included.fact == nullptr) continue;
    facts.push_back({.name = included.fact->name(),
                     .version = included.version,
                     .value = SaidValue(*included.fact)});
  }
  return AnswerHash(entry_hash, facts);
}

void Complete(const Standing& standing, const Doubt& doubt, bool held, v1::Answer& answer) {
  answer.set_content_hash(HashOf(answer.content_hash(), standing));
  answer.set_suspect(doubt.suspect);
  answer.set_suspect_reason(doubt.reason);
  answer.set_held(held);
  for (const Policy* policy : standing.policies) AddBasis(*policy, answer);
  if (standing.owner.has_value()) {
    answer.mutable_owner()->set_department(standing.owner->name);
    answer.mutable_owner()->set_display_name(standing.owner->display_name);
    answer.mutable_owner()->set_phone(standing.owner->phone);
  }
  if (held) return;
  for (const Standing::Included& included : standing.facts) {
    if (included.fact == nullptr) continue;
    if (!included.in_answer && answer.agent_notes().empty()) continue;
    v1::FactValue& value = *answer.add_facts();
    value.set_fact(included.fact->name());
    value.set_display_name(included.fact->display_name());
    value.set_text(SaidValue(*included.fact, answer.language()));
    value.set_kb_revision(included.version);
    value.set_lapsed(IsLapsed(*included.fact, standing.now));
  }
}

void IncludeFacts(const Standing& standing, Entry* served) {
  if (standing.facts.empty()) return;
  const Includer includer(standing);
  auto& content = *served->mutable_content();
  includer.InBlocks(type::v1::ZH_CN, content.mutable_blocks());
  includer.InPlain(type::v1::ZH_CN, content.mutable_short_answer());
  includer.InMarkdown(type::v1::ZH_CN, content.mutable_agent_notes());
  for (auto& variant : *served->mutable_variants()) {
    includer.InBlocks(variant.language(), variant.mutable_blocks());
    includer.InPlain(variant.language(), variant.mutable_short_answer());
  }
}

void HoldText(const Standing& standing, const Doubt& doubt, const Hotline& hotline,
              type::v1::Channel channel, Entry* served) {
  const auto sentence = [&](Language language) {
    return HoldingSentence({.policy = doubt.policy,
                            .fact = doubt.fact,
                            .owner = standing.owner.has_value() ? standing.owner->display_name : "",
                            .owner_phone = standing.owner.has_value() ? standing.owner->phone : "",
                            .hotline = hotline.name,
                            .hotline_phone = hotline.phone,
                            .with_link = channel != type::v1::IVR,
                            .now = standing.now},
                           language);
  };
  auto& content = *served->mutable_content();
  Hold(sentence(type::v1::ZH_CN), content.mutable_blocks(), content.mutable_short_answer());
  content.clear_agent_notes();
  for (auto& variant : *served->mutable_variants()) {
    Hold(sentence(variant.language()), variant.mutable_blocks(), variant.mutable_short_answer());
  }
}

}  // namespace hotline::answer
