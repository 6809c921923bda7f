#include "services/insight/said.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/cc/content_hash.h"
#include "proto/cc/errors.h"
#include "proto/cc/names.h"
#include "proto/cc/references.h"
#include "proto/cc/standing.h"
#include "proto/cc/time.h"
#include "services/text/plain_sections.h"

namespace hotline::insight {
namespace {

using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;
using knowledge::v1::EntryVariant;
using knowledge::v1::Fact;
using knowledge::v1::Policy;
using type::v1::Channel;
using type::v1::Language;

bool IsOfOnline(const EntryVariant& variant, const Entry& entry) {
  return variant.source_revision() == entry.online().revision();
}

// Facts that any channel and language includes; they are what the hash covers.
std::set<std::string> FactNamesOf(const Entry& entry) {
  const std::vector<std::string> own = FactsOfText(OnlineContent(entry));
  std::set<std::string> names(own.begin(), own.end());
  for (const EntryVariant& variant : entry.variants()) {
    if (!IsOfOnline(variant, entry)) continue;
    for (std::string& name : FactsOfAnswer(variant)) names.insert(std::move(name));
  }
  return names;
}

std::map<std::string_view, const storage::Versioned*> ByName(const storage::ResourcePage& cited) {
  std::map<std::string_view, const storage::Versioned*> by_name;
  for (const storage::Versioned& versioned : cited.resources) {
    by_name.emplace(NameOf(versioned.resource), &versioned);
  }
  return by_name;
}

std::string HashOf(const Entry& entry, const storage::ResourcePage& cited) {
  const auto by_name = ByName(cited);
  std::vector<HashedFact> facts;
  for (const std::string& name : FactNamesOf(entry)) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) continue;
    facts.push_back({.name = name,
                     .version = found->second->kb_revision,
                     .value = SaidValue(found->second->resource.fact())});
  }
  return AnswerHash(entry.online().content_hash(), facts);
}

void AddInstants(const type::v1::Validity& validity, std::vector<LogTime>& instants) {
  if (validity.has_effective_time()) instants.push_back(ToLogTime(validity.effective_time()));
  if (validity.has_expire_time()) instants.push_back(ToLogTime(validity.expire_time()));
}

// A time that stands to each of these instants as the log time of the position does: the store
// tells positions of times, not times of positions.
absl::StatusOr<LogTime> TimeAmong(storage::Store& store, std::vector<LogTime> instants,
                                  int64_t kb_revision, storage::Deadline deadline) {
  std::sort(instants.begin(), instants.end());
  size_t passed = 0;
  size_t beyond = instants.size();
  while (passed < beyond) {
    const size_t middle = passed + (beyond - passed) / 2;
    // The position was reached before the instant when the newest one before it is no earlier.
    ASSIGN_OR_RETURN(const int64_t before, store.GetRevisionAtTime(instants[middle] - 1, deadline));
    if (kb_revision > before) {
      passed = middle + 1;
    } else {
      beyond = middle;
    }
  }
  return passed == 0 ? instants.front() - 1 : instants[passed - 1];
}

struct Text {
  Language language = type::v1::ZH_CN;
  std::string question;
  google::protobuf::RepeatedPtrField<AnswerBlock> blocks;
  std::string short_answer;
};

template <typename Source>
Text TextFrom(const Source& source, Language language) {
  return {.language = language,
          .question = source.question(),
          .blocks = source.blocks(),
          .short_answer = source.short_answer()};
}

Text ChooseText(const Entry& entry, Language asked) {
  for (const EntryVariant& variant : entry.variants()) {
    if (variant.language() == asked && IsOfOnline(variant, entry)) return TextFrom(variant, asked);
  }
  return TextFrom(OnlineContent(entry), type::v1::ZH_CN);
}

// The same words as the read path has for a fact that is missing.
constexpr std::string_view kMissing = "（待更新）";

void IncludeFacts(const storage::ResourcePage& cited, Text& text) {
  const auto by_name = ByName(cited);
  const auto fact_of = [&](std::string_view name) -> const Fact* {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &found->second->resource.fact();
  };
  for (AnswerBlock& block : text.blocks) {
    *block.mutable_text() = ReplaceInclusions(block.text(), [&](std::string_view name, char c) {
      const Fact* fact = fact_of(name);
      return fact == nullptr ? std::string(kMissing) : SaidInMarkdown(*fact, text.language, c);
    });
  }
  text.short_answer = ReplaceInclusions(text.short_answer, [&](std::string_view name, char) {
    const Fact* fact = fact_of(name);
    return fact == nullptr ? std::string(kMissing) : SaidValue(*fact, text.language);
  });
}

// Sample content is shown as such wherever it is shown.
std::string_view SampleNote(Language language) {
  if (language == type::v1::EN) return "[Sample content, for demonstration only]\n";
  return language == type::v1::ZH_TW ? "【示例內容，僅供演示】\n" : "【示例内容，仅供演示】\n";
}

}  // namespace

