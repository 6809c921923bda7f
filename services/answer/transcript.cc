#include "services/answer/transcript.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "proto/cc/errors.h"
#include "proto/cc/text.h"
#include "services/text/fold.h"

namespace hotline::answer {
namespace {

using Utterance = v1::AssistRequest::Utterance;

// Longer ones before those that they begin with.
constexpr std::array<std::u32string_view, 52> kFillers = {
    U"不好意思打扰", U"我想咨询一下", U"我想问一下", U"我想请问", U"我想了解", U"想咨询一下",
    U"想问一下",     U"请问一下",     U"麻烦您了",   U"麻烦你了", U"麻烦您",   U"麻烦你",
    U"不好意思",     U"怎么说呢",     U"是这样的",   U"是这样子", U"就是说",   U"也就是说",
    U"就是那个",     U"你好啊",       U"您好啊",     U"你好",     U"您好",     U"请问",
    U"那个",         U"这个",         U"就是",       U"然后呢",   U"然后",     U"谢谢您",
    U"谢谢你",       U"谢谢",         U"打扰了",     U"打扰",     U"喂喂",     U"喂",
    U"嗯嗯",         U"嗯",           U"呃",         U"额额",     U"哦哦",     U"哦",
    U"噢",           U"唉",           U"哎呀",       U"哎",       U"啊",       U"诶",
    U"话务员",       U"接线员",       U"客服",       U"领导您"};

constexpr size_t kLongestFiller = 8;

// Said alone they agree, and say nothing else.
constexpr std::array<std::u32string_view, 16> kAssents = {
    U"对", U"对的", U"对对", U"对对对", U"是",     U"是的",   U"是的是的", U"没错",
    U"好", U"好的", U"可以", U"行",     U"对是的", U"是对的", U"就这个",   U"不是"};

// Announce another matter.
constexpr std::array<std::u32string_view, 14> kOtherSubjects = {
    U"另外",     U"还有一个问题", U"还有个问题", U"还有一件事", U"还有个事",
    U"换个问题", U"再问一下",     U"再问您",     U"再咨询",     U"还想问",
    U"还要问",   U"顺便问",       U"再请问",     U"第二个问题"};

size_t Meaningful(std::u32string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char32_t c) {
    return text::ClassOf(text::FoldCharacter(c)) != text::CharClass::kSeparator;
  }));
}

std::u32string Squeezed(std::u32string_view text) {
  std::u32string squeezed;
  for (const char32_t c : text) {
    if (text::ClassOf(text::FoldCharacter(c)) != text::CharClass::kSeparator) squeezed.push_back(c);
  }
  return squeezed;
}

// Where the text begins that follows the last announcement of another matter; npos when there is
// none, or nothing follows.
size_t OtherSubjectAt(std::u32string_view text) {
  size_t last = std::u32string_view::npos;
  for (const std::u32string_view words : kOtherSubjects) {
    const size_t at = text.rfind(words);
    if (at == text.npos || Meaningful(text.substr(at + words.size())) < Transcript::kLeast)
      continue;
    if (last == text.npos || at + words.size() > last) last = at + words.size();
  }
  return last;
}

// Removes what ends a text that goes on and may become a filler: 我想问 of 我想问一下.
void DropBegunFiller(std::u32string& text) {
  for (size_t length = std::min(text.size(), kLongestFiller); length >= Transcript::kLeast;
       --length) {
    const std::u32string_view end = std::u32string_view(text).substr(text.size() - length);
    const bool begun = std::any_of(kFillers.begin(), kFillers.end(), [&](const auto& filler) {
      return filler.size() > length && filler.starts_with(end);
    });
    if (!begun) continue;
    text.resize(text.size() - length);
    return;
  }
}

// The end of the text, at most so many characters.
std::u32string_view Tail(std::u32string_view text, size_t characters) {
  return text.substr(text.size() - std::min(text.size(), characters));
}

}  // namespace

