#include "services/knowledge/validation.h"

#include <unordered_set>
#include <utility>

#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/references.h"
#include "proto/cc/text.h"
#include "services/knowledge/limits.h"

namespace hotline::knowledge {
namespace {

using google::protobuf::RepeatedPtrField;

// proto3 enums are open: numbers that this version does not know are refused, not stored.
template <typename E>
absl::Status CheckEnum(E value, bool known, bool required, const FieldPath& path) {
  if (static_cast<int>(value) == 0 && required) return FieldRequired(path.ToString());
  if (known) return absl::OkStatus();
  return FieldInvalid(path.ToString(), std::to_string(static_cast<int>(value)),
                      "取值未知，请按接口说明填写。");
}

absl::Status CheckTexts(RepeatedPtrField<std::string>* texts, TextLimits limits, size_t count_max,
                        const FieldPath& parent, std::string_view name) {
  RETURN_IF_ERROR(CheckCount(texts->size(), count_max, FieldPath(parent, name)));
  for (int i = 0; i < texts->size(); ++i) {
    RETURN_IF_ERROR(CheckText(texts->Mutable(i), limits, FieldPath(parent, name, i)));
  }
  return absl::OkStatus();
}

absl::Status CheckBlocks(RepeatedPtrField<v1::AnswerBlock>* blocks, const FieldPath& parent) {
  const FieldPath list(parent, "blocks");
  if (blocks->empty()) return FieldRequired(list.ToString());
  RETURN_IF_ERROR(CheckCount(blocks->size(), kBlocksMax, list));
  size_t total_bytes = 0;
  for (int i = 0; i < blocks->size(); ++i) {
    v1::AnswerBlock& block = *blocks->Mutable(i);
    const FieldPath path(parent, "blocks", i);
    RETURN_IF_ERROR(CheckEnum(block.type(), v1::AnswerBlock::Type_IsValid(block.type()), true,
                              FieldPath(path, "type")));
    RETURN_IF_ERROR(
        CheckText(block.mutable_title(), {0, kBlockTitleMax}, FieldPath(path, "title")));
    RETURN_IF_ERROR(
        CheckMarkdown(block.mutable_text(), {1, kBlockTextMax}, FieldPath(path, "text")));
    total_bytes += block.text().size();
  }
  if (total_bytes <= kAnswerMax) return absl::OkStatus();
  size_t total = 0;
  for (const v1::AnswerBlock& block : *blocks) total += CodePoints(block.text());
  return total > kAnswerMax ? FieldTooLong(list.ToString(), kAnswerMax, total) : absl::OkStatus();
}

absl::Status CheckCategory(std::string* category, const FieldPath& path) {
  RETURN_IF_ERROR(CheckText(category, {1, kCategoryMax}, path));
  if (category->front() == '/' || category->back() == '/' ||
      category->find("//") != std::string::npos) {
    return FieldInvalid(path.ToString(), *category, "各级分类之间用一个“/”分隔，首尾不加“/”。");
  }
  return absl::OkStatus();
}

absl::Status CheckChannels(const v1::EntryContent& content, const FieldPath& parent) {
  RETURN_IF_ERROR(CheckCount(content.channels_size(), kChannelsMax, FieldPath(parent, "channels")));
  std::unordered_set<int> seen;
  for (int i = 0; i < content.channels_size(); ++i) {
    const FieldPath path(parent, "channels", i);
    RETURN_IF_ERROR(
        CheckEnum(content.channels(i), type::v1::Channel_IsValid(content.channels(i)), true, path));
    if (!seen.insert(content.channels(i)).second) {
      return FieldInvalid(path.ToString(), type::v1::Channel_Name(content.channels(i)),
                          "渠道重复。");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPolicyNames(const v1::EntryContent& content, const FieldPath& parent) {
  RETURN_IF_ERROR(CheckCount(content.policies_size(), kPoliciesMax, FieldPath(parent, "policies")));
  for (int i = 0; i < content.policies_size(); ++i) {
    RETURN_IF_ERROR(CheckName(content.policies(i), kPolicies, FieldPath(parent, "policies", i)));
  }
  return CheckDistinct(content.policies(), {}, parent, "policies");
}

absl::Status CheckProvenance(v1::Provenance* provenance, const FieldPath& path) {
  RETURN_IF_ERROR(
      CheckText(provenance->mutable_source(), {0, kSourceMax}, FieldPath(path, "source")));
  RETURN_IF_ERROR(
      CheckText(provenance->mutable_source_id(), {0, kSourceIdMax}, FieldPath(path, "source_id")));
  RETURN_IF_ERROR(
      CheckText(provenance->mutable_licence(), {0, kLicenceMax}, FieldPath(path, "licence")));
  return CheckText(provenance->mutable_source_date(), {0, kSourceDateMax},
                   FieldPath(path, "source_date"));
}

// Enums, names and lists of names of a text.
absl::Status CheckAttributes(v1::EntryContent* content, const FieldPath& path) {
  RETURN_IF_ERROR(CheckCategory(content->mutable_category(), FieldPath(path, "category")));
  if (!content->department().empty()) {
    RETURN_IF_ERROR(CheckName(content->department(), kDepartments, FieldPath(path, "department")));
  }
  RETURN_IF_ERROR(CheckRegion(content->region(), FieldPath(path, "region")));
  RETURN_IF_ERROR(CheckValidity(content->validity(), FieldPath(path, "validity")));
  RETURN_IF_ERROR(CheckEnum(content->audience(), type::v1::Audience_IsValid(content->audience()),
                            false, FieldPath(path, "audience")));
  RETURN_IF_ERROR(CheckEnum(content->risk(), v1::RiskClass_IsValid(content->risk()), false,
                            FieldPath(path, "risk")));
  RETURN_IF_ERROR(CheckChannels(*content, path));
  RETURN_IF_ERROR(CheckPolicyNames(*content, path));
  if (content->has_provenance()) {
    RETURN_IF_ERROR(CheckProvenance(content->mutable_provenance(), FieldPath(path, "provenance")));
  }
  // Empty is the same as absent: one text, one stored form.
  if (content->has_provenance() && content->provenance().ByteSizeLong() == 0)
    content->clear_provenance();
  if (content->has_validity() && content->validity().ByteSizeLong() == 0) content->clear_validity();
  if (content->audience() == type::v1::AUDIENCE_UNSPECIFIED)
    content->set_audience(type::v1::PUBLIC);
  if (content->risk() == v1::RISK_CLASS_UNSPECIFIED) content->set_risk(v1::NORMAL);
  return absl::OkStatus();
}

// The collection of what an action is done to.
std::string_view TargetCollection(v1::Release::Item::Action action) {
  switch (action) {
    case v1::Release::Item::PUT_POLICY:
      return kPolicies;
    case v1::Release::Item::PUT_FACT:
      return kFacts;
    case v1::Release::Item::PUT_SYNONYM_SET:
    case v1::Release::Item::DELETE_SYNONYM_SET:
      return kSynonyms;
    default:
      return kEntries;
  }
}

// What is written must be named as the target is; an absent name is filled in.
template <typename T>
absl::Status CheckSameName(T* value, const std::string& target, const FieldPath& path) {
  if (value->name().empty()) value->set_name(target);
  if (value->name() == target) return absl::OkStatus();
  return FieldInvalid(FieldPath(path, "name").ToString(), value->name(), "必须与 target 相同。");
}

// Only what the action needs is kept.
absl::Status CheckPayload(v1::Release::Item* item, const FieldPath& path) {
  using Item = v1::Release::Item;
  const Item given = *item;
  item->clear_policy();
  item->clear_fact();
  item->clear_synonym_set();
  item->clear_revision();
  if (item->action() != Item::RETIRE) item->clear_reason();
  const FieldPath policy(path, "policy");
  const FieldPath fact(path, "fact");
  const FieldPath synonyms(path, "synonym_set");
  switch (item->action()) {
    case Item::RETIRE:
      return CheckText(item->mutable_reason(), {1, kReasonMax}, FieldPath(path, "reason"));
    case Item::RESTORE:
      if (given.revision() < 1) return FieldRequired(FieldPath(path, "revision").ToString());
      item->set_revision(given.revision());
      return absl::OkStatus();
    case Item::PUT_POLICY:
      if (!given.has_policy()) return FieldRequired(policy.ToString());
      *item->mutable_policy() = given.policy();
      RETURN_IF_ERROR(CheckSameName(item->mutable_policy(), item->target(), policy));
      return CheckPolicy(item->mutable_policy(), policy);
    case Item::PUT_FACT:
      if (!given.has_fact()) return FieldRequired(fact.ToString());
      *item->mutable_fact() = given.fact();
      RETURN_IF_ERROR(CheckSameName(item->mutable_fact(), item->target(), fact));
      return CheckFact(item->mutable_fact(), fact);
    case Item::PUT_SYNONYM_SET:
      if (!given.has_synonym_set()) return FieldRequired(synonyms.ToString());
      *item->mutable_synonym_set() = given.synonym_set();
      RETURN_IF_ERROR(CheckSameName(item->mutable_synonym_set(), item->target(), synonyms));
      return CheckSynonymSet(item->mutable_synonym_set(), synonyms);
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckItem(v1::Release::Item* item, const FieldPath& path) {
  using Item = v1::Release::Item;
  RETURN_IF_ERROR(CheckEnum(item->action(), Item::Action_IsValid(item->action()), true,
                            FieldPath(path, "action")));
  RETURN_IF_ERROR(
      CheckName(item->target(), TargetCollection(item->action()), FieldPath(path, "target")));
  return CheckPayload(item, path);
}

}  // namespace

absl::Status CheckContent(v1::EntryContent* content, const FieldPath& path) {
  RETURN_IF_ERROR(CheckEnum(content->kind(), v1::EntryKind_IsValid(content->kind()), true,
                            FieldPath(path, "kind")));
  RETURN_IF_ERROR(
      CheckText(content->mutable_question(), {1, kQuestionMax}, FieldPath(path, "question")));
  RETURN_IF_ERROR(CheckTexts(content->mutable_similar_questions(), {1, kQuestionMax},
                             kSimilarQuestionsMax, path, "similar_questions"));
  RETURN_IF_ERROR(CheckDistinct(content->similar_questions(), {content->question()}, path,
                                "similar_questions"));
  RETURN_IF_ERROR(CheckBlocks(content->mutable_blocks(), path));
  RETURN_IF_ERROR(CheckMarkdown(content->mutable_short_answer(), {0, kShortAnswerMax},
                                FieldPath(path, "short_answer")));
  RETURN_IF_ERROR(CheckMarkdown(content->mutable_agent_notes(), {0, kAgentNotesMax},
                                FieldPath(path, "agent_notes")));
  RETURN_IF_ERROR(
      CheckTexts(content->mutable_keywords(), {1, kKeywordMax}, kKeywordsMax, path, "keywords"));
  RETURN_IF_ERROR(CheckDistinct(content->keywords(), {content->question()}, path, "keywords"));
  RETURN_IF_ERROR(CheckInclusions(*content, path));
  return CheckAttributes(content, path);
}

absl::Status CheckVariant(v1::EntryVariant* variant, const FieldPath& path) {
  const FieldPath language(path, "language");
  if (variant->language() == type::v1::LANGUAGE_UNSPECIFIED)
    return FieldRequired(language.ToString());
  if (variant->language() != type::v1::ZH_TW && variant->language() != type::v1::EN) {
    return FieldInvalid(language.ToString(), std::to_string(variant->language()),
                        "译文语种只能是 ZH_TW 或 EN。");
  }
  RETURN_IF_ERROR(CheckText(variant->mutable_question(), {1, kVariantQuestionMax},
                            FieldPath(path, "question")));
  RETURN_IF_ERROR(CheckTexts(variant->mutable_similar_questions(), {1, kQuestionMax},
                             kSimilarQuestionsMax, path, "similar_questions"));
  RETURN_IF_ERROR(CheckDistinct(variant->similar_questions(), {variant->question()}, path,
                                "similar_questions"));
  RETURN_IF_ERROR(CheckBlocks(variant->mutable_blocks(), path));
  RETURN_IF_ERROR(CheckMarkdown(variant->mutable_short_answer(), {0, kShortAnswerMax},
                                FieldPath(path, "short_answer")));
  return CheckInclusions(*variant, path);
}

absl::Status CheckDepartment(v1::Department* department, const FieldPath& path) {
  RETURN_IF_ERROR(CheckText(department->mutable_display_name(), {1, kDisplayNameMax},
                            FieldPath(path, "display_name")));
  if (!department->parent().empty()) {
    const FieldPath parent(path, "parent");
    RETURN_IF_ERROR(CheckName(department->parent(), kDepartments, parent));
    if (department->parent() == department->name()) {
      return FieldInvalid(parent.ToString(), department->parent(), "上级单位不能是自己。");
    }
  }
  RETURN_IF_ERROR(CheckText(department->mutable_phone(), {0, kPhoneMax}, FieldPath(path, "phone")));
  if (department->region().empty()) return absl::OkStatus();
  return CheckRegion(department->region(), FieldPath(path, "region"));
}

absl::Status CheckPolicy(v1::Policy* policy, const FieldPath& path) {
  RETURN_IF_ERROR(CheckText(policy->mutable_title(), {1, kTitleMax}, FieldPath(path, "title")));
  RETURN_IF_ERROR(CheckText(policy->mutable_document_number(), {0, kDocumentNumberMax},
                            FieldPath(path, "document_number")));
  RETURN_IF_ERROR(CheckText(policy->mutable_issuer(), {0, kIssuerMax}, FieldPath(path, "issuer")));
  if (policy->has_issue_time()) {
    RETURN_IF_ERROR(CheckTimestamp(policy->issue_time(), FieldPath(path, "issue_time")));
  }
  RETURN_IF_ERROR(CheckValidity(policy->validity(), FieldPath(path, "validity")));
  RETURN_IF_ERROR(CheckEnum(policy->status(), v1::Policy::Status_IsValid(policy->status()), false,
                            FieldPath(path, "status")));
  if (policy->status() == v1::Policy::STATUS_UNSPECIFIED) policy->set_status(v1::Policy::VALID);
  RETURN_IF_ERROR(CheckUrl(policy->mutable_url(), FieldPath(path, "url")));
  RETURN_IF_ERROR(CheckCount(policy->interpretation_urls_size(), kInterpretationUrlsMax,
                             FieldPath(path, "interpretation_urls")));
  for (int i = 0; i < policy->interpretation_urls_size(); ++i) {
    const FieldPath item(path, "interpretation_urls", i);
    RETURN_IF_ERROR(CheckUrl(policy->mutable_interpretation_urls(i), item));
    if (policy->interpretation_urls(i).empty()) return FieldRequired(item.ToString());
  }
  if (!policy->replaced_by().empty()) {
    const FieldPath replaced_by(path, "replaced_by");
    RETURN_IF_ERROR(CheckName(policy->replaced_by(), kPolicies, replaced_by));
    if (policy->replaced_by() == policy->name()) {
      return FieldInvalid(replaced_by.ToString(), policy->replaced_by(), "文件不能被自己替代。");
    }
  }
  return CheckRegion(policy->region(), FieldPath(path, "region"));
}

absl::Status CheckRelease(v1::Release* release, const FieldPath& path) {
  RETURN_IF_ERROR(CheckText(release->mutable_title(), {1, kTitleMax}, FieldPath(path, "title")));
  const FieldPath items(path, "items");
  if (release->items().empty()) return FieldRequired(items.ToString());
  RETURN_IF_ERROR(CheckCount(release->items_size(), kReleaseItemsMax, items));
  std::unordered_set<std::string> targets;
  for (int i = 0; i < release->items_size(); ++i) {
    const FieldPath item(path, "items", i);
    RETURN_IF_ERROR(CheckItem(release->mutable_items(i), item));
    if (!targets.insert(release->items(i).target()).second) {
      return FieldInvalid(FieldPath(item, "target").ToString(), release->items(i).target(),
                          "同一对象在变更集中只能出现一次。");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> CheckReason(std::string_view reason, std::string_view field) {
  std::string text(reason);
  RETURN_IF_ERROR(CheckText(&text, {1, kReasonMax}, FieldPath(field)));
  return text;
}

std::vector<std::string> ReferencesOf(const v1::EntryContent& content) {
  std::vector<std::string> names(content.policies().begin(), content.policies().end());
  if (!content.department().empty()) names.push_back(content.department());
  for (std::string& fact : FactsOfText(content)) names.push_back(std::move(fact));
  return names;
}

std::vector<std::string> ReferencesOf(const v1::EntryVariant& variant) {
  return FactsOfAnswer(variant);
}

std::vector<std::string> ReferencesOf(const v1::Department& department) {
  if (department.parent().empty()) return {};
  return {department.parent()};
}

std::vector<std::string> ReferencesOf(const v1::Policy& policy) {
  if (policy.replaced_by().empty()) return {};
  return {policy.replaced_by()};
}

}  // namespace hotline::knowledge
