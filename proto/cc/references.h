// What texts rest on: facts that they include by name, and policies that they cite.
//
// A text includes a fact by `{{facts/ID}}`, without blanks; the value is put in its place when the
// text is said. Two opening braces mean nothing else in a text.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotline/knowledge/v1/entry.pb.h"

namespace hotline {

// Names of the facts that a text includes, `facts/…`, in the order of their first appearance. What
// is malformed is passed over.
std::vector<std::string> IncludedFacts(std::string_view text);

// The first inclusion of `text` that is malformed, at most 40 characters of it; nullopt when all
// are sound.
std::optional<std::string> MalformedInclusion(std::string_view text);

// `text` with each inclusion replaced by what `say` returns for `facts/ID`; `before` is the byte
// before the inclusion, zero at the beginning. What is malformed stays.
using SayFact = std::function<std::string(std::string_view name, char before)>;
std::string ReplaceInclusions(std::string_view text, const SayFact& say);

// Names of the facts that anything of a text includes: sorted, each once.
//  * What everybody may be told: blocks and short answer.
std::vector<std::string> FactsOfAnswer(const knowledge::v1::EntryContent& content);
std::vector<std::string> FactsOfAnswer(const knowledge::v1::EntryVariant& variant);
//  * The agent notes besides.
std::vector<std::string> FactsOfText(const knowledge::v1::EntryContent& content);

// Everything that an entry uses or cites, in the working text, in the online text and in its
// translations: `facts/…` and `policies/…`, sorted, each once. The store indexes entries by it.
std::vector<std::string> ReferencesOf(const knowledge::v1::Entry& entry);

}  // namespace hotline
