#include "services/answer/open_entry.h"

#include <utility>

#include "services/answer/markdown.h"

namespace hotline::answer {

v1::OpenEntry MakeOpenEntry(AnswerMaker& maker, const View& view, const PublishedEntry& entry) {
  RenderWish wish{.channel = type::v1::WEB, .rendering = v1::BLOCKS, .language = type::v1::ZH_CN};
  v1::Answer answer = maker.Make(view, entry, wish);
  wish.rendering = v1::HTML;
  v1::OpenEntry open;
  open.set_html(std::move(*maker.Make(view, entry, wish).mutable_html()));
  open.set_name(answer.entry());
  open.set_revision(answer.revision());
  open.set_question(answer.question());
  *open.mutable_similar_questions() = std::move(*answer.mutable_similar_questions());
  open.set_kind(answer.kind());
  open.set_category(answer.category());
  open.set_region(answer.region());
  open.set_short_answer(answer.short_answer());
  for (auto& block : *answer.mutable_blocks()) {
    v1::OpenEntry::Block& part = *open.add_blocks();
    part.set_type(block.type());
    part.set_title(block.title());
    part.set_text(MarkdownToPlain(block.text()));
    part.set_markdown(std::move(*block.mutable_text()));
  }
  if (answer.has_owner()) *open.mutable_owner() = std::move(*answer.mutable_owner());
  if (answer.has_validity()) *open.mutable_validity() = std::move(*answer.mutable_validity());
  *open.mutable_basis() = std::move(*answer.mutable_basis());
  open.set_content_hash(answer.content_hash());
  if (answer.has_publish_time()) *open.mutable_publish_time() = answer.publish_time();
  open.set_kb_revision(answer.kb_revision());
  open.set_held(answer.held());
  open.set_sample(answer.sample());
  return open;
}

int64_t CountOpenEntries(const View& view) {
  const Viewer viewer = OpenDataViewer(view.log_time);
  int64_t count = 0;
  PersistentMap<PublishedEntry>::Cursor cursor(view.corpus->entries);
  while (const PublishedEntry* entry = cursor.Next()) {
    if (IsVisible(entry->facts, viewer)) ++count;
  }
  return count;
}

}  // namespace hotline::answer
