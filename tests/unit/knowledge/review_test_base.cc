#include "tests/unit/knowledge/review_test_base.h"

namespace hotline::knowledge {
namespace {

v1::EntryContent ContentOf(const std::string& answer, v1::RiskClass risk) {
  v1::EntryContent content = AnEntry().Question("社保怎么缴费？").Answer(answer).Build().content();
  content.set_risk(risk);
  return content;
}

v1::Entry ValueOf(const absl::StatusOr<v1::Entry>& result) {
  EXPECT_THAT(result, IsOk());
  return result.ok() ? *result : v1::Entry();
}

}  // namespace

void FakeGate::Find(const std::string& id, v1::Finding::Severity severity) {
  v1::Finding& finding = *found_.add_findings();
  finding.set_id(id);
  finding.set_severity(severity);
  finding.set_message("有问题：" + id);
}

v1::Entry ReviewTest::Write(const std::string& author, const std::string& id,
                            const std::string& answer, v1::RiskClass risk) {
  v1::CreateEntryRequest request;
  request.set_entry_id(id);
  *request.mutable_entry()->mutable_content() = ContentOf(answer, risk);
  return ValueOf(knowledge_.CreateEntry(ACall(author), request));
}

ReviewTest::Result ReviewTest::Edit(const std::string& author, const std::string& name,
                                    const std::string& answer) {
  v1::UpdateEntryRequest request;
  request.mutable_entry()->set_name(name);
  auto* block = request.mutable_entry()->mutable_content()->add_blocks();
  block->set_type(v1::AnswerBlock::CONCLUSION);
  block->set_text(answer);
  request.mutable_update_mask()->add_paths("content.blocks");
  return knowledge_.UpdateEntry(ACall(author), request);
}

ReviewTest::Result ReviewTest::Submit(const std::string& person, const v1::Entry& entry) {
  v1::SubmitEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  request.set_note("请审");
  return reviews_.SubmitEntry(ACall(person), request);
}

ReviewTest::Result ReviewTest::TakeBack(const std::string& person, const v1::Entry& entry) {
  v1::TakeBackEntryRequest request;
  request.set_name(entry.name());
  return reviews_.TakeBackEntry(ACall(person), request);
}

ReviewTest::Result ReviewTest::Approve(const std::string& person, const v1::Entry& entry,
                                       const std::string& lender) {
  v1::ReviewEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  request.set_decision(v1::ReviewStep::APPROVE);
  request.set_delegator(lender);
  return reviews_.ReviewEntry(ACall(person), request);
}

ReviewTest::Result ReviewTest::Return(const std::string& person, const v1::Entry& entry,
                                      const std::string& reason) {
  v1::ReviewEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  request.set_decision(v1::ReviewStep::RETURN);
  request.set_reason(reason);
  return reviews_.ReviewEntry(ACall(person), request);
}

ReviewTest::Result ReviewTest::Comment(const std::string& person, const v1::Entry& entry,
                                       const std::string& text) {
  v1::CommentEntryRequest request;
  request.set_name(entry.name());
  request.set_text(text);
  return reviews_.CommentEntry(ACall(person), request);
}

ReviewTest::Result ReviewTest::Publish(const std::string& person, const v1::Entry& entry) {
  v1::PublishEntryRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  return knowledge_.PublishEntry(ACall(person), request);
}

absl::StatusOr<v1::Recall> ReviewTest::Recall(const std::string& name) {
  v1::RecallEntryRequest request;
  request.set_name(name);
  request.set_reason("有误");
  return knowledge_.RecallEntry(ACall("boss"), request);
}

v1::Entry ReviewTest::Reviewed(const v1::Entry& draft) {
  v1::Entry entry = ValueOf(Submit("editor", draft));
  for (const char* person : {"chu", "fu", "zhong"}) {
    if (entry.review().status() != v1::Review::PENDING) break;
    entry = ValueOf(Approve(person, entry));
  }
  return entry;
}

v1::Entry ReviewTest::Published(const std::string& author, const std::string& id,
                                const std::string& answer) {
  return ValueOf(Publish("boss", Reviewed(Write(author, id, answer))));
}

v1::Entry ReviewTest::WriteHolding(const std::string& author, const std::string& id, double hours) {
  v1::CreateEntryRequest request;
  request.set_entry_id(id);
  v1::EntryContent& content = *request.mutable_entry()->mutable_content();
  content = ContentOf("停水到今晚。", v1::HIGH);
  *content.mutable_validity()->mutable_expire_time() =
      ToTimestamp(Now() + static_cast<LogTime>(hours * 3.6e9));
  return ValueOf(knowledge_.CreateEntry(ACall(author), request));
}

ReviewTest::Result ReviewTest::Propose(const std::string& person, const v1::Entry& entry) {
  v1::ProposeHoldingAnswerRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  request.set_reason("大面积停水，来电激增");
  return reviews_.ProposeHoldingAnswer(ACall(person), request);
}

ReviewTest::Result ReviewTest::Confirm(const std::string& person, const v1::Entry& entry) {
  v1::ConfirmHoldingAnswerRequest request;
  request.set_name(entry.name());
  request.set_etag(entry.etag());
  return reviews_.ConfirmHoldingAnswer(ACall(person), request);
}

v1::Entry ReviewTest::Get(const std::string& name) {
  v1::GetEntryRequest request;
  request.set_name(name);
  return ValueOf(knowledge_.GetEntry(ACall(), request));
}

LogTime ReviewTest::Now() { return ToLogTime(store_.GetStatus(ACall().deadline)->log_time()); }

v1::Release::Item& ReviewTest::AddItem(v1::Release* release, v1::Release::Item::Action action,
                                       const std::string& target) {
  v1::Release::Item& item = *release->add_items();
  item.set_action(action);
  item.set_target(target);
  return item;
}

absl::StatusOr<v1::Release> ReviewTest::Compose(const v1::Release& release) {
  v1::CreateReleaseRequest request;
  *request.mutable_release() = release;
  if (release.title().empty()) request.mutable_release()->set_title("三同步");
  return knowledge_.CreateRelease(ACall("boss"), request);
}

absl::StatusOr<v1::Release> ReviewTest::Release(const v1::Release& release) {
  v1::PublishReleaseRequest request;
  request.set_name(release.name());
  request.set_etag(release.etag());
  return knowledge_.PublishRelease(ACall("boss"), request);
}

}  // namespace hotline::knowledge