absl::Status CheckUtterance(const Utterance& utterance) {
  if (utterance.number() < 1) {
    return FieldInvalid("utterance.number", std::to_string(utterance.number()),
                        "请从 1 开始编号。");
  }
  if (utterance.number() > kUtterancesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, type::v1::LIMIT_EXCEEDED,
                     "一次通话最多 10000 句，请结束后重新开始。",
                     {{"limit", std::to_string(kUtterancesMax)}});
  }
  if (!Utterance::Speaker_IsValid(utterance.speaker())) {
    return FieldInvalid("utterance.speaker", std::to_string(utterance.speaker()),
                        "请使用 CALLER 或 AGENT。");
  }
  if (!IsUtf8(utterance.text())) {
    return MakeError(absl::StatusCode::kInvalidArgument, type::v1::INVALID_UTF8,
                     "utterance.text 不是有效的 UTF-8 文本，请检查编码。",
                     {{"field", "utterance.text"}});
  }
  const size_t length = CodePoints(utterance.text());
  if (length > kUtteranceLengthMax) {
    return FieldTooLong("utterance.text", kUtteranceLengthMax, length);
  }
  return absl::OkStatus();
}

std::u32string WithoutFillers(std::u32string_view text) {
  std::u32string kept;
  for (size_t at = 0; at < text.size();) {
    size_t length = 0;
    for (const std::u32string_view filler : kFillers) {
      if (filler.size() > length && text.substr(at, filler.size()) == filler) {
        length = filler.size();
      }
    }
    if (length == 0) {
      kept.push_back(text[at++]);
    } else {
      if (!kept.empty() && kept.back() != U' ') kept.push_back(U' ');
      at += length;
    }
  }
  return kept;
}

absl::Status Transcript::Hear(const Utterance& utterance) {
  RETURN_IF_ERROR(CheckUtterance(utterance));
  newest_ = std::max(newest_, utterance.number());
  std::u32string said = text::ToCodePoints(utterance.text());
  if (!utterance.final()) DropBegunFiller(said);
  Kept kept{.text = WithoutFillers(said), .by_agent = utterance.speaker() == Utterance::AGENT};
  const std::u32string squeezed = Squeezed(kept.text);
  kept.assent = std::find(kAssents.begin(), kAssents.end(), squeezed) != kAssents.end();
  if (const size_t at = OtherSubjectAt(kept.text); at != std::u32string::npos) {
    kept.text.erase(0, at);
    kept.other_subject = true;
  }
  kept_.insert_or_assign(utterance.number(), std::move(kept));
  while (kept_.size() > kKept) kept_.erase(kept_.begin());
  return absl::OkStatus();
}

std::vector<Transcript::Piece> Transcript::Pieces() const {
  std::vector<Piece> pieces;
  bool agreed = false;  // the caller did no more than agree to what the agent said before
  for (auto at = kept_.rbegin(); at != kept_.rend(); ++at) {
    const Kept& said = at->second;
    if (said.by_agent && !agreed) continue;
    if (said.assent || Meaningful(said.text) < kLeast) {
      agreed = agreed || (said.assent && pieces.empty());
      continue;
    }
    agreed = false;
    pieces.push_back({at->first, said.text, said.other_subject});
    if (said.other_subject) break;
  }
  return pieces;
}

std::string Transcript::Query() const {
  std::vector<std::u32string_view> parts;  // newest first
  size_t room = window_.newest;
  for (const Piece& piece : Pieces()) {
    if (room == 0) break;
    const std::u32string_view part = Tail(piece.text, room);
    // What was said last may take all of its room; all that was said earlier shares the other.
    room = parts.empty() ? window_.earlier : room - part.size();
    parts.push_back(part);
  }
  std::u32string query;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!query.empty()) query.push_back(U' ');
    query += *part;
  }
  return text::ToUtf8(query);
}

Transcript::Part Transcript::Newest() const {
  const std::vector<Piece> pieces = Pieces();
  if (pieces.empty()) return {};
  return {pieces.front().number, text::ToUtf8(Tail(pieces.front().text, window_.newest))};
}

void Transcript::ForgetBefore(int64_t number) {
  kept_.erase(kept_.begin(), kept_.lower_bound(number));
}

}  // namespace hotline::answer
