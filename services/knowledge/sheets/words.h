// The words that stand in cells for enum values, with other words that departments use for them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/knowledge/v1/resources.pb.h"
#include "hotline/type/v1/channel.pb.h"

namespace hotline::knowledge::sheets {

// The first word of a value is the one that is written; every one is read, and so is the name in
// the contract (GUIDE).
std::string_view KindWord(v1::EntryKind kind);
std::optional<v1::EntryKind> KindOf(std::string_view word);
// True for words that stand for more than one kind of ours: 审批, 业务指引 … They are kept as a
// keyword, so that nothing that the department said is lost.
bool IsForeignKindWord(std::string_view word);
std::string KindWords();  // "热点问答、办事指南…", for messages

std::string_view BlockTypeWord(v1::AnswerBlock::Type type);
std::optional<v1::AnswerBlock::Type> BlockTypeOf(std::string_view word);

std::string_view AudienceWord(type::v1::Audience audience);
std::optional<type::v1::Audience> AudienceOf(std::string_view word);

std::string_view ChannelWord(type::v1::Channel channel);
std::optional<type::v1::Channel> ChannelOf(std::string_view word);

std::string_view RiskWord(v1::RiskClass risk);
std::optional<v1::RiskClass> RiskOf(std::string_view word);

// Ledgers are only written.
std::string_view PolicyStatusWord(v1::Policy::Status status);
std::string_view FactTypeWord(v1::Fact::Type type);

}  // namespace hotline::knowledge::sheets
