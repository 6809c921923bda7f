#include "tests/unit/audit/audit_world.h"

#include <cstdlib>
#include <sstream>

#include "gtest/gtest.h"

#include "proto/cc/audit_chain.h"
#include "proto/cc/content_hash.h"
#include "services/runtime/audit_sink.h"
#include "tests/testing/builders.h"
#include "tests/testing/matchers.h"

namespace hotline::audit {

using hotline::testing::ACommit;
using hotline::testing::AnEntry;

runtime::Call AgentCall(std::string_view rpc) {
  runtime::Call call;
  call.rpc = hotline::testing::Literal(rpc);
  call.request_id = "call-1";
  call.caller.actor = "people/wang";
  call.caller.address = "ipv4:10.0.0.5:51234";
  call.deadline = Soon();
  return call;
}

runtime::Call PublicCall(std::string_view rpc) {
  runtime::Call call = AgentCall(rpc);
  call.caller.actor = "public";
  call.caller.scope = runtime::Scope::kPublic;
  call.caller.edge_address = "198.51.100.7";
  return call;
}

v1::AuditEvent AnEvent(std::string_view actor, std::string_view name) {
  runtime::Call call = AgentCall("/hotline.answer.v1.AnswerService/GetAnswer");
  call.caller.actor = std::string(actor);
  v1::AuditEvent event = runtime::EventOf(call, v1::AuditEvent::INTERNAL_READ);
  event.add_names(std::string(name));
  return event;
}

Base::Base()
    : store_({.timeline_id = "timeline-1",
              .clocks = {.boot = [] { return std::chrono::microseconds(1); },
                         .wall = [this] { return wall_.load(); }}}) {}

void Base::CommitSome(int changes) {
  for (int i = 1; i <= changes; ++i) {
    Advance(1'000'000);
    store::v1::CommitRequest commit =
        ACommit().Actor("编辑\"甲\"").Put(AnEntry("e" + std::to_string(i)).Build());
    if (i % 2 == 0) {
      *commit.mutable_origin() =
          runtime::OriginOf(AgentCall("/hotline.knowledge.v1.KnowledgeService/CreateEntry"));
    }
    EXPECT_OK(store_.Commit(commit, Soon()));
    if (i % 3 != 0) continue;
    v1::AuditBatch batch;
    *batch.add_events() = AnEvent("people/li");
    *batch.add_events() = AnEvent("people/wang");
    batch.mutable_events(1)->set_count(3);
    CommitBatch(batch);
  }
}

void Base::CommitBatch(v1::AuditBatch batch) {
  batch.set_name("audits/b" + std::to_string(++batches_));
  batch.set_recorder("test");
  store::v1::Resource resource;
  *resource.mutable_audit_batch() = std::move(batch);
  EXPECT_OK(store_.Commit(ACommit().Action("RecordAudit").Put(resource), Soon()));
}

int64_t Base::Head() { return store_.GetStatus(Soon())->head_kb_revision(); }

std::string Base::Export(int64_t begin, int64_t end) {
  v1::ExportAuditRequest request;
  request.set_begin_kb_revision(begin);
  request.set_end_kb_revision(end);
  auto source =
      service_.ExportAudit(AgentCall("/hotline.audit.v1.AuditService/ExportAudit"), request);
  EXPECT_OK(source);
  std::string text;
  using Kind = runtime::StreamStep<v1::ExportAuditResponse>::Kind;
  while (source.ok()) {
    const auto step = (*source)->Next();
    EXPECT_OK(step);
    if (!step.ok() || step->kind != Kind::kMessage) break;
    for (const std::string& line : step->message.lines()) text += line + "\n";
  }
  return text;
}

AuditReport VerifyTexts(const std::vector<std::string>& files,
                        const std::vector<AuditAnchor>& anchors, AuditVerifier::Options options) {
  AuditVerifier verifier(options);
  for (const AuditAnchor& anchor : anchors) verifier.AddAnchor(anchor);
  for (size_t i = 0; i < files.size(); ++i) {
    std::istringstream lines(files[i]);
    verifier.AddFile("file" + std::to_string(i + 1), lines);
  }
  return verifier.Finish();
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string JoinLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

AuditAnchor AnchorOfLine(const std::string& line, const std::string& timeline,
                         const std::string& date) {
  store::v1::AuditRecord record;
  const auto bytes = BytesOfAuditLine(line);
  if (!bytes || !record.ParseFromString(bytes->record)) std::abort();
  AuditAnchor anchor;
  anchor.date = date;
  anchor.timeline = timeline;
  anchor.place = {record.sequence(), Sha256(bytes->record), record.hash_algorithm()};
  anchor.kb_revision = record.kb_revision();
  anchor.digest = std::string(32, 'd');
  return anchor;
}

}  // namespace hotline::audit
