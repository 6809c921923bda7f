#include "tests/unit/gateway/fake_answers.h"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>

#include "grpcpp/create_channel.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/server_builder.h"

#include "proto/cc/errors.h"

namespace hotline::gateway {
namespace {

using answer::Answer;
using answer::WatchAnswersResponse;

constexpr std::chrono::seconds kPatience{10};

bool StartsWith(const std::string& text, std::string_view word) {
  return std::string_view(text).starts_with(word);
}

// A call that ends only when its caller gives up.
class HangReactor final : public grpc::ServerUnaryReactor {
 public:
  explicit HangReactor(std::function<void()> cancelled) : cancelled_(std::move(cancelled)) {}
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override {
    cancelled_();
    delete this;
  }

 private:
  std::function<void()> cancelled_;
};

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

Answer SampleAnswer(const std::string& name, const std::string& question, const std::string& html) {
  Answer answer;
  answer.set_entry(name);
  answer.set_revision(1);
  answer.set_question(question);
  answer.set_html(html);
  answer.set_content_hash(
      "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
  answer.mutable_owner()->set_department("departments/minzheng");
  answer.mutable_owner()->set_display_name("市民政局");
  answer.mutable_owner()->set_phone("0755-00001006");
  auto* basis = answer.add_basis();
  basis->set_policy("policies/gaoling-jintie");
  basis->set_title("示例市高龄津贴发放办法");
  basis->set_document_number("示例政规〔2026〕3号");
  basis->set_status(knowledge::v1::Policy::VALID);
  answer.mutable_validity()->mutable_effective_time()->set_seconds(1'767'225'600);
  answer.mutable_publish_time()->set_seconds(1'767'225'600);
  answer.set_region("440300");
  answer.set_region_match(answer::INHERITED);
  answer.set_region_note("南山区暂无单独答复，按深圳市的规定答复。");
  answer.set_sample(true);
  return answer;
}

}  // namespace

// One stream. It keeps what is still to be sent; a watcher of kFloodName never runs out.
class WatchReactor final : public grpc::ServerWriteReactor<WatchAnswersResponse> {
 public:
  WatchReactor(FakeAnswers& owner, const answer::WatchAnswersRequest& request)
      : owner_(owner),
        names_(request.names().begin(), request.names().end()),
        flood_(names_.count(std::string(kFloodName)) > 0) {}

  bool Wants(const std::string& name) const { return names_.empty() || names_.count(name) > 0; }

  void Push(const WatchAnswersResponse& event) {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    waiting_.push_back(event);
    if (!writing_) WriteNextLocked();
  }

  void End(const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(finished_, true)) return;
    Finish(status);
  }

  void OnWriteDone(bool ok) override {
    if (flood_) Flooded();
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (ok && !finished_) WriteNextLocked();
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override {
    {
      const std::lock_guard lock(owner_.mutex_);
      owner_.watchers_.erase(this);
    }
    owner_.changed_.notify_all();
    delete this;
  }

 private:
  void Flooded() {
    const std::lock_guard lock(owner_.mutex_);
    ++owner_.flood_messages_;
  }

  void WriteNextLocked() {
    if (waiting_.empty() && !flood_) return;
    if (!waiting_.empty()) {
      current_ = waiting_.front();
      waiting_.pop_front();
    }
    writing_ = true;
    StartWrite(&current_);
  }

  FakeAnswers& owner_;
  const std::set<std::string> names_;
  const bool flood_;
  std::mutex mutex_;
  std::deque<WatchAnswersResponse> waiting_;
  WatchAnswersResponse current_;
  bool writing_ = false;
  bool finished_ = false;
};

FakeAnswers::FakeAnswers() = default;
FakeAnswers::~FakeAnswers() = default;

void FakeAnswers::Change(const std::string& name, const std::string& question,
                         const std::string& html) {
  WatchAnswersResponse event;
  {
    const std::lock_guard lock(mutex_);
    const int64_t revision = answers_.count(name) > 0 ? answers_[name].revision() + 1 : 1;
    Answer& answer = answers_[name] = SampleAnswer(name, question, html);
    answer.set_revision(revision);
    answer.set_kb_revision(++kb_revision_);
    event.set_event(WatchAnswersResponse::CHANGED);
    event.set_name(name);
    *event.mutable_answer() = answer;
    event.set_revision(revision);
    event.set_kb_revision(kb_revision_);
  }
  Send(event);
}

void FakeAnswers::Withdraw(const std::string& name) {
  WatchAnswersResponse event;
  {
    const std::lock_guard lock(mutex_);
    answers_.erase(name);
    event.set_event(WatchAnswersResponse::WITHDRAWN);
    event.set_name(name);
    event.set_withdrawal_reason("RECALLED");
    event.set_kb_revision(++kb_revision_);
  }
  Send(event);
}

void FakeAnswers::Send(const WatchAnswersResponse& event) {
  const std::lock_guard lock(mutex_);
  for (WatchReactor* watcher : watchers_) {
    if (watcher->Wants(event.name())) watcher->Push(event);
  }
}

void FakeAnswers::MarkStale(bool stale) {
  const std::lock_guard lock(mutex_);
  stale_ = stale;
}

void FakeAnswers::PadAnswersTo(size_t bytes) {
  const std::lock_guard lock(mutex_);
  padded_to_ = bytes;
}

Answer FakeAnswers::Shown(const Answer& stored) const {
  Answer shown = stored;
  if (shown.html().size() < padded_to_) shown.mutable_html()->resize(padded_to_, '.');
  return shown;
}

void FakeAnswers::Note(const grpc::CallbackServerContext& context,
                       const google::protobuf::Message& request) {
  const std::lock_guard lock(mutex_);
  metadata_.clear();
  for (const auto& [key, value] : context.client_metadata()) {
    metadata_.emplace(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
  }
  deadline_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(
                     context.deadline() - std::chrono::system_clock::now())
                     .count();
  request_ = request.ShortDebugString();
}

grpc::ServerUnaryReactor* FakeAnswers::Ask(grpc::CallbackServerContext* context,
                                           const answer::AskRequest* request,
                                           answer::AskResponse* response) {
  Note(*context, *request);
  const std::string& question = request->question();
  if (question.empty()) return Finish(context, ToGrpcStatus(FieldRequired("question")));
  if (StartsWith(question, kHang)) {
    return new HangReactor([this] {
      const std::lock_guard lock(mutex_);
      ++cancelled_;
      changed_.notify_all();
    });
  }
  if (StartsWith(question, kRefuse)) {
    return Finish(context,
                  ToGrpcStatus(MakeError(absl::StatusCode::kNotFound, type::v1::ANSWER_NOT_VISIBLE,
                                         "这个渠道看不到。", {{"name", "entries/secret"}})));
  }
  const std::lock_guard lock(mutex_);
  response->mutable_freshness()->set_kb_revision(kb_revision_);
  if (StartsWith(question, kUnknown) || answers_.empty()) {
    response->set_outcome(answer::AskResponse::NOT_KNOWN);
    response->mutable_referral()->set_message(
        "知识库里还没有这个问题的答复，请拨打热线，由话务员为您查询。");
    response->mutable_referral()->set_phone("12345");
  } else if (StartsWith(question, kChoose)) {
    response->set_outcome(answer::AskResponse::CHOICES);
    for (const auto& [name, stored] : answers_) {
      auto* hit = response->add_choices();
      hit->set_entry(name);
      hit->set_question(stored.question());
      hit->set_snippet("示例片段");
      hit->set_department_display_name(stored.owner().display_name());
    }
  } else {
    response->set_outcome(answer::AskResponse::ANSWERED);
    *response->mutable_answer() = Shown(answers_.begin()->second);
    response->set_confidence(0.93);
  }
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* FakeAnswers::Suggest(grpc::CallbackServerContext* context,
                                               const answer::SuggestRequest* request,
                                               answer::SuggestResponse* response) {
  Note(*context, *request);
  const std::lock_guard lock(mutex_);
  for (const auto& [name, stored] : answers_) {
    if (stored.question().find(request->text()) == std::string::npos) continue;
    auto* suggestion = response->add_suggestions();
    suggestion->set_entry(name);
    suggestion->set_text(stored.question());
    suggestion->set_question(stored.question());
  }
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* FakeAnswers::GetAnswer(grpc::CallbackServerContext* context,
                                                 const answer::GetAnswerRequest* request,
                                                 answer::GetAnswerResponse* response) {
  Note(*context, *request);
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(request->name());
  if (found == answers_.end()) return Finish(context, ToGrpcStatus(NotFound(request->name())));
  *response->mutable_answer() = Shown(found->second);
  response->mutable_freshness()->set_kb_revision(kb_revision_);
  response->mutable_freshness()->set_stale(stale_);
  // Another one each time, as with the real service.
  response->mutable_freshness()->mutable_age()->set_nanos(++readings_);
  return Finish(context, grpc::Status::OK);
}

grpc::ServerWriteReactor<WatchAnswersResponse>* FakeAnswers::WatchAnswers(
    grpc::CallbackServerContext* context, const answer::WatchAnswersRequest* request) {
  Note(*context, *request);
  auto* watcher = new WatchReactor(*this, *request);
  const bool fails = watcher->Wants(std::string(kFailName)) && request->names_size() > 0;
  {
    const std::lock_guard lock(mutex_);
    after_kb_revision_ = request->after_kb_revision();
    watchers_.insert(watcher);
    WatchAnswersResponse current;
    current.set_event(WatchAnswersResponse::CURRENT);
    current.set_kb_revision(kb_revision_);
    for (const auto& [name, stored] : answers_) {
      if (request->after_kb_revision() >= stored.kb_revision() || !watcher->Wants(name)) continue;
      current.set_name(name);
      *current.mutable_answer() = Shown(stored);
      current.set_revision(stored.revision());
      watcher->Push(current);
    }
    if (watcher->Wants(std::string(kFloodName)) && request->names_size() > 0) {
      current.set_name(std::string(kFloodName));
      current.mutable_answer()->set_html(std::string(16 * 1024, 'x'));
      watcher->Push(current);
    }
  }
  changed_.notify_all();
  if (fails) watcher->End(ToGrpcStatus(NotFound(kFailName)));
  return watcher;
}

FakeAnswers::Metadata FakeAnswers::last_metadata() const {
  const std::lock_guard lock(mutex_);
  return metadata_;
}

int64_t FakeAnswers::last_deadline_ms() const {
  const std::lock_guard lock(mutex_);
  return deadline_ms_;
}

std::string FakeAnswers::last_request() const {
  const std::lock_guard lock(mutex_);
  return request_;
}

int64_t FakeAnswers::last_after_kb_revision() const {
  const std::lock_guard lock(mutex_);
  return after_kb_revision_;
}

int64_t FakeAnswers::flood_messages() const {
  const std::lock_guard lock(mutex_);
  return flood_messages_;
}

bool FakeAnswers::AwaitWatchers(size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return watchers_.size() == count; });
}

bool FakeAnswers::AwaitCancelled(int count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return cancelled_ == count; });
}

FakeBackend::FakeBackend() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&answers_);
  builder.RegisterService(&identities_);
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

FakeBackend::~FakeBackend() { server_->Shutdown(std::chrono::system_clock::now()); }

std::shared_ptr<grpc::Channel> FakeBackend::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

std::shared_ptr<grpc::Channel> FakeBackend::TcpChannel() const {
  return grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
}

}  // namespace hotline::gateway