absl::StatusOr<std::optional<Said>> ReadSaid(storage::Store& store, const std::string& entry,
                                             int64_t kb_revision, storage::Deadline deadline) {
  // In one read with its position, also when that is now.
  ASSIGN_OR_RETURN(storage::ResourcePage read, store.BatchGet({entry}, kb_revision, deadline));
  if (read.resources.empty()) return NotFound(entry);
  Said said{.entry = std::move(*read.resources.front().resource.mutable_entry()),
            .kb_revision = read.position.kb_revision};
  if (!said.entry.has_online()) return std::optional<Said>();
  const auto& content = OnlineContent(said.entry);
  std::set<std::string> names = FactNamesOf(said.entry);
  names.insert(content.policies().begin(), content.policies().end());
  if (!content.department().empty()) names.insert(content.department());
  if (!names.empty()) {
    ASSIGN_OR_RETURN(said.cited,
                     store.BatchGet({names.begin(), names.end()}, said.kb_revision, deadline));
  }
  said.content_hash = HashOf(said.entry, said.cited);
  return std::optional<Said>(std::move(said));
}

bool IsFor(const knowledge::v1::EntryContent& content, Channel channel) {
  if (content.audience() == type::v1::AGENT_ONLY && channel != type::v1::AGENT) return false;
  const auto& channels = content.channels();
  return channels.empty() || std::find(channels.begin(), channels.end(), channel) != channels.end();
}

bool IsForCitizens(Channel channel) {
  return channel != type::v1::AGENT && channel != type::v1::API;
}

absl::StatusOr<bool> HeldTrue(storage::Store& store, const Said& said, storage::Deadline deadline) {
  const auto& validity = OnlineContent(said.entry).validity();
  if (validity.has_expire_time()) {
    ASSIGN_OR_RETURN(const int64_t before,
                     store.GetRevisionAtTime(ToLogTime(validity.expire_time()) - 1, deadline));
    if (said.kb_revision > before) return false;
  }
  if (validity.has_effective_time()) {
    // It may have become effective after the position was reached and before the next one was.
    const LogTime effective = ToLogTime(validity.effective_time());
    ASSIGN_OR_RETURN(const int64_t reached, store.GetRevisionAtTime(effective, deadline));
    if (said.kb_revision < reached) return false;
    ASSIGN_OR_RETURN(const store::v1::StoreStatus status, store.GetStatus(deadline));
    if (ToLogTime(status.log_time()) < effective) return false;
  }
  return true;
}

absl::StatusOr<bool> WasDoubtful(storage::Store& store, const Said& said, Channel channel,
                                 storage::Deadline deadline) {
  if (said.entry.state() == Entry::SUSPECT) return true;
  const auto by_name = ByName(said.cited);
  std::vector<const Policy*> policies;
  for (const std::string& name : OnlineContent(said.entry).policies()) {
    const auto found = by_name.find(name);
    if (found != by_name.end()) policies.push_back(&found->second->resource.policy());
  }
  std::set<std::string> names = FactNamesOf(said.entry);
  if (channel != type::v1::AGENT) {  // what the agent notes alone include makes agents doubt
    std::set<std::string> told;
    for (std::string& name : FactsOfAnswer(OnlineContent(said.entry))) told.insert(std::move(name));
    for (const EntryVariant& variant : said.entry.variants()) {
      if (!IsOfOnline(variant, said.entry)) continue;
      for (std::string& name : FactsOfAnswer(variant)) told.insert(std::move(name));
    }
    names = std::move(told);
  }
  std::vector<const Fact*> facts;
  for (const std::string& name : names) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) return true;
    facts.push_back(&found->second->resource.fact());
  }
  std::vector<LogTime> instants;
  for (const Policy* policy : policies) AddInstants(policy->validity(), instants);
  for (const Fact* fact : facts) AddInstants(fact->validity(), instants);
  LogTime now = 0;
  if (!instants.empty()) {
    ASSIGN_OR_RETURN(now, TimeAmong(store, std::move(instants), said.kb_revision, deadline));
  }
  return std::any_of(policies.begin(), policies.end(),
                     [&](const Policy* policy) { return IsLapsed(*policy, now); }) ||
         std::any_of(facts.begin(), facts.end(),
                     [&](const Fact* fact) { return IsLapsed(*fact, now); });
}

v1::SaidText TextOf(const Said& said, Channel channel, Language language) {
  Text text = ChooseText(said.entry, language);
  IncludeFacts(said.cited, text);
  const auto& content = OnlineContent(said.entry);
  v1::SaidText out;
  out.set_question(text.question);
  std::string& plain = *out.mutable_text();
  if (content.provenance().sample()) plain = SampleNote(text.language);
  bool first = true;
  for (const std::string& section :
       text::PlainSections(text.blocks, text.short_answer, channel, text.language)) {
    if (!first) plain += '\n';
    first = false;
    plain += section;
  }
  const auto by_name = ByName(said.cited);
  if (const auto owner = by_name.find(content.department()); owner != by_name.end()) {
    out.set_owner(owner->second->resource.department().display_name());
  }
  for (const std::string& name : content.policies()) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) continue;
    const Policy& policy = found->second->resource.policy();
    const std::string& number = policy.document_number();
    out.add_policies("《" + policy.title() + "》" + (number.empty() ? "" : "（" + number + "）"));
  }
  return out;
}

}  // namespace hotline::insight
