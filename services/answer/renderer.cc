#include "services/answer/renderer.h"

#include <algorithm>
#include <vector>

#include "proto/cc/text.h"
#include "services/answer/markdown.h"
#include "services/answer/text_parts.h"
#include "services/answer/wording.h"

namespace hotline::answer {
namespace {

using google::protobuf::RepeatedPtrField;
using knowledge::v1::AnswerBlock;
using knowledge::v1::Entry;
using knowledge::v1::EntryVariant;
using type::v1::Language;
using Blocks = RepeatedPtrField<AnswerBlock>;

// The text that is given: of the entry itself or of a translation.
struct Text {
  Language language = type::v1::ZH_CN;
  const std::string* question = nullptr;
  const RepeatedPtrField<std::string>* similar_questions = nullptr;
  const Blocks* blocks = nullptr;
  const std::string* short_answer = nullptr;
  bool translation_missing = false;
};

template <typename Source>
Text TextFrom(const Source& source, Language language) {
  return {.language = language,
          .question = &source.question(),
          .similar_questions = &source.similar_questions(),
          .blocks = &source.blocks(),
          .short_answer = &source.short_answer()};
}

Text ChooseText(const Entry& served, Language asked) {
  const Language wanted = LanguageOf(asked);
  if (wanted != type::v1::ZH_CN) {
    for (const EntryVariant& variant : served.variants()) {
      // The reduced entry holds translations of this revision only; checked again, because a stale
      // one must never be.
      if (variant.language() == wanted && variant.source_revision() == served.online().revision()) {
        return TextFrom(variant, wanted);
      }
    }
  }
  Text text = TextFrom(served.content(), type::v1::ZH_CN);
  text.translation_missing = wanted != type::v1::ZH_CN;
  return text;
}

std::string HeadingOf(const AnswerBlock& block, Language language) {
  return block.title().empty() ? std::string(BlockHeading(block.type(), language)) : block.title();
}

std::string ToHtml(const Text& text) {
  std::string html;
  for (const AnswerBlock& block : *text.blocks) {
    html += "<section data-type=\"" + AnswerBlock::Type_Name(block.type()) + "\">\n";
    const std::string heading = HeadingOf(block, text.language);
    if (!heading.empty()) html += "<h3>" + EscapeHtml(heading) + "</h3>\n";
    html += MarkdownToHtml(block.text()) + "</section>\n";
  }
  return html;
}

// What a plain text has to say by itself, since no page shows flags beside it.
std::string NotesOf(const Entry& served, const RenderWish& wish, const v1::Answer& answer) {
  std::string notes;
  if (served.content().provenance().sample()) notes += SampleNote(answer.language());
  if (wish.suspect) notes += SuspectNote(answer.language());
  return notes + answer.region_note();
}

std::vector<std::string> PlainSections(const Text& text, type::v1::Channel channel) {
  return text::PlainSections(*text.blocks, *text.short_answer, channel, text.language);
}

void SetText(const Entry& served, const RenderWish& wish, const Text& text, v1::Answer& answer) {
  switch (RenderingOf(wish.rendering, wish.channel)) {
    case v1::HTML:
      // Struck, so that nobody who reads on overlooks it.
      answer.set_html(wish.suspect ? "<del>\n" + ToHtml(text) + "</del>\n" : ToHtml(text));
      break;
    case v1::PLAIN: {
      std::vector<std::string> sections = PlainSections(text, wish.channel);
      const std::string notes = NotesOf(served, wish, answer);
      if (!notes.empty()) sections.insert(sections.begin(), notes);
      for (std::string& part : ToParts(sections, LimitsOf(wish.channel)))
        answer.add_text_parts(std::move(part));
      break;
    }
    default:
      *answer.mutable_blocks() = *text.blocks;
      *answer.mutable_similar_questions() = *text.similar_questions;
  }
}

}  // namespace

v1::Rendering RenderingOf(v1::Rendering asked, type::v1::Channel channel) {
  if (asked != v1::RENDERING_UNSPECIFIED) return asked;
  switch (channel) {
    case type::v1::AGENT:
      return v1::BLOCKS;
    case type::v1::WEB:
    case type::v1::API:
      return v1::HTML;
    default:
      return v1::PLAIN;
  }
}

void SetRegion(const Entry& served, const RenderWish& wish, v1::Answer& answer) {
  answer.set_region(served.content().region());
  if (wish.region == kAnyRegion) return;
  const RegionCode owner = FactsOf(served.content()).region;
  if (owner == wish.region) {
    answer.set_region_match(v1::EXACT);
  } else {
    answer.set_region_match(v1::INHERITED);
    answer.set_region_note(RegionNote(wish.region, owner, answer.language()));
  }
}

v1::Answer Render(const Entry& served, const RenderWish& wish) {
  const auto& content = served.content();
  const auto& online = served.online();
  const Text text = ChooseText(served, wish.language);
  v1::Answer answer;
  answer.set_entry(served.name());
  answer.set_revision(online.revision());
  answer.set_content_hash(online.content_hash());
  if (content.has_validity()) *answer.mutable_validity() = content.validity();
  answer.set_question(*text.question);
  answer.set_kind(content.kind());
  answer.set_category(content.category());
  answer.set_short_answer(*text.short_answer);
  answer.set_language(text.language);
  answer.set_translation_missing(text.translation_missing);
  if (online.has_publish_time()) *answer.mutable_publish_time() = online.publish_time();
  answer.set_sample(content.provenance().sample());
  answer.set_suspect(wish.suspect);
  if (wish.channel == type::v1::AGENT) answer.set_agent_notes(content.agent_notes());
  SetRegion(served, wish, answer);
  SetText(served, wish, text, answer);
  return answer;
}

std::string SnippetOf(const Entry& served) {
  // Enough of the source for the characters shown, whatever the markup.
  constexpr size_t kSourceCharacters = 800;
  const Blocks& blocks = served.content().blocks();
  if (blocks.empty()) return "";
  std::string plain = MarkdownToPlain(Prefix(blocks[0].text(), kSourceCharacters));
  std::replace(plain.begin(), plain.end(), '\n', ' ');
  return std::string(Prefix(plain, kSnippetLength));
}

}  // namespace hotline::answer
