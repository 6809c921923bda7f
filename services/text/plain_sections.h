// An answer as plain text, part by part: what channels without pages send and say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/repeated_field.h"

#include "hotline/knowledge/v1/entry.pb.h"
#include "hotline/type/v1/channel.pb.h"

namespace hotline::text {

// Heading of a block without a title of its own, in ZH_CN, ZH_TW or EN; empty for the conclusion,
// which needs none.
std::string_view BlockHeading(knowledge::v1::AnswerBlock::Type type, type::v1::Language language);

// The text of the answer on `channel`: the short answer where it is preferred and there is one,
// else each block with its heading.
std::vector<std::string> PlainSections(
    const google::protobuf::RepeatedPtrField<knowledge::v1::AnswerBlock>& blocks,
    const std::string& short_answer, type::v1::Channel channel, type::v1::Language language);

}  // namespace hotline::text
