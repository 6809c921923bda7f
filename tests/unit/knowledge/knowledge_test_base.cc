#include "tests/unit/knowledge/knowledge_test_base.h"

namespace hotline::knowledge {

runtime::Call ACall(std::string_view actor) {
  runtime::Call call;
  call.rpc = "/test";
  call.caller.actor = std::string(actor);
  call.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  return call;
}

runtime::Call APublicCall() {
  runtime::Call call = ACall();
  call.caller.scope = runtime::Scope::kPublic;
  return call;
}

v1::EntryContent KnowledgeTest::Content(std::string_view question, std::string_view answer) {
  return AnEntry().Question(question).Answer(answer).Build().content();
}

v1::Entry KnowledgeTest::Create(const std::string& id, const v1::EntryContent& content) {
  v1::CreateEntryRequest request;
  request.set_entry_id(id);
  *request.mutable_entry()->mutable_content() = content;
  auto entry = service_.CreateEntry(ACall(), request);
  EXPECT_THAT(entry, IsOk());
  return entry.ok() ? *entry : v1::Entry();
}

v1::Entry KnowledgeTest::Publish(const v1::Entry& entry) {
  v1::PublishEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  auto published = service_.PublishEntry(ACall(), request);
  EXPECT_THAT(published, IsOk());
  return published.ok() ? *published : v1::Entry();
}

v1::Entry KnowledgeTest::CreatePublished(const std::string& id, const v1::EntryContent& content) {
  return Publish(Create(id, content));
}

v1::Entry KnowledgeTest::SetAnswer(const v1::Entry& entry, std::string_view answer) {
  v1::UpdateEntryRequest request;
  request.mutable_entry()->set_name(entry.name());
  auto* block = request.mutable_entry()->mutable_content()->add_blocks();
  block->set_type(v1::AnswerBlock::CONCLUSION);
  block->set_text(std::string(answer));
  request.mutable_update_mask()->add_paths("content.blocks");
  auto updated = service_.UpdateEntry(ACall(), request);
  EXPECT_THAT(updated, IsOk());
  return updated.ok() ? *updated : v1::Entry();
}

v1::Entry KnowledgeTest::Get(const std::string& name, int64_t kb_revision) {
  v1::GetEntryRequest request;
  request.set_name(name);
  request.set_kb_revision(kb_revision);
  auto entry = service_.GetEntry(ACall(), request);
  EXPECT_THAT(entry, IsOk());
  return entry.ok() ? *entry : v1::Entry();
}

int64_t KnowledgeTest::Head() { return store_.GetStatus(ACall().deadline)->head_kb_revision(); }

v1::ImportEntriesRequest AnImport(const std::vector<std::string>& rows,
                                  v1::ImportEntriesRequest::Mode mode,
                                  v1::ImportEntriesRequest::Format format) {
  v1::ImportEntriesRequest request;
  request.set_mode(mode);
  request.set_format(format);
  request.set_first_row(1);
  for (const std::string& row : rows) request.add_rows(row);
  return request;
}

}  // namespace hotline::knowledge
